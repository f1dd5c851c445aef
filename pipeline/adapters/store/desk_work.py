"""The desk's decisions on a candidate's row: held, settled, taken back, opened again.

Each function is one step inside the caller's transaction; a row that moved on is a Conflict.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from pipeline.adapters.store.candidates import QueueRow, queue_row
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import approvals, candidates, outcomes
from pipeline.audit import stamp
from pipeline.model import Conflict, LedgerState

__all__ = [
    "lock_row",
    "reopen",
    "restore_told",
    "settle_until",
    "take_back_approval",
]


def lock_row(tx: Tx, candidate_id: str) -> QueueRow | None:
    """Hold a candidate's row until the transaction ends; return it as it is now."""
    where = candidates.c.candidate_id == candidate_id
    tx.execute(update(candidates).where(where).values(candidate_id=candidate_id))
    row = tx.execute(select(candidates).where(where)).mappings().first()
    return None if row is None else queue_row(tx, row)


def settle_until(tx: Tx, candidate_id: str, until: datetime) -> None:
    """Let a decision be undone until a time; nothing is sent before."""
    where = candidates.c.candidate_id == candidate_id
    tx.execute(update(candidates).where(where).values(settles_at=stamp(until)))


def take_back_approval(tx: Tx, candidate_id: str, key: str) -> None:
    """Forget one editor's approval; what waited is pending again.

    Raises:
        Conflict: the candidate is neither pending nor waiting any more.
    """
    mine = (approvals.c.candidate_id == candidate_id) & (approvals.c.editor == key)
    tx.execute(delete(approvals).where(mine))
    done = tx.execute(
        update(candidates)
        .where(
            candidates.c.candidate_id == candidate_id,
            candidates.c.state.in_(("pending", "waiting")),
        )
        .values(state="pending", settles_at=None)
    )
    if done.rowcount != 1:
        raise Conflict("it went out already, or was decided again; look at it")


def reopen(tx: Tx, candidate_id: str) -> None:
    """Make a rejected candidate pending again, with its record.

    Raises:
        Conflict: it is not rejected any more.
    """
    done = tx.execute(
        update(candidates)
        .where(candidates.c.candidate_id == candidate_id, candidates.c.state == "rejected")
        .values(state="pending", settles_at=None)
    )
    if done.rowcount != 1:
        raise Conflict("it was decided again meanwhile; look at it")
    tx.execute(
        update(outcomes)
        .where(
            outcomes.c.candidate_id == candidate_id,
            outcomes.c.state == LedgerState.REJECTED.value,
        )
        .values(state=LedgerState.PENDING.value, reason="")
    )


def restore_told(tx: Tx, correction_id: str, told_id: str) -> None:
    """Drop a correction: the record is carried by what the public was told, as before.

    Raises:
        Conflict: the correction is not pending any more.
    """
    done = tx.execute(
        update(candidates)
        .where(candidates.c.candidate_id == correction_id, candidates.c.state == "pending")
        .values(state="edited")
    )
    if done.rowcount != 1:
        raise Conflict("this correction is not pending any more; look at it again")
    told = candidates.c.candidate_id == told_id
    tx.execute(update(candidates).where(told).values(state="approved"))
    tx.execute(
        update(outcomes)
        .where(outcomes.c.candidate_id == correction_id)
        .values(candidate_id=told_id, state=LedgerState.PUBLISHED.value, reason="")
    )
