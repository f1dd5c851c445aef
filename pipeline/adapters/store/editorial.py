"""The desk's side of the database: queue, decisions, alerts, deliveries.

Each function is one step inside the caller's transaction. States are changed only from the state
they must be in; where a row has moved on, :class:`~pipeline.model.Conflict` is raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from pipeline.adapters.store.codec import (
    Proposal,
    alert_from,
    alert_text,
    proposal_from,
    proposal_text,
    retraction_from,
    retraction_text,
)
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import (
    alerts,
    approvals,
    candidates,
    decisions,
    deliveries,
    incidents,
    outcomes,
)
from pipeline.audit import stamp
from pipeline.model import Alert, AlertId, Conflict, Decision, LedgerState, Retraction

__all__ = [
    "HeldRow",
    "QueueRow",
    "add_decision",
    "approve_once",
    "close_candidate",
    "due_versions",
    "expire_alerts",
    "find_candidate",
    "find_candidates",
    "held_rows",
    "incident_alert",
    "load_alert",
    "mark_delivered",
    "open_candidates_of",
    "public_state",
    "queue",
    "replace_candidate",
    "save_alert",
    "save_retraction",
    "withhold_open",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A candidate in the queue."""

    proposal: Proposal
    candidate_id: str
    state: str
    edited_by: str
    created_at: datetime
    approved_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A record that waits for a person without being a candidate."""

    outcome_id: int
    agency_id: str
    incident_ref: str
    reason: str
    detail: str


def queue(tx: Tx, *, agency_id: str | None = None, limit: int = 100) -> tuple[QueueRow, ...]:
    """Return pending candidates, oldest first."""
    query = select(candidates).where(candidates.c.state == "pending")
    if agency_id is not None:
        query = query.where(candidates.c.agency_id == agency_id)
    query = query.order_by(candidates.c.created_at, candidates.c.candidate_id).limit(limit)
    return tuple(_queue_row(tx, row) for row in tx.execute(query).mappings().all())


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
            incident_ref=row.incident_ref,
            reason=row.reason,
            detail=row.detail,
        )
        for row in rows
    )


def find_candidates(tx: Tx, prefix: str) -> tuple[str, ...]:
    """Return ids of candidates that begin with ``prefix`` (at most 3), newest state first."""
    query = select(candidates.c.candidate_id).where(
        candidates.c.candidate_id.startswith(prefix, autoescape=True)
    )
    return tuple(tx.execute(query.order_by(candidates.c.candidate_id).limit(3)).scalars())


def find_candidate(tx: Tx, candidate_id: str) -> QueueRow | None:
    """Return one candidate in any state, or None."""
    query = select(candidates).where(candidates.c.candidate_id == candidate_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else _queue_row(tx, row)


def approve_once(tx: Tx, candidate_id: str, editor: str, at: datetime) -> int:
    """Record one editor's approval; return how many different editors approved by now."""
    known = tx.execute(
        select(approvals.c.editor).where(
            approvals.c.candidate_id == candidate_id, approvals.c.editor == editor
        )
    ).first()
    if known is None:
        row = {"candidate_id": candidate_id, "editor": editor, "at": stamp(at)}
        tx.execute(insert(approvals).values(row))
    counted = select(func.count()).where(approvals.c.candidate_id == candidate_id)
    return int(tx.execute(counted).scalar_one())


def close_candidate(
    tx: Tx, candidate_id: str, *, state: str, ledger: LedgerState, reason: str = ""
) -> None:
    """Move a pending candidate, and the record that carries it, to their end states.

    Raises:
        Conflict: the candidate is not pending any more.
    """
    done = tx.execute(
        update(candidates)
        .where(candidates.c.candidate_id == candidate_id, candidates.c.state == "pending")
        .values(state=state)
    )
    if done.rowcount != 1:
        raise Conflict("this candidate is not pending any more; look at the queue again")
    tx.execute(
        update(outcomes)
        .where(
            outcomes.c.candidate_id == candidate_id,
            outcomes.c.state == LedgerState.PENDING.value,
        )
        .values(state=ledger.value, reason=reason)
    )


def replace_candidate(
    tx: Tx, old: QueueRow, proposal: Proposal, *, editor: str, at: datetime
) -> None:
    """Put an edited candidate in the place of a pending one; earlier approvals do not carry over.

    Raises:
        Conflict: the old candidate is not pending any more, or the new text was there before.
    """
    done = tx.execute(
        update(candidates)
        .where(candidates.c.candidate_id == old.candidate_id, candidates.c.state == "pending")
        .values(state="edited")
    )
    new = proposal.candidate
    if done.rowcount != 1 or find_candidate(tx, new.candidate_id) is not None:
        raise Conflict("this candidate was changed meanwhile; look at the queue again")
    origin = select(candidates.c.origin_id).where(candidates.c.candidate_id == old.candidate_id)
    tx.execute(
        insert(candidates).values(
            candidate_id=new.candidate_id,
            origin_id=tx.execute(origin).scalar_one(),
            agency_id=new.agency_id,
            incident_ref=new.ref,
            tier=new.tier.value,
            category=new.facts.category.value,
            content=proposal_text(proposal),
            approvals_needed=new.approvals_needed,
            edited_by=editor,
            state="pending",
            created_at=stamp(at),
        )
    )
    tx.execute(
        update(outcomes)
        .where(outcomes.c.candidate_id == old.candidate_id)
        .values(candidate_id=new.candidate_id)
    )


def withhold_open(tx: Tx, incident_ref: str, *, reason: str, detail: str) -> None:
    """Withhold everything of an incident that still waits for a decision."""
    tx.execute(
        update(candidates)
        .where(candidates.c.incident_ref == incident_ref, candidates.c.state == "pending")
        .values(state="withheld")
    )
    waiting = (LedgerState.PENDING.value, LedgerState.HELD.value)
    tx.execute(
        update(outcomes)
        .where(outcomes.c.incident_ref == incident_ref, outcomes.c.state.in_(waiting))
        .values(state=LedgerState.WITHHELD.value, reason=reason, detail=detail)
    )


def open_candidates_of(tx: Tx, incident_ref: str) -> tuple[str, ...]:
    """Return ids of the incident's pending candidates."""
    query = select(candidates.c.candidate_id).where(
        candidates.c.incident_ref == incident_ref, candidates.c.state == "pending"
    )
    return tuple(tx.execute(query).scalars())


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


def incident_alert(tx: Tx, incident_ref: str) -> Alert | None:
    """Return the incident's live alert, if it has one."""
    query = select(alerts.c.content).where(
        alerts.c.incident_ref == incident_ref, alerts.c.state == "live"
    )
    text = tx.execute(query).scalar_one_or_none()
    return None if text is None else alert_from(text)


def load_alert(tx: Tx, alert_id: str) -> tuple[Alert, str, str] | None:
    """Return a live alert with its incident and candidate, or None when it is not live."""
    query = select(alerts).where(alerts.c.alert_id == alert_id, alerts.c.state == "live")
    row = tx.execute(query).first()
    if row is None:
        return None
    return alert_from(row.content), row.incident_ref, row.candidate_id


def save_alert(
    tx: Tx,
    alert: Alert,
    *,
    incident_ref: str,
    candidate_id: str,
    audit_index: int,
    channels: Sequence[str],
) -> None:
    """Store a new alert or its next version, due for every channel."""
    values = {
        "agency_id": alert.agency_id,
        "incident_ref": incident_ref,
        "candidate_id": candidate_id,
        "state": "live",
        "version": alert.version,
        "content": alert_text(alert),
        "sent": stamp(alert.sent),
        "audit_index": audit_index,
    }
    if alert.version == 1:
        tx.execute(insert(alerts).values(alert_id=alert.alert_id, **values))
        where = incidents.c.incident_ref == incident_ref
        tx.execute(update(incidents).where(where).values(alert_id=alert.alert_id))
    else:
        tx.execute(update(alerts).where(alerts.c.alert_id == alert.alert_id).values(values))
    _make_due(tx, alert.alert_id, alert.version, channels)


def save_retraction(
    tx: Tx, retraction: Retraction, *, version: int, audit_index: int, channels: Sequence[str]
) -> None:
    """Withdraw a live alert: its text is gone from the row, every channel is due.

    Raises:
        Conflict: the alert is not live any more.
    """
    done = tx.execute(
        update(alerts)
        .where(alerts.c.alert_id == retraction.alert_id, alerts.c.state == "live")
        .values(
            state="retracted",
            version=version,
            content=retraction_text(retraction),
            sent=stamp(retraction.sent),
            audit_index=audit_index,
        )
    )
    if done.rowcount != 1:
        raise Conflict("this alert is not live any more")
    _make_due(tx, retraction.alert_id, version, channels)


def expire_alerts(tx: Tx, *, now: datetime, channels: Sequence[str]) -> tuple[str, ...]:
    """End the public life of alerts whose time is over; return their ids."""
    rows = tx.execute(select(alerts).where(alerts.c.state == "live")).all()
    over = [row for row in rows if alert_from(row.content).expires <= now]
    for row in over:
        where = alerts.c.alert_id == row.alert_id
        tx.execute(update(alerts).where(where).values(state="expired", version=row.version + 1))
        _make_due(tx, row.alert_id, row.version + 1, channels)
    return tuple(row.alert_id for row in over)


def due_versions(tx: Tx) -> tuple[tuple[AlertId, int, str], ...]:
    """Return (alert, version, channel) of what channels were not told yet."""
    query = select(deliveries).where(deliveries.c.done_at.is_(None))
    query = query.order_by(deliveries.c.alert_id, deliveries.c.version, deliveries.c.channel)
    return tuple((AlertId(r.alert_id), r.version, r.channel) for r in tx.execute(query))


def public_state(tx: Tx, *, tombstones_since: datetime) -> tuple[list[Alert], list[Retraction]]:
    """Return all the public may see: live alerts, and retractions not older than a time."""
    live = tx.execute(select(alerts.c.content).where(alerts.c.state == "live")).scalars()
    gone = tx.execute(
        select(alerts.c.content).where(
            alerts.c.state == "retracted", alerts.c.sent >= stamp(tombstones_since)
        )
    ).scalars()
    return [alert_from(text) for text in live], [retraction_from(text) for text in gone]


def mark_delivered(tx: Tx, done: Sequence[tuple[AlertId, int, str]], at: datetime) -> None:
    """Write down that channels were told."""
    for alert_id, version, channel in done:
        tx.execute(
            update(deliveries)
            .where(
                deliveries.c.alert_id == alert_id,
                deliveries.c.version == version,
                deliveries.c.channel == channel,
            )
            .values(done_at=stamp(at))
        )


def _make_due(tx: Tx, alert_id: str, version: int, channels: Sequence[str]) -> None:
    rows = [{"alert_id": alert_id, "version": version, "channel": name} for name in channels]
    tx.execute(insert(deliveries), rows)


def _queue_row(tx: Tx, row: RowMapping) -> QueueRow:
    editors = select(approvals.c.editor).where(approvals.c.candidate_id == row["candidate_id"])
    return QueueRow(
        proposal=proposal_from(row["content"]),
        candidate_id=row["candidate_id"],
        state=row["state"],
        edited_by=row["edited_by"],
        created_at=datetime.fromisoformat(row["created_at"]),
        approved_by=tuple(tx.execute(editors.order_by(approvals.c.at)).scalars()),
    )
