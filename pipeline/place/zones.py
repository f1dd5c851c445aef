"""Exclusion zones: whether a place lies where nothing is told of exactly (rule 9).

In go protected places, out come coarse cells around them, among which cells around decoys cannot be
told apart. A zone has no name, kind or centre once it is made of cells. A call in one is treated
like a call whose place the agency itself restricted, so that nothing says that a zone was why. This
module must never return or show a place it was given, nor how many there were.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import ExactPlace, Point
from pipeline.place.measure import METRES_PER_DEGREE

__all__ = ["CELL_DEGREES", "NO_ZONES", "Cell", "Protected", "Zones", "build_zones", "shielded"]

CELL_DEGREES = 0.0025
"""Width and height of a cell: about 280 m from south to north."""

_GROUP = 4  # zones come in multiples of this many, decoys filling up
_TRIES = 10_000

Cell = tuple[int, int]
"""Whole numbers of cells east of the meridian of Greenwich and north of the equator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A place to protect, and how far around it; only while zones are built."""

    point: Point
    radius_m: float

    def __repr__(self) -> str:
        return "Protected(***)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Cells in which nothing is told exactly. Which belong to a decoy, nobody can say."""

    cells: frozenset[Cell] = field(default=frozenset(), repr=False)

    def hold(self, point: Point | None) -> bool:
        """Return whether a point lies in a zone; no point lies in none."""
        return point is not None and cell_of(point) in self.cells

    def hide(self, place: ExactPlace) -> bool:
        """Return whether a place must not be told exactly: in a zone, or nobody knows where."""
        return bool(self.cells) and (place.point is None or self.hold(place.point))

    def __repr__(self) -> str:
        return "Zones(***)"


NO_ZONES = Zones()


def cell_of(point: Point) -> Cell:
    """Return the cell of a point; what is no number lies in a cell that no zone has."""
    east, north = point.longitude / CELL_DEGREES, point.latitude / CELL_DEGREES
    if not (math.isfinite(east) and math.isfinite(north)):
        return (10**9, 10**9)
    return math.floor(east), math.floor(north)


def shielded(place: ExactPlace, zones: Zones) -> ExactPlace:
    """Return the place, restricted if a zone hides it: exactly what the agency's own mark makes."""
    return replace(place, restricted=True) if zones.hide(place) else place


def build_zones(protected: Sequence[Protected], town: BaseGeometry, key: bytes) -> Zones:
    """Return the cells of all places and of decoys inside ``town``, drawn by ``key``.

    There are at least as many decoys as places, and as many as make the number of zones a multiple
    of four, so the cells tell neither which are real nor how many. The same key draws the same
    decoys: building again with the same places changes nothing.

    Raises:
        ValueError: there is no place, or the town has no room for decoys.
    """
    if not protected:
        raise ValueError("there is no place to protect")
    total = math.ceil(2 * len(protected) / _GROUP) * _GROUP
    radii = sorted(each.radius_m for each in protected)
    decoys = _decoys(town, key)
    cells: set[Cell] = set()
    for each in protected:
        cells |= _disc(cell_of(each.point), each.radius_m)
    for number in range(total - len(protected)):
        cells |= _disc(next(decoys), radii[number % len(radii)])
    return Zones(cells=frozenset(cells))


def _disc(middle: Cell, radius_m: float) -> set[Cell]:
    """Return the cells within a radius of any point of ``middle``: its shape tells the cell only.

    A cell counts when its nearest corner is within reach of the middle cell's nearest corner.
    """
    east, north = middle
    high = METRES_PER_DEGREE * CELL_DEGREES
    wide = high * math.cos(math.radians(min(89.0, abs(north * CELL_DEGREES) + CELL_DEGREES)))
    rows, columns = math.ceil(radius_m / high), math.ceil(radius_m / wide)
    return {
        (east + x, north + y)
        for x in range(-columns, columns + 1)
        for y in range(-rows, rows + 1)
        if math.hypot(max(0, abs(x) - 1) * wide, max(0, abs(y) - 1) * high) <= radius_m
    }


def _decoys(town: BaseGeometry, key: bytes) -> Iterator[Cell]:
    """Yield cells whose middle lies in the town, in an order that only the key tells."""
    west, south, east, north = town.bounds
    for number in range(_TRIES):
        drawn = hmac.digest(key, b"decoy" + number.to_bytes(8, "big"), hashlib.sha256)
        x = west + (east - west) * int.from_bytes(drawn[:8], "big") / 2**64
        y = south + (north - south) * int.from_bytes(drawn[8:16], "big") / 2**64
        if shapely.intersects_xy(town, x, y):
            yield cell_of(Point(latitude=y, longitude=x))
    raise ValueError("the town has no room for decoys")
