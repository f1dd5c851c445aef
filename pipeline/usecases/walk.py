"""Walking what was landed: each payload in batches, each batch one transaction.

A batch is walked outside any transaction and saved in one, guarded by the agency's turn and the
payload's position: whoever comes second finds nothing saved twice and walks again. After a kill
the next walk goes on where the last saved batch ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.editorial import incident_alert
from pipeline.adapters.store.feeding import (
    Landed,
    add_notices,
    load_payload,
    quarantine_payload,
    set_folder,
    waiting,
)
from pipeline.adapters.store.walking import (
    Batch,
    Saved,
    claim_turn,
    save_batch,
    sealed_memories,
    verdict,
    walk_turn,
)
from pipeline.agencies import check_agreement, load_agency, schemas_folder
from pipeline.audit import Entry, EntryKind, outcome_body
from pipeline.feeds import Reading, read_payload
from pipeline.model import (
    CandidateId,
    ConfigError,
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
from pipeline.redact import Detector
from pipeline.usecases.catalog import error_folder, in_shard, load_catalog, rules_for
from pipeline.usecases.land import land, payload_context
from pipeline.usecases.memory import open_memory, seal_values
from pipeline.usecases.resources import (
    Resources,
    current_policy,
    detector_for,
    open_resources,
)
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import RULES, withdraw
from pipeline.walk import Rules, Step, canonical, walk

__all__ = ["BATCH", "WalkReport", "walk_files", "walk_landed", "walk_payload"]

BATCH = 250
"""Records per transaction: large enough to be fast, small enough to lose little to a kill."""

_TRIES = 5

Progress = Callable[[str, int], None]
"""Told (agency, records) after each saved batch."""


def _silent(_agency_id: str, _records: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """What one walk did: payloads finished, records by ledger state, agencies left standing."""

    payloads: int
    counts: Counter[str]
    failures: Mapping[str, str]


def walk_landed(
    settings: Settings,
    *,
    now: datetime,
    shard: int = 0,
    of: int = 1,
    agencies: Sequence[str] | None = None,
    progress: Progress = _silent,
) -> WalkReport:
    """Walk every landed payload of this shard's agencies, oldest first.

    Raises:
        ConfigError: agencies folder, policy or key file missing or wrong.
        StoreFailure: the database cannot be used.
    """
    policy = current_policy(settings)
    catalog = load_catalog(settings, agencies)
    counts: Counter[str] = Counter()
    failures = {error_folder(error): str(error) for error in catalog.errors}
    finished = 0
    with open_resources(settings, now=now) as resources:
        for agency in catalog.agencies:
            if not in_shard(agency.agency_id, shard, of):
                continue
            with resources.store.read() as tx:
                landed = waiting(tx, [agency.agency_id])
            if not landed:
                continue
            part = _walk_agency(
                resources,
                landed,
                rules_for(agency, policy),
                detector_for(settings.policy),
                now=now,
                progress=progress,
            )
            counts += part.counts
            finished += part.payloads
            failures |= part.failures
    return WalkReport(payloads=finished, counts=counts, failures=failures)


def walk_files(
    settings: Settings,
    folder: Path,
    files: Sequence[Path],
    *,
    now: datetime,
    progress: Progress = _silent,
) -> WalkReport:
    """Land files as payloads of the agency in ``folder`` and walk whatever of it waits.

    Raises:
        ConfigError: the agency's files are wrong, or a payload file cannot be read.
        AgreementStopped: the agency's agreement does not cover today.
        StoreFailure, VaultFailure: database or vault cannot be used.
    """
    policy = current_policy(settings)
    agency = load_agency(folder, dialects=schemas_folder())
    check_agreement(agency, now.astimezone(agency.timezone).date())
    rules = rules_for(agency, policy)
    with open_resources(settings, now=now) as resources:
        for number, file in enumerate(files, start=1):
            body = _read_file(file, number)
            land(resources, agency.agency_id, body, run_id="walk-files", received_at=now)
        with resources.store.read() as tx:
            landed = waiting(tx, [agency.agency_id])
        detector = detector_for(settings.policy)
        return _walk_agency(resources, landed, rules, detector, now=now, progress=progress)


def _read_file(file: Path, number: int) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        # The name may hold private text, so the file is told by its place in the list.
        raise ConfigError(
            f"payload file {number} cannot be read ({error.strerror})",
            remedy="Check the path and its permissions",
        ) from None


def _walk_agency(
    resources: Resources,
    landed: Sequence[Landed],
    rules: Rules,
    detector: Detector,
    *,
    now: datetime,
    progress: Progress,
) -> WalkReport:
    """Walk one agency's payloads in the order they landed."""
    agency = rules.agency
    counts: Counter[str] = Counter()
    failures: dict[str, str] = {}
    finished = 0
    with resources.store.write() as tx:
        set_folder(tx, agency.agency_id, str(agency.folder))
    for payload in landed:
        try:
            counts += walk_payload(resources, payload, rules, detector, now=now, progress=progress)
        except VaultFailure as failure:
            # Later payloads of this agency must wait: revisions are walked in order.
            failures[agency.agency_id] = str(failure)
            break
        finished += 1
    return WalkReport(payloads=finished, counts=counts, failures=failures)


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
