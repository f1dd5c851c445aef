"""A page of the redaction log, newest first, without reading the log whole.

Counts are those kept with the log; rows are read back from a given entry on, so many entries at a
time. Read only; ``redaction_log`` writes the exports. No row holds a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.audit_log import entries_about
from pipeline.adapters.store.redacted import Counted, counted, entries_with_findings
from pipeline.audit import EntryKind, stamp
from pipeline.usecases.catalog import require_known
from pipeline.usecases.redaction_log import Filters, RedactionRow, ground, rows_of
from pipeline.usecases.settings import Settings

__all__ = ["RedactionPage", "counts_by_reason", "redaction_page"]

_ENTRIES = 400
"""So many entries are read for one page; what is chosen may be rarer, then it has fewer rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionPage:
    """``rows`` newest first; ``older`` is the entry to go on from, None where nothing is left.

    ``total``, ``reasons`` and ``entities`` count everything that passes the filters, of whole UTC
    days; ``bases`` are legal grounds by reason code.
    """

    rows: Sequence[RedactionRow]
    older: int | None
    total: int
    reasons: Counter[str]
    entities: Counter[str]
    bases: Mapping[str, str]


def redaction_page(
    store: Store, settings: Settings, filters: Filters, *, before: int | None = None, shown: int
) -> RedactionPage:
    """Return about ``shown`` rows of entries before one, and counts of all that pass.

    Raises:
        Refused: the agency is not known.
        StoreFailure: the database cannot be used.
    """
    with store.read() as tx:
        require_known(settings, tx, filters.agency)
        found = tuple(_counted(tx, filters))
        rows, older = _rows(tx, filters, found, before, shown)
    reasons: Counter[str] = Counter()
    entities: Counter[str] = Counter()
    bases = {}
    for each in found:
        why = ground(each.policy, each.entity)
        code = "unknown" if why is None else why.reason_code
        reasons[code] += each.number
        entities[each.entity] += each.number
        bases[code] = "" if why is None else why.legal_basis
    return RedactionPage(
        rows=rows,
        older=older,
        total=entities.total(),
        reasons=reasons,
        entities=entities,
        bases=bases,
    )


def counts_by_reason(tx: Tx, filters: Filters) -> Counter[str]:
    """Return how many removals of whole UTC days had each reason."""
    reasons: Counter[str] = Counter()
    for each in _counted(tx, filters):
        why = ground(each.policy, each.entity)
        reasons["unknown" if why is None else why.reason_code] += each.number
    return reasons


def _counted(tx: Tx, filters: Filters) -> Iterator[Counted]:
    since = "" if filters.since is None else stamp(filters.since)[:10]
    until = "" if filters.until is None else stamp(filters.until)[:10]
    for each in counted(tx, agency_id=filters.agency, since=since, until=until):
        why = ground(each.policy, each.entity)
        if (
            filters.entity in (None, each.entity)
            and filters.recognizer in ("", each.recognizer)
            and filters.reason_code in ("", "" if why is None else why.reason_code)
        ):
            yield each


def _rows(
    tx: Tx, filters: Filters, found: Sequence[Counted], before: int | None, shown: int
) -> tuple[Sequence[RedactionRow], int | None]:
    """Read backwards, and only where the counts say that something stands."""
    rows: list[RedactionRow] = []
    read, at_most = 0, None if before is None else before - 1
    lifts: dict[str, str] = {}
    for first, last in _spans(found):
        at_most = last if at_most is None else min(at_most, last)
        while at_most >= first and len(rows) < shown and read < _ENTRIES:
            limit = min(_ENTRIES - read, shown)
            entries = entries_with_findings(tx, at_most=at_most, at_least=first, limit=limit)
            for index, entry, outcome in entries:
                if len(rows) >= shown:
                    break
                read, at_most = read + 1, index - 1
                if _on_day(entry, filters):
                    policy = outcome["body"]["versions"].get("policy", "")
                    rows += rows_of(index, entry, filters, policy, _lifted(tx, outcome, lifts))
            if len(entries) < limit and len(rows) < shown:
                at_most = first - 1
        if at_most >= first:
            return rows, at_most + 1
    return rows, None


def _spans(found: Sequence[Counted]) -> Sequence[tuple[int, int]]:
    """Return the stretches of the log that hold what was counted, newest first."""
    spans: list[tuple[int, int]] = []
    for first, last in sorted((each.first_idx, each.last_idx) for each in found):
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return spans[::-1]


def _on_day(entry: Mapping[str, Any], filters: Filters) -> bool:
    return (
        filters.agency in (None, entry["agency"])
        and (filters.since is None or entry["at"] >= stamp(filters.since))
        and (filters.until is None or entry["at"] < stamp(filters.until))
    )


def _lifted(tx: Tx, outcome: Mapping[str, Any], known: dict[str, str]) -> str:
    """Return who told a record last in own words, by the candidate the rules proposed."""
    candidate = outcome["body"]["candidate"]
    if not candidate:
        return ""
    if candidate not in known:
        known[candidate] = _last_editor(tx, candidate)
    return known[candidate]


def _last_editor(tx: Tx, candidate: str) -> str:
    by, seen, waiting = "", set(), [candidate]
    latest = -1
    while waiting:
        each = waiting.pop()
        seen.add(each)
        for index, line in entries_about(tx, f"candidate:{each}", (EntryKind.EDIT,)):
            body = orjson.loads(line)["body"]
            if body["candidate"] == each and body["becomes"] not in seen:
                waiting.append(body["becomes"])
            if body["candidate"] == each and index > latest:
                latest, by = index, body["by"]
    return by
