"""Waiting candidates: approved, and not yet due."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AFTER = (
    "state in ('pending', 'waiting', 'edited', 'approved', 'rejected', 'superseded', 'withheld')"
)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_at", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("closes_at", sa.Text(), nullable=True))
        batch_op.drop_constraint(op.f("ck_candidates_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_candidates_state"), _AFTER)
