"""Counts which streets and blocks were named at which point, by keyed digests alone.

A point that many of them share is a geocoder's default. Neither coordinates nor addresses are here,
and one street has another digest at every point, so that the table joins nothing. Of a point no
more is kept than tells a default, and what a batch adds to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import case, delete, func, insert, or_, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import spots
from pipeline.audit import stamp
from pipeline.place import BLOCK_SIGN, DEFAULT_POINT_BLOCKS, DEFAULT_POINT_STREETS

__all__ = ["add_spots", "forget_spots", "named_at"]


def named_at(tx: Tx, agency_id: str, points: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return what calls at these points named so far; absent points were never seen."""
    query = select(spots.c.point, spots.c.street).where(
        spots.c.agency_id == agency_id, spots.c.point.in_(points)
    )
    found: dict[str, set[str]] = {}
    for row in tx.execute(query):
        found.setdefault(row.point, set()).add(row.street)
    return {point: frozenset(streets) for point, streets in found.items()}


def add_spots(tx: Tx, agency_id: str, new: Iterable[tuple[str, str]], at: datetime) -> None:
    """Remember (point, name) that are not known yet. Call it with the agency's turn taken."""
    rows = [
        {"agency_id": agency_id, "point": point, "street": street, "seen_at": stamp(at)}
        for point, street in sorted(new)
    ]
    if rows:
        tx.execute(insert(spots), rows)


def forget_spots(tx: Tx, before: datetime) -> int:
    """Forget names first seen before a time, but not those of default points; return how many."""
    blocks = func.sum(case((spots.c.street.startswith(BLOCK_SIGN), 1), else_=0))
    default = (
        select(spots.c.point)
        .group_by(spots.c.point)
        .having(
            or_(
                blocks >= DEFAULT_POINT_BLOCKS,
                func.count() - blocks >= DEFAULT_POINT_STREETS,
            )
        )
        .scalar_subquery()
    )
    old = (spots.c.seen_at < stamp(before)) & spots.c.point.not_in(default)
    return int(tx.execute(delete(spots).where(old)).rowcount)
