"""Walking open records again when the rules have changed: agency file, policy or model.

Open are pending and held records that are their incident's newest, and records quarantined one by
one. A mended agency file so frees what it held or could not read, and a stricter one takes back
what waits for an editor. Nothing decided is ever touched, nothing is received twice, and what is
shredded stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed
from pipeline.adapters.store.listing import closures
from pipeline.adapters.store.memories import claim_turn
from pipeline.adapters.store.revisiting import mark_walked_by, open_incidents, outdated
from pipeline.adapters.store.verdicts import verdict
from pipeline.adapters.store.walking import Batch, save_rewalked
from pipeline.agencies import APPEAL, POSTED
from pipeline.feeds import Reading, read_payload
from pipeline.model import (
    Digest,
    Duplicate,
    Incident,
    IncidentRef,
    IncidentStatus,
    Outcome,
    PayloadRefused,
    Quarantined,
    Stale,
    Withheld,
)
from pipeline.usecases.cases import close_cases, tell_closed
from pipeline.usecases.recall import (
    Recalled,
    Walking,
    outcome_entries,
    recall,
    seal_all,
    withdraw_where_needed,
)
from pipeline.usecases.walk_batch import steps_of, walk_steps
from pipeline.usecases.walk_payload import BATCH, open_body
from pipeline.walk import Step

__all__ = ["rewalk_open", "rewalk_records"]

_NEVER = Digest("")
"""A revision no record has: the walk must not take the record for a duplicate of itself."""


def rewalk_open(walking: Walking) -> Counter[str]:
    """Walk one agency's open records under today's rules; return those that moved, by state.

    Raises:
        VaultFailure: a body cannot be read.
        StoreFailure: the database cannot be used.
        Conflict: the agency was walked by somebody else meanwhile; the next walk comes back to it.
    """
    agency_id = walking.rules.agency.agency_id
    with walking.resources.store.read() as tx:
        waiting = outdated(tx, agency_id, walking.rules.digest)
    moved: Counter[str] = Counter()
    for payload, positions in waiting:
        moved += rewalk_records(walking, payload, frozenset(positions))
    return moved


def rewalk_records(walking: Walking, payload: Landed, positions: frozenset[int]) -> Counter[str]:
    """Walk these open records of one payload again; return those that moved, by state.

    Raises:
        VaultFailure, StoreFailure, Conflict: as :func:`rewalk_open`.
    """
    walking = walking.of(payload.run_id)
    try:
        reading = read_payload(open_body(walking, payload), walking.rules.agency)
    except PayloadRefused:
        # Under today's file it could not even be read; the records stay as they are, and an
        # approval is refused because the rules have changed.
        with walking.resources.store.write() as tx:
            mark_walked_by(tx, payload.payload_id, walking.rules.digest)
        return Counter()
    records = [record for record in reading.records if record.position in positions]
    moved: Counter[str] = Counter()
    for start in range(0, len(records), BATCH):
        steps = _as_listed(walking, steps_of(walking, payload, records[start : start + BATCH]))
        moved += _rewalk_batch(walking, payload, reading, steps)
    return moved


def _rewalk_batch(
    walking: Walking, payload: Landed, reading: Reading, steps: Sequence[Step]
) -> Counter[str]:
    refs = [step.content.ref for step in steps if isinstance(step.content, Incident)]
    recalled = recall(walking, refs, [step.spot for step in steps if step.spot is not None])
    with walking.resources.store.read() as tx:
        open_refs = open_incidents(tx, payload.payload_id, {step.position for step in steps})
    memories = {
        ref: replace(each, revision=_NEVER) if ref in open_refs else each
        for ref, each in recalled.memories.items()
    }
    walked = walk_steps(walking, steps, memories, recalled.default_points)
    outcomes = [_settled(outcome, recalled, open_refs) for outcome in walked]
    again = Batch(
        payload_id=payload.payload_id,
        agency_id=payload.agency_id,
        start=0,
        records=len(reading.records),
        rows_read=reading.rows,
        versions="",
        rules=walking.rules.digest,
        at=walking.now,
        saved=seal_all(walking, outcomes),
        known=frozenset(recalled.memories),
    )
    with walking.resources.store.write() as tx:
        claim_turn(tx, payload.agency_id, recalled.turn)
        changed = save_rewalked(tx, again)
        withdraw_where_needed(tx, changed, walking.now)
        closed = close_cases(tx, steps, posted=payload.run_id in (POSTED, APPEAL))
        if changed:
            append(tx, outcome_entries(walking, payload.payload_id, changed))
        tell_closed(tx, closed, walking.now)
    return Counter(verdict(outcome).state.value for outcome in changed)


def _as_listed(walking: Walking, steps: list[Step]) -> list[Step]:
    """Close those whose agency stopped listing them; see ``vanish``."""
    agency = walking.rules.agency
    if agency.vanish_after is None:
        return steps
    refs = [step.content.ref for step in steps if isinstance(step.content, Incident)]
    with walking.resources.store.read() as tx:
        closed = closures(tx, agency.agency_id, refs)
    return [
        replace(step, content=_closed(step.content, closed[step.content.ref]))
        if isinstance(step.content, Incident) and step.content.ref in closed
        else step
        for step in steps
    ]


def _closed(incident: Incident, at: datetime) -> Incident:
    if incident.status is not IncidentStatus.OPEN:
        return incident
    return replace(incident, status=IncidentStatus.CLOSED, closed_at=at)


def _settled(outcome: Outcome, recalled: Recalled, open_refs: frozenset[IncidentRef]) -> Outcome:
    """Count a record that can be read only now as old, when its incident is known from others.

    Which of the two is newer nobody can say any more, so what is known stays; but a sensitive
    record withholds its incident however late it is read.
    """
    known = outcome.ref in recalled.memories and outcome.ref not in open_refs
    if isinstance(outcome.state, Duplicate):
        known = True
    if not known or isinstance(outcome.state, Withheld | Quarantined):
        return outcome
    return replace(outcome, state=Stale(), findings=(), memory=None)
