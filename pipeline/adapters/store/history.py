"""Reads what editors decided before, with the candidates they decided on. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pipeline.adapters.store.candidates import QueueRow, timing_of
from pipeline.adapters.store.codec import proposal_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import candidates, decisions
from pipeline.model import Verb

__all__ = ["DecidedRow", "decided_rows", "last_decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRow:
    """A candidate and the last decision on it that approved or rejected it."""

    row: QueueRow
    approved: bool
    at: datetime


def decided_rows(tx: Tx, *, limit: int) -> tuple[DecidedRow, ...]:
    """Return candidates approved or rejected, the latest ``limit`` of them, oldest first."""
    verbs = (Verb.APPROVE.value, Verb.REJECT.value, Verb.UNDO.value)
    last = (
        select(func.max(decisions.c.decision_id).label("decision_id"))
        .where(decisions.c.verb.in_(verbs))
        .group_by(decisions.c.candidate_id)
        .subquery()
    )
    query = (
        select(candidates, decisions.c.verb, decisions.c.at)
        .join(decisions, decisions.c.candidate_id == candidates.c.candidate_id)
        .join(last, last.c.decision_id == decisions.c.decision_id)
        .where(decisions.c.verb != Verb.UNDO.value)
        .order_by(decisions.c.decision_id.desc())
        .limit(limit)
    )
    rows = [
        DecidedRow(
            row=QueueRow(
                proposal=(proposal := proposal_from(row["content"])),
                candidate_id=row["candidate_id"],
                state=row["state"],
                edited_by=row["edited_by"],
                created_at=datetime.fromisoformat(row["created_at"]),
                approved_by=(),
                timing=timing_of(row, proposal),
            ),
            approved=row["verb"] == Verb.APPROVE.value,
            at=datetime.fromisoformat(row["at"]),
        )
        for row in tx.execute(query).mappings()
    ]
    return tuple(reversed(rows))


def last_decision(tx: Tx, candidate_id: str) -> tuple[str, str]:
    """Return (verb, editor) of the newest decision on a candidate; empty when there is none."""
    query = (
        select(decisions.c.verb, decisions.c.editor)
        .where(decisions.c.candidate_id == candidate_id)
        .order_by(decisions.c.decision_id.desc())
    )
    row = tx.execute(query.limit(1)).first()
    return ("", "") if row is None else (row.verb, row.editor)
