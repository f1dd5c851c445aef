"""Which calls are one case: what an agency's people post, and what its feed sends."""

import sqlalchemy as sa
from alembic import op

revision = "0017_cases"
down_revision = "0016_listings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "cases",
        sa.Column("incident_ref", sa.Text(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("posted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_ref", "case_ref", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_case", "cases", ["case_ref", "posted"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_cases_case", table_name="cases")
    op.drop_table("cases")
