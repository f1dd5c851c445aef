"""Finds records that may be walked again, and lists what could not be read.

What is decided is never found here, nor changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, exists, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import Landed, landed_of, load_payload
from pipeline.adapters.store.onboarding_tables import discards
from pipeline.adapters.store.tables import (
    incidents,
    outcomes,
    payloads,
)
from pipeline.model import IncidentRef, LedgerState, PayloadId

__all__ = [
    "QuarantinedRecord",
    "mark_walked_by",
    "open_incidents",
    "open_rules",
    "outdated",
    "quarantined",
    "quarantined_records",
]

_OPEN = (LedgerState.PENDING.value, LedgerState.HELD.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRecord:
    """One record of a readable payload that was quarantined; ``position`` counts from 0."""

    agency_id: str
    payload_id: str
    position: int
    code: str
    field: str


def outdated(tx: Tx, agency_id: str, rules: str) -> tuple[tuple[Landed, tuple[int, ...]], ...]:
    """Return payloads, oldest first, with positions of open records walked by other rules.

    Open are pending and held records that are their incident's newest, and records quarantined one
    by one. What is shredded is left out, as it cannot be walked again.
    """
    query = (
        _open(select(outcomes.c.payload_id, outcomes.c.position))
        .where(outcomes.c.agency_id == agency_id, outcomes.c.rules != rules)
        .order_by(outcomes.c.outcome_id)
    )
    positions: dict[str, list[int]] = {}
    for row in tx.execute(query):
        positions.setdefault(row.payload_id, []).append(row.position)
    loaded = [(load_payload(tx, PayloadId(each)), tuple(at)) for each, at in positions.items()]
    return tuple((each, at) for each, at in loaded if each and each.wrapped_key is not None)


def open_rules(tx: Tx) -> Mapping[str, frozenset[str]]:
    """Return by which rules the open records of each agency were walked: one look at all."""
    found: dict[str, set[str]] = {}
    query = _open(select(outcomes.c.agency_id, outcomes.c.rules)).distinct()
    for row in tx.execute(query):
        found.setdefault(row.agency_id, set()).add(row.rules)
    return {agency_id: frozenset(rules) for agency_id, rules in found.items()}


def _open(query: Select[Any]) -> Select[Any]:
    """Narrow a query of outcomes to open records: see :func:`outdated`."""
    waiting = outcomes.c.state.in_(_OPEN)
    newest = waiting & (outcomes.c.revision == incidents.c.revision)
    unread = outcomes.c.state == LedgerState.QUARANTINED.value
    return (
        query.outerjoin(incidents, incidents.c.incident_ref == outcomes.c.incident_ref)
        .where(newest | unread)
        .where(
            ~exists().where(
                discards.c.payload_id == outcomes.c.payload_id,
                discards.c.position == cast(outcomes.c.position, Text),
            )
        )
    )


def mark_walked_by(tx: Tx, payload_id: PayloadId, rules: str) -> None:
    """Note that open records of a payload were tried under these rules and stay as they are."""
    waiting = outcomes.c.state.in_((*_OPEN, LedgerState.QUARANTINED.value))
    where = (outcomes.c.payload_id == payload_id) & waiting
    tx.execute(update(outcomes).where(where).values(rules=rules))


def open_incidents(
    tx: Tx, payload_id: PayloadId, positions: Collection[int]
) -> frozenset[IncidentRef]:
    """Return the incidents of pending and held records at these positions of a payload."""
    query = select(outcomes.c.incident_ref, outcomes.c.position).where(
        outcomes.c.payload_id == payload_id,
        outcomes.c.state.in_(_OPEN),
    )
    rows = tx.execute(query)
    return frozenset(IncidentRef(row.incident_ref) for row in rows if row.position in positions)


def quarantined(tx: Tx, *, agency_id: str | None = None) -> tuple[tuple[Landed, str, str], ...]:
    """Return payloads quarantined whole, with code and position, newest first."""
    query = select(payloads).where(payloads.c.state == "quarantined")
    if agency_id is not None:
        query = query.where(payloads.c.agency_id == agency_id)
    rows = tx.execute(query.order_by(payloads.c.seq.desc())).mappings()
    return tuple((landed_of(row), row["code"], row["position"]) for row in rows)


def quarantined_records(
    tx: Tx, *, agency_id: str | None = None, limit: int = 1000
) -> tuple[QuarantinedRecord, ...]:
    """Return records quarantined one by one, newest payload first."""
    query = select(outcomes).where(outcomes.c.state == LedgerState.QUARANTINED.value)
    if agency_id is not None:
        query = query.where(outcomes.c.agency_id == agency_id)
    query = query.order_by(outcomes.c.outcome_id.desc()).limit(limit)
    return tuple(
        QuarantinedRecord(
            agency_id=row.agency_id,
            payload_id=row.payload_id,
            position=row.position,
            code=row.reason,
            field=row.detail,
        )
        for row in tx.execute(query)
    )
