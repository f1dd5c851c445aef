"""An approval may say before when nothing goes out."""

import sqlalchemy as sa
from alembic import op

revision = "0011_embargo"
down_revision = "0010_onboarding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("approvals", sa.Column("not_before", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("approvals", "not_before")
