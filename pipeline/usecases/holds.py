"""Places and lifts legal holds: what a hold covers is not destroyed while it lasts.

A hold is an entry of the log and nothing else. A call is named by its CFS number or candidate and
kept by keyed digest: the number itself is written nowhere. What was destroyed before cannot be
held; whoever places a hold is told how much of that there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, payloads_of
from pipeline.adapters.store.holding import calls_in, known_call, take_turn
from pipeline.adapters.store.sampling import entries_of
from pipeline.agencies import Agency, CanonicalField
from pipeline.audit import EntryKind
from pipeline.audit.holds import Hold, Lifted, active, holds_of, lifted_entry, placed_entry
from pipeline.model import Refused, Seal
from pipeline.usecases.catalog import agency_of, require_known
from pipeline.usecases.decisions import named_editor, plain_reason
from pipeline.usecases.desk import resolve_candidate
from pipeline.usecases.resources import Resources, open_database, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["HoldReport", "Scope", "all_holds", "holds", "kept", "lift_hold", "place_hold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is to be held; what is None does not narrow. A ``cfs`` needs its agency.

    ``opened`` is when the call began, for agencies whose calls are known by number and time.
    """

    agency: str | None = None
    cfs: str | None = None
    opened: datetime | None = None
    candidate: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReport:
    """A hold, and how many payloads it keeps; ``gone`` it would have kept, and are destroyed."""

    hold: Hold
    payloads: int
    gone: int


def place_hold(
    settings: Settings,
    scope: Scope,
    *,
    person: str,
    reason: str,
    now: datetime,
    mint: Callable[[], str] = lambda: token_hex(4),
) -> HoldReport:
    """Place a hold from now on.

    Raises:
        Refused: nobody is named, the reason will not do, or the scope names nothing that is known.
    """
    person, reason = named_editor(person), plain_reason(reason)
    if scope == Scope():
        raise Refused("say what is held: an agency, a call, a candidate or a span of time")
    if scope.since and scope.until and scope.since > scope.until:
        raise Refused("the span ends before it begins")
    with open_resources(settings, now=now) as resources:
        agency_id, incident = _named(resources, settings, scope)
        hold = Hold(
            hold_id=mint(),
            by=person,
            at=now,
            reason=reason,
            agency_id=agency_id,
            incident=incident,
            since=scope.since,
            until=scope.until,
        )
        with resources.store.write() as tx:
            take_turn(tx)
            append(tx, [placed_entry(hold)])
            covered = [each for each in payloads_of(tx, agency_id) if _keeps(tx, hold, each)]
    alive = sum(each.wrapped_key is not None for each in covered)
    return HoldReport(hold=hold, payloads=alive, gone=len(covered) - alive)


def lift_hold(settings: Settings, hold_id: str, *, person: str, reason: str, now: datetime) -> Hold:
    """End a hold; what is past its time is destroyed by the next run.

    Raises:
        Refused: there is no such hold, it was lifted before, or nobody is named.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_database(settings) as store, store.write() as tx:
        take_turn(tx)
        found = [each for each in all_holds(tx) if each.hold_id == hold_id]
        if not found or found[0].lifted is not None:
            word = "was lifted before" if found else "is not known"
            raise Refused(f"the hold {hold_id[:20]!r} {word}; `blotter hold list` shows them")
        ended = Lifted(by=person, at=now, reason=reason)
        append(tx, [lifted_entry(found[0], ended)])
    return replace(found[0], lifted=ended)


def holds(settings: Settings, *, every: bool = False) -> tuple[Hold, ...]:
    """Return the holds that last, oldest first; with ``every`` the lifted ones too.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        found = all_holds(tx)
    return found if every else active(found)


def all_holds(tx: Tx) -> tuple[Hold, ...]:
    """Return every hold, from the log, oldest first."""
    return holds_of(entries_of(tx, [EntryKind.HOLD]))


def kept(tx: Tx, found: Iterable[Landed], lasting: Iterable[Hold]) -> frozenset[str]:
    """Return which of these payloads a hold keeps."""
    lasting = tuple(lasting)
    return frozenset(
        each.payload_id for each in found if any(_keeps(tx, hold, each) for hold in lasting)
    )


def _keeps(tx: Tx, hold: Hold, payload: Landed) -> bool:
    wanted = [hold.incident] if hold.incident else []
    return hold.keeps_payload(
        agency_id=payload.agency_id,
        received_at=payload.received_at,
        incidents=calls_in(tx, payload, wanted),
    )


def _named(resources: Resources, settings: Settings, scope: Scope) -> tuple[str, str]:
    """Return the agency and the call a scope names; empty is every one."""
    if scope.candidate is not None:
        if scope.cfs is not None:
            raise Refused("name the call by its number or by a candidate, not by both")
        candidate = resolve_candidate(resources, scope.candidate).proposal.candidate
        if scope.agency not in (None, candidate.agency_id):
            raise Refused("this candidate is of another agency")
        return candidate.agency_id, candidate.ref
    with resources.store.read() as tx:
        require_known(settings, tx, scope.agency)
        if scope.cfs is None:
            return scope.agency or "", ""
        if scope.agency is None:
            raise Refused("a call's number needs its agency: numbers repeat")
        agency = agency_of(settings, tx, scope.agency)
        incident = call_digest(resources.seal, agency, scope.cfs, scope.opened)
        if known_call(tx, incident) is None:
            raise Refused(
                "no call of this number was ever received; give it as the feed has it, with "
                "--opened where the agency's key has the time, or hold the agency's days"
            )
    return scope.agency, incident


def call_digest(seal: Seal, agency: Agency, cfs: str, opened: datetime | None) -> str:
    """Return the keyed digest of a call as ``feeds.canonical`` makes it.

    Raises:
        Refused: the agency's calls are known by more than number and time.
    """
    parts = []
    for each in agency.key:
        if each is CanonicalField.CFS_NUMBER:
            parts.append(cfs)
        elif each is CanonicalField.OPENED_AT and opened is not None:
            parts.append(opened.astimezone(UTC).isoformat())
        else:
            raise Refused(f"this agency's calls are known by {each.value} too; name a candidate")
    texts = (str(agency.agency_id), *parts)
    return str(seal.digest("incident", *(text.encode() for text in texts)))
