"""Walking one payload: in batches, each batch one transaction.

A batch is walked outside any transaction and saved in one, guarded by the agency's turn and the
payload's position: whoever comes second finds nothing saved twice and walks again. After a kill
the next walk goes on where the last saved batch ended. No batch may be saved in part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import orjson

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, add_notices, load_payload, quarantine_payload
from pipeline.adapters.store.memories import claim_turn
from pipeline.adapters.store.spots import add_spots
from pipeline.adapters.store.verdicts import verdict
from pipeline.adapters.store.walking import Batch, save_batch
from pipeline.audit import Entry, EntryKind
from pipeline.feeds import Reading, RefusedRecord, read_payload
from pipeline.model import (
    Conflict,
    Duplicate,
    Incident,
    IncidentRef,
    LedgerState,
    Memory,
    Notice,
    Outcome,
    PayloadId,
    PayloadRefused,
    SourceRecord,
    VaultFailure,
)
from pipeline.place import Spot
from pipeline.usecases.land import payload_context
from pipeline.usecases.recall import (
    Recalled,
    Walking,
    outcome_entries,
    recall,
    seal_all,
    withdraw_where_needed,
)
from pipeline.walk import Step, canonical, walk

__all__ = [
    "BATCH",
    "Progress",
    "open_body",
    "silent",
    "steps_of",
    "walk_payload",
    "walk_steps",
]

BATCH = 250
"""Records per transaction: large enough to be fast, small enough to lose little to a kill."""

_TRIES = 5

Progress = Callable[[str, int], None]
"""Told (agency, records) after each saved batch."""


def silent(_agency_id: str, _records: int) -> None:
    """Tell nobody."""


def open_body(walking: Walking, payload: Landed) -> bytes:
    """Return the payload's body from the vault.

    Raises:
        VaultFailure: it is shredded, or cannot be read.
    """
    if payload.wrapped_key is None:
        raise VaultFailure("the payload's key is shredded; it cannot be walked again")
    context = payload_context(payload.agency_id, payload.payload_id)
    return walking.resources.vault.get(payload.vault_ref, payload.wrapped_key, context=context)


def walk_payload(walking: Walking, payload: Landed, progress: Progress) -> Counter[str]:
    """Walk one landed payload to its end; return records by ledger state.

    Raises:
        VaultFailure: the body cannot be read.
        StoreFailure: the database cannot be used.
        ConfigError: the agency's paths or schema cannot be used.
        Conflict: too many walk this agency at once.
    """
    body = open_body(walking, payload)
    try:
        reading = read_payload(body, walking.rules.agency)
    except PayloadRefused as refusal:
        _quarantine(walking, payload, refusal)
        return Counter({LedgerState.QUARANTINED.value: 1})
    counts: Counter[str] = Counter()
    start = payload.walked_to
    while True:
        part = reading.records[start : start + BATCH]
        counts += _walk_batch(walking, payload, reading, start)
        progress(payload.agency_id, len(part))
        start += len(part)
        if start >= len(reading.records):
            return counts


def _quarantine(walking: Walking, payload: Landed, refusal: PayloadRefused) -> None:
    versions = walking.rules.versions
    (told,) = walking.shown([Notice(code=refusal.code, field=refusal.position)])
    with walking.resources.store.write() as tx:
        done = quarantine_payload(
            tx,
            payload.payload_id,
            code=refusal.code,
            position=told.field,
            versions=orjson.dumps(versions).decode(),
        )
        if not done:
            return
        add_notices(tx, payload.payload_id, [told])
        body = {
            "payload": payload.payload_id,
            "code": refusal.code.value,
            "position": told.field,
            "versions": versions,
        }
        kind = EntryKind.PAYLOAD_QUARANTINED
        append(tx, [Entry(kind=kind, at=walking.now, agency_id=payload.agency_id, body=body)])


def _walk_batch(walking: Walking, payload: Landed, reading: Reading, start: int) -> Counter[str]:
    """Walk and save the batch from ``start`` on; nothing when somebody else saved it already."""
    steps = steps_of(walking, payload, reading.records[start : start + BATCH])
    refs = [step.content.ref for step in steps if isinstance(step.content, Incident)]
    spots = [step.spot for step in steps if step.spot is not None]
    for _ in range(_TRIES):
        recalled = recall(walking, refs, spots)
        outcomes = walk_steps(walking, steps, recalled.memories, recalled.default_points)
        try:
            _save(walking, payload, reading, start, recalled, outcomes, recalled.new_spots(spots))
        except Conflict:
            if _elsewhere(walking, payload.payload_id, start):
                return Counter()
            continue
        return Counter(verdict(outcome).state.value for outcome in outcomes)
    raise Conflict(f"agency {payload.agency_id} is walked by too many at once; run this again")


def steps_of(
    walking: Walking, payload: Landed, records: Iterable[SourceRecord | RefusedRecord]
) -> list[Step]:
    """Return the first arrow's result for records of one payload."""
    agency, seal, at = walking.rules.agency, walking.resources.seal, payload.received_at
    return [canonical(record, agency, seal=seal, received_at=at) for record in records]


def walk_steps(
    walking: Walking,
    steps: Sequence[Step],
    memories: Mapping[IncidentRef, Memory],
    default_points: Collection[str],
) -> tuple[Outcome, ...]:
    """Return the outcome of each step under the walk's rules."""
    return walk(
        steps,
        rules=walking.rules,
        memories=memories,
        detector=walking.detector,
        seal=walking.resources.seal,
        default_points=default_points,
    )


def _save(
    walking: Walking,
    payload: Landed,
    reading: Reading,
    start: int,
    recalled: Recalled,
    outcomes: Sequence[Outcome],
    spots: Sequence[Spot],
) -> None:
    rules = walking.rules
    batch = Batch(
        payload_id=payload.payload_id,
        agency_id=payload.agency_id,
        start=start,
        records=len(reading.records),
        rows_read=reading.rows,
        versions=orjson.dumps(rules.versions).decode(),
        rules=rules.digest,
        at=walking.now,
        saved=seal_all(walking, outcomes),
        notices=walking.shown(_notices(reading, outcomes, first=start == 0)),
        known=frozenset(recalled.memories),
    )
    with walking.resources.store.write() as tx:
        claim_turn(tx, payload.agency_id, recalled.turn)
        save_batch(tx, batch)
        add_spots(tx, payload.agency_id, spots, walking.now)
        withdraw_where_needed(tx, outcomes, recalled.alerted, walking.now)
        entries = outcome_entries(walking, payload.payload_id, outcomes)
        told = sum(entry.kind is EntryKind.OUTCOME for entry in entries)
        append(tx, [*entries, _walked_entry(walking, batch, len(outcomes) - told)])


def _elsewhere(walking: Walking, payload_id: PayloadId, start: int) -> bool:
    """Return whether somebody else already saved this batch."""
    with walking.resources.store.read() as tx:
        current = load_payload(tx, payload_id)
    return current is None or current.state != "landed" or current.walked_to > start


def _notices(reading: Reading, outcomes: Sequence[Outcome], *, first: bool) -> list[Notice]:
    """Return the notices of a batch; duplicates repeat theirs at every poll and are not counted."""
    found = list(reading.notices) if first else []
    for outcome in outcomes:
        if not isinstance(outcome.state, Duplicate):
            found += outcome.notices
    return found


def _walked_entry(walking: Walking, batch: Batch, duplicates: int) -> Entry:
    body = {
        "payload": batch.payload_id,
        "from": batch.start,
        "to": batch.start + len(batch.saved),
        "of": batch.records,
        "duplicates": duplicates,
        "versions": walking.rules.versions,
    }
    kind = EntryKind.PAYLOAD_WALKED
    return Entry(kind=kind, at=batch.at, agency_id=batch.agency_id, body=body)
