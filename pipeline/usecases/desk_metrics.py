"""How well decisions were: corrections, their speed, disagreement. No seconds each.

Counted from the log's own entries. Speed alone rewards carelessness, so it is not among them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any

from pipeline.adapters.store import Store
from pipeline.adapters.store.audit_log import read_kinds
from pipeline.audit import EntryKind, stamp
from pipeline.model import Verb

__all__ = ["DeskMetrics", "desk_metrics"]

_FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMetrics:
    """Of a span of days. ``disagreed`` of ``twice`` decided by two people ended otherwise."""

    days: int
    approved: int
    rejected: int
    published: int
    corrected: int
    retracted: int
    undone: int
    time_to_correct: timedelta | None
    twice: int
    disagreed: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def corrections_per_thousand(self) -> float | None:
        """Corrections and retractions by people per 1,000 alerts; None below five alerts."""
        if self.published < _FEWEST:
            return None
        return 1_000 * (self.corrected + self.retracted) / self.published


def desk_metrics(store: Store, *, now: datetime, days: int = 30) -> DeskMetrics:
    """Return the figures of the last ``days``."""
    kinds = (EntryKind.DECISION, EntryKind.EDIT, EntryKind.RETRACTION)
    since = stamp(now - timedelta(days=days))
    entries: list[dict[str, Any]] = []
    with store.read() as tx:
        for _, line in read_kinds(tx, kinds):
            entry = json.loads(line)
            if entry["at"] >= since:
                entries.append(entry)
    verbs: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        verbs[entry["body"]["verb"]].append(entry)
    by_people = [e for e in verbs[Verb.RETRACT] if e["body"]["by"] != "rules"]
    out = {
        e["body"]["alert"]: datetime.fromisoformat(e["at"])
        for e in verbs[Verb.RELEASE]
        if e["body"].get("alert") and e["body"].get("version") == 1
    }
    late = [
        datetime.fromisoformat(e["at"]) - out[e["body"]["alert"]]
        for e in (*verbs[Verb.CORRECT], *by_people)
        if e["body"]["alert"] in out
    ]
    twice, disagreed = _agreement(entries)
    reasons: defaultdict[str, int] = defaultdict(int)
    for entry in verbs[Verb.REJECT]:
        reasons[entry["body"]["reason"]] += 1
    return DeskMetrics(
        days=days,
        approved=len(verbs[Verb.APPROVE]),
        rejected=len(verbs[Verb.REJECT]),
        published=len(out),
        corrected=len(verbs[Verb.CORRECT]),
        retracted=len(by_people),
        undone=len(verbs[Verb.UNDO]),
        time_to_correct=median_low(late) if late else None,
        twice=twice,
        disagreed=disagreed,
        reasons=tuple(sorted(reasons.items(), key=lambda each: (-each[1], each[0]))),
    )


def _agreement(entries: list[dict[str, Any]]) -> tuple[int, int]:
    """Return how many candidates two people decided on, and of how many they thought otherwise."""
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        body = entry["body"]
        if body["verb"] in (Verb.APPROVE, Verb.REJECT):
            said[body["candidate"]][body["by"]] = body["verb"]
        elif body["verb"] == Verb.UNDO:
            said[body["candidate"]].pop(body["by"], None)
    pairs = [set(each.values()) for each in said.values() if len(each) > 1]
    return len(pairs), sum(len(each) > 1 for each in pairs)
