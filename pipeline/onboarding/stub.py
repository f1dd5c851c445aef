"""A stub of public areas: one box around the sample's points, coarse on purpose.

In: the sample and what was inferred. Out: GeoJSON and the name of the area, empty where the sample
has no usable point: calls are held then, since they lie in no area. It must never draw a border
that tells where a call of the sample was: corners are cut to tenths of a degree, outwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import orjson

from pipeline.agencies.agency import CanonicalField
from pipeline.feeds.points import NoPoint, parse_pair, parse_point
from pipeline.model import Point
from pipeline.onboarding.choice import Choice, Inferred
from pipeline.onboarding.sample import Sample

__all__ = ["areas_stub"]

_NOWHERE = (-0.1, -0.1, 0.1, 0.1)  # in the Gulf of Guinea: no call lies there
_LEAST = 5  # points; fewer tell more about themselves than about a town


def areas_stub(sample: Sample, found: Inferred, place: str) -> tuple[bytes, str]:
    """Return (areas.geojson, the town's name or nothing)."""
    points = _points(sample, found)
    box = _box(points) if len(points) >= _LEAST else _NOWHERE
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    known = box is not _NOWHERE
    feature = {
        "type": "Feature",
        "properties": {"id": "stub", "name": place if known else "Nowhere"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    body = orjson.dumps(collection, option=orjson.OPT_INDENT_2) + b"\n"
    return body, place if known else ""


def _points(sample: Sample, found: Inferred) -> list[Point]:
    by_field = {choice.field: choice for choice in found.fields}
    pairs = [by_field.get(f) for f in (CanonicalField.LATITUDE, CanonicalField.LONGITUDE)]
    points: list[Point | NoPoint] = []
    if all(pairs):
        columns = [_rows(sample, each) for each in pairs if each is not None]
        points += [parse_pair(*row) for row in zip(*columns, strict=True) if all(row)]
    one = by_field.get(CanonicalField.POINT)
    if one is not None and one.form is not None:
        parts = [_rows(sample, one, number) for number in range(len(one.paths))]
        texts = (" ".join(filter(None, row)) for row in zip(*parts, strict=True))
        points += [parse_point(text, one.form) for text in texts]
    return [_west(point) for point in points if isinstance(point, Point)]


def _rows(sample: Sample, choice: Choice, part: int = 0) -> list[str]:
    column = next(c for c in sample.columns if not c.each and c.path == choice.paths[part])
    return [row[0] if row else "" for row in column.rows]


def _west(point: Point) -> Point:
    """Return the point with the sign that its agency leaves out."""
    if point.longitude < 0:
        return point
    return Point(latitude=point.latitude, longitude=-point.longitude)


def _box(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """Return the box of the middle 96 % of points: a wrong one must not reach over an ocean."""
    cut = len(points) // 50
    ways = (sorted(p.longitude for p in points), sorted(p.latitude for p in points))
    (west, east), (south, north) = ((w[cut], w[len(w) - 1 - cut]) for w in ways)
    low = tuple(math.floor(value * 10 - 0.5) / 10 for value in (west, south))
    high = tuple(math.ceil(value * 10 + 0.5) / 10 for value in (east, north))
    return (low[0], low[1], high[0], high[1])
