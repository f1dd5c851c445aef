"""Judges whether a call's coordinates can be true, before they are placed.

In go an exact place and the agency's areas, out comes the place with a point that can be relied on,
or without one, and notices of what was odd. A point is repaired only in the ways the agency file
names; otherwise no place is better than a wrong one. What the agency restricted or masked is not
looked at. It must never move a point that is merely near the edge: ``locate`` judges that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import shapely

from pipeline.agencies import PointRepair
from pipeline.model import ExactPlace, Notice, NoticeCode, Point
from pipeline.place.addresses import has_mask_word
from pipeline.place.areas import AreaMap
from pipeline.place.locate import NEAR_DEGREES

__all__ = ["sane_place"]

_FIELD = "point"


def sane_place(
    exact: ExactPlace, areas: AreaMap, *, repairs: frozenset[PointRepair], default_point: bool
) -> tuple[ExactPlace, tuple[Notice, ...]]:
    """Return the place to be told from, and what was odd about its point.

    ``default_point`` says that the point was seen with too many streets to belong to any
    (``spots``). A point far from all areas, in whatever way it is read, is kept: the call may
    truly be elsewhere, and placing holds it.
    """
    masked = exact.address is not None and has_mask_word(exact.address.expose())
    if exact.point is None or exact.restricted or masked:
        return exact, ()
    if default_point:
        return replace(exact, point=None), (_notice(NoticeCode.POINT_DEFAULT),)
    if _near(exact.point, areas):
        return exact, ()
    for code, needed, point in _readings(exact.point):
        if _near(point, areas):
            kept = point if needed <= repairs else None
            return replace(exact, point=kept), (_notice(code),)
    return exact, (_notice(NoticeCode.POINT_ELSEWHERE),)


def _readings(point: Point) -> Iterable[tuple[NoticeCode, frozenset[PointRepair], Point]]:
    """Yield every way the point may have been meant, the likeliest first."""
    swapped, unsigned = PointRepair.SWAPPED, PointRepair.UNSIGNED
    plain = (point.latitude, point.longitude)
    exchanged = (point.longitude, point.latitude)
    for (latitude, longitude), needed in ((plain, set()), (exchanged, {swapped})):
        if abs(latitude) > 90:
            continue
        for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            ways = frozenset(needed | ({unsigned} if signs != (1, 1) else set()))
            if ways:
                code = NoticeCode.POINT_SWAPPED if needed else NoticeCode.POINT_UNSIGNED
                turned = Point(latitude=signs[0] * latitude, longitude=signs[1] * longitude)
                yield code, ways, turned


def _near(point: Point, areas: AreaMap) -> bool:
    # Written so that a distance that is no number is not near.
    return areas.hull.distance(shapely.Point(point.longitude, point.latitude)) <= NEAR_DEGREES


def _notice(code: NoticeCode) -> Notice:
    return Notice(code=code, field=_FIELD)
