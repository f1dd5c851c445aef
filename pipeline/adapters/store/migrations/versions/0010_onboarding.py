"""Onboarding: agencies in shadow, signatures, discarded quarantine, statistics for drift."""

import sqlalchemy as sa
from alembic import op

revision = "0010_onboarding"
down_revision = "0009_outbox"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shadows",
        _text("agency_id"),
        _text("since"),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_shadows")),
    )
    op.create_table(
        "sign_offs",
        *map(_text, ("agency_id", "version", "role", "name", "at")),
        sa.PrimaryKeyConstraint("agency_id", "version", "role", name=op.f("pk_sign_offs")),
    )
    op.create_table(
        "discards",
        *map(_text, ("payload_id", "position", "name", "reason", "at")),
        sa.PrimaryKeyConstraint("payload_id", "position", name=op.f("pk_discards")),
    )
    op.create_table(
        "field_counts",
        *map(_text, ("agency_id", "hour", "measure", "field")),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "agency_id", "hour", "measure", "field", name=op.f("pk_field_counts")
        ),
    )


def downgrade() -> None:
    """Undo."""
    for name in ("field_counts", "discards", "sign_offs", "shadows"):
        op.drop_table(name)
