"""An agency's newest alerts are found without reading all of them."""

from alembic import op

revision = "0012_alerts_by_agency"
down_revision = "0011_embargo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_alerts_agency", "alerts", ["agency_id", "state", "sent"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_alerts_agency", "alerts")
