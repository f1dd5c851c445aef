"""The leak budget (rule 26): an agency pauses itself when audits find too many leaks.

Everything is read from, and written to, entries of the log: a pause and its end are there if, and
only if, they are provable. Nothing here resumes by itself: a named person does, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import Entry, EntryKind
from pipeline.audit.bounds import upper_bound
from pipeline.model import Refused
from pipeline.usecases.decisions import RULES, named_editor, plain_reason
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings

__all__ = [
    "Pause",
    "Standing",
    "pause_where_needed",
    "paused_agencies",
    "paused_by",
    "pauses",
    "resume_agency",
    "resumed_at",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why and since when an agency publishes nothing."""

    agency_id: str
    since: datetime
    why: str

    def __str__(self) -> str:
        return (
            f"{self.agency_id} paused itself at {self.since:%F %H:%M} UTC ({self.why});"
            f" `blotter audit resume {self.agency_id}` ends it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What audits found of one agency since it was last resumed; ``index`` is the newest entry."""

    agency_id: str
    reviewed: int
    leaky: int
    caller_leaks: int


def paused_agencies(tx: Tx) -> Mapping[str, Pause]:
    """Return the agencies that are paused now."""
    return paused_by(entries_of(tx, [EntryKind.LEAK_BUDGET]))


def paused_by(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> Mapping[str, Pause]:
    """Return the agencies that these entries of the budget, oldest first, leave paused."""
    found: dict[str, Pause] = {}
    for _, entry in entries:
        agency_id = entry["agency"]
        if entry["body"]["verb"] == "paused":
            since = datetime.fromisoformat(entry["at"])
            found[agency_id] = Pause(agency_id=agency_id, since=since, why=entry["body"]["why"])
        else:
            found.pop(agency_id, None)
    return found


def resumed_at(tx: Tx) -> Mapping[str, int]:
    """Return the index of the entry that last resumed each agency: counting begins anew there."""
    entries = entries_of(tx, [EntryKind.LEAK_BUDGET])
    return {e["agency"]: index for index, e in entries if e["body"]["verb"] == "resumed"}


def pauses(settings: Settings) -> tuple[Pause, ...]:
    """Return every pause that lasts, by agency.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        return tuple(pause for _, pause in sorted(paused_agencies(tx).items()))


def pause_where_needed(
    tx: Tx, standings: Iterable[Standing], *, limit: float, now: datetime
) -> tuple[str, ...]:
    """Pause agencies over the limit, in the caller's transaction; return those newly paused.

    Too few reviews without a leak show nothing yet and pause nobody; with a leak the bound counts
    from the first review on. A confirmed leak of a caller pauses whatever the bound is.
    """
    already = paused_agencies(tx)
    newly = []
    for each in standings:
        bound = upper_bound(each.leaky, each.reviewed)
        why = "a caller leak was confirmed" if each.caller_leaks else ""
        if not why and each.leaky and bound > limit:
            why = f"leak rate at most {bound:.2%}, limit {limit:.2%}"
        if not why or each.agency_id in already:
            continue
        body = {
            "rule": f"leak-budget:{each.agency_id}",
            "verb": "paused",
            "by": RULES,
            "why": why,
            "reviewed": each.reviewed,
            "leaky": each.leaky,
            "caller_leaks": each.caller_leaks,
            "limit": limit,
        }
        append(tx, [Entry(kind=EntryKind.LEAK_BUDGET, at=now, agency_id=each.agency_id, body=body)])
        newly.append(each.agency_id)
    return tuple(newly)


def resume_agency(
    settings: Settings, agency_id: str, *, person: str, reason: str, now: datetime
) -> Pause:
    """End an agency's pause; return what it was. Its leak rate is counted anew from here.

    Raises:
        Refused: it is not paused, nobody is named, or the reason is short or holds private text.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_database(settings) as store, store.write() as tx:
        pause = paused_agencies(tx).get(agency_id)
        if pause is None:
            raise Refused(f"{agency_id[:40]!r} is not paused")
        body = {
            "rule": f"leak-budget:{agency_id}",
            "verb": "resumed",
            "by": person,
            "why": reason,
        }
        append(tx, [Entry(kind=EntryKind.LEAK_BUDGET, at=now, agency_id=agency_id, body=body)])
    return pause
