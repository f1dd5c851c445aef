"""Tells what private text is kept, how long, what is due, held, certified destroyed.

Read only; ``expire`` destroys. Certificates are read from the log, where anybody can prove them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.feeding import living_payloads
from pipeline.adapters.store.holding import due_memories
from pipeline.adapters.store.requests import all_requests
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.certificates import Certificate, certificates_of
from pipeline.audit.holds import active
from pipeline.model import Policy, RetentionClass
from pipeline.usecases.catalog import shorter_times
from pipeline.usecases.holds import all_holds, kept
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.settings import Settings

__all__ = ["ClassRow", "certificates", "retention_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One class of private text: ``alive`` keys, of which ``due`` may go and ``held`` may not.

    ``kept_for`` is the policy's; an agency may say less of its payloads. ``oldest`` is when the
    oldest living one began to count, ``due_since`` when the first of those due was over;
    ``destroyed`` is what is certified.
    """

    kind: RetentionClass
    kept_for: timedelta
    alive: int
    oldest: datetime | None
    due: int
    held: int
    destroyed: int
    due_since: datetime | None = None


def retention_rows(settings: Settings, *, now: datetime) -> tuple[ClassRow, ...]:
    """Return a row for each class.

    Raises:
        StoreFailure: the database cannot be used.
        ConfigError: the policy cannot be read.
    """
    policy = current_policy(settings)
    shorter = shorter_times(settings, policy)
    with open_database(settings) as store, store.read() as tx:
        destroyed: Counter[str] = Counter()
        for each in _certificates(tx):
            destroyed[each.kind] += len(each.keys)
        return (
            _payloads(tx, policy, shorter, now, destroyed[RetentionClass.PAYLOAD.value]),
            _memories(tx, policy, now, destroyed[RetentionClass.MEMORY.value]),
            _requests(tx, policy, now, destroyed[RetentionClass.REQUEST.value]),
        )


def certificates(settings: Settings, *, agency: str | None = None) -> tuple[Certificate, ...]:
    """Return every certificate of destruction, oldest first.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        found = _certificates(tx)
    return tuple(each for each in found if agency in (None, each.agency_id))


def _certificates(tx: Tx) -> tuple[Certificate, ...]:
    return certificates_of(entries_of(tx, [EntryKind.CERTIFICATE]))


def _payloads(
    tx: Tx, policy: Policy, shorter: Mapping[str, timedelta], now: datetime, destroyed: int
) -> ClassRow:
    kind = RetentionClass.PAYLOAD
    alive = living_payloads(tx)
    ends = {
        each.payload_id: each.received_at + shorter.get(each.agency_id, policy.kept_for(kind))
        for each in alive
        if each.state != "landed"
    }
    over = [each for each in alive if each.payload_id in ends and ends[each.payload_id] < now]
    held = kept(tx, over, active(all_holds(tx)))
    return ClassRow(
        kind=kind,
        kept_for=policy.kept_for(kind),
        alive=len(alive),
        oldest=min((each.received_at for each in alive), default=None),
        due=len(over) - len(held),
        held=len(held),
        destroyed=destroyed,
        due_since=min(
            (ends[each.payload_id] for each in over if each.payload_id not in held), default=None
        ),
    )


def _memories(tx: Tx, policy: Policy, now: datetime, destroyed: int) -> ClassRow:
    kind = RetentionClass.MEMORY
    alive = due_memories(tx, now + timedelta(days=1))
    over = [each for each in alive if each.seen_at < now - policy.kept_for(kind)]
    lasting = active(all_holds(tx))
    due = [
        m
        for m in over
        if not any(
            hold.keeps_memory(agency_id=m.agency_id, incident=m.incident_ref, seen_at=m.seen_at)
            for hold in lasting
        )
    ]
    return ClassRow(
        kind=kind,
        kept_for=policy.kept_for(kind),
        alive=len(alive),
        oldest=min((each.seen_at for each in alive), default=None),
        due=len(due),
        held=len(over) - len(due),
        destroyed=destroyed,
        due_since=min((m.seen_at + policy.kept_for(kind) for m in due), default=None),
    )


def _requests(tx: Tx, policy: Policy, now: datetime, destroyed: int) -> ClassRow:
    kind = RetentionClass.REQUEST
    alive = [each for each in all_requests(tx) if each.sealed is not None]
    closed = [each.closed_at for each in alive if each.state == "closed" and each.closed_at]
    ends = [at + policy.kept_for(kind) for at in closed]
    over = [end for end in ends if end < now]
    stopped = any(not (each.agency_id or each.incident) for each in active(all_holds(tx)))
    return ClassRow(
        kind=kind,
        kept_for=policy.kept_for(kind),
        alive=len(alive),
        oldest=min(closed, default=None),
        due=0 if stopped else len(over),
        held=len(over) if stopped else 0,
        destroyed=destroyed,
        due_since=None if stopped else min(over, default=None),
    )
