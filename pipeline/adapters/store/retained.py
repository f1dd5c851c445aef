"""Reads what is left of received records: bodies that open, and verdicts that stay.

For whoever computes what other rules would have done. Changes nothing, and returns no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from pipeline.adapters.store.codec import proposal_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import Landed, landed_of
from pipeline.adapters.store.tables import candidates, outcomes, payloads
from pipeline.audit import stamp
from pipeline.model import Category, IncidentRef, LedgerState

__all__ = ["Retained", "openable_payloads", "retained"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """The newest verdict on one incident; ``openable`` says whether its payload's key is there.

    ``category``, ``area`` and ``earliest`` are of its candidate, None where it never was one.
    """

    ref: IncidentRef
    state: LedgerState
    reason: str
    detail: str
    openable: bool
    category: Category | None
    area: str
    earliest: datetime | None


def openable_payloads(
    tx: Tx, agency_id: str, since: datetime, until: datetime
) -> tuple[Landed, ...]:
    """Return readable payloads received since a moment and not after another, oldest first."""
    query = select(payloads).where(
        payloads.c.agency_id == agency_id,
        payloads.c.received_at.between(stamp(since), stamp(until)),
        payloads.c.wrapped_key.is_not(None),
        payloads.c.state != "quarantined",
    )
    rows = tx.execute(query.order_by(payloads.c.seq)).mappings()
    return tuple(landed_of(row) for row in rows)


def retained(tx: Tx, agency_id: str, since: datetime, until: datetime) -> tuple[Retained, ...]:
    """Return the newest verdict on each incident received between two moments, the oldest first.

    Records that were quarantined have no incident, and are not among them.
    """
    query = (
        select(
            outcomes, payloads.c.wrapped_key.is_not(None).label("openable"), candidates.c.content
        )
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .outerjoin(candidates, candidates.c.candidate_id == outcomes.c.candidate_id)
        .where(
            outcomes.c.agency_id == agency_id,
            payloads.c.received_at.between(stamp(since), stamp(until)),
            outcomes.c.incident_ref != "",
        )
        .order_by(outcomes.c.outcome_id)
    )
    newest: dict[str, Retained] = {}
    for row in tx.execute(query):
        known = newest.get(row.incident_ref)
        gone = row.state == LedgerState.SUPERSEDED.value
        if known is not None and gone and known.state is not LedgerState.SUPERSEDED:
            continue
        newest[row.incident_ref] = _retained(row)
    return tuple(newest.values())


def _retained(row: Row[Any]) -> Retained:
    facts = None if row.content is None else proposal_from(row.content).candidate.facts
    return Retained(
        ref=IncidentRef(row.incident_ref),
        state=LedgerState(row.state),
        reason=row.reason,
        detail=row.detail,
        openable=bool(row.openable),
        category=None if facts is None else facts.category,
        area="" if facts is None else facts.area.name,
        earliest=None if facts is None else facts.earliest,
    )
