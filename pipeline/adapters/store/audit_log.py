"""Appends to the audit log inside the transaction an entry describes; reads it back.

Indexes have no gaps: the head row is counted up in the same transaction, which also makes writers
wait for each other. An entry is therefore there if, and only if, what it says is. Signed tree heads
are kept beside the entries, one a size; building the tree's files is ``log_folder``'s part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.redacted import count_findings
from pipeline.adapters.store.tables import (
    audit_checkpoints,
    audit_entries,
    audit_head,
    audit_subjects,
)
from pipeline.audit import Entry, EntryKind, encode, leaf_hash, stamp, subjects
from pipeline.audit.tiles import MAX_ENTRY_BYTES

__all__ = [
    "SignedHead",
    "add_checkpoint",
    "append",
    "check_log",
    "entries_about",
    "last_checkpoint",
    "log_size",
    "newest_about",
    "newest_entries",
    "read_kinds",
    "read_log",
    "read_log_leaves",
    "signed_head",
    "signed_heads",
    "update_checkpoint",
]


_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A tree head that was signed; ``note`` is its checkpoint, with cosignatures."""

    size: int
    root: bytes
    note: str


def append(tx: Tx, entries: Sequence[Entry]) -> int:
    """Append entries in order; return the index of the first.

    Raises:
        ValueError: for no entries, or one longer than the log's files can hold (65,535 bytes).
    """
    if not entries:
        raise ValueError("nothing to append")
    lines = [encode(entry) for entry in entries]
    if max(map(len, lines)) > MAX_ENTRY_BYTES:
        raise ValueError("an entry is too long for the log")
    size = tx.execute(
        update(audit_head)
        .values(size=audit_head.c.size + len(entries))
        .returning(audit_head.c.size)
    ).scalar_one()
    first = int(size) - len(entries)
    tx.execute(
        insert(audit_entries),
        [
            {"idx": first + i, "kind": entry.kind.value, "line": line, "leaf": leaf_hash(line)}
            for i, (entry, line) in enumerate(zip(entries, lines, strict=True))
        ],
    )
    about = [
        {"subject": subject, "idx": first + i}
        for i, entry in enumerate(entries)
        for subject in subjects(entry)
    ]
    if about:
        tx.execute(insert(audit_subjects), about)
    count_findings(tx, first, entries)
    return first


def log_size(tx: Tx) -> int:
    """Return how many entries were sequenced."""
    return int(tx.execute(select(audit_head.c.size)).scalar_one())


def read_log(tx: Tx, *, start: int = 0, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield (index, canonical JSON line) from ``start`` on."""
    for index, line, _ in read_log_leaves(tx, start=start, limit=limit):
        yield index, line


def read_log_leaves(
    tx: Tx, *, start: int = 0, limit: int | None = None
) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (index, canonical JSON line, leaf hash) from ``start`` on."""
    query = select(audit_entries.c.idx, audit_entries.c.line, audit_entries.c.leaf)
    query = query.where(audit_entries.c.idx >= start).order_by(audit_entries.c.idx).limit(limit)
    for row in tx.execute(query):
        yield int(row.idx), bytes(row.line), bytes(row.leaf)


def entries_about(
    tx: Tx, subject: str, kinds: Collection[EntryKind] = tuple(EntryKind)
) -> tuple[tuple[int, bytes], ...]:
    """Return (index, line) of every entry of these kinds about ``kind:id``, oldest first.

    Kinds are told apart here and not by the database: SQLite would read the whole log's entries of
    a kind to find the few about one subject.
    """
    query = (
        select(audit_entries.c.idx, audit_entries.c.kind, audit_entries.c.line)
        .join(audit_subjects, audit_subjects.c.idx == audit_entries.c.idx)
        .where(audit_subjects.c.subject == subject)
        .order_by(audit_entries.c.idx)
    )
    wanted = {kind.value for kind in kinds}
    return tuple((int(r.idx), bytes(r.line)) for r in tx.execute(query) if r.kind in wanted)


def newest_about(
    tx: Tx, what: str, names: Sequence[str], kinds: Collection[EntryKind]
) -> dict[str, bytes]:
    """Return the newest line of these kinds about each subject ``what:name``, by its name."""
    wanted = {kind.value for kind in kinds}
    newest: dict[str, bytes] = {}
    for start in range(0, len(names), _AT_ONCE):
        subjects = [f"{what}:{name}" for name in names[start : start + _AT_ONCE]]
        query = (
            select(audit_subjects.c.subject, audit_entries.c.kind, audit_entries.c.line)
            .join(audit_entries, audit_entries.c.idx == audit_subjects.c.idx)
            .where(audit_subjects.c.subject.in_(subjects))
            .order_by(audit_subjects.c.idx)
        )
        for row in tx.execute(query):
            if row.kind in wanted:
                newest[row.subject.removeprefix(f"{what}:")] = bytes(row.line)
    return newest


def read_kinds(tx: Tx, kinds: Collection[EntryKind]) -> Iterator[tuple[int, bytes]]:
    """Yield (index, line) of all entries of some kinds, oldest first, without holding them all."""
    query = select(audit_entries.c.idx, audit_entries.c.line).where(
        audit_entries.c.kind.in_([kind.value for kind in kinds])
    )
    query = query.order_by(audit_entries.c.idx).execution_options(yield_per=_AT_ONCE)
    for row in tx.execute(query):
        yield int(row.idx), bytes(row.line)


def newest_entries(tx: Tx, kind: EntryKind, *, limit: int) -> tuple[bytes, ...]:
    """Return the lines of the newest entries of a kind, newest first."""
    query = select(audit_entries.c.line).where(audit_entries.c.kind == kind.value)
    rows = tx.execute(query.order_by(audit_entries.c.idx.desc()).limit(limit))
    return tuple(bytes(row.line) for row in rows)


def last_checkpoint(tx: Tx) -> SignedHead | None:
    """Return the largest tree head that was ever signed."""
    query = select(audit_checkpoints).order_by(audit_checkpoints.c.size.desc()).limit(1)
    row = tx.execute(query).mappings().first()
    return None if row is None else _head(row)


def signed_head(tx: Tx, size: int) -> SignedHead | None:
    """Return the tree head that was signed at a size, if one was."""
    query = select(audit_checkpoints).where(audit_checkpoints.c.size == size)
    row = tx.execute(query).mappings().first()
    return None if row is None else _head(row)


def signed_heads(tx: Tx) -> tuple[SignedHead, ...]:
    """Return every tree head that was signed, smallest first."""
    query = select(audit_checkpoints).order_by(audit_checkpoints.c.size)
    return tuple(_head(row) for row in tx.execute(query).mappings())


def add_checkpoint(tx: Tx, head: SignedHead, at: datetime) -> None:
    """Write a signed tree head down, before anybody sees it."""
    row = {"size": head.size, "root": head.root, "note": head.note, "at": stamp(at)}
    tx.execute(insert(audit_checkpoints).values(row))


def update_checkpoint(tx: Tx, head: SignedHead) -> None:
    """Keep a tree head's note with the signatures that came later."""
    where = audit_checkpoints.c.size == head.size
    tx.execute(update(audit_checkpoints).where(where).values(note=head.note))


def _head(row: RowMapping) -> SignedHead:
    return SignedHead(size=int(row["size"]), root=bytes(row["root"]), note=row["note"])


def check_log(tx: Tx) -> tuple[str, ...]:
    """Return what is wrong with the log's own bookkeeping; empty is sound.

    Every index from 0 to the head's size exists once, and every leaf is its line's hash.
    """
    size = log_size(tx)
    count = tx.execute(select(func.count()).select_from(audit_entries)).scalar_one()
    problems = [] if size == count else [f"log head says {size} entries, {count} are there"]
    for expected, (index, line, leaf) in enumerate(read_log_leaves(tx)):
        if index != expected:
            return (*problems, f"entry {expected} is missing")
        if leaf_hash(line) != leaf:
            problems.append(f"entry {expected} does not match its leaf hash")
    return tuple(problems)
