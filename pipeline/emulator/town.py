"""Draws an invented town: neighborhoods that tile it, and points inside them.

Pure and deterministic: every "random" number is a fraction of a SHA-256 over a seed and names, so
the same seed gives the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import json
from math import cos, radians

from pipeline.emulator.casts import slug
from pipeline.emulator.story import Town

__all__ = ["Corner", "areas_geojson", "fraction", "point_in"]

_METRES_PER_DEGREE = 111_320.0  # of latitude, good to 0.5 %
_JITTER = 0.12  # share of a cell by which each corner is moved

Corner = tuple[float, float]


def fraction(*parts: object) -> float:
    """Return a number in [0, 1) that depends on ``parts`` and nothing else."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def areas_geojson(town: Town, seed: str) -> bytes:
    """Return the town's areas as a GeoJSON FeatureCollection, rings counter-clockwise."""
    features = []
    for number, name in enumerate(town.names):
        ring = [[round(x, 6), round(y, 6)] for x, y in _ring(town, seed, number)]
        homes = 60 + int(fraction(seed, "homes", name) * 900)
        features.append(
            {
                "type": "Feature",
                "properties": {"id": slug(name), "name": name, "residences": homes},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            }
        )
    document = {"type": "FeatureCollection", "features": features}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def point_in(town: Town, seed: str, area_id: str, name: str) -> Corner:
    """Return (longitude, latitude) well inside the area; ``name`` tells points apart."""
    number = [slug(area) for area in town.names].index(area_id)
    south_west, south_east, north_east, north_west = _ring(town, seed, number)
    along, up = (0.15 + 0.7 * fraction(seed, axis, name) for axis in ("along", "up"))
    south = _between(south_west, south_east, along)
    return _between(south, _between(north_west, north_east, along), up)


def _ring(town: Town, seed: str, number: int) -> tuple[Corner, Corner, Corner, Corner]:
    row, column = divmod(number, town.columns)
    return (
        _corner(town, seed, column, row + 1),
        _corner(town, seed, column + 1, row + 1),
        _corner(town, seed, column + 1, row),
        _corner(town, seed, column, row),
    )


def _corner(town: Town, seed: str, column: int, row: int) -> Corner:
    right, down = (
        step + _JITTER * (2 * fraction(seed, axis, column, row) - 1)
        for axis, step in (("x", column), ("y", row))
    )
    latitude = town.latitude - down * town.cell_m / _METRES_PER_DEGREE
    metres_per_degree = _METRES_PER_DEGREE * cos(radians(town.latitude))
    return town.longitude + right * town.cell_m / metres_per_degree, latitude


def _between(one: Corner, other: Corner, share: float) -> Corner:
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
    )
