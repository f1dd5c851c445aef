"""Keeps what is counted of a feed, an hour each: names of fields and numbers, no text."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.onboarding_tables import field_counts

__all__ = ["add_counts", "counts_since"]


def add_counts(tx: Tx, agency_id: str, hour: str, counted: Mapping[tuple[str, str], int]) -> None:
    """Add numbers, (measure, field) each, to an hour's."""
    if not counted:
        return
    kind = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    statement = kind(field_counts)
    statement = statement.on_conflict_do_update(
        index_elements=["agency_id", "hour", "measure", "field"],
        set_={"value": field_counts.c.value + statement.excluded.value},
    )
    at = {"agency_id": agency_id, "hour": hour}
    rows = [
        {**at, "measure": measure, "field": field, "value": value}
        for (measure, field), value in sorted(counted.items())
    ]
    tx.execute(statement, rows)


def counts_since(tx: Tx, agency_id: str, hour: str) -> dict[tuple[str, str, str], int]:
    """Return an agency's numbers from an hour on."""
    query = select(field_counts).where(
        field_counts.c.agency_id == agency_id, field_counts.c.hour >= hour
    )
    return {(row.hour, row.measure, row.field): row.value for row in tx.execute(query)}
