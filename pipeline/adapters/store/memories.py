"""What incidents remember between walks, and whose turn it is to walk an agency.

Values are private and come and go as the vault's ciphertext; signal names are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import (
    feeds,
    incidents,
    outcomes,
    payloads,
)
from pipeline.model import (
    Conflict,
    Digest,
    IncidentRef,
)

__all__ = [
    "SealedMemory",
    "claim_turn",
    "interrupt_walk",
    "mark_sensitive",
    "sealed_memories",
    "seen_live",
    "walk_turn",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedMemory:
    """A memory as the database holds it; ``sealed_values`` is None once shredded."""

    revision: Digest
    rules: str
    revised_at: datetime | None
    sensitive: str
    sealed_values: bytes | None
    alert_id: str | None


def sealed_memories(tx: Tx, refs: Sequence[IncidentRef]) -> dict[IncidentRef, SealedMemory]:
    """Return the memories of those incidents that are known."""
    query = select(incidents).where(incidents.c.incident_ref.in_(refs))
    return {
        IncidentRef(row.incident_ref): SealedMemory(
            revision=Digest(row.revision),
            rules=row.rules,
            revised_at=datetime.fromisoformat(row.revised_at) if row.revised_at else None,
            sensitive=row.sensitive,
            sealed_values=None if row.sealed_values is None else bytes(row.sealed_values),
            alert_id=row.alert_id,
        )
        for row in tx.execute(query)
    }


def seen_live(tx: Tx, refs: Sequence[IncidentRef], archived: str) -> frozenset[IncidentRef]:
    """Return those of the incidents that came by another run than ``archived``."""
    if not refs:
        return frozenset()
    query = (
        select(outcomes.c.incident_ref)
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .where(outcomes.c.incident_ref.in_(refs), payloads.c.run_id != archived)
        .distinct()
    )
    return frozenset(IncidentRef(ref) for ref in tx.execute(query).scalars())


def mark_sensitive(tx: Tx, ref: IncidentRef, sensitive: str) -> None:
    """Make an incident sensitive for good, unless it is already."""
    tx.execute(
        update(incidents)
        .where(incidents.c.incident_ref == ref, incidents.c.sensitive == "")
        .values(sensitive=sensitive)
    )


def interrupt_walk(tx: Tx, ref: IncidentRef) -> None:
    """Let a walk of the incident's agency that is under way find its turn taken, and look again.

    It has read what the incident was before, and would propose it, or forget that it is sensitive.
    """
    of_it = select(incidents.c.agency_id).where(incidents.c.incident_ref == ref)
    tx.execute(
        update(feeds)
        .where(feeds.c.agency_id == of_it.scalar_subquery())
        .values(walk_turn=feeds.c.walk_turn + 1)
    )


def walk_turn(tx: Tx, agency_id: str) -> int:
    """Return the agency's turn, to be handed to :func:`claim_turn` when saving."""
    query = select(feeds.c.walk_turn).where(feeds.c.agency_id == agency_id)
    return int(tx.execute(query).scalar_one())


def claim_turn(tx: Tx, agency_id: str, turn: int) -> None:
    """Take the next turn of an agency, or find that somebody else did.

    Raises:
        Conflict: the agency was walked since ``turn`` was read.
    """
    done = tx.execute(
        update(feeds)
        .where(feeds.c.agency_id == agency_id, feeds.c.walk_turn == turn)
        .values(walk_turn=turn + 1)
    )
    if done.rowcount != 1:
        raise Conflict(f"agency {agency_id} was walked by somebody else meanwhile")
