"""Appends to the audit log inside the transaction an entry describes; reads it back.

Indexes have no gaps: the head row is counted up in the same transaction, which also makes writers
wait for each other. An entry is therefore there if, and only if, what it says is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import audit_entries, audit_head
from pipeline.audit import Entry, encode, leaf_hash

__all__ = ["append", "check_log", "read_log"]


def append(tx: Tx, entries: Sequence[Entry]) -> int:
    """Append entries in order; return the index of the first.

    Raises:
        ValueError: for no entries.
    """
    if not entries:
        raise ValueError("nothing to append")
    size = tx.execute(
        update(audit_head)
        .values(size=audit_head.c.size + len(entries))
        .returning(audit_head.c.size)
    ).scalar_one()
    first = int(size) - len(entries)
    lines = [encode(entry) for entry in entries]
    tx.execute(
        insert(audit_entries),
        [
            {"idx": first + i, "kind": entry.kind.value, "line": line, "leaf": leaf_hash(line)}
            for i, (entry, line) in enumerate(zip(entries, lines, strict=True))
        ],
    )
    return first


def read_log(tx: Tx, *, start: int = 0, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield (index, canonical JSON line) from ``start`` on."""
    query = select(audit_entries.c.idx, audit_entries.c.line).where(audit_entries.c.idx >= start)
    for row in tx.execute(query.order_by(audit_entries.c.idx).limit(limit)):
        yield int(row.idx), bytes(row.line)


def check_log(tx: Tx) -> tuple[str, ...]:
    """Return what is wrong with the log's own bookkeeping; empty is sound.

    Every index from 0 to the head's size exists once, and every leaf is its line's hash.
    """
    size = tx.execute(select(audit_head.c.size)).scalar_one()
    count = tx.execute(select(func.count()).select_from(audit_entries)).scalar_one()
    problems = [] if size == count else [f"log head says {size} entries, {count} are there"]
    rows = tx.execute(select(audit_entries).order_by(audit_entries.c.idx))
    for expected, row in enumerate(rows):
        if row.idx != expected:
            return (*problems, f"entry {expected} is missing")
        if leaf_hash(bytes(row.line)) != bytes(row.leaf):
            problems.append(f"entry {expected} does not match its leaf hash")
    return tuple(problems)
