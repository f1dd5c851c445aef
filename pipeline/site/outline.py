"""Draws published areas for an SVG: paths on a small grid, and where a name stands.

In go areas, fixed and public; out come paths in whole pixels, north up, each area's true shape as
far as a screen shows it. It must never be handed a place that is not a published area, and adds no
mark inside one: a dot would be read as the place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from shapely.affinity import affine_transform
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from pipeline.model import Area

__all__ = ["Drawing", "Piece", "draw", "shape_of"]

_WIDTH = 640
_MOST_HEIGHT = 520
_EDGE = 8
_ROUGH = 0.6  # pixels a border may be off in the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One area of a drawing: its path, and where its name stands."""

    area_id: str
    name: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture of areas; ``scale`` is (pixels, words) of the bar that says how far is how far."""

    width: int
    height: int
    pieces: tuple[Piece, ...]
    scale: tuple[int, str]


@lru_cache(maxsize=1024)
def draw(areas: tuple[Area, ...]) -> Drawing | None:
    """Return the picture of these areas; None when none of them has a shape."""
    shapes = {area.area_id: shape_of(area) for area in areas if area.polygons}
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    wide = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * wide, 1e-6), max(north - south, 1e-6)
    each = min((_WIDTH - 2 * _EDGE) / across, (_MOST_HEIGHT - 2 * _EDGE) / up)
    width, height = round(across * each) + 2 * _EDGE, round(up * each) + 2 * _EDGE

    def placed(shape: BaseGeometry) -> BaseGeometry:
        turned = (wide * each, 0.0, 0.0, -each, _EDGE - west * wide * each, _EDGE + north * each)
        return affine_transform(shape, turned)

    pieces = tuple(
        _piece(area, placed(shapes[area.area_id])) for area in areas if area.area_id in shapes
    )
    return Drawing(width=width, height=height, pieces=pieces, scale=_scale(each))


def shape_of(area: Area) -> BaseGeometry:
    """Return an area's shape in degrees."""
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in area.polygons])


def _piece(area: Area, shape: BaseGeometry) -> Piece:
    spot = shape.representative_point()
    path = "".join(
        _ring(ring)
        for part in shapely.get_parts(shape.simplify(_ROUGH))
        for ring in (part.exterior, *part.interiors)
    )
    return Piece(area_id=area.area_id, name=area.name, path=path, x=round(spot.x), y=round(spot.y))


def _ring(ring: Sequence[Sequence[float]] | BaseGeometry) -> str:
    points = [(round(x), round(y)) for x, y in ring.coords[:-1]]  # type: ignore[union-attr]
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "z" if points else ""


def _scale(pixels_per_degree: float) -> tuple[int, str]:
    """Return a bar of a round length, about a fifth of the picture, in miles."""
    per_mile = pixels_per_degree / 69.0  # a degree of latitude is about 69 miles
    for miles, words in _LENGTHS.items():
        if per_mile * miles >= _WIDTH / 10:
            return round(per_mile * miles), words
    return round(per_mile * 200), "200 mi"


_LENGTHS: Mapping[float, str] = {
    0.1: "0.1 mi",
    0.25: "¼ mi",
    0.5: "½ mi",
    1: "1 mi",
    2: "2 mi",
    5: "5 mi",
    10: "10 mi",
    20: "20 mi",
    50: "50 mi",
    100: "100 mi",
}
