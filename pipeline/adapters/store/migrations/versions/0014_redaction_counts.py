"""Counts of removals by day, agency, kind, detector and policy."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014_redaction_counts"
down_revision = "0013_told_months"
branch_labels = None
depends_on = None

_KEY = ("day", "agency_id", "entity", "recognizer", "policy")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "redaction_counts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _KEY),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_idx", sa.BigInteger(), nullable=False),
        sa.Column("last_idx", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_redaction_counts")),
    )
    counts: dict[tuple[str, ...], list[int]] = {}
    for index, key in _found():
        count = counts.setdefault(key, [0, index, index])
        count[0] += 1
        count[2] = index
    table = sa.table(
        "redaction_counts", *map(sa.column, (*_KEY, "number", "first_idx", "last_idx"))
    )
    rows = [
        {**dict(zip(_KEY, key, strict=True)), "number": n, "first_idx": first, "last_idx": last}
        for key, (n, first, last) in counts.items()
    ]
    if rows:
        op.get_bind().execute(sa.insert(table), rows)


def _found() -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the index and key of every finding the log holds."""
    entries = sa.table("audit_entries", *map(sa.column, ("idx", "kind", "line")))
    query = (
        sa.select(entries.c.idx, entries.c.line)
        .where(entries.c.kind.in_(["outcome", "findings"]))
        .order_by(entries.c.idx)
        .execution_options(yield_per=1000)
    )
    policy = ""
    for row in op.get_bind().execute(query):
        entry: dict[str, Any] = json.loads(bytes(row.line))
        body = entry["body"]
        if entry["kind"] == "outcome":
            policy = body["versions"].get("policy", "")
        for each in body["findings"]:
            key = (entry["at"][:10], entry["agency"], each["entity"], each["recognizer"], policy)
            yield int(row.idx), key


def downgrade() -> None:
    """Undo."""
    op.drop_table("redaction_counts")
