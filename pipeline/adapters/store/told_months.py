"""Keeps the counts of finished months as they were told; each month is counted once.

Each function is one step inside the caller's transaction. It must never be handed a count that did
not pass ``publish.counts``: every row here is public.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import func, insert, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, told_months

__all__ = ["ToldMonth", "first_month", "keep_month", "kept_months", "told_in"]

_NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMonth:
    """One agency's finished month: safe counts by (area, kind), maybe none; None is hidden."""

    month: str
    agency_id: str
    cells: Mapping[tuple[str, str], int | None]
    withheld: int | None


def first_month(tx: Tx) -> str | None:
    """Return the month (2026-03) in which the first alert was told, None before it."""
    query = select(func.min(alerts.c.first_sent)).where(alerts.c.first_sent != "")
    first = tx.execute(query).scalar_one()
    return None if first is None else str(first)[:7]


def kept_months(tx: Tx) -> frozenset[str]:
    """Return the months that were counted, also those with nothing to tell."""
    query = select(told_months.c.month).where(told_months.c.agency_id == _NOBODY)
    return frozenset(tx.execute(query).scalars())


def keep_month(tx: Tx, month: str, found: Sequence[ToldMonth], *, policy: str) -> None:
    """Write down a month's counts for good, made under a policy's version."""
    mark = ToldMonth(month=month, agency_id=_NOBODY, cells={}, withheld=None)
    rows = [
        {
            "month": month,
            "agency_id": each.agency_id,
            "policy": policy,
            "cells": json.dumps([[*cell, count] for cell, count in each.cells.items()]),
            "withheld": each.withheld,
        }
        for each in (mark, *found)
    ]
    tx.execute(insert(told_months), rows)


def told_in(tx: Tx, month: str | None = None) -> tuple[ToldMonth, ...]:
    """Return the counts of a month, or of all, oldest first."""
    query = select(told_months).where(told_months.c.agency_id != _NOBODY)
    if month is not None:
        query = query.where(told_months.c.month == month)
    rows = tx.execute(query.order_by(told_months.c.month, told_months.c.agency_id))
    return tuple(
        ToldMonth(
            month=row.month,
            agency_id=row.agency_id,
            cells=_cells(row.cells),
            withheld=row.withheld,
        )
        for row in rows
    )


def _cells(text: str) -> Mapping[tuple[str, str], int | None]:
    return MappingProxyType({(row, column): count for row, column, count in json.loads(text)})
