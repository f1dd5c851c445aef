"""What a legal hold may keep: which calls stand in payloads, and memories that are due.

Each function is one step inside the caller's transaction. Whoever destroys takes the log's turn
first, as whoever places a hold does: of the two the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import Landed
from pipeline.adapters.store.tables import audit_head, incidents, outcomes, payloads
from pipeline.audit import stamp

__all__ = [
    "DueMemory",
    "calls_in",
    "due_memories",
    "forget_values",
    "known_call",
    "living",
    "take_turn",
]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMemory:
    """What a call remembers, and was not seen for so long that it may be destroyed."""

    incident_ref: str
    agency_id: str
    seen_at: datetime
    sealed_values: bytes


def take_turn(tx: Tx) -> None:
    """Wait until nobody else writes to the log, and keep others waiting until this commits."""
    tx.execute(update(audit_head).values(size=audit_head.c.size))


def living(tx: Tx, payload_ids: Collection[str]) -> frozenset[str]:
    """Return which of these payloads still have their key."""
    found: set[str] = set()
    wanted = sorted(payload_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = select(payloads.c.payload_id).where(
            payloads.c.payload_id.in_(part), payloads.c.wrapped_key.is_not(None)
        )
        found.update(tx.execute(query).scalars())
    return frozenset(found)


def calls_in(tx: Tx, held: Landed, wanted: Collection[str]) -> frozenset[str]:
    """Return which of these calls may stand in a payload.

    A record that says nothing new has no row of its own; a payload with such records may hold any
    call of its agency that was known before it and seen after.
    """
    if not wanted:
        return frozenset()
    own = select(outcomes.c.incident_ref).where(
        outcomes.c.payload_id == held.payload_id, outcomes.c.incident_ref.in_(sorted(wanted))
    )
    found = set(tx.execute(own).scalars())
    repeats = select(payloads.c.duplicates).where(payloads.c.payload_id == held.payload_id)
    if tx.execute(repeats).scalar_one():
        first = (
            select(outcomes.c.incident_ref, func.min(payloads.c.received_at).label("first"))
            .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
            .where(
                outcomes.c.agency_id == held.agency_id, outcomes.c.incident_ref.in_(sorted(wanted))
            )
            .group_by(outcomes.c.incident_ref)
        )
        received = stamp(held.received_at)
        found |= {row.incident_ref for row in tx.execute(first) if row.first <= received}
    return frozenset(found)


def due_memories(tx: Tx, before: datetime) -> tuple[DueMemory, ...]:
    """Return the memories of calls not seen since a time."""
    query = select(incidents).where(
        incidents.c.seen_at < stamp(before), incidents.c.sealed_values.is_not(None)
    )
    return tuple(
        DueMemory(
            incident_ref=row.incident_ref,
            agency_id=row.agency_id,
            seen_at=datetime.fromisoformat(row.seen_at),
            sealed_values=bytes(row.sealed_values),
        )
        for row in tx.execute(query.order_by(incidents.c.incident_ref))
    )


def forget_values(tx: Tx, refs: Sequence[str]) -> None:
    """Drop the sealed values of these calls: nobody can read them any more."""
    for start in range(0, len(refs), _AT_ONCE):
        where = incidents.c.incident_ref.in_(refs[start : start + _AT_ONCE])
        tx.execute(update(incidents).where(where).values(sealed_values=None))


def known_call(tx: Tx, incident_ref: str) -> str | None:
    """Return the agency of a call that was ever received, or None."""
    query = select(outcomes.c.agency_id).where(outcomes.c.incident_ref == incident_ref).limit(1)
    return tx.execute(query).scalar_one_or_none()
