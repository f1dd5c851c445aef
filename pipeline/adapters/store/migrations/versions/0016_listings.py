"""What feeds of open calls list, poll by poll, and which calls have gone from them."""

import sqlalchemy as sa
from alembic import op

revision = "0016_listings"
down_revision = "0015_trials"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "polls",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("payloads", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("settled", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_polls")),
    )
    op.create_index("ix_polls_agency", "polls", ["agency_id", "number"])
    op.create_table(
        "listings",
        sa.Column("payload_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("refs", sa.Text(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("payload_id", name=op.f("pk_listings")),
    )
    op.create_table(
        "listed",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("incident_ref", sa.Text(), nullable=False),
        sa.Column("missed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missing_since", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "incident_ref", name=op.f("pk_listed")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("listed")
    op.drop_table("listings")
    op.drop_index("ix_polls_agency", table_name="polls")
    op.drop_table("polls")
