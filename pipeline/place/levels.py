"""Joins published areas to coarser ones: neighborhoods, beats, districts.

In go areas that each name the coarser area they belong to; out comes, per level, the areas that are
unions of them, and which area tells a call when a level is asked for. Levels nest because they are
made of whole areas: whoever subtracts or intersects what is told at two levels is left with whole
areas again, never with a strip between two borders. This module must never draw a border of its
own; which level a category is told at is the policy's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import Area
from pipeline.place.geojson import GRID_DEGREES, parts_of

__all__ = ["COARSER", "Layer", "Level", "Member", "layers_of", "told_by", "untold"]

Fits = Callable[[BaseGeometry, int | None], bool]
"""Whether a shape with so many homes (None: not counted) may be told."""


class Level(StrEnum):
    """How coarse an area is asked for, finest first. Coarser than all is the town."""

    AREA = "area"
    NEIGHBORHOOD = "neighborhood"
    BEAT = "beat"
    DISTRICT = "district"


COARSER = (Level.NEIGHBORHOOD, Level.BEAT, Level.DISTRICT)
"""The levels that areas are joined to, finest first: also the properties of an area's feature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One area of the file; ``belongs`` has the name of its coarser area per level that has one."""

    area: Area
    shape: BaseGeometry
    homes: int | None
    belongs: Mapping[Level, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The areas of one coarser level by id, the places of their members, and those never told."""

    areas: tuple[Area, ...]
    members: Mapping[str, tuple[int, ...]]
    too_small: frozenset[str]


def layers_of(
    members: Sequence[Member], slug: Callable[[str], str], fits: Fits
) -> Mapping[Level, Layer]:
    """Return the layers that the members name, finest first; ids are ``level-slug``."""
    return MappingProxyType(
        {
            level: _layer(level, members, slug, fits)
            for level in COARSER
            if any(level in member.belongs for member in members)
        }
    )


def told_by(
    members: Sequence[Member], layers: Mapping[Level, Layer], fits: Fits
) -> Mapping[Level, tuple[Area | None, ...]]:
    """Return, per level asked for, the area that tells each member's calls; None is the town.

    A call is told at the level asked for or the next coarser one that hides it. Those who know the
    rules subtract from a coarser area what a finer one tells, so the members left to it must hide
    a home among themselves, or have none.
    """
    return MappingProxyType(
        {level: tuple(_told(level, members, layers, fits)) for level in (Level.AREA, *COARSER)}
    )


def untold(
    members: Sequence[Member], told: Mapping[Level, tuple[Area | None, ...]], least: int
) -> frozenset[Level]:
    """Return the levels at which what is left to the town has homes, but fewer than ``least``.

    Told by town, those few would be found by taking all areas from the town, so they are not told
    at all (rule 7). Where a member was not counted nobody can know, and the town tells it.
    """
    levels = set()
    for level, areas in told.items():
        homes = _homes(members, [index for index, area in enumerate(areas) if area is None])
        if homes is not None and 0 < homes < least:
            levels.add(level)
    return frozenset(levels)


def _layer(
    level: Level, members: Sequence[Member], slug: Callable[[str], str], fits: Fits
) -> Layer:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    names: dict[str, str] = {}
    for index, member in enumerate(members):
        if level in member.belongs:
            area_id = f"{level.value}-{slug(member.belongs[level])}"
            names.setdefault(area_id, member.belongs[level])
            groups[area_id].append(index)
    shapes = {area_id: _union(members, groups[area_id]) for area_id in sorted(groups)}
    return Layer(
        areas=tuple(
            Area(area_id=area_id, name=names[area_id], polygons=parts_of(shape))
            for area_id, shape in shapes.items()
        ),
        members=MappingProxyType({area_id: tuple(groups[area_id]) for area_id in shapes}),
        too_small=frozenset(
            area_id
            for area_id, shape in shapes.items()
            if not fits(shape, _homes(members, groups[area_id]))
        ),
    )


def _told(
    asked: Level, members: Sequence[Member], layers: Mapping[Level, Layer], fits: Fits
) -> Iterator[Area | None]:
    found: dict[int, Area] = {}
    if asked is Level.AREA:
        found = {n: m.area for n, m in enumerate(members) if fits(m.shape, m.homes)}
    for level in COARSER[0 if asked is Level.AREA else COARSER.index(asked) :]:
        layer = layers.get(level)
        if layer is not None:
            found |= _left_to(layer, found, members, fits)
    yield from (found.get(index) for index in range(len(members)))


def _left_to(
    layer: Layer, found: Mapping[int, Area], members: Sequence[Member], fits: Fits
) -> dict[int, Area]:
    """Return the members that no finer area tells and that this layer hides."""
    told: dict[int, Area] = {}
    for area in layer.areas:
        left = [index for index in layer.members[area.area_id] if index not in found]
        if not left or area.area_id in layer.too_small:
            continue
        homes = _homes(members, left)
        if homes == 0 or fits(_union(members, left), homes):
            told |= dict.fromkeys(left, area)
    return told


def _homes(members: Sequence[Member], indices: Sequence[int]) -> int | None:
    """Return the homes of several members together; None when one of them was not counted."""
    total = 0
    for index in indices:
        homes = members[index].homes
        if homes is None:
            return None
        total += homes
    return total


def _union(members: Sequence[Member], indices: Sequence[int]) -> BaseGeometry:
    merged = shapely.union_all([members[n].shape for n in indices], grid_size=GRID_DEGREES)
    parts = shapely.get_parts(merged)
    surfaces = parts[shapely.get_dimensions(parts) == 2]
    return surfaces[0] if len(surfaces) == 1 else shapely.MultiPolygon(list(surfaces))
