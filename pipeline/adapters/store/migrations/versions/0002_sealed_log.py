"""Checkpoints of the log, and which entries speak of what."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NAMES = ("incident", "payload", "candidate", "becomes", "alert")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoints")),
    )
    op.create_table(
        "audit_subjects",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "idx", name=op.f("pk_audit_subjects")),
    )
    op.create_index("ix_audit_entries_kind", "audit_entries", ["kind", "idx"], unique=False)
    _fill()


def _fill() -> None:
    """Say of the entries that are there already what they speak of."""
    entries = sa.table("audit_entries", sa.column("idx"), sa.column("line"))
    subjects = sa.table("audit_subjects", sa.column("subject"), sa.column("idx"))
    connection = op.get_bind()
    rows = [
        {"subject": subject, "idx": row.idx}
        for row in connection.execute(sa.select(entries.c.idx, entries.c.line))
        for subject in sorted(_subjects(json.loads(bytes(row.line))["body"]))
    ]
    if rows:
        connection.execute(sa.insert(subjects), rows)


def _subjects(body: dict[str, Any]) -> set[str]:
    found = {f"{'candidate' if n == 'becomes' else n}:{body[n]}" for n in _NAMES if body.get(n)}
    return found | {f"alert:{each['alert']}" for each in body.get("told", ())}


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_audit_entries_kind", table_name="audit_entries")
    op.drop_table("audit_subjects")
    op.drop_table("audit_checkpoints")
