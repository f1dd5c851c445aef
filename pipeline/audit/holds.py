"""Legal holds: what may not be destroyed while they last; the log alone keeps them.

In: entries of the log, and what a piece of private text belongs to. Out: whether a hold keeps it.
When in doubt it is kept: a span takes in both its ends, and a call is held with every payload it
may stand in. It must never hold a CFS number: calls go by keyed digest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.audit.entry import Entry, EntryKind, stamp

__all__ = ["Hold", "Lifted", "active", "holds_of", "lifted_entry", "placed_entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """Who ended a hold, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One hold. An empty ``agency_id`` is every agency, an empty ``incident`` every call.

    ``since`` and ``until`` bound when a payload was received, or a call last seen; None is open.
    """

    hold_id: str
    by: str
    at: datetime
    reason: str
    agency_id: str = ""
    incident: str = ""
    since: datetime | None = None
    until: datetime | None = None
    lifted: Lifted | None = None

    def keeps_payload(
        self, *, agency_id: str, received_at: datetime, incidents: Collection[str]
    ) -> bool:
        """Return whether a payload may not be destroyed; ``incidents`` are calls it may hold."""
        if not self._of(agency_id) or (self.incident and self.incident not in incidents):
            return False
        after = self.since is None or received_at >= self.since
        return after and (self.until is None or received_at <= self.until)

    def keeps_memory(self, *, agency_id: str, incident: str, seen_at: datetime) -> bool:
        """Return whether what a call remembers may not be destroyed."""
        if not self._of(agency_id) or self.incident not in ("", incident):
            return False
        # A call last seen after the span may have been seen in it too.
        return self.since is None or seen_at >= self.since

    def _of(self, agency_id: str) -> bool:
        return self.lifted is None and self.agency_id in ("", agency_id)


def holds_of(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[Hold, ...]:
    """Return every hold, oldest first, with how it ended, from (index, entry) of HOLD entries."""
    found: dict[str, Hold] = {}
    for _, entry in entries:
        body, at = entry["body"], datetime.fromisoformat(entry["at"])
        if body["verb"] == "placed":
            found[body["hold"]] = Hold(
                hold_id=body["hold"],
                by=body["by"],
                at=at,
                reason=body["reason"],
                agency_id=entry["agency"],
                incident=body["incident"],
                since=_time(body["since"]),
                until=_time(body["until"]),
            )
        elif body["hold"] in found:
            ended = Lifted(by=body["by"], at=at, reason=body["reason"])
            found[body["hold"]] = replace(found[body["hold"]], lifted=ended)
    return tuple(found.values())


def active(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """Return the holds that last."""
    return tuple(each for each in holds if each.lifted is None)


def placed_entry(hold: Hold) -> Entry:
    """Return the entry that places a hold."""
    body = {
        "hold": hold.hold_id,
        "verb": "placed",
        "by": hold.by,
        "reason": hold.reason,
        "incident": hold.incident,
        "since": "" if hold.since is None else stamp(hold.since),
        "until": "" if hold.until is None else stamp(hold.until),
    }
    return Entry(kind=EntryKind.HOLD, at=hold.at, agency_id=hold.agency_id, body=body)


def lifted_entry(hold: Hold, ended: Lifted) -> Entry:
    """Return the entry that lifts a hold."""
    body = {"hold": hold.hold_id, "verb": "lifted", "by": ended.by, "reason": ended.reason}
    return Entry(kind=EntryKind.HOLD, at=ended.at, agency_id=hold.agency_id, body=body)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
