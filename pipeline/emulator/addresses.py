"""Draws an invented town's address points and street lines around its calls.

In go a cast and a seed, out come a CSV and a GeoJSON as a county would publish them; the same bytes
every time. Most houses have no story: whoever reads the files learns of no call.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from pipeline.emulator.story import Cast
from pipeline.emulator.town import Corner, fraction, point_in
from pipeline.place.addresses import read_address

__all__ = ["addresses_csv", "streets_geojson"]

_NEIGHBORS = range(-6, 7)
_STEP = 0.0002  # degrees between two houses, about 20 m


def addresses_csv(cast: Cast, seed: str) -> bytes:
    """Return the houses named in stories, each among neighbors on its street."""
    houses: dict[tuple[str, int], Corner] = {}
    named = list(_places(cast, seed))
    for street, number, _, point in named:
        if number is not None:
            houses.setdefault((street, number), point)
    for street, number, _, (longitude, latitude) in named:
        for step in _NEIGHBORS if number is not None else ():
            other = (number or 0) + 2 * step
            aside = _STEP * (0.2 + fraction(seed, street, other) * 0.2)
            if other > 0:
                houses.setdefault((street, other), (longitude + step * _STEP, latitude + aside))
    rows = [
        f"{number},{street},{longitude:.6f},{latitude:.6f}"
        for (street, number), (longitude, latitude) in sorted(houses.items())
    ]
    return ("number,street,longitude,latitude\n" + "\n".join(rows) + "\n").encode()


def streets_geojson(cast: Cast, seed: str) -> bytes:
    """Return each street as a line through its calls; the streets of a crossing meet there."""
    points: defaultdict[str, set[Corner]] = defaultdict(set)
    for street, _, crossing, point in _places(cast, seed):
        for name in filter(None, (street, crossing)):
            points[name].add(point)
    features = [
        {
            "type": "Feature",
            "properties": {"FULLNAME": street},
            "geometry": {"type": "LineString", "coordinates": _line(points[street])},
        }
        for street in sorted(points)
    ]
    document = {"type": "FeatureCollection", "features": features}
    return (json.dumps(document, indent=1) + "\n").encode()


def _line(points: set[Corner]) -> list[list[float]]:
    ordered = sorted(points)
    (west, _), (east, _) = ordered[0], ordered[-1]
    ends = ((west - 8 * _STEP, ordered[0][1]), (east + 8 * _STEP, ordered[-1][1]))
    return [[round(x, 6), round(y, 6)] for x, y in (ends[0], *ordered, ends[1])]


def _places(cast: Cast, seed: str) -> Iterator[tuple[str, int | None, str, Corner]]:
    """Yield street, number, crossing and place of every story that names a street."""
    for story in cast.stories:
        read = read_address(story.place.address)
        if read is None or (read.number is None and not read.crossing):
            continue
        longitude, latitude = point_in(cast.town, seed, story.place.area_id, story.story_id)
        spot = (round(longitude, 6), round(latitude, 6))
        yield read.street, read.number, read.crossing, spot
