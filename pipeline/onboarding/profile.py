"""What the texts of one column are like: times, coordinates, numbers, sentences, flags.

In: a column. Out: a ``Profile`` of shares between 0 and 1. It must never keep a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.agencies.agency import EPOCH_UNITS, PointForm
from pipeline.feeds.points import NoPoint, parse_point
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.moments import TimeForm, time_form
from pipeline.onboarding.names import is_somebodys, person_part, person_role

__all__ = ["Axis", "Profile", "point_form", "profile_of"]

_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?|[-+]?\d{1,3},\d{4,}")  # no thousands
_NOWHERE: Final = re.compile(r"\(?0(?:\.0*)?\s*[,\s]\s*0(?:\.0*)?\)?")
_PAIR: Final = re.compile(
    r"(?:POINT\s*)?\(?\s*([-+]?\d{1,3}\.\d+)\s*[,/\s]\s*([-+]?\d{1,3}\.\d+)\s*\)?", re.IGNORECASE
)
_AT_THE_END: Final = re.compile(r"(?<=\n)\(([-+]?\d{1,3}\.\d+),\s?([-+]?\d{1,3}\.\d+)\)$")
_MICRO: Final = re.compile(r"(-?\d{7,9})[:,\s](-?\d{7,9})")
_LETTERED: Final = re.compile(r"[NSEW\u00b0\u00ba\u2032]")  # marks of degrees and minutes in a text
_FLAGS: Final = frozenset({"yes", "no", "true", "false", "y", "n", "t", "f", "0", "1"})
_HIGH: Final = 0.9


class Axis:
    """What numbers of a column can be: degrees of a coordinate of the United States, or scaled."""

    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    UNSIGNED = "longitude without its sign"
    MICRO_LATITUDE = "latitude times a million"
    MICRO_LONGITUDE = "longitude times a million"
    MICRO_UNSIGNED = "longitude times a million without its sign"
    EAST = "metres east, of Web Mercator"
    NORTH = "metres north, of Web Mercator"


_RANGES: Final = (  # from Guam's and Hawaii's south to Alaska's north, Puerto Rico to Guam
    (Axis.LATITUDE, 13.0, 72.0),
    (Axis.LONGITUDE, -180.0, -64.0),
    (Axis.UNSIGNED, 72.0, 180.0),
    (Axis.MICRO_LATITUDE, 13e6, 72e6),
    (Axis.EAST, -20_037_508.35, -7_124_400.0),
    (Axis.MICRO_LONGITUDE, -180e6, -64e6),
    (Axis.MICRO_UNSIGNED, 72e6, 180e6),
    (Axis.NORTH, 1_459_700.0, 11_753_200.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Shares of the column's texts, but ``words``: their mean number of words."""

    time: TimeForm | None
    distinct: float
    values: int
    numeric: float
    words: float
    letters: float
    flags: float
    axis: str
    point: PointForm | None


def profile_of(column: Column, zone: ZoneInfo) -> Profile:
    """Return what a column's texts are like."""
    texts = column.texts
    count = max(1, len(texts))
    numeric = sum(bool(_NUMBER.fullmatch(text)) for text in texts) / count
    return Profile(
        time=_time_form(column, zone) if texts else None,
        distinct=len(set(texts)) / count,
        values=len(set(texts)),
        numeric=numeric,
        words=sum(len(text.split()) for text in texts) / count,
        letters=sum(any(map(str.isalpha, text)) for text in texts) / count,
        flags=sum(text.casefold() in _FLAGS for text in texts) / count,
        axis=_axis(texts) if numeric >= _HIGH else "",
        point=point_form(texts),
    )


def _time_form(column: Column, zone: ZoneInfo) -> TimeForm | None:
    """Return the form of times; ten digits of a person are a telephone, not seconds since 1970."""
    form = time_form(column.texts, zone)
    counted = form is not None and not set(EPOCH_UNITS).isdisjoint(form.forms)
    role = person_role(column.words)
    called = person_part(column.name, column.words) == "phone" and role is not None
    return None if counted and (is_somebodys(column.words) or called) else form


def _axis(texts: Sequence[str]) -> str:
    numbers = [float(text.replace(",", ".")) for text in texts if _NUMBER.fullmatch(text)]
    numbers = [number for number in numbers if number]
    for axis, low, high in _RANGES:
        inside = sum(low <= number <= high for number in numbers)
        if numbers and inside >= _HIGH * len(numbers):
            return axis
    return ""


def point_form(texts: Sequence[str]) -> PointForm | None:
    """Return the form in which texts write both coordinates at once."""
    texts = [text for text in texts if not _NOWHERE.fullmatch(text.strip())]
    if not texts:
        return None
    pairs = [
        found
        for text in texts
        if (found := _PAIR.fullmatch(text.strip()) or _AT_THE_END.search(text.strip()))
    ]
    if len(pairs) >= _HIGH * len(texts):
        first = sorted(float(found[1]) for found in pairs)[len(pairs) // 2]
        return PointForm.LON_LAT_TEXT if abs(first) > 72 else PointForm.LAT_LON_TEXT
    micro = [found for text in texts if (found := _MICRO.fullmatch(text.strip()))]
    micro = [found for found in micro if _is_micro(int(found[1]), int(found[2]))]
    if len(micro) >= _HIGH * len(texts):
        west = all(int(found[2]) > 0 for found in micro)
        return PointForm.MICRO_DEGREES_WEST if west else PointForm.MICRO_DEGREES
    minutes = sum(map(_in_minutes, texts))
    return PointForm.DEGREES_MINUTES if minutes >= _HIGH * len(texts) else None


def _is_micro(latitude: int, longitude: int) -> bool:
    """Return whether whole numbers can be degrees times a million; a grid's feet are smaller."""
    bounds = {axis: (low, high) for axis, low, high in _RANGES}
    (south, north), (west, east) = bounds[Axis.MICRO_LATITUDE], bounds[Axis.MICRO_LONGITUDE]
    nowhere = latitude == 0 == longitude
    return nowhere or (south <= latitude <= north and west <= -abs(longitude) <= east)


def _in_minutes(text: str) -> bool:
    """Return whether a text is a point of the country in degrees and minutes, and marked so."""
    if not _LETTERED.search(text):
        return False  # four numbers may be anything
    point = parse_point(text, PointForm.DEGREES_MINUTES)
    if isinstance(point, NoPoint):
        return point is NoPoint.ZERO
    bounds = {axis: (low, high) for axis, low, high in _RANGES}
    (south, north), (west, east) = bounds[Axis.LATITUDE], bounds[Axis.LONGITUDE]
    return south <= point.latitude <= north and west <= point.longitude <= east
