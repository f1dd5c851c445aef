"""Walking one payload: opened, read, and its batches walked one after another.

How a batch is walked and saved is ``walk_batch``'s part. After a kill the next walk goes on where
the last saved batch ended. A payload that cannot be read is quarantined whole, never in part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import orjson

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, add_notices, load_payload, quarantine_payload
from pipeline.adapters.telemetry import note
from pipeline.audit import Entry, EntryKind
from pipeline.feeds import Reading, RefusedRecord, read_payload
from pipeline.model import (
    LedgerState,
    Notice,
    PayloadId,
    PayloadRefused,
    SourceRecord,
    VaultFailure,
)
from pipeline.usecases.land import body_of
from pipeline.usecases.recall import Walking
from pipeline.usecases.walk_batch import settle, think

__all__ = [
    "BATCH",
    "Progress",
    "batches",
    "open_body",
    "read_landed",
    "refuse",
    "say_walked",
    "silent",
    "still_landed",
    "walk_payload",
]

BATCH = 250
"""Records per transaction: large enough to be fast, small enough to lose little to a kill."""

Progress = Callable[[str, int], None]
"""Told (agency, records) after each saved batch."""


def silent(_agency_id: str, _records: int) -> None:
    """Tell nobody."""


def still_landed(walking: Walking, payload_id: PayloadId) -> Landed | None:
    """Return a payload that waits for the walk; None for one that is wholly walked.

    Raises:
        StoreFailure: the database cannot be read.
    """
    with walking.resources.store.read() as tx:
        payload = load_payload(tx, payload_id)
    return payload if payload is not None and payload.state == "landed" else None


def open_body(walking: Walking, payload: Landed) -> bytes:
    """Return the payload's body from the vault.

    Raises:
        VaultFailure: it is shredded, or cannot be read.
    """
    if payload.wrapped_key is None:
        raise VaultFailure("the payload's key is shredded; it cannot be walked again")
    return body_of(walking.resources, payload)


def walk_payload(
    walking: Walking,
    payload: Landed,
    progress: Progress,
    *,
    noted: Callable[[Walking, Landed, Reading], None] | None = None,
) -> Counter[str]:
    """Walk one landed payload to its end; return records by ledger state.

    ``noted`` is called with what was read before any of it is saved.

    Raises:
        VaultFailure: the body cannot be read.
        StoreFailure: the database cannot be used.
        ConfigError: the agency's paths or schema cannot be used.
        Conflict: too many walk this agency at once.
    """
    walking = walking.of(payload.run_id)
    reading = read_landed(walking, payload)
    if isinstance(reading, PayloadRefused):
        return refuse(walking, payload, reading)
    if noted is not None:
        noted(walking, payload, reading)
    counts: Counter[str] = Counter()
    for start, records in batches(payload, reading):
        counts += settle(walking, payload, reading, think(walking, payload, start, records))
        progress(payload.agency_id, len(records))
    say_walked(payload, counts)
    return counts


def read_landed(walking: Walking, payload: Landed) -> Reading | PayloadRefused:
    """Return what is in a payload, or why it is quarantined whole.

    ``walking`` is of the payload's own form, see ``Walking.of``.

    Raises:
        VaultFailure, ConfigError: as :func:`walk_payload`.
    """
    try:
        return read_payload(open_body(walking, payload), walking.rules.agency)
    except PayloadRefused as refusal:
        return refusal


def batches(
    payload: Landed, reading: Reading
) -> Iterator[tuple[int, Sequence[SourceRecord | RefusedRecord]]]:
    """Yield what is left to be walked of a payload, a batch at a time: one at least."""
    for start in range(payload.walked_to, max(len(reading.records), payload.walked_to + 1), BATCH):
        yield start, reading.records[start : start + BATCH]


def refuse(walking: Walking, payload: Landed, refusal: PayloadRefused) -> Counter[str]:
    """Quarantine a payload whole.

    Raises:
        StoreFailure: the database cannot be used.
    """
    _quarantine(walking, payload, refusal)
    counts = Counter({LedgerState.QUARANTINED.value: 1})
    say_walked(payload, counts)
    return counts


def say_walked(payload: Landed, counts: Counter[str]) -> None:
    """Note in the structured log that a payload is walked."""
    note("payload-walked", agency=payload.agency_id, payload=payload.payload_id, **counts)


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
