"""Destroys keys of private text whose time is over, unless held, and certifies it.

Holds are read, keys dropped and the certificate written in one transaction that has the log's turn:
a hold placed before it is seen, one placed after it is told what is gone. Ciphertext is deleted
afterwards. It must never destroy what was not walked, or certify what is still there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.adapters.keyring import WRAPPED_BYTES
from pipeline.adapters.shreds_file import add_destroyed, shreds_path
from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, forget_key, shreddable
from pipeline.adapters.store.holding import (
    due_memories,
    forget_values,
    living,
    take_turn,
)
from pipeline.adapters.store.requests import closed_requests, forget_requests
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import Entry, EntryKind
from pipeline.audit.certificates import certificate_entries, certificates_of, key_name
from pipeline.audit.holds import active
from pipeline.model import Policy, RetentionClass
from pipeline.usecases.holds import all_holds, kept
from pipeline.usecases.resources import Resources

__all__ = [
    "Destroyed",
    "destroy_memories",
    "destroy_payloads",
    "destroy_requests",
    "small_key",
    "tell_keyring",
]

_AT_ONCE = 200
_SMALL_HEAD = 4
"""Bytes before the wrapped key of what the vault sealed small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """How many keys were destroyed, and how many a hold kept."""

    count: int = 0
    held: int = 0


def rule_of(policy: Policy, kind: RetentionClass) -> str:
    """Return the rule by which a class is destroyed, as certificates name it."""
    return f"rule 28: {kind.value} after {_hours(policy.kept_for(kind))}"


def _hours(time: timedelta) -> str:
    return f"{time // timedelta(hours=1)}h"


def destroy_payloads(
    resources: Resources, policy: Policy, shorter: Mapping[str, timedelta], now: datetime
) -> Destroyed:
    """Destroy the keys of payloads past their time, an agency's own where that is ``shorter``."""
    kind = RetentionClass.PAYLOAD
    longest = policy.kept_for(kind)
    times = defaultdict(lambda: longest, {a: min(t, longest) for a, t in shorter.items()})
    latest = now - min([longest, *times.values()])
    with resources.store.read() as tx:
        due = [p for p in shreddable(tx, latest) if p.received_at < now - times[p.agency_id]]
    count = held = 0
    for agency_id, part in _parts(due):
        time = times[agency_id]
        rule = f"rule 28: {kind.value} after {_hours(time)}"
        with resources.store.write() as tx:
            take_turn(tx)
            keeping = kept(tx, part, active(all_holds(tx)))
            there = living(tx, [each.payload_id for each in part])
            free = [p for p in part if p.payload_id in there and p.payload_id not in keeping]
            kept_here = len(there & keeping)
            held += kept_here
            _drop_payloads(tx, free, policy, rule, before=now - time, held=kept_here, now=now)
        count += len(free)
        for each in free:
            resources.vault.shred(each.vault_ref)
    return Destroyed(count=count, held=held)


def _parts(due: Sequence[Landed]) -> Iterator[tuple[str, Sequence[Landed]]]:
    by_agency: dict[str, list[Landed]] = {}
    for each in due:
        by_agency.setdefault(each.agency_id, []).append(each)
    for agency_id, mine in sorted(by_agency.items()):
        for start in range(0, len(mine), _AT_ONCE):
            yield agency_id, mine[start : start + _AT_ONCE]


def _drop_payloads(
    tx: Tx,
    free: Sequence[Landed],
    policy: Policy,
    rule: str,
    *,
    before: datetime,
    held: int,
    now: datetime,
) -> None:
    if not free:
        return
    entries = []
    for each in free:
        forget_key(tx, each.payload_id)
        body = {"payload": each.payload_id, "rule": rule}
        entries.append(Entry(kind=EntryKind.SHRED, at=now, agency_id=each.agency_id, body=body))
    entries += certificate_entries(
        [key_name(each.wrapped_key or b"") for each in free],
        kind=RetentionClass.PAYLOAD.value,
        rule=rule,
        policy=policy.version,
        before=before,
        held=held,
        at=now,
        agency_id=free[0].agency_id,
    )
    append(tx, entries)


def destroy_memories(resources: Resources, policy: Policy, now: datetime) -> Destroyed:
    """Destroy what calls remember that were not seen for their time."""
    kind = RetentionClass.MEMORY
    before = now - policy.kept_for(kind)
    with resources.store.write() as tx:
        take_turn(tx)
        lasting = active(all_holds(tx))
        due = due_memories(tx, before)
        free = [
            each
            for each in due
            if not any(
                hold.keeps_memory(
                    agency_id=each.agency_id, incident=each.incident_ref, seen_at=each.seen_at
                )
                for hold in lasting
            )
        ]
        held = len(due) - len(free)
        if free:
            forget_values(tx, [each.incident_ref for each in free])
            rule = rule_of(policy, kind)
            body = {"memories": len(free), "rule": rule}
            shred = Entry(kind=EntryKind.SHRED, at=now, agency_id="", body=body)
            certified = certificate_entries(
                [small_key(each.sealed_values) for each in free],
                kind=kind.value,
                rule=rule,
                policy=policy.version,
                before=before,
                held=held,
                at=now,
            )
            append(tx, [shred, *certified])
    return Destroyed(count=len(free), held=held)


def destroy_requests(resources: Resources, policy: Policy, now: datetime) -> Destroyed:
    """Destroy what persons gave with requests closed long enough ago.

    A hold of every agency and call, such as one of a span of time, keeps it too.
    """
    kind = RetentionClass.REQUEST
    before = now - policy.kept_for(kind)
    with resources.store.write() as tx:
        take_turn(tx)
        due = closed_requests(tx, before)
        if any(not (each.agency_id or each.incident) for each in active(all_holds(tx))):
            return Destroyed(held=len(due))
        if due:
            forget_requests(tx, [each.request_id for each in due])
            rule = rule_of(policy, kind)
            shreds = [_shred_request(each.request_id, rule, now) for each in due]
            certified = certificate_entries(
                [small_key(each.sealed or b"") for each in due],
                kind=kind.value,
                rule=rule,
                policy=policy.version,
                before=before,
                held=0,
                at=now,
            )
            append(tx, [*shreds, *certified])
    return Destroyed(count=len(due))


def tell_keyring(resources: Resources, key_file: Path) -> int:
    """Let the keyring know of every certified destruction; return how many were news to it.

    From the log, so that a run killed before this is caught up with by the next.
    """
    with resources.store.read() as tx:
        certified = certificates_of(entries_of(tx, [EntryKind.CERTIFICATE]))
    names = {name for each in certified for name in each.keys}
    return add_destroyed(shreds_path(key_file), names)


def _shred_request(request_id: str, rule: str, now: datetime) -> Entry:
    body = {"request": request_id, "rule": rule}
    return Entry(kind=EntryKind.SHRED, at=now, agency_id="", body=body)


def small_key(sealed: bytes) -> str:
    """Return the id of the key of something that was sealed small."""
    return key_name(sealed[_SMALL_HEAD : _SMALL_HEAD + WRAPPED_BYTES])
