"""Writes an area's shape in the coordinate order of each format.

In goes an :class:`~pipeline.model.Area`, a fixed area from a published list; out come GeoJSON
geometry (longitude first) or outer rings as texts (latitude first). Coordinates have the five
decimals (about 1 m) that ``place`` cuts areas to. It must never be handed an exact place.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from pipeline.model import Area
from pipeline.model.editorial import Ring

__all__ = ["geometry", "outer_rings"]

_DECIMALS = 5
_REMEMBERED = 4_096


def geometry(area: Area) -> dict[str, object] | None:
    """Return a GeoJSON Polygon or MultiPolygon, right-hand rule, or None when there is no shape."""
    return _geometry(area.polygons)


# Areas are fixed and few, alerts many: each area's text is made once.
@lru_cache(maxsize=_REMEMBERED)
def _geometry(parts: tuple[tuple[Ring, ...], ...]) -> dict[str, object] | None:
    polygons = [
        [_wound(ring, counterclockwise=not index) for index, ring in enumerate(rings)]
        for rings in parts
    ]
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def outer_rings(area: Area) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the outer ring of each part as (latitude, longitude) texts.

    CAP 1.2 and GeoRSS know one ring a polygon, so holes are left out: the area shown there can
    only be larger than the real one, never more exact.
    """
    return _outer_rings(area.polygons)


@lru_cache(maxsize=_REMEMBERED)
def _outer_rings(
    parts: tuple[tuple[Ring, ...], ...],
) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(
        tuple((_text(latitude), _text(longitude)) for longitude, latitude in rings[0])
        for rings in parts
    )


def _wound(ring: Ring, *, counterclockwise: bool) -> list[tuple[float, float]]:
    points = [(_rounded(longitude), _rounded(latitude)) for longitude, latitude in ring]
    twice_area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(points))
    return points if (twice_area > 0) == counterclockwise else points[::-1]


def _rounded(degrees: float) -> float:
    return round(degrees, _DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0


def _text(degrees: float) -> str:
    return f"{_rounded(degrees):.{_DECIMALS}f}".rstrip("0").rstrip(".")
