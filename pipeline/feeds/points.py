"""Reads coordinates in the forms agencies write them.

In: texts. Out: a ``Point``, or a word for what is wrong. Must never repair: swapped or unsigned
coordinates are not guessed, and a point at 0, 0 is none. Whether a point can be true of its agency
is ``place.sanity``'s part.
"""

from __future__ import annotations

import math
import re
from enum import Enum
from typing import Final

from pipeline.agencies.agency import PointForm
from pipeline.model import Point

__all__ = ["NoPoint", "exchanged", "parse_pair", "parse_point"]


class NoPoint(Enum):
    """Why there is no point."""

    ABSENT = "absent"
    ZERO = "zero"  # a placeholder: 0, 0
    SWAPPED = "swapped"  # no latitude is beyond 90, but the two exchanged are on Earth
    UNREADABLE = "unreadable"


_DEGREES: Final = r"[-+]?\d{1,3}(?:\.\d{0,20})?"
_NUMBER: Final = re.compile(_DEGREES, re.ASCII)
_PAIR: Final = re.compile(
    rf"(?:POINT\s*)?\(?\s*({_DEGREES})\s*[,/\s]\s*({_DEGREES})\s*\)?", re.ASCII | re.IGNORECASE
)
# "412 LINDEN AVE\nELM BLUFF, OH\n(40.01, -83.02)", as open-data portals export a location.
_AT_THE_END: Final = re.compile(rf"(?<=\n)\(({_DEGREES}),\s?({_DEGREES})\)$", re.ASCII)
_MICRO: Final = re.compile(r"(\d{1,9})[:\s](\d{1,9})", re.ASCII)
_SIGNED_MICRO: Final = re.compile(r"(-?\d{1,9})[:\s,](-?\d{1,9})", re.ASCII)
_MICRO_DEGREES: Final = 1_000_000
_DECIMAL_COMMA: Final = re.compile(r"([-+]?\d{1,3}),(\d{4,20})", re.ASCII)
_METRES: Final = re.compile(
    r"([-+]?\d{1,8}(?:\.\d{0,20})?)[\s,]([-+]?\d{1,8}(?:\.\d{0,20})?)", re.ASCII
)
_PARTS: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{0,20})?", re.ASCII)
_PARTED: Final = re.compile(
    r"[-+\d.\s\u00b0\u00ba'\"\u2019\u201d\u2032\u2033:,NSEW]{3,80}", re.ASCII
)
_WHOLE_CIRCLE: Final = 60.0  # minutes of a degree, seconds of a minute
_COUNTS: Final = (2, 4, 6)  # numbers of a point in degrees, alone or with minutes, and seconds
_RADIUS: Final = 6_378_137.0  # metres; EPSG:3857 takes the Earth for a ball
_EDGE: Final = 20_037_508.35  # metres to the end of its map


_EXCHANGED: Final = {
    PointForm.LAT_LON_TEXT: PointForm.LON_LAT_TEXT,
    PointForm.LON_LAT_TEXT: PointForm.LAT_LON_TEXT,
}


def parse_pair(latitude: str, longitude: str) -> Point | NoPoint:
    """Return the point of two texts in degrees; a comma before four digits is a decimal one."""
    latitude, longitude = (_DECIMAL_COMMA.sub(r"\1.\2", text) for text in (latitude, longitude))
    if not (_NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude)):
        return NoPoint.UNREADABLE
    return _point(float(latitude), float(longitude))


def parse_point(text: str, form: PointForm) -> Point | NoPoint:
    """Return the point that one text writes in ``form``."""
    if form is PointForm.MICRO_DEGREES_WEST:
        found = _MICRO.fullmatch(text)
        if not found:
            return NoPoint.UNREADABLE
        return _point(int(found[1]) / _MICRO_DEGREES, -int(found[2]) / _MICRO_DEGREES)
    if form is PointForm.MICRO_DEGREES:
        found = _SIGNED_MICRO.fullmatch(text)
        if not found:
            return NoPoint.UNREADABLE
        return _point(int(found[1]) / _MICRO_DEGREES, int(found[2]) / _MICRO_DEGREES)
    if form is PointForm.WEB_MERCATOR:
        return _from_metres(text)
    if form is PointForm.DEGREES_MINUTES:
        return _from_degrees_minutes(text)
    found = _PAIR.fullmatch(text) or _AT_THE_END.search(text)
    if not found:
        return NoPoint.UNREADABLE
    first, second = float(found[1]), float(found[2])
    return _point(first, second) if form is PointForm.LAT_LON_TEXT else _point(second, first)


def exchanged(form: PointForm) -> PointForm:
    """Return the form that reads a point's two numbers the other way round, if there is one."""
    return _EXCHANGED.get(form, form)


def _from_metres(text: str) -> Point | NoPoint:
    found = _METRES.fullmatch(text)
    east, north = (float(found[1]), float(found[2])) if found else (math.inf, math.inf)
    if not (abs(east) <= _EDGE and abs(north) <= _EDGE):
        return NoPoint.UNREADABLE
    if east == 0 and north == 0:
        return NoPoint.ZERO
    latitude = 2 * math.atan(math.exp(north / _RADIUS)) - math.pi / 2
    return _point(math.degrees(latitude), math.degrees(east / _RADIUS))


def _from_degrees_minutes(text: str) -> Point | NoPoint:
    """Return the point of degrees, mostly with minutes and seconds; signs or letters tell."""
    parts, letters = _PARTS.findall(text), re.findall("[NSEW]", text)
    if not _PARTED.fullmatch(text) or len(parts) not in _COUNTS:
        return NoPoint.UNREADABLE
    half = len(parts) // 2
    found = [_degrees(parts[:half]), _degrees(parts[half:])]
    if letters:
        if len(letters) != len(found) or letters[0] not in "NS" or letters[1] not in "EW":
            return NoPoint.UNREADABLE
        if any(part.startswith(("-", "+")) for part in parts):
            return NoPoint.UNREADABLE
        found = [
            -each if letter in "SW" else each for each, letter in zip(found, letters, strict=True)
        ]
    return _point(*found)


def _degrees(parts: list[str]) -> float:
    """Return the degrees of degrees, minutes and seconds; infinite where they are none."""
    whole, *rest = parts
    if (rest and "." in whole) or any(not 0 <= float(part) < _WHOLE_CIRCLE for part in rest):
        return math.inf
    size = abs(float(whole)) + sum(float(p) / _WHOLE_CIRCLE**n for n, p in enumerate(rest, 1))
    return -size if whole.startswith("-") else size


def _point(latitude: float, longitude: float) -> Point | NoPoint:
    if latitude == 0 and longitude == 0:
        return NoPoint.ZERO
    if 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
        return NoPoint.SWAPPED
    if abs(latitude) > 90 or abs(longitude) > 180:
        return NoPoint.UNREADABLE
    return Point(latitude=latitude, longitude=longitude)
