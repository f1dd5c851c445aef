"""Counts which streets were named at which point, by keyed digests alone.

A point that many streets share is a geocoder's default. Neither coordinates nor addresses are here,
and one street has another digest at every point, so that the table joins nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import spots
from pipeline.audit import stamp
from pipeline.place import DEFAULT_POINT_STREETS, Spot

__all__ = ["add_spots", "forget_spots", "streets_at"]


def streets_at(tx: Tx, agency_id: str, points: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return the streets that calls at these points named so far; absent points were never seen."""
    query = select(spots.c.point, spots.c.street).where(
        spots.c.agency_id == agency_id, spots.c.point.in_(points)
    )
    found: dict[str, set[str]] = {}
    for row in tx.execute(query):
        found.setdefault(row.point, set()).add(row.street)
    return {point: frozenset(streets) for point, streets in found.items()}


def add_spots(tx: Tx, agency_id: str, new: Iterable[Spot], at: datetime) -> None:
    """Remember streets at points that are not known there. Call it with the agency's turn taken."""
    rows = [
        {"agency_id": agency_id, "point": point, "street": street, "seen_at": stamp(at)}
        for point, street in sorted({(spot.point, spot.street) for spot in new})
    ]
    if rows:
        tx.execute(insert(spots), rows)


def forget_spots(tx: Tx, before: datetime) -> int:
    """Forget streets first seen before a time, but not those of default points; return how many."""
    default = (
        select(spots.c.point)
        .group_by(spots.c.point)
        .having(func.count() >= DEFAULT_POINT_STREETS)
        .scalar_subquery()
    )
    old = (spots.c.seen_at < stamp(before)) & spots.c.point.not_in(default)
    return int(tx.execute(delete(spots).where(old)).rowcount)
