"""Counts of removals, kept in the transaction of the entries they are counted from.

In: entries. Out: how many removals a day, agency, kind, detector and policy had, and between which
indexes they stand, so that an auditor's page need not read the whole log. Everything here can be
counted again from the entries; ``check_counts`` does. It must never hold a text, or count what is
not in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Integer, Table, Text, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import audit_entries, metadata
from pipeline.audit import Entry, EntryKind, stamp

__all__ = ["Counted", "check_counts", "count_findings", "counted", "entries_with_findings"]

redaction_counts = Table(
    "redaction_counts",
    metadata,
    Column("day", Text, primary_key=True),
    Column("agency_id", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("recognizer", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("first_idx", BigInteger, nullable=False),
    Column("last_idx", BigInteger, nullable=False),
)

_KEY = ("day", "agency_id", "entity", "recognizer", "policy")
_KINDS = (EntryKind.OUTCOME, EntryKind.FINDINGS)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """``number`` removals of one kind on one UTC day (``YYYY-MM-DD``), in entries first to last."""

    day: str
    agency_id: str
    entity: str
    recognizer: str
    policy: str
    number: int
    first_idx: int
    last_idx: int


def count_findings(tx: Tx, first: int, entries: Sequence[Entry]) -> None:
    """Count the findings of entries that were just appended from index ``first`` on.

    Further findings of a record stand right behind its outcome, in the same call.
    """
    found = (
        (index, entry.kind, stamp(entry.at), entry.agency_id, entry.body)
        for index, entry in enumerate(entries, first)
        if entry.kind in _KINDS
    )
    counts = _tally(found)
    if not counts:
        return
    kind = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    statement = kind(redaction_counts)
    statement = statement.on_conflict_do_update(
        index_elements=_KEY,
        set_={
            "number": redaction_counts.c.number + statement.excluded.number,
            "last_idx": statement.excluded.last_idx,
        },
    )
    tx.execute(statement, [_row(*each) for each in sorted(counts.items())])


def counted(
    tx: Tx, *, agency_id: str | None, since: str = "", until: str = ""
) -> tuple[Counted, ...]:
    """Return the counts of days from ``since`` to before ``until``; an empty day does not limit."""
    query = select(redaction_counts)
    if agency_id is not None:
        query = query.where(redaction_counts.c.agency_id == agency_id)
    if since:
        query = query.where(redaction_counts.c.day >= since)
    if until:
        query = query.where(redaction_counts.c.day < until)
    rows = tx.execute(query.order_by(*(redaction_counts.c[name] for name in _KEY)))
    return tuple(Counted(**row) for row in rows.mappings())


def entries_with_findings(
    tx: Tx, *, at_most: int, at_least: int, limit: int
) -> tuple[tuple[int, Mapping[str, Any], Mapping[str, Any]], ...]:
    """Return (index, entry, the outcome it belongs to) of entries that may hold findings.

    Newest first. An outcome belongs to itself; further findings to the outcome before them.
    Of those between two indexes, both counted in, the newest ``limit``.
    """
    rows = sorted(
        (row for kind in _KINDS for row in _newest(tx, kind, at_most, at_least, limit)),
        reverse=True,
    )
    found = []
    for index, kind, line in rows[:limit]:
        entry = orjson.loads(line)
        outcome = entry if kind == EntryKind.OUTCOME.value else _outcome_before(tx, index)
        found.append((index, entry, outcome))
    return tuple(found)


def _newest(
    tx: Tx, kind: EntryKind, at_most: int, at_least: int, limit: int
) -> Iterator[tuple[int, str, bytes]]:
    """One kind at a time: of two at once SQLite would sort all there are."""
    table = audit_entries.c
    query = select(table.idx, table.kind, table.line).where(
        table.kind == kind.value, table.idx <= at_most, table.idx >= at_least
    )
    for row in tx.execute(query.order_by(table.idx.desc()).limit(limit)):
        yield int(row.idx), row.kind, bytes(row.line)


def _outcome_before(tx: Tx, index: int) -> Mapping[str, Any]:
    (row,) = _newest(tx, EntryKind.OUTCOME, index, 0, 1)
    found: Mapping[str, Any] = orjson.loads(row[2])
    return found


def check_counts(tx: Tx) -> tuple[str, ...]:
    """Return what the counts say that the log does not; empty is sound."""
    query = select(audit_entries.c.idx, audit_entries.c.kind, audit_entries.c.line).where(
        audit_entries.c.kind.in_([kind.value for kind in _KINDS])
    )
    rows = tx.execute(query.order_by(audit_entries.c.idx).execution_options(yield_per=_AT_ONCE))
    right = {key: tuple(count) for key, count in _tally(_parsed(rows)).items()}
    said: dict[tuple[str, ...], tuple[int, ...]] = {
        (c.day, c.agency_id, c.entity, c.recognizer, c.policy): (c.number, c.first_idx, c.last_idx)
        for c in counted(tx, agency_id=None)
    }
    wrong = sorted(key for key in right.keys() | said.keys() if right.get(key) != said.get(key))
    return tuple(f"removals are counted wrongly: {', '.join(key)}" for key in wrong)


_Read = tuple[int, str, str, str, Mapping[str, Any]]


def _parsed(rows: Iterable[Any]) -> Iterator[_Read]:
    for row in rows:
        entry = orjson.loads(bytes(row.line))
        yield int(row.idx), row.kind, entry["at"], entry["agency"], entry["body"]


def _tally(found: Iterable[_Read]) -> dict[tuple[str, ...], list[int]]:
    """Return (number, first index, last index) by the table's key."""
    counts: dict[tuple[str, ...], list[int]] = {}
    policy = ""
    for index, kind, at, agency_id, body in found:
        if kind == EntryKind.OUTCOME:
            policy = body.get("versions", {}).get("policy", "")
        kinds = Counter((each["entity"], each["recognizer"]) for each in body.get("findings", ()))
        for (entity, recognizer), number in kinds.items():
            key = (at[:10], agency_id, entity, recognizer, policy)
            known = counts.setdefault(key, [0, index, index])
            known[0] += number
            known[2] = index
    return counts


def _row(key: tuple[str, ...], count: Sequence[int]) -> dict[str, object]:
    number, first, last = count
    names = dict(zip(_KEY, key, strict=True))
    return {**names, "number": number, "first_idx": first, "last_idx": last}
