"""Counted alerts: of those listed long enough only what is counted is kept."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATES = "state in ('live', 'retracted', 'expired', 'counted')"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_alerts_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alerts_state"), _STATES)
