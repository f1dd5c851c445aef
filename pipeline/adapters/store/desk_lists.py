"""Reads the desk's lists: what is open, closed, told, and what changed since an entry.

Read only. Each function is one step inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import func, select

from pipeline.adapters.store.candidates import QueueRow, queue_row
from pipeline.adapters.store.codec import alert_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, audit_entries, candidates, outcomes
from pipeline.model import Alert, LedgerState

__all__ = [
    "alerts_in",
    "area_alerts",
    "carrying_record",
    "closed_rows",
    "latest_of_origin",
    "moved_incidents",
    "open_rows",
    "revisions_of",
    "state_counts",
]


def open_rows(tx: Tx, refs: Collection[str] | None = None) -> Iterator[QueueRow]:
    """Yield pending candidates: all, oldest first; or those of some incidents."""
    query = select(candidates).where(candidates.c.state == "pending")
    if refs is not None:
        # In no order: else SQLite walks all that is pending instead of the incidents' index.
        query = query.where(candidates.c.incident_ref.in_(refs))
    else:
        query = query.order_by(candidates.c.created_at)
    for row in tx.execute(query).mappings().all():
        yield queue_row(tx, row)


def moved_incidents(tx: Tx, after: int, *, most: int = 2_000) -> tuple[int, frozenset[str]]:
    """Return the newest entry up to ``most`` after an index, and the incidents they speak of."""
    query = (
        select(audit_entries.c.idx, audit_entries.c.line)
        .where(audit_entries.c.idx > after)
        .order_by(audit_entries.c.idx)
        .limit(most)
    )
    refs: set[str] = set()
    for row in tx.execute(query):
        after = int(row.idx)
        ref = json.loads(bytes(row.line))["body"].get("incident")
        if ref:
            refs.add(ref)
    return after, frozenset(refs)


def carrying_record(tx: Tx, candidate_id: str, revision: str) -> tuple[str, int] | None:
    """Return (payload, position) of the record a candidate was made of."""
    origin = select(candidates.c.origin_id).where(candidates.c.candidate_id == candidate_id)
    ids = select(candidates.c.candidate_id).where(
        candidates.c.origin_id.in_(origin.scalar_subquery())
    )
    query = select(outcomes.c.payload_id, outcomes.c.position).where(
        outcomes.c.candidate_id.in_(ids), outcomes.c.revision == revision
    )
    row = tx.execute(query.order_by(outcomes.c.outcome_id.desc()).limit(1)).first()
    return None if row is None else (row.payload_id, int(row.position))


def closed_rows(tx: Tx, state: str, *, agency_id: str | None, limit: int) -> tuple[QueueRow, ...]:
    """Return candidates in a state, newest first."""
    query = select(candidates).where(candidates.c.state == state)
    if agency_id:
        query = query.where(candidates.c.agency_id == agency_id)
    rows = tx.execute(query.order_by(candidates.c.created_at.desc()).limit(limit)).mappings().all()
    return tuple(queue_row(tx, row) for row in rows)


def alerts_in(
    tx: Tx, state: str, *, agency_id: str | None, limit: int
) -> tuple[tuple[str, str, str, Alert | None], ...]:
    """Return (alert, candidate, sent, what it says) of alerts in a state, newest first.

    A retracted one says nothing any more.
    """
    query = select(alerts).where(alerts.c.state == state)
    if agency_id:
        query = query.where(alerts.c.agency_id == agency_id)
    rows = tx.execute(query.order_by(alerts.c.sent.desc()).limit(limit)).all()
    return tuple(
        (
            row.alert_id,
            row.candidate_id,
            row.sent,
            None if state == "retracted" else alert_from(row.content),
        )
        for row in rows
    )


def area_alerts(tx: Tx, agency_id: str, area_id: str, *, limit: int) -> tuple[Alert, ...]:
    """Return the newest live alerts of an area among an agency's last sixty."""
    found = alerts_in(tx, "live", agency_id=agency_id, limit=60)
    told = [alert for *_, alert in found if alert is not None]
    return tuple(each for each in told if each.facts.area.area_id == area_id)[:limit]


def latest_of_origin(tx: Tx, candidate_id: str) -> QueueRow | None:
    """Return what became of a candidate: its latest wording, or its incident's open successor."""
    row = (
        tx.execute(select(candidates).where(candidates.c.candidate_id == candidate_id))
        .mappings()
        .first()
    )
    if row is None:
        return None
    query = (
        select(candidates)
        .where(
            candidates.c.incident_ref == row["incident_ref"],
            candidates.c.state.not_in(("edited", "superseded")),
        )
        .order_by(candidates.c.created_at.desc())
    )
    newest = tx.execute(query.limit(1)).mappings().first()
    return queue_row(tx, newest or row)


def revisions_of(tx: Tx, incident_ref: str) -> tuple[QueueRow, ...]:
    """Return every candidate an incident had, oldest first."""
    query = select(candidates).where(candidates.c.incident_ref == incident_ref)
    rows = tx.execute(query.order_by(candidates.c.created_at)).mappings().all()
    return tuple(queue_row(tx, row) for row in rows)


def state_counts(tx: Tx, agency_id: str | None = None) -> Mapping[str, int]:
    """Return how many there are: waiting, published, retracted, rejected, held records."""
    told = select(alerts.c.state, func.count()).where(alerts.c.state.in_(("live", "retracted")))
    turned = select(candidates.c.state, func.count()).where(
        candidates.c.state.in_(("rejected", "waiting"))
    )
    held = select(func.count()).where(outcomes.c.state == LedgerState.HELD.value)
    if agency_id:
        told = told.where(alerts.c.agency_id == agency_id)
        turned = turned.where(candidates.c.agency_id == agency_id)
        held = held.where(outcomes.c.agency_id == agency_id)
    decided = {str(s): int(n) for s, n in tx.execute(turned.group_by(candidates.c.state))}
    counts = {str(state): int(n) for state, n in tx.execute(told.group_by(alerts.c.state))}
    return {
        "published": counts.get("live", 0),
        "retracted": counts.get("retracted", 0),
        "rejected": decided.get("rejected", 0),
        "waiting": decided.get("waiting", 0),
        "held": int(tx.execute(held).scalar_one()),
    }
