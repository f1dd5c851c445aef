"""Names areas so that neighbors know where they are: by district, or by place in the town.

In go shapes, the districts they belong to and the town's boundary; out comes one name for each, in
order. Names tell nothing but the place of the whole area. They must be unique and must not depend
on the order of the input.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

__all__ = ["compass_names"]

_WINDS = ("East", "Northeast", "North", "Northwest", "West", "Southwest", "South", "Southeast")
_CENTRAL = 0.25  # of the way from the middle to the edge


def compass_names(
    shapes: Sequence[BaseGeometry], districts: Sequence[str], boundary: BaseGeometry
) -> tuple[str, ...]:
    """Return a name per shape: its district's or wind's, numbered where several share it.

    Numbers count from north to south, then from west to east, by the shapes' middles.
    """
    stems = [name or _wind(shape, boundary) for shape, name in zip(shapes, districts, strict=True)]
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, stem in enumerate(stems):
        members[stem].append(index)
    names = [""] * len(shapes)
    for stem, indices in members.items():
        ordered = sorted(indices, key=lambda index: _reading_order(shapes[index]))
        for number, index in enumerate(ordered, start=1):
            names[index] = stem if len(ordered) == 1 else f"{stem} {number}"
    return tuple(names)


def _reading_order(shape: BaseGeometry) -> tuple[float, float]:
    middle = shape.centroid
    return -round(middle.y, 5), round(middle.x, 5)


def _wind(shape: BaseGeometry, boundary: BaseGeometry) -> str:
    west, south, east, north = boundary.bounds
    middle = shape.centroid
    across = (middle.x - (west + east) / 2) / (east - west)
    up = (middle.y - (south + north) / 2) / (north - south)
    if 2 * math.hypot(across, up) < _CENTRAL:
        return "Central"
    return _WINDS[round(math.atan2(up, across) / (math.pi / 4)) % 8]
