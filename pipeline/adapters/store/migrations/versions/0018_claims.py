"""Agencies that are being walked, claimed by row locks."""

import sqlalchemy as sa
from alembic import op

revision = "0018_claims"
down_revision = "0017_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "claims",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_claims")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("claims")
