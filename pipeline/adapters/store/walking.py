"""Saves a walked batch: outcomes, candidates, memories, and what they supersede.

The batch is saved only if nobody else walked this payload or this agency since it was begun;
otherwise nothing changes and :class:`~pipeline.model.Conflict` is raised, so that the caller walks
again from what is known now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update

from pipeline.adapters.store.codec import Proposal, proposal_text
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import add_notices
from pipeline.adapters.store.tables import (
    alerts,
    approvals,
    candidates,
    incidents,
    outcomes,
    payloads,
)
from pipeline.adapters.store.verdicts import CARRIED, OPEN_CANDIDATES, Verdict, verdict
from pipeline.audit import stamp
from pipeline.model import (
    Candidate,
    Conflict,
    Duplicate,
    LedgerState,
    Notice,
    Outcome,
    PayloadId,
    Stale,
)

__all__ = [
    "Batch",
    "Saved",
    "save_batch",
    "save_rewalked",
]

_OPEN = (LedgerState.PENDING.value, LedgerState.HELD.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One outcome, the private values of its memory already sealed by the vault."""

    outcome: Outcome
    sealed_values: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive outcomes of one payload, from position ``start`` of ``records`` in all."""

    payload_id: PayloadId
    agency_id: str
    start: int
    records: int
    rows_read: int
    versions: str
    rules: str
    at: datetime
    saved: Sequence[Saved]
    notices: Sequence[Notice] = ()
    known: frozenset[str] = field(default_factory=frozenset)


def save_batch(tx: Tx, batch: Batch) -> None:
    """Save a batch; afterwards the payload is walked up to its end.

    Raises:
        Conflict: the payload is not where the batch starts.
    """
    _advance(tx, batch)
    new = _Inserts()
    seen = set(batch.known)
    for saved in batch.saved:
        outcome = saved.outcome
        if isinstance(outcome.state, Duplicate):
            continue
        first = outcome.ref not in seen
        if not first:
            new.flush(tx)
        words, candidate_id = _settle(tx, new, outcome, batch.at, first=first)
        new.outcomes.append(_row(batch, outcome, words, candidate_id))
        _remember(tx, new, batch.agency_id, saved, batch.at, first=first)
        if outcome.ref is not None:
            seen.add(outcome.ref)
    new.flush(tx)
    add_notices(tx, batch.payload_id, batch.notices)


@dataclass(slots=True)
class _Inserts:
    """Rows that wait to be inserted together; flushed before a statement may look for them."""

    outcomes: list[dict[str, object]] = field(default_factory=list)
    candidates: list[dict[str, object]] = field(default_factory=list)
    incidents: list[dict[str, object]] = field(default_factory=list)

    def flush(self, tx: Tx) -> None:
        for table, rows in (
            (candidates, self.candidates),
            (outcomes, self.outcomes),
            (incidents, self.incidents),
        ):
            if rows:
                tx.execute(insert(table), rows)
                rows.clear()


def _settle(
    tx: Tx, new: _Inserts, outcome: Outcome, at: datetime, *, first: bool
) -> tuple[Verdict, str | None]:
    """Let earlier revisions give way and the candidate take its place; say what that means."""
    words = verdict(outcome)
    if outcome.ref is None or isinstance(outcome.state, Stale):
        return words, None
    if not first:
        _supersede(tx, outcome)
    if not isinstance(outcome.state, Candidate):
        return words, None
    return _propose(tx, new, outcome, outcome.state, at, first=first)


def save_rewalked(tx: Tx, again: Batch) -> list[Outcome]:
    """Give open records the outcome they have under today's rules; return those that changed.

    Open are pending, held and quarantined records. Others are left as they are, so that nothing
    decided is ever decided again. ``again.start`` and the counts of the batch mean nothing here.
    """
    new = _Inserts()
    changed = []
    seen = set(again.known)
    for saved in again.saved:
        outcome = saved.outcome
        row = tx.execute(
            select(outcomes.c.outcome_id, outcomes.c.state, outcomes.c.reason).where(
                outcomes.c.payload_id == again.payload_id,
                outcomes.c.position == outcome.position,
                outcomes.c.state.in_((*_OPEN, LedgerState.QUARANTINED.value)),
            )
        ).first()
        if row is None:
            continue
        first = outcome.ref not in seen
        words, candidate_id = _settle(tx, new, outcome, again.at, first=first)
        _remember(tx, new, again.agency_id, saved, again.at, first=first)
        new.flush(tx)
        where = outcomes.c.outcome_id == row.outcome_id
        values = _row(again, outcome, words, candidate_id)
        tx.execute(update(outcomes).where(where).values(values))
        if outcome.ref is not None:
            seen.add(outcome.ref)
        if (words.state.value, words.reason) != (row.state, row.reason):
            changed.append(outcome)
    return changed


def _advance(tx: Tx, batch: Batch) -> None:
    end = batch.start + len(batch.saved)
    repeated = [s.outcome.rows for s in batch.saved if isinstance(s.outcome.state, Duplicate)]
    done = tx.execute(
        update(payloads)
        .where(
            payloads.c.payload_id == batch.payload_id,
            payloads.c.state == "landed",
            payloads.c.walked_to == batch.start,
        )
        .values(
            walked_to=end,
            records=batch.records,
            rows_read=batch.rows_read,
            duplicates=payloads.c.duplicates + len(repeated),
            duplicate_rows=payloads.c.duplicate_rows + sum(repeated),
            state="walked" if end == batch.records else "landed",
            versions=batch.versions,
        )
    )
    if done.rowcount != 1:
        raise Conflict("the payload was walked by somebody else meanwhile")


def _row(
    batch: Batch, outcome: Outcome, words: Verdict, candidate_id: str | None
) -> dict[str, object]:
    return {
        "payload_id": batch.payload_id,
        "position": outcome.position,
        "rows_read": outcome.rows,
        "agency_id": batch.agency_id,
        "incident_ref": outcome.ref or "",
        "revision": outcome.revision or "",
        "rules": batch.rules,
        "state": words.state.value,
        "reason": words.reason,
        "detail": words.detail,
        "candidate_id": candidate_id,
    }


def _supersede(tx: Tx, outcome: Outcome) -> None:
    """Let a newer revision take the place of what still waited for a decision on older ones."""
    tx.execute(
        update(outcomes)
        .where(outcomes.c.incident_ref == outcome.ref, outcomes.c.state.in_(_OPEN))
        .values(state=LedgerState.SUPERSEDED.value, reason="newer-revision", detail="")
    )
    stale = update(candidates).where(
        candidates.c.incident_ref == outcome.ref, candidates.c.state.in_(OPEN_CANDIDATES)
    )
    if isinstance(outcome.state, Candidate):
        stale = stale.where(candidates.c.origin_id != outcome.state.candidate_id)
    tx.execute(stale.values(state="superseded"))


def _propose(
    tx: Tx, new: _Inserts, outcome: Outcome, candidate: Candidate, at: datetime, *, first: bool
) -> tuple[Verdict, str]:
    """Store the candidate, or join the one that says the same; return what that means.

    The first revision of an incident has no equal: the id digests the incident, too.
    """
    same = None if first else _same_content(tx, candidate)
    if same is None:
        proposal = Proposal(candidate=candidate, findings=outcome.findings)
        new.candidates.append(_candidate_row(candidate, proposal, at))
        return Verdict(state=LedgerState.PENDING), candidate.candidate_id
    candidate_id, state = same
    timed = update(candidates).where(candidates.c.candidate_id == candidate_id)
    tx.execute(timed.values(_times(candidate)))
    reason = "same-content"
    if state in (LedgerState.PUBLISHED, LedgerState.REJECTED, LedgerState.WITHHELD):
        reason = _carried_reason(tx, candidate_id, state) or reason
        tx.execute(
            update(outcomes)
            .where(outcomes.c.candidate_id == candidate_id, outcomes.c.state == state.value)
            .values(state=LedgerState.SUPERSEDED.value, reason="newer-revision")
        )
    if state is LedgerState.SUPERSEDED or _told_otherwise(tx, candidate, candidate_id, state):
        # Content went away and came back: it waits again, and earlier approvals do not count.
        tx.execute(approvals.delete().where(approvals.c.candidate_id == candidate_id))
        where = candidates.c.candidate_id == candidate_id
        tx.execute(update(candidates).where(where).values(state="pending"))
        state = LedgerState.PENDING
    return Verdict(state=state, reason=reason), candidate_id


def _carried_reason(tx: Tx, candidate_id: str, state: LedgerState) -> str:
    """Return why the record before was withheld: the one that takes its place is, too."""
    if state is not LedgerState.WITHHELD:
        return ""
    where = (outcomes.c.candidate_id == candidate_id) & (outcomes.c.state == state.value)
    return tx.execute(select(outcomes.c.reason).where(where)).scalars().first() or ""


def _same_content(tx: Tx, candidate: Candidate) -> tuple[str, LedgerState] | None:
    """Return the candidate of the same content, in its latest wording, and where it stands."""
    row = tx.execute(
        select(candidates.c.candidate_id, candidates.c.state).where(
            candidates.c.origin_id == candidate.candidate_id, candidates.c.state != "edited"
        )
    ).first()
    return None if row is None else (row.candidate_id, CARRIED[row.state])


def _told_otherwise(tx: Tx, candidate: Candidate, candidate_id: str, state: LedgerState) -> bool:
    """Return whether the live alert was updated since this candidate was approved."""
    if state is not LedgerState.PUBLISHED:
        return False
    query = select(alerts.c.candidate_id).where(
        alerts.c.incident_ref == candidate.ref, alerts.c.state == "live"
    )
    told = tx.execute(query).scalar_one_or_none()
    return told is not None and told != candidate_id


def _candidate_row(candidate: Candidate, proposal: Proposal, at: datetime) -> dict[str, object]:
    return {
        "candidate_id": candidate.candidate_id,
        "origin_id": candidate.candidate_id,
        "agency_id": candidate.agency_id,
        "incident_ref": candidate.ref,
        "tier": candidate.tier.value,
        "category": candidate.facts.category.value,
        "content": proposal_text(proposal),
        "approvals_needed": candidate.approvals_needed,
        "state": "pending",
        "created_at": stamp(at),
        **_times(candidate),
    }


def _times(candidate: Candidate) -> dict[str, str | None]:
    """Return when it may go out, as its newest revision says."""
    when = candidate.timing
    return {
        "opens_at": None if when.opens is None else stamp(when.opens),
        "closes_at": None if when.closes is None else stamp(when.closes),
    }


def _remember(
    tx: Tx, new: _Inserts, agency_id: str, saved: Saved, at: datetime, *, first: bool
) -> None:
    outcome = saved.outcome
    if outcome.ref is None or outcome.memory is None:
        return
    revised_at = outcome.memory.revised_at
    values = {
        "revision": outcome.memory.revision,
        "rules": outcome.memory.rules,
        "revised_at": None if revised_at is None else stamp(revised_at),
        "sensitive": outcome.memory.sensitive,
        "sealed_values": saved.sealed_values,
        "seen_at": stamp(at),
    }
    if first:
        new.incidents.append({"incident_ref": outcome.ref, "agency_id": agency_id, **values})
    else:
        where = incidents.c.incident_ref == outcome.ref
        tx.execute(update(incidents).where(where).values(values))
