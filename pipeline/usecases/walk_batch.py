"""Walking one batch: thought out beside the database, then saved in one transaction.

A thought rests on what was known of its incidents and places when it was begun. Where another walk
of the agency saved something meanwhile, it is kept if none of that has changed, and thought again
if anything has: several may therefore walk one agency, and what is saved is what one alone would
have saved. No batch may be saved in part, nor on what is not known any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.drifting import add_counts
from pipeline.adapters.store.feeding import Landed, load_payload
from pipeline.adapters.store.memories import claim_turn, seen_live, walk_turn
from pipeline.adapters.store.spots import add_spots
from pipeline.adapters.store.verdicts import verdict
from pipeline.adapters.store.walking import Batch, save_batch
from pipeline.agencies import APPEAL, POSTED
from pipeline.audit import Entry, EntryKind
from pipeline.feeds import Reading, RefusedRecord
from pipeline.feeds.drift import hour_of, measured
from pipeline.model import (
    Candidate,
    Conflict,
    Duplicate,
    Incident,
    IncidentRef,
    Memory,
    Notice,
    NoticeCode,
    Outcome,
    PayloadId,
    Quarantined,
    SourceRecord,
    Stale,
    Withheld,
    WithholdReason,
)
from pipeline.place import Spot
from pipeline.usecases.agreement_scope import scope_entries
from pipeline.usecases.cases import close_cases, tell_closed
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
    "ARCHIVED",
    "BULK",
    "NOT_OF_THE_FEED",
    "Thought",
    "settle",
    "steps_of",
    "think",
    "walk_steps",
]

ARCHIVED = "backfill"
"""The run of payloads that come from an agency's archive."""

BULK = "bulk"
"""The run of payloads that are the parts of one bulk file."""

_TRIES = 5
NOT_OF_THE_FEED = frozenset({POSTED, APPEAL, ARCHIVED, BULK})
"""Runs of payloads that say nothing of how a feed delivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """The outcomes of one batch from position ``start`` on, and what they rest on."""

    start: int
    steps: Sequence[Step]
    recalled: Recalled
    outcomes: tuple[Outcome, ...]

    @property
    def spots(self) -> list[Spot]:
        """Where its calls were."""
        return [step.spot for step in self.steps if step.spot is not None]


def think(
    walking: Walking,
    payload: Landed,
    start: int,
    records: Sequence[SourceRecord | RefusedRecord],
) -> Thought:
    """Walk these records of a payload by what is known now; save nothing.

    Raises:
        StoreFailure, VaultFailure: database or vault cannot be read.
    """
    steps = steps_of(walking, payload, records)
    recalled = _recalled(walking, steps)
    outcomes = _outcomes(walking, payload, steps, recalled)
    return Thought(start=start, steps=steps, recalled=recalled, outcomes=outcomes)


def settle(walking: Walking, payload: Landed, reading: Reading, thought: Thought) -> Counter[str]:
    """Save a batch; return records by state, none when somebody else saved it already.

    Raises:
        StoreFailure, VaultFailure: database or vault cannot be used.
        Conflict: too many walk this agency at once.
    """
    for _ in range(_TRIES):
        if _turn(walking) != thought.recalled.turn:
            if _elsewhere(walking, payload.payload_id, thought.start):
                return Counter()
            thought = _thought_again(walking, payload, thought)
        try:
            _save(walking, payload, reading, thought)
        except Conflict:
            continue
        return Counter(verdict(outcome).state.value for outcome in thought.outcomes)
    raise Conflict(f"agency {payload.agency_id} is walked by too many at once; run this again")


def _turn(walking: Walking) -> int:
    """Return the agency's turn now: looked at before anything is sealed for nothing."""
    with walking.resources.store.read() as tx:
        return walk_turn(tx, walking.rules.agency.agency_id)


def _thought_again(walking: Walking, payload: Landed, thought: Thought) -> Thought:
    """Return the thought on what is known now; only what that touches is walked again."""
    now = _recalled(walking, thought.steps)
    moved = _moved(thought.steps, thought.recalled, now)
    if not moved and payload.run_id != ARCHIVED:
        return replace(thought, recalled=now)
    touched = [step for step in thought.steps if _ref(step) in moved]
    anew = iter(walk_steps(walking, touched, now.memories, now.default_points))
    outcomes = [
        next(anew) if _ref(step) in moved else outcome
        for step, outcome in zip(thought.steps, thought.outcomes, strict=True)
    ]
    return replace(
        thought, recalled=now, outcomes=_outcomes(walking, payload, thought.steps, now, outcomes)
    )


def _moved(steps: Sequence[Step], before: Recalled, now: Recalled) -> frozenset[IncidentRef]:
    """Return the incidents of which something else is known now: of them, or of their place."""
    points = before.default_points ^ now.default_points
    return frozenset(
        ref
        for step in steps
        if (ref := _ref(step)) is not None
        and (
            before.memories.get(ref) != now.memories.get(ref)
            or (step.spot is not None and step.spot.point in points)
        )
    )


def _ref(step: Step) -> IncidentRef | None:
    return step.content.ref if isinstance(step.content, Incident) else None


def _recalled(walking: Walking, steps: Sequence[Step]) -> Recalled:
    refs = [step.content.ref for step in steps if isinstance(step.content, Incident)]
    return recall(walking, refs, [step.spot for step in steps if step.spot is not None])


def _outcomes(
    walking: Walking,
    payload: Landed,
    steps: Sequence[Step],
    recalled: Recalled,
    outcomes: Sequence[Outcome] = (),
) -> tuple[Outcome, ...]:
    """Return each step's outcome, from those at hand if there are any; an archive's as old."""
    found = tuple(outcomes) or walk_steps(
        walking, steps, recalled.memories, recalled.default_points
    )
    if payload.run_id != ARCHIVED or not steps:
        return found
    with walking.resources.store.read() as tx:
        fed = seen_live(tx, list(recalled.memories), ARCHIVED)
    return tuple(
        _of_an_archive(step, outcome, recalled, fed, walking)
        for step, outcome in zip(steps, found, strict=True)
    )


def _of_an_archive(
    step: Step,
    outcome: Outcome,
    recalled: Recalled,
    fed: Collection[IncidentRef],
    walking: Walking,
) -> Outcome:
    """Return an outcome as it is for a record that comes late.

    Undated, of a call the feed itself told of, it counts as older than what is known; what is too
    old to be news never comes before an editor. A sensitive one withholds its call all the same.
    """
    if isinstance(outcome.state, Duplicate | Stale | Quarantined | Withheld):
        return outcome
    undated = isinstance(step.content, Incident) and step.content.revised_at is None
    if outcome.ref in fed and undated:
        return replace(outcome, state=Stale(), findings=(), memory=None)
    closes = outcome.state.timing.closes if isinstance(outcome.state, Candidate) else None
    if closes is None or closes >= walking.now or outcome.ref in recalled.memories:
        return outcome
    return replace(outcome, state=Withheld(reason=WithholdReason.TOO_OLD), findings=())


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
    outcomes = walk(
        steps,
        rules=walking.rules,
        memories=memories,
        detector=walking.detector,
        seal=walking.resources.seal,
        default_points=default_points,
    )
    return tuple(map(walking.told, outcomes))


def _save(walking: Walking, payload: Landed, reading: Reading, thought: Thought) -> None:
    rules, start, recalled = walking.rules, thought.start, thought.recalled
    outcomes, posted = thought.outcomes, payload.run_id in (POSTED, APPEAL)
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
        if start == 0 and payload.run_id not in NOT_OF_THE_FEED:
            seal = walking.resources.seal
            counted = measured(reading, rules.agency, payload.received_at, seal)
            add_counts(tx, payload.agency_id, hour_of(payload.received_at), _safe(walking, counted))
        add_spots(tx, payload.agency_id, recalled.new_names(thought.spots), walking.now)
        withdraw_where_needed(tx, outcomes, walking.now)
        closed = close_cases(tx, thought.steps, posted=posted)
        entries = outcome_entries(walking, payload.payload_id, outcomes)
        told = sum(entry.kind is EntryKind.OUTCOME for entry in entries)
        entries += scope_entries(walking, payload.payload_id, batch.notices, outcomes)
        append(tx, [*entries, _walked_entry(walking, batch, len(outcomes) - told)])
        tell_closed(tx, closed, walking.now)


def _safe(
    walking: Walking, counted: Mapping[tuple[str, str], int]
) -> Mapping[tuple[str, str], int]:
    """Return counts under names as notices show them: a name of the feed may be private itself."""
    kept: Counter[tuple[str, str]] = Counter()
    for (measure, name), value in counted.items():
        if measure == "unread":
            (told,) = walking.shown([Notice(code=NoticeCode.UNREAD_FIELD, field=name)])
            name = told.field
        kept[measure, name] += value
    return kept


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
