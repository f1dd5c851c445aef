"""Requests of victims and subjects: state and deadline; what a person gave as ciphertext."""

import sqlalchemy as sa
from alembic import op

revision = "0008_requests"
down_revision = "0007_intake"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("searched_at", sa.Text(), nullable=True),
        sa.Column("incidents", sa.Text(), server_default="", nullable=False),
        sa.Column("suppressed", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'answered', 'closed')", name=op.f("ck_requests_state")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_state", ["state", "due_at"], unique=False)
