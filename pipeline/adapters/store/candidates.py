"""The desk's side of the database: queue, candidates, approvals, decisions.

Each function is one step inside the caller's transaction. States are changed only from the state
they must be in; where a row has moved on, :class:`~pipeline.model.Conflict` is raised.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import RowMapping, exists, func, insert, select, update

from pipeline.adapters.store.codec import Proposal, proposal_from, proposal_text
from pipeline.adapters.store.desk_tables import holds
from pipeline.adapters.store.embargoes import embargo_of, embargoed
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, approvals, candidates, decisions, outcomes
from pipeline.adapters.store.verdicts import OPEN_CANDIDATES
from pipeline.audit import stamp
from pipeline.model import Conflict, Decision, LedgerState, Timing

__all__ = [
    "HeldRow",
    "QueueRow",
    "add_decision",
    "approve_once",
    "close_candidate",
    "find_candidate",
    "find_candidates",
    "held_rows",
    "overaged",
    "pending_count",
    "queue",
    "queue_row",
    "replace_candidate",
    "timing_of",
    "waiting_candidates",
    "withhold_open",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A candidate in the queue; ``timing`` is as the newest revision and any embargo have it."""

    proposal: Proposal
    candidate_id: str
    state: str
    edited_by: str
    created_at: datetime
    approved_by: tuple[str, ...]
    timing: Timing
    settles_at: datetime | None = None
    not_before: datetime | None = None

    @property
    def version(self) -> str:
        """Names what an editor sees of it, for ``If-Match``: words, state and approvals."""
        seen = [self.candidate_id, self.state, *sorted(self.approved_by)]
        return hashlib.sha256("|".join(seen).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A record that waits for a person without being a candidate."""

    outcome_id: int
    agency_id: str
    payload_id: str
    incident_ref: str
    reason: str
    detail: str


def queue(tx: Tx, *, agency_id: str | None = None, limit: int = 100) -> tuple[QueueRow, ...]:
    """Return pending candidates: oldest first, of one age the least sensitive first."""
    query = select(candidates).where(candidates.c.state == "pending")
    if agency_id is not None:
        query = query.where(candidates.c.agency_id == agency_id)
    order = (candidates.c.created_at, candidates.c.tier, candidates.c.candidate_id)
    query = query.order_by(*order).limit(limit)
    return tuple(queue_row(tx, row) for row in tx.execute(query).mappings().all())


def pending_count(tx: Tx, *, agency_id: str | None = None) -> int:
    """Return how many candidates are pending."""
    query = select(func.count()).where(candidates.c.state == "pending")
    if agency_id is not None:
        query = query.where(candidates.c.agency_id == agency_id)
    return int(tx.execute(query).scalar_one())


def waiting_candidates(tx: Tx) -> tuple[QueueRow, ...]:
    """Return what is approved and waits for its time, earliest first."""
    query = select(candidates).where(candidates.c.state == "waiting")
    query = query.order_by(candidates.c.opens_at, candidates.c.candidate_id)
    return tuple(queue_row(tx, row) for row in tx.execute(query).mappings().all())


def overaged(tx: Tx, now: datetime) -> tuple[QueueRow, ...]:
    """Return undecided candidates too old to be news; an update of a live alert never is."""
    live = exists().where(
        alerts.c.incident_ref == candidates.c.incident_ref, alerts.c.state == "live"
    )
    query = select(candidates).where(
        candidates.c.state == "pending", candidates.c.closes_at < stamp(now), ~live
    )
    query = query.order_by(candidates.c.candidate_id)
    return tuple(queue_row(tx, row) for row in tx.execute(query).mappings().all())


def held_rows(tx: Tx, *, agency_id: str | None = None, limit: int = 100) -> tuple[HeldRow, ...]:
    """Return held records, oldest first."""
    query = select(outcomes).where(outcomes.c.state == LedgerState.HELD.value)
    if agency_id is not None:
        query = query.where(outcomes.c.agency_id == agency_id)
    rows = tx.execute(query.order_by(outcomes.c.outcome_id).limit(limit))
    return tuple(
        HeldRow(
            outcome_id=row.outcome_id,
            agency_id=row.agency_id,
            payload_id=row.payload_id,
            incident_ref=row.incident_ref,
            reason=row.reason,
            detail=row.detail,
        )
        for row in rows
    )


def find_candidates(tx: Tx, prefix: str) -> tuple[str, ...]:
    """Return ids of candidates that begin with ``prefix`` (at most 3)."""
    query = select(candidates.c.candidate_id).where(
        candidates.c.candidate_id.startswith(prefix, autoescape=True)
    )
    return tuple(tx.execute(query.order_by(candidates.c.candidate_id).limit(3)).scalars())


def find_candidate(tx: Tx, candidate_id: str) -> QueueRow | None:
    """Return one candidate in any state, or None."""
    query = select(candidates).where(candidates.c.candidate_id == candidate_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else queue_row(tx, row)


def approve_once(
    tx: Tx, candidate_id: str, key: str, at: datetime, *, not_before: datetime | None = None
) -> tuple[int, bool]:
    """Record one editor's approval; return how many editors approved by now, and if it is news.

    ``key`` is the editor's folded name, ``not_before`` their embargo. The candidate's row is
    locked, so that of two editors at once the second sees the first.

    Raises:
        Conflict: the candidate is not pending any more.
    """
    pending = (candidates.c.candidate_id == candidate_id) & (candidates.c.state == "pending")
    if tx.execute(update(candidates).where(pending).values(state="pending")).rowcount != 1:
        raise Conflict("this candidate changed while you looked at it; look at the queue again")
    known = tx.execute(
        select(approvals.c.editor).where(
            approvals.c.candidate_id == candidate_id, approvals.c.editor == key
        )
    ).first()
    if known is None:
        until = None if not_before is None else stamp(not_before)
        row = {"candidate_id": candidate_id, "editor": key, "at": stamp(at), "not_before": until}
        tx.execute(insert(approvals).values(row))
    counted = select(func.count()).where(approvals.c.candidate_id == candidate_id)
    return int(tx.execute(counted).scalar_one()), known is None


def close_candidate(
    tx: Tx,
    candidate_id: str,
    *,
    state: str,
    ledger: LedgerState,
    reason: str = "",
    waiting: bool = False,
) -> None:
    """Move a pending (or, where said, waiting) candidate and its record to their next states.

    Whoever had put it aside did so no longer.

    Raises:
        Conflict: the candidate is not pending any more.
    """
    done = tx.execute(
        update(candidates)
        .where(
            candidates.c.candidate_id == candidate_id,
            candidates.c.state == ("waiting" if waiting else "pending"),
        )
        .values(state=state)
    )
    if done.rowcount != 1:
        raise Conflict("this candidate is not pending any more; look at the queue again")
    tx.execute(holds.delete().where(holds.c.candidate_id == candidate_id))
    tx.execute(
        update(outcomes)
        .where(
            outcomes.c.candidate_id == candidate_id,
            outcomes.c.state == LedgerState.PENDING.value,
        )
        .values(state=ledger.value, reason=reason)
    )


def replace_candidate(
    tx: Tx, old: QueueRow, proposal: Proposal, *, editor: str, key: str, at: datetime
) -> None:
    """Put an edited candidate in the place of a pending one; earlier approvals do not carry over.

    In the place of an approved one it is a correction of what was told, and its record waits again.
    ``key`` is the editor's folded name, who then cannot approve it.

    Raises:
        Conflict: the old candidate is not pending any more, or the new text was there before.
    """
    done = tx.execute(
        update(candidates)
        .where(
            candidates.c.candidate_id == old.candidate_id,
            candidates.c.state == ("approved" if old.state == "approved" else "pending"),
        )
        .values(state="edited")
    )
    new = proposal.candidate
    if done.rowcount != 1 or find_candidate(tx, new.candidate_id) is not None:
        raise Conflict("this candidate was changed meanwhile; look at the queue again")
    # Read from the row: what ``old`` shows has an embargo in it, which binds by itself.
    kept = (candidates.c.origin_id, candidates.c.opens_at, candidates.c.closes_at)
    was = tx.execute(select(*kept).where(candidates.c.candidate_id == old.candidate_id)).one()
    tx.execute(
        insert(candidates).values(
            candidate_id=new.candidate_id,
            origin_id=was.origin_id,
            agency_id=new.agency_id,
            incident_ref=new.ref,
            tier=new.tier.value,
            category=new.facts.category.value,
            content=proposal_text(proposal),
            approvals_needed=new.approvals_needed,
            edited_by=editor,
            edited_key=key,
            state="pending",
            created_at=stamp(at),
            opens_at=was.opens_at,
            closes_at=was.closes_at,
        )
    )
    tx.execute(
        update(outcomes)
        .where(outcomes.c.candidate_id == old.candidate_id)
        .values(candidate_id=new.candidate_id)
    )
    if old.state == "approved":
        tx.execute(
            update(outcomes)
            .where(
                outcomes.c.candidate_id == new.candidate_id,
                outcomes.c.state == LedgerState.PUBLISHED.value,
            )
            .values(state=LedgerState.PENDING.value)
        )
    tx.execute(holds.delete().where(holds.c.candidate_id == old.candidate_id))


def withhold_open(tx: Tx, incident_ref: str, *, reason: str, detail: str) -> None:
    """Withhold everything of an incident that still waits for a decision."""
    tx.execute(
        update(candidates)
        .where(candidates.c.incident_ref == incident_ref, candidates.c.state.in_(OPEN_CANDIDATES))
        .values(state="withheld")
    )
    waiting = (LedgerState.PENDING.value, LedgerState.HELD.value)
    tx.execute(
        update(outcomes)
        .where(outcomes.c.incident_ref == incident_ref, outcomes.c.state.in_(waiting))
        .values(state=LedgerState.WITHHELD.value, reason=reason, detail=detail)
    )


def add_decision(
    tx: Tx, decision: Decision, *, audit_index: int, alert_id: str | None = None
) -> None:
    """Write down a decision together with its place in the log."""
    tx.execute(
        insert(decisions).values(
            candidate_id=decision.candidate_id,
            alert_id=alert_id,
            verb=decision.verb.value,
            editor=decision.editor,
            at=stamp(decision.at),
            reason=decision.reason,
            audit_index=audit_index,
        )
    )


def queue_row(tx: Tx, row: RowMapping) -> QueueRow:
    """Return a row of the table with its approvals."""
    editors = select(approvals.c.editor).where(approvals.c.candidate_id == row["candidate_id"])
    proposal = proposal_from(row["content"])
    not_before = embargo_of(tx, row["incident_ref"])
    return QueueRow(
        proposal=proposal,
        candidate_id=row["candidate_id"],
        state=row["state"],
        edited_by=row["edited_by"],
        created_at=datetime.fromisoformat(row["created_at"]),
        approved_by=tuple(tx.execute(editors.order_by(approvals.c.at)).scalars()),
        timing=embargoed(timing_of(row, proposal), not_before),
        settles_at=_moment(row["settles_at"]),
        not_before=not_before,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def timing_of(row: RowMapping, proposal: Proposal) -> Timing:
    """Return a candidate's timing with the bounds its row has: they move with revisions."""
    opens, closes = row["opens_at"], row["closes_at"]
    return replace(
        proposal.candidate.timing,
        opens=_moment(opens),
        closes=_moment(closes),
    )
