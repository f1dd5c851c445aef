"""Keeps what of the quarantine is put aside, and marks records to be tried again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import insert_if_new
from pipeline.adapters.store.onboarding_tables import discards
from pipeline.adapters.store.tables import outcomes
from pipeline.audit import stamp
from pipeline.model import LedgerState, PayloadId

__all__ = ["WHOLE", "discarded", "retry_records", "set_discarded"]

WHOLE = ""
"""The position of a payload quarantined whole."""


def discarded(tx: Tx) -> frozenset[tuple[str, str]]:
    """Return (payload, position) of everything discarded."""
    rows = tx.execute(select(discards.c.payload_id, discards.c.position))
    return frozenset((row.payload_id, row.position) for row in rows)


def set_discarded(
    tx: Tx, payload_id: PayloadId, position: str, *, name: str, reason: str, at: datetime
) -> None:
    """Write down who will not have something read again, and why."""
    row = {"payload_id": payload_id, "position": position, "name": name}
    insert_if_new(tx, discards, {**row, "reason": reason, "at": stamp(at)})


def retry_records(tx: Tx, payload_id: PayloadId) -> int:
    """Let the next walk try a payload's quarantined records; return how many there are."""
    kept = select(discards.c.position).where(discards.c.payload_id == payload_id)
    gone = {int(position) for position in tx.execute(kept).scalars() if position != WHOLE}
    where = (outcomes.c.payload_id == payload_id) & (
        outcomes.c.state == LedgerState.QUARANTINED.value
    )
    done = tx.execute(
        update(outcomes).where(where, outcomes.c.position.not_in(gone)).values(rules="")
    )
    return int(done.rowcount)
