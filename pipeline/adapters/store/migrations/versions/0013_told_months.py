"""A finished month's counts are kept as they were told, and told for good."""

import sqlalchemy as sa
from alembic import op

revision = "0013_told_months"
down_revision = "0012_alerts_by_agency"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "told_months",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("month", "agency_id", name=op.f("pk_told_months")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("told_months")
