"""Draws the next list of areas from the last: areas are kept or joined, never redrawn.

In go the areas published so far, the boundary and the addresses of today; out come areas that again
hide enough homes. Who compares the two lists finds whole areas of the first in every area of the
second, so nothing is learnt from both that one of them does not tell. Names and ids stay. This
module must never cut a published area; a first list is ``build``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError
from pipeline.place.build import BuiltArea, District, Points, build_areas, count_inside, surface
from pipeline.place.geojson import GRID_DEGREES

__all__ = ["rebuild_areas"]


@dataclass(slots=True)
class _Group:
    """A kept area and what was joined to it; ``addresses`` are those of today."""

    area: BuiltArea
    shape: BaseGeometry
    addresses: int


def rebuild_areas(
    kept: Sequence[BuiltArea],
    boundary: BaseGeometry,
    addresses: Points,
    *,
    minimum_addresses: int,
    minimum_radius_m: float,
    districts: Sequence[District] = (),
) -> tuple[BuiltArea, ...]:
    """Return areas in the order of their names, with today's counts.

    An area that has homes, but too few of them by now, is joined to the nearest one with homes. On
    land that no area had, areas are built anew where it has enough homes, and what is left of it
    with homes is joined to the nearest area.

    Raises:
        ConfigError: there is no area to keep, or all of it has fewer addresses than one area needs.
    """
    if not kept:
        raise ConfigError("There is no area to keep", remedy="Build the areas anew.")
    land = shapely.union_all([each.shape for each in kept], grid_size=GRID_DEGREES)
    fresh = _on_new_land(boundary, land, addresses, minimum_addresses, minimum_radius_m, districts)
    every = (*kept, *_renamed(fresh, kept))
    groups = [_Group(area=each, shape=each.shape, addresses=0) for each in every]
    _count(groups, addresses)
    covered = shapely.union_all([each.shape for each in groups], grid_size=GRID_DEGREES)
    _join_rest(groups, boundary, covered, addresses)
    _count(groups, addresses)
    _join_poor(groups, minimum_addresses)
    return tuple(
        replace(each.area, shape=each.shape, addresses=each.addresses)
        for each in sorted(groups, key=lambda each: each.area.name)
    )


def _on_new_land(
    boundary: BaseGeometry,
    land: BaseGeometry,
    addresses: Points,
    minimum_addresses: int,
    minimum_radius_m: float,
    districts: Sequence[District],
) -> tuple[BuiltArea, ...]:
    new = shapely.difference(boundary, land, grid_size=GRID_DEGREES)
    inside = addresses[shapely.intersects_xy(new, addresses)]
    if shapely.get_dimensions(new) != 2 or len(inside) < minimum_addresses:
        return ()
    try:
        built = build_areas(
            surface(new),
            inside,
            minimum_addresses=minimum_addresses,
            minimum_radius_m=minimum_radius_m,
            districts=districts,
        )
    except ConfigError:  # too small or too few: what homes are there join the nearest area
        return ()
    return tuple(replace(each, name=f"New {each.name}") for each in built if each.addresses)


def _renamed(fresh: Sequence[BuiltArea], kept: Sequence[BuiltArea]) -> tuple[BuiltArea, ...]:
    """Return new areas under names that no kept one has."""
    taken = {each.name for each in kept}
    renamed = []
    for area in fresh:
        names = (area.name, *(f"{area.name} {number}" for number in range(2, len(taken) + 3)))
        name = next(each for each in names if each not in taken)
        taken.add(name)
        renamed.append(replace(area, name=name))
    return tuple(renamed)


def _count(groups: Sequence[_Group], addresses: Points) -> None:
    counts = count_inside([each.shape for each in groups], addresses).tolist()
    for group, count in zip(groups, counts, strict=True):
        group.addresses = count


def _join_rest(
    groups: list[_Group], boundary: BaseGeometry, covered: BaseGeometry, addresses: Points
) -> None:
    """Join each piece of land with homes that no area has to the nearest area with homes."""
    hosts = [each for each in groups if each.addresses] or groups
    for part in shapely.get_parts(shapely.difference(boundary, covered, grid_size=GRID_DEGREES)):
        if shapely.get_dimensions(part) == 2 and shapely.intersects_xy(part, addresses).any():
            nearest = hosts[int(np.argmin(shapely.distance([h.shape for h in hosts], part)))]
            nearest.shape = _joined(nearest.shape, part)


def _join_poor(groups: list[_Group], minimum: int) -> None:
    """Join groups with homes, but too few, the poorest first, until there is none."""
    while True:
        poor = [each for each in groups if 0 < each.addresses < minimum]
        if not poor:
            return
        if len(groups) == 1:
            raise ConfigError(
                "All areas together have too few addresses",
                remedy="Give the whole address file, or leave the town undivided.",
            )
        group = min(poor, key=lambda each: (each.addresses, each.area.name))
        groups.remove(group)
        away = shapely.distance([each.shape for each in groups], group.shape)
        partner = min(
            zip(away.tolist(), groups, strict=True),
            key=lambda pair: (
                pair[1].addresses == 0,
                pair[0],
                pair[1].addresses,
                pair[1].area.name,
            ),
        )[1]
        if group.addresses > partner.addresses:
            partner.area = group.area
        partner.shape = _joined(partner.shape, group.shape)
        partner.addresses += group.addresses


def _joined(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    return surface(shapely.union_all([one, other], grid_size=GRID_DEGREES))
