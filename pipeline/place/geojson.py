"""Turns GeoJSON geometry into a checked shape, and a shape into published rings.

In goes a decoded geometry, out comes a valid shapely polygon on a grid of 1e-5 degrees. What is
not a polygon is a :class:`GeoJsonFault` with a remedy. Borders are never moved by more than the
grid: a ring that crosses itself is refused, one that only touches itself is accepted.
"""

from __future__ import annotations

import math
from typing import Any, TypeGuard

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from pipeline.model.editorial import Ring

__all__ = ["GRID_DEGREES", "GeoJsonFault", "parts_of", "shape_of"]

GRID_DEGREES = 1e-5
"""Published precision: five decimals, about 1.1 m."""

_DECIMALS = 5
_SAME_AREA = 1e-6  # relative; a ring that truly crosses itself differs by far more


class GeoJsonFault(Exception):
    """One feature is not fit; ``remedy`` says what to do. Caught by the loader of areas."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


def shape_of(geometry: object) -> BaseGeometry:
    """Return the polygon or polygons of a decoded GeoJSON geometry.

    Raises:
        GeoJsonFault: another type, an open or short ring, coordinates out of range, a crossing.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise GeoJsonFault("it is no Polygon or MultiPolygon", "Draw the area as a polygon.")
    polygons = [
        _polygon(each) for each in (coordinates if kind == "MultiPolygon" else [coordinates])
    ]
    if not polygons:
        raise GeoJsonFault("it has no polygon", "Draw the area as a polygon.")
    return _on_grid(polygons[0] if len(polygons) == 1 else MultiPolygon(polygons))


def parts_of(shape: BaseGeometry) -> tuple[tuple[Ring, ...], ...]:
    """Return per polygon its outer ring, counter-clockwise, then its holes, clockwise.

    Parts and rings are in normal form (shapely's ``normalize``), so that equal shapes are written
    equally.
    """
    oriented = shapely.orient_polygons(shape.normalize())
    return tuple(
        (_rounded(part.exterior.coords), *(_rounded(hole.coords) for hole in part.interiors))
        for part in shapely.get_parts(oriented)
    )


def _polygon(rings: object) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise GeoJsonFault("a polygon has no ring", "Draw the area as a polygon.")
    outer, *holes = [_ring(ring) for ring in rings]
    return Polygon(outer, holes)


def _ring(ring: object) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise GeoJsonFault("a ring has fewer than four positions", "Draw the area as a polygon.")
    positions = [_position(each) for each in ring]
    if positions[0] != positions[-1]:
        raise GeoJsonFault("a ring is not closed", "Repeat the first position as the last.")
    return positions


def _position(position: object) -> tuple[float, float]:
    if not isinstance(position, list) or len(position) not in (2, 3):
        raise GeoJsonFault("a position is not [longitude, latitude]", "Export it as GeoJSON.")
    longitude, latitude = position[:2]
    if not (_is_number(longitude) and _is_number(latitude)):
        raise GeoJsonFault("a position is not made of numbers", "Export it as GeoJSON.")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        problem = f"position [{longitude}, {latitude}] is not on Earth"
        raise GeoJsonFault(problem, "Export it in WGS 84 degrees, longitude first.")
    return float(longitude), float(latitude)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _on_grid(shape: Any) -> BaseGeometry:
    if not shape.is_valid:
        mended = shapely.make_valid(shape)
        if not math.isclose(mended.area, shape.area, rel_tol=_SAME_AREA):
            reason = shapely.is_valid_reason(shape)
            raise GeoJsonFault(
                f"its border is broken ({reason})", "Mend it in a GIS program (fix geometries)."
            )
        shape = mended
    snapped = shapely.set_precision(shape, GRID_DEGREES)
    # Twice: what was mended may be a collection that holds a multipolygon.
    parts = shapely.get_parts(shapely.get_parts(snapped))
    polygons = [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
    if not polygons:
        raise GeoJsonFault("it has no surface", "Draw the area as a polygon.")
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _rounded(coordinates: Any) -> Ring:
    # The grid's multiples carry floating error; + 0.0 turns -0.0 into 0.0.
    return tuple((round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0) for x, y in coordinates)
