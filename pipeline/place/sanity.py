"""Judges whether a call's coordinates can be true, before they are placed.

In go an exact place, the agency's areas and its addresses, out comes the place with a point that
can be relied on, or without one, and notices of what was odd. A point is repaired only in the ways
the agency file names, and where address and point contradict each other neither is used: no place
is better than a wrong one. What the agency restricted or masked is not looked at. It must never
move a point that is merely near the edge: ``locate`` judges that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import shapely

from pipeline.agencies import PointRepair
from pipeline.model import ExactPlace, Notice, NoticeCode, Point
from pipeline.place.addresses import has_mask_word, is_masked
from pipeline.place.areas import AreaMap
from pipeline.place.geocode import Geocoder, Located, Precision
from pipeline.place.locate import ELSEWHERE, NEAR_DEGREES, locate_many
from pipeline.place.measure import metres_between
from pipeline.place.zones import NO_ZONES, Zones

__all__ = ["sane_place", "settled_place"]

_FIELD = "point"


def settled_place(
    exact: ExactPlace,
    areas: AreaMap,
    *,
    repairs: frozenset[PointRepair],
    default_point: bool,
    geocoder: Geocoder | None,
    zones: Zones = NO_ZONES,
) -> tuple[ExactPlace, tuple[Notice, ...]]:
    """Return the place to be told from, by its point or else by its address, and what was odd.

    An address leads to a point only if all positions it may have lie in one area; if one of them
    lies in an exclusion zone, it is that one. Where the agency's file knows the house or block, it
    counts more than a point beside it: geocodes of one home stray, and near a border they would
    tell it in two areas. A block that crosses a border has no point, so a coarser level tells it.
    """
    sane, notices = sane_place(exact, areas, repairs=repairs, default_point=default_point)
    if geocoder is None or sane.restricted or sane.address is None:
        return sane, notices
    text = sane.address.expose()
    if is_masked(text) or NoticeCode.POINT_ELSEWHERE in {notice.code for notice in notices}:
        return sane, notices
    located = geocoder.locate(text)
    if sane.point is None:
        notices = (*notices, Notice(code=_LOCATED[located.precision], field="address"))
        return replace(sane, point=_one_area(located, areas, zones)), notices
    if _disagree(sane.point, located):
        notices = (*notices, Notice(code=NoticeCode.POINT_DISAGREES, field="point"))
        return replace(sane, point=None), notices
    if located.precision in _OWN_AREA and not zones.hold(sane.point):
        return replace(sane, point=_one_area(located, areas, zones)), notices
    return sane, notices


_OWN_AREA = frozenset({Precision.ADDRESS, Precision.BLOCK})
"""How well an address must be known to say by itself which area is its own."""

_LOCATED = {
    Precision.ADDRESS: NoticeCode.LOCATED_BY_ADDRESS,
    Precision.BLOCK: NoticeCode.LOCATED_BY_BLOCK,
    Precision.STREET: NoticeCode.LOCATED_BY_STREET,
    Precision.NONE: NoticeCode.ADDRESS_NOT_LOCATED,
}

_DISAGREE_M = 1000.0
"""Farther from every position of its address than this, a point is another place's. Wider than the
half of a long block, and than what agencies blur coordinates by."""


def _one_area(located: Located, areas: AreaMap, zones: Zones) -> Point | None:
    if not len(located.positions):
        return None
    found = np.unique(locate_many(located.positions, areas))
    if len(found) != 1 or found[0] == ELSEWHERE:
        return None
    points = [Point(latitude=y, longitude=x) for x, y in located.positions.tolist()]
    return next((point for point in points if zones.hold(point)), points[0])


def _disagree(point: Point, located: Located) -> bool:
    if not len(located.positions):
        return False
    spot = np.array((point.longitude, point.latitude))
    return bool(metres_between(located.positions, spot).min() > _DISAGREE_M)


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
