"""What auditors may draw from, what of it they are shown, and whole kinds of entries.

Read only. Texts come from candidates alone, which hold redacted text and public words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Select, select

from pipeline.adapters.store.codec import Proposal, proposal_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import audit_entries, candidates, outcomes, payloads
from pipeline.audit import EntryKind
from pipeline.audit.sampling import Pile, Unit
from pipeline.model import LedgerState, WithholdReason

__all__ = ["Sampled", "entries_of", "sampled", "sampling_frame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One record as an auditor sees it; no proposal where none was made."""

    record: int
    agency_id: str
    week: str
    payload_id: str
    position: int
    state: str
    reason: str
    detail: str
    proposal: Proposal | None


def entries_of(tx: Tx, kinds: Collection[EntryKind]) -> tuple[tuple[int, dict[str, Any]], ...]:
    """Return (index, entry) of every entry of these kinds, oldest first."""
    query = select(audit_entries.c.idx, audit_entries.c.line).where(
        audit_entries.c.kind.in_([kind.value for kind in kinds])
    )
    rows = tx.execute(query.order_by(audit_entries.c.idx))
    return tuple((int(row.idx), orjson.loads(row.line)) for row in rows)


def sampling_frame(tx: Tx, pile: Pile, agency_id: str | None = None) -> tuple[Unit, ...]:
    """Return every record of a pile, in the order it came."""
    state = LedgerState.WITHHELD if pile is Pile.WITHHELD else LedgerState.PUBLISHED
    query = _joined().where(outcomes.c.state == state.value)
    if pile is Pile.LIFTED:
        query = query.where(candidates.c.edited_by != "")
    if agency_id is not None:
        query = query.where(outcomes.c.agency_id == agency_id)
    return tuple(_unit(row) for row in tx.execute(query.order_by(outcomes.c.outcome_id)))


def sampled(tx: Tx, records: Sequence[int]) -> dict[int, Sampled]:
    """Return drawn records by their numbers."""
    found: dict[int, Sampled] = {}
    for start in range(0, len(records), 500):
        part = records[start : start + 500]
        for row in tx.execute(_joined().where(outcomes.c.outcome_id.in_(part))):
            found[int(row.outcome_id)] = Sampled(
                record=int(row.outcome_id),
                agency_id=row.agency_id,
                week=_week(row.received_at),
                payload_id=row.payload_id,
                position=int(row.position),
                state=row.state,
                reason=row.reason,
                detail=row.detail,
                proposal=None if row.content is None else proposal_from(row.content),
            )
    return found


def _joined() -> Select[Any]:
    return (
        select(outcomes, payloads.c.received_at, candidates.c.content)
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .outerjoin(candidates, candidates.c.candidate_id == outcomes.c.candidate_id)
    )


def _unit(row: Row[Any]) -> Unit:
    """More findings mean more that could be missed; signals in words may be needless."""
    if row.content is not None:
        risk = 1 + len(proposal_from(row.content).findings)
    else:
        risk = 4 if row.reason == WithholdReason.SENSITIVE_TEXT.value else 1
    week = _week(row.received_at)
    return Unit(record=int(row.outcome_id), agency_id=row.agency_id, week=week, risk=risk)


def _week(received_at: str) -> str:
    year, week, _ = datetime.fromisoformat(received_at).isocalendar()
    return f"{year}-W{week:02}"
