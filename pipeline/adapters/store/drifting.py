"""Keeps what is counted of a feed, an hour each: names of fields and numbers, no text."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.onboarding_tables import field_counts

__all__ = ["add_counts", "counts_since"]


def add_counts(tx: Tx, agency_id: str, hour: str, counted: Mapping[tuple[str, str], int]) -> None:
    """Add numbers, (measure, field) each, to an hour's."""
    for (measure, field), value in sorted(counted.items()):
        where = (
            (field_counts.c.agency_id == agency_id)
            & (field_counts.c.hour == hour)
            & (field_counts.c.measure == measure)
            & (field_counts.c.field == field)
        )
        more = update(field_counts).where(where).values(value=field_counts.c.value + value)
        if tx.execute(more).rowcount == 0:
            row = {"hour": hour, "measure": measure, "field": field, "value": value}
            tx.execute(insert(field_counts).values(agency_id=agency_id, **row))


def counts_since(tx: Tx, agency_id: str, hour: str) -> dict[tuple[str, str, str], int]:
    """Return an agency's numbers from an hour on."""
    query = select(field_counts).where(
        field_counts.c.agency_id == agency_id, field_counts.c.hour >= hour
    )
    return {(row.hour, row.measure, row.field): row.value for row in tx.execute(query)}
