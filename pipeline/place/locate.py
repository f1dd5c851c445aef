"""Puts an exact place into one of the agency's published areas, or holds it.

In goes an exact place, out comes an area that is the same for every call inside it (rules 3, 5 and
7). Pure: the outcome depends on the point only through which areas contain it, and nothing of the
point, the address or the agency's district text is in what is returned. A point that lies
elsewhere is never moved into the town.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from pipeline.model import Area, ExactPlace, Held, HoldReason, Notice, NoticeCode, Sensitive
from pipeline.place.addresses import has_mask_word
from pipeline.place.areas import AreaMap, fold_name
from pipeline.place.levels import Level

__all__ = ["ELSEWHERE", "NEAR_DEGREES", "TOLD_BY_TOWN", "TOWN_ID", "locate_many", "place"]

TOWN_ID = "town"

NEAR_DEGREES = 0.05
"""How far (about 5 km) outside the town's outline a point still counts as the town's edge."""

TOLD_BY_TOWN, ELSEWHERE = -1, -2
"""What :func:`locate_many` gives for a point that no area of the finest level tells (a coarser one
or the town does), and for one far from all."""


def place(
    exact: ExactPlace, areas: AreaMap, town: str, level: Level = Level.AREA
) -> tuple[Area, Notice | None] | Held:
    """Return the public area, with a notice when the point lies outside every area.

    In this order: the area that contains the point (on a shared border the smallest id), the area
    whose name or id the agency gave as district, the town. At a coarser ``level``, or where the
    area may not be told, the first coarser area that hides the call tells it (rule 7). A place the
    agency restricted is told as the town at most. With no town name, with too few homes left to
    the town, or a point far from all areas, the call is held.
    """
    if exact.restricted or (exact.address is not None and has_mask_word(exact.address.expose())):
        return _town(areas, town, "restricted-place", None)
    if exact.point is None:
        known, named = _by_district(exact.district, areas, level)
        if known:
            return _told(named, areas, _remainder(areas, town, level), "area-too-small", None)
        return _town(areas, town, "no-point", None)
    spot = shapely.Point(exact.point.longitude, exact.point.latitude)
    containing = areas.tree.query(spot, predicate="intersects")
    if containing.size:
        found = areas.told[level][int(containing.min())]
        return _told(found, areas, _remainder(areas, town, level), "area-too-small", None)
    return _outside(exact, spot, areas, town, level)


def locate_many(points: NDArray[np.float64], areas: AreaMap) -> NDArray[np.int64]:
    """Return per point the index of its area in ``areas.areas``, as :func:`place` would tell it.

    ``points`` has shape (n, 2), longitude and latitude. Restrictions and districts are not looked
    at, so this is for counting places, never for telling them.
    """
    spots: NDArray[np.object_] = np.asarray(shapely.points(points))
    # The points are the tree and the areas ask it: each area's border is prepared only once.
    area, spot = shapely.STRtree(spots).query(areas.tree.geometries, predicate="intersects")
    found = np.full(len(points), len(areas.areas), dtype=np.int64)
    np.minimum.at(found, spot, area)
    lost = np.flatnonzero(found == len(areas.areas))
    with np.errstate(invalid="ignore"):  # a distance that is no number is not near
        near = shapely.distance(areas.hull, spots[lost]) <= NEAR_DEGREES
    found[lost] = np.where(near, TOLD_BY_TOWN, ELSEWHERE)
    small = [n for n, each in enumerate(areas.areas) if each.area_id in areas.too_small]
    found[np.isin(found, small)] = TOLD_BY_TOWN
    return found


def _outside(
    exact: ExactPlace, spot: shapely.Point, areas: AreaMap, town: str, level: Level
) -> tuple[Area, Notice | None] | Held:
    # Written so that a distance that is no number holds the call.
    if not areas.hull.distance(spot) <= NEAR_DEGREES:
        return Held(reason=HoldReason.NO_AREA, detail="point-outside")
    notice = Notice(code=NoticeCode.POINT_OUTSIDE, field="point")
    known, named = _by_district(exact.district, areas, level)
    if known:
        town = _remainder(areas, town, level)
    return _told(named, areas, town, "point-outside", notice)


def _told(
    area: Area | None, areas: AreaMap, town: str, detail: str, notice: Notice | None
) -> tuple[Area, Notice | None] | Held:
    return _town(areas, town, detail, notice) if area is None else (area, notice)


def _remainder(areas: AreaMap, town: str, level: Level) -> str:
    """Return the town's name where it may tell what no area of a level tells, else nothing."""
    return "" if level in areas.untold else town


def _by_district(
    district: Sensitive | None, areas: AreaMap, level: Level
) -> tuple[bool, Area | None]:
    """Return whether the agency named an area we know, and the area that may tell it, if any."""
    name = "" if district is None else fold_name(district.expose())
    index = areas.by_name.get(name)
    if index is not None:
        return True, areas.told[level][index]
    named = areas.named_layer.get(name)
    if named is None:
        return False, None
    own, area = named
    layer = areas.layers[own]
    order = list(Level)
    if order.index(level) <= order.index(own):
        return True, None if area.area_id in layer.too_small else area
    # Asked coarser than the agency named: only where all of it lies in one coarser area.
    told = {areas.told[level][member] for member in layer.members[area.area_id]}
    return True, told.pop() if len(told) == 1 else None


def _town(
    areas: AreaMap, town: str, detail: str, notice: Notice | None
) -> tuple[Area, Notice | None] | Held:
    if not town:
        return Held(reason=HoldReason.NO_AREA, detail=detail)
    return replace(areas.outline, area_id=TOWN_ID, name=town), notice
