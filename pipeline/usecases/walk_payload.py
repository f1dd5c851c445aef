"""Walking one payload: in batches, each batch one transaction.

A batch is walked outside any transaction and saved in one, guarded by the agency's turn and the
payload's position: whoever comes second finds nothing saved twice and walks again. After a kill
the next walk goes on where the last saved batch ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import orjson

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import incident_alert
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import (
    Landed,
    add_notices,
    load_payload,
    quarantine_payload,
)
from pipeline.adapters.store.memories import claim_turn, sealed_memories, walk_turn
from pipeline.adapters.store.walking import Batch, Saved, save_batch, verdict
from pipeline.audit import Entry, EntryKind, outcome_body
from pipeline.feeds import Reading, read_payload
from pipeline.model import (
    CandidateId,
    Conflict,
    Duplicate,
    Held,
    HoldReason,
    Incident,
    IncidentRef,
    LedgerState,
    Notice,
    Outcome,
    PayloadId,
    PayloadRefused,
    RetractReason,
    VaultFailure,
    Withheld,
)
from pipeline.propose import Rules
from pipeline.redact import Detector
from pipeline.usecases.land import payload_context
from pipeline.usecases.memory import open_memory, seal_values
from pipeline.usecases.resources import (
    Resources,
)
from pipeline.usecases.withdraw import RULES, withdraw
from pipeline.walk import Step, canonical, walk

__all__ = ["BATCH", "Progress", "silent", "walk_payload"]

BATCH = 250
"""Records per transaction: large enough to be fast, small enough to lose little to a kill."""

_TRIES = 5

Progress = Callable[[str, int], None]
"""Told (agency, records) after each saved batch."""


def silent(_agency_id: str, _records: int) -> None:
    """Tell nobody."""


def walk_payload(
    resources: Resources,
    payload: Landed,
    rules: Rules,
    detector: Detector,
    *,
    now: datetime,
    progress: Progress,
) -> Counter[str]:
    """Walk one landed payload to its end; return records by ledger state.

    Raises:
        VaultFailure: the body cannot be read.
        StoreFailure: the database cannot be used.
    """
    versions = {
        "agency": rules.agency.version,
        "policy": rules.policy.version,
        "model": detector.version,
    }
    if payload.wrapped_key is None:
        raise VaultFailure("the payload's key is shredded; it cannot be walked again")
    context = payload_context(payload.agency_id, payload.payload_id)
    body = resources.vault.get(payload.vault_ref, payload.wrapped_key, context=context)
    try:
        reading = read_payload(body, rules.agency)
    except PayloadRefused as refusal:
        _quarantine(resources, payload, refusal, versions, now)
        return Counter({LedgerState.QUARANTINED.value: 1})
    counts: Counter[str] = Counter()
    start = payload.walked_to
    while True:
        part = reading.records[start : start + BATCH]
        steps = [
            canonical(record, rules.agency, seal=resources.seal, received_at=payload.received_at)
            for record in part
        ]
        counts += _walk_batch(
            resources, payload, reading, start, steps, rules, detector, versions, now
        )
        progress(payload.agency_id, len(steps))
        start += len(steps)
        if start >= len(reading.records):
            return counts


def _quarantine(
    resources: Resources,
    payload: Landed,
    refusal: PayloadRefused,
    versions: Mapping[str, str],
    now: datetime,
) -> None:
    with resources.store.write() as tx:
        done = quarantine_payload(
            tx,
            payload.payload_id,
            code=refusal.code,
            position=refusal.position,
            versions=orjson.dumps(versions).decode(),
        )
        if not done:
            return
        add_notices(tx, payload.payload_id, [Notice(code=refusal.code, field=refusal.position)])
        body = {
            "payload": payload.payload_id,
            "code": refusal.code.value,
            "position": refusal.position,
            "versions": dict(versions),
        }
        entry = Entry(
            kind=EntryKind.PAYLOAD_QUARANTINED, at=now, agency_id=payload.agency_id, body=body
        )
        append(tx, [entry])


def _walk_batch(
    resources: Resources,
    payload: Landed,
    reading: Reading,
    start: int,
    steps: Sequence[Step],
    rules: Rules,
    detector: Detector,
    versions: Mapping[str, str],
    now: datetime,
) -> Counter[str]:
    refs = [step.content.ref for step in steps if isinstance(step.content, Incident)]
    for _ in range(_TRIES):
        with resources.store.read() as tx:
            turn = walk_turn(tx, payload.agency_id)
            sealed = sealed_memories(tx, refs)
            alerts = {r: incident_alert(tx, r) for r, item in sealed.items() if item.alert_id}
        memories = {
            ref: open_memory(resources.vault, ref, item, alerts.get(ref))
            for ref, item in sealed.items()
        }
        outcomes = walk(
            steps, rules=rules, memories=memories, detector=detector, seal=resources.seal
        )
        batch = Batch(
            payload_id=payload.payload_id,
            agency_id=payload.agency_id,
            start=start,
            records=len(reading.records),
            rows_read=reading.rows,
            versions=orjson.dumps(versions).decode(),
            at=now,
            saved=[_saved(resources, outcome) for outcome in outcomes],
            notices=_notices(reading, outcomes, first=start == 0),
            known=frozenset(sealed),
        )
        try:
            with resources.store.write() as tx:
                claim_turn(tx, payload.agency_id, turn)
                save_batch(tx, batch)
                alerted = {ref for ref, memory in sealed.items() if memory.alert_id}
                _withdraw_where_needed(tx, outcomes, alerted, now)
                append(tx, _entries(batch, outcomes, versions))
        except Conflict:
            if _elsewhere(resources, payload.payload_id, start):
                return Counter()
            continue
        return Counter(verdict(outcome).state.value for outcome in outcomes)
    raise Conflict(f"agency {payload.agency_id} is walked by too many at once; run this again")


def _elsewhere(resources: Resources, payload_id: PayloadId, start: int) -> bool:
    """Return whether somebody else already saved this batch."""
    with resources.store.read() as tx:
        current = load_payload(tx, payload_id)
    return current is None or current.state != "landed" or current.walked_to > start


def _saved(resources: Resources, outcome: Outcome) -> Saved:
    if outcome.ref is None or outcome.memory is None:
        return Saved(outcome=outcome, sealed_values=None)
    sealed = seal_values(resources.vault, outcome.ref, outcome.memory)
    return Saved(outcome=outcome, sealed_values=sealed)


def _notices(reading: Reading, outcomes: Sequence[Outcome], *, first: bool) -> list[Notice]:
    """Return the notices of a batch; duplicates repeat theirs at every poll and are not counted."""
    found = list(reading.notices) if first else []
    for outcome in outcomes:
        if not isinstance(outcome.state, Duplicate):
            found += outcome.notices
    return found


def _withdraw_where_needed(
    tx: Tx, outcomes: Sequence[Outcome], alerted: set[IncidentRef], now: datetime
) -> None:
    """Retract alerts whose incident turned out to be nobody's business."""
    for outcome in outcomes:
        if outcome.ref is None or outcome.ref not in alerted or not _must_withdraw(outcome):
            continue
        alert = incident_alert(tx, outcome.ref)
        if alert is not None:
            withdraw(
                tx,
                alert,
                incident_ref=outcome.ref,
                candidate_id=CandidateId(""),
                editor=RULES,
                reason=RetractReason.SENSITIVE_REVISION,
                now=now,
            )


def _must_withdraw(outcome: Outcome) -> bool:
    match outcome.state:
        case Withheld():
            return True
        case Held(reason=HoldReason.TACTICAL | HoldReason.UNKNOWN_CALL_TYPE):
            return True
    return False


def _entries(batch: Batch, outcomes: Sequence[Outcome], versions: Mapping[str, str]) -> list[Entry]:
    entries = []
    for outcome in outcomes:
        words = verdict(outcome)
        if words.state is not LedgerState.DUPLICATE:
            body = outcome_body(
                outcome,
                payload_id=batch.payload_id,
                versions=versions,
                state=words.state.value,
                reason=words.reason,
            )
            entries.append(
                Entry(kind=EntryKind.OUTCOME, at=batch.at, agency_id=batch.agency_id, body=body)
            )
    walked = {
        "payload": batch.payload_id,
        "from": batch.start,
        "to": batch.start + len(outcomes),
        "of": batch.records,
        "duplicates": len(outcomes) - len(entries),
        "versions": dict(versions),
    }
    entries.append(
        Entry(kind=EntryKind.PAYLOAD_WALKED, at=batch.at, agency_id=batch.agency_id, body=walked)
    )
    return entries
