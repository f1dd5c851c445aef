"""Streets named at points, by keyed digests."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "spots",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "point", "street", name=op.f("pk_spots")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("spots")
