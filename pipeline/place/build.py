"""Draws the fixed public areas of a town: cells merged until each hides enough homes.

In go a boundary, the points of residential addresses if there is a file of them, and named
districts; out come areas that tile the boundary, each with at least ``k`` addresses or none at all
and never smaller than a circle of the minimum radius (rules 3 to 6). The same input always gives
the same areas; nothing is drawn at random. What cannot be made large enough is left out, so that
calls there are told by a coarser area. How many addresses an area has must never be published;
reading files and drawing maps are others' work.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import h3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError
from pipeline.place.geojson import GRID_DEGREES
from pipeline.place.levels import Level
from pipeline.place.measure import square_metres
from pipeline.place.naming import compass_names

__all__ = ["UNCOUNTED_FACTOR", "BuiltArea", "District", "build_areas", "count_inside", "surface"]

UNCOUNTED_FACTOR = 3.0
"""Rule 6: without a count of addresses areas are three times as large."""

_FINEST, _COARSEST = 11, 5
"""Resolutions tried: cells of about 2,000 square metres to 250 square kilometres."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A named part of the town, such as a neighborhood, that areas keep to where they can."""

    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltArea:
    """One area. ``addresses`` is None when none were given, and is nobody's to publish.

    ``area_id`` is empty where the area was never published. ``belongs`` names, per level, the
    coarser area it belongs to.
    """

    name: str
    shape: BaseGeometry
    addresses: int | None
    area_id: str = ""
    belongs: Mapping[Level, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Region:
    """Cells that have been merged so far; ``home`` numbers their district, -1 for none."""

    cells: list[str]
    addresses: int
    square_metres: float
    home: int
    neighbors: set[str]


def build_areas(
    boundary: BaseGeometry,
    addresses: Points | None,
    *,
    minimum_addresses: int,
    minimum_radius_m: float,
    districts: Sequence[District] = (),
) -> tuple[BuiltArea, ...]:
    """Return areas in the order of their names.

    ``boundary`` and ``districts`` are in WGS 84 degrees; ``addresses`` is an array of shape (n, 2),
    longitude and latitude, one row an address. Points outside the boundary are not counted.

    Raises:
        ConfigError: the boundary is smaller than one area, or has fewer addresses than one needs.
    """
    least = math.pi * minimum_radius_m**2 * (1.0 if addresses is not None else UNCOUNTED_FACTOR)
    cells = _cells(boundary, least)
    counts = _counted(addresses, cells)
    regions = _regions(cells, counts, districts)
    fits = _Fits(least, minimum_addresses if addresses is not None else None)
    _merge(regions, fits)
    kept = [(region.home, _shape(region.cells, cells)) for region in regions.values()]
    built = [
        (home, shape, count)
        for (home, shape), count in zip(kept, _recounted(kept, addresses), strict=True)
        if fits.fit(count, square_metres(shape))
    ]
    if not built:
        raise ConfigError(
            "No area of this boundary is large enough and has enough addresses",
            remedy="Give a larger boundary or the whole address file, or leave the town undivided.",
        )
    names = compass_names(
        [shape for _, shape, _ in built],
        [districts[home].name if home >= 0 else "" for home, _, _ in built],
        boundary,
    )
    areas = (
        BuiltArea(name=name, shape=shape, addresses=None if addresses is None else count)
        for name, (_, shape, count) in zip(names, built, strict=True)
    )
    return tuple(sorted(areas, key=lambda area: area.name))


@dataclass(frozen=True, slots=True)
class _Fits:
    """What an area must have; ``addresses`` None means that they are not counted."""

    square_metres: float
    addresses: int | None

    def fit(self, addresses: int, square_metres: float) -> bool:
        hidden = self.addresses is None or addresses == 0 or addresses >= self.addresses
        return hidden and square_metres >= self.square_metres


def _cells(boundary: BaseGeometry, least: float) -> dict[str, BaseGeometry]:
    """Return the grid's cells cut to the boundary, the finest that are each large enough."""
    centre = boundary.representative_point()
    for resolution in range(_FINEST, _COARSEST, -1):
        if h3.cell_area(h3.latlng_to_cell(centre.y, centre.x, resolution), "m^2") >= least:
            break
    names = sorted(_overlapping(boundary, resolution))
    shapes = shapely.set_precision([_hexagon(name) for name in names], GRID_DEGREES)
    cut = shapely.intersection(shapes, boundary, grid_size=GRID_DEGREES)
    return {
        name: surface(shape)
        for name, shape in zip(names, cut, strict=True)
        if shapely.get_dimensions(shape) == 2
    }


def surface(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape without the lines and points that cutting may leave at its edge."""
    parts = shapely.get_parts(shape)
    surfaces = parts[shapely.get_dimensions(parts) == 2]
    return surfaces[0] if len(surfaces) == 1 else MultiPolygon(list(surfaces))


def _overlapping(boundary: BaseGeometry, resolution: int) -> Iterator[str]:
    for part in shapely.get_parts(boundary):
        yield from h3.h3shape_to_cells_experimental(
            h3.geo_to_h3shape(shapely.geometry.mapping(part)), resolution, contain="overlap"
        )


def _hexagon(cell: str) -> BaseGeometry:
    corners = [(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)]
    if max(corners)[0] - min(corners)[0] <= 180:
        return Polygon(corners)
    # It crosses the 180th meridian: once on each side, so that the boundary cuts its own part.
    east = [(longitude % 360, latitude) for longitude, latitude in corners]
    return MultiPolygon([(east,), ([(each - 360, latitude) for each, latitude in east],)])


def _counted(addresses: Points | None, cells: Mapping[str, BaseGeometry]) -> Mapping[str, int]:
    if addresses is None:
        return dict.fromkeys(cells, 0)
    counts = count_inside(list(cells.values()), addresses)
    return dict(zip(cells, counts.tolist(), strict=True))


def count_inside(shapes: Sequence[BaseGeometry], addresses: Points) -> NDArray[np.int64]:
    """Count points per shape; on a shared border a point counts for the first shape alone."""
    tree = shapely.STRtree(shapes)
    point, shape = tree.query(shapely.points(addresses), predicate="intersects")
    order = np.lexsort((shape, point))
    _, first = np.unique(point[order], return_index=True)
    return np.bincount(shape[order][first], minlength=len(shapes))


def _recounted(kept: Sequence[tuple[int, BaseGeometry]], addresses: Points | None) -> Sequence[int]:
    """Count again in the shapes as they are published: those are what an attacker sees."""
    if addresses is None:
        return [0] * len(kept)
    counts: list[int] = count_inside([shape for _, shape in kept], addresses).tolist()
    return counts


def _regions(
    cells: Mapping[str, BaseGeometry], counts: Mapping[str, int], districts: Sequence[District]
) -> dict[str, _Region]:
    homes = _homes(cells, districts)
    return {
        name: _Region(
            cells=[name],
            addresses=counts[name],
            square_metres=square_metres(shape),
            home=homes[name],
            neighbors={each for each in h3.grid_disk(name, 1) if each in cells and each != name},
        )
        for name, shape in cells.items()
    }


def _homes(cells: Mapping[str, BaseGeometry], districts: Sequence[District]) -> dict[str, int]:
    if not districts:
        return dict.fromkeys(cells, -1)
    tree = shapely.STRtree([district.shape for district in districts])
    homes = dict.fromkeys(cells, -1)
    names = list(cells)
    middles = shapely.point_on_surface(list(cells.values()))
    for cell, district in zip(*tree.query(middles, predicate="intersects"), strict=True):
        name = names[int(cell)]
        homes[name] = int(district) if homes[name] < 0 else min(homes[name], int(district))
    return homes


def _merge(regions: dict[str, _Region], fits: _Fits) -> None:
    """Merge every region that is unfit into a neighbor, the poorest first, until none can be.

    The key of a region is the smallest name of its cells, so that no order of the input shows.
    """
    waiting = [_rank(name, region) for name, region in regions.items()]
    heapq.heapify(waiting)
    while waiting:
        rank = heapq.heappop(waiting)
        name = rank[-1]
        region = regions.get(name)
        if region is None or rank != _rank(name, region):
            continue
        if fits.fit(region.addresses, region.square_metres):
            continue
        partners = region.neighbors or _across(regions, name, fits)
        if not partners:
            continue
        partner = min(partners, key=lambda each: _liking(region, each, regions[each], fits))
        merged = _joined(regions, name, partner)
        heapq.heappush(waiting, _rank(merged, regions[merged]))


def _across(regions: Mapping[str, _Region], name: str, fits: _Fits) -> set[str]:
    """Return the nearest region with homes for one that lies alone and has too few.

    Left out, its calls would be told by town, and whoever takes the areas from the town would find
    those few homes.
    """
    region = regions[name]
    if not region.addresses or fits.addresses is None or region.addresses >= fits.addresses:
        return set()
    spot = h3.cell_to_latlng(name)
    others = [each for each, other in regions.items() if each != name and other.addresses]
    return set(sorted(others, key=lambda each: (_away(spot, regions[each]), each))[:1])


def _away(spot: tuple[float, float], region: _Region) -> float:
    away = (h3.great_circle_distance(spot, h3.cell_to_latlng(cell)) for cell in region.cells)
    return float(min(away))


def _rank(name: str, region: _Region) -> tuple[float, int, str]:
    return region.square_metres, region.addresses, name


def _liking(
    region: _Region, name: str, other: _Region, fits: _Fits
) -> tuple[bool, bool, bool, int, int, str]:
    # Within the district; with one that needs a partner, too; not with empty land while homes are
    # near, because a park beside three houses hides nobody.
    empty = region.addresses > 0 and other.addresses == 0
    settled = fits.fit(other.addresses, other.square_metres)
    return other.home != region.home, empty, settled, other.addresses, len(other.cells), name


def _joined(regions: dict[str, _Region], one: str, other: str) -> str:
    """Merge two regions under the smaller of their names, and return it."""
    name, gone = min(one, other), max(one, other)
    kept, lost = regions[name], regions.pop(gone)
    # Whoever has more homes keeps its district's name.
    kept.home = max((kept, lost), key=lambda each: (each.addresses, len(each.cells))).home
    kept.cells += lost.cells
    kept.addresses += lost.addresses
    kept.square_metres += lost.square_metres
    for each in lost.neighbors - {name}:
        regions[each].neighbors.discard(gone)
        regions[each].neighbors.add(name)
    kept.neighbors = (kept.neighbors | lost.neighbors) - {name, gone}
    return name


def _shape(names: Iterable[str], cells: Mapping[str, BaseGeometry]) -> BaseGeometry:
    merged = shapely.union_all([cells[name] for name in sorted(names)], grid_size=GRID_DEGREES)
    return surface(merged)
