"""Applies terms to one exact place and time: every verb about where and when.

In go the place, the moment, the terms of an audience, and what is known around it; out comes what
it may be told, built up from nothing. A finer form that is not to be had (no block count, no
crossing near) falls to the area, and from there to coarser ones, never to a finer. Without a verb
for the place, nothing of it is told. What the public reads is ``propose``'s part: areas only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from pipeline.model import Area, ExactPlace, Held, PlaceLevel, Point, Row, Terms
from pipeline.place.areas import AreaMap, fold_name
from pipeline.place.levels import Level
from pipeline.place.locate import place
from pipeline.place.measure import METRES_PER_DEGREE
from pipeline.place.times import time_window
from pipeline.place.zones import NO_ZONES, Zones, shielded

__all__ = ["LEVELS", "Around", "Telling", "tell", "tell_place"]

LEVELS: Mapping[PlaceLevel, Level] = {
    PlaceLevel.AREA: Level.AREA,
    PlaceLevel.NEIGHBORHOOD: Level.NEIGHBORHOOD,
    PlaceLevel.BEAT: Level.BEAT,
    PlaceLevel.DISTRICT: Level.DISTRICT,
}
"""Levels of terms that are areas of the agency's file; coarser ones are the town or nothing."""

_WORD = r"(?:[0-9]{1,3}(?:st|nd|rd|th)|[a-z][a-z.'-]*)"
_NUMBER = re.compile(rf"([0-9]{{1,6}})(?:[a-z]|\s1/2)?\s+({_WORD}(?:\s+{_WORD})*)", re.I)
_UNIT = re.compile(r"\s+(?:apt|apartment|unit|ste|suite|lot|rm|room|fl|floor|bldg|trlr)\b.*", re.I)
_CROSSING_M = 250.0
"""How far a crossing may be and still be near; farther away it says something untrue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around a place.

    ``blocks`` counts addresses per (street as ``fold_name`` has it, first number of the hundred).
    ``crossings`` are named points. ``residence`` and ``verified`` are None when nobody knows, which
    counts as a residence, and as not verified.
    """

    areas: AreaMap
    town: str
    zones: Zones = NO_ZONES
    blocks: Mapping[tuple[str, int], int]
    crossings: tuple[tuple[Point, str], ...] = ()
    residence: bool | None = None
    verified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What may be told: an area, or a label, or a rounded point (latitude, longitude), or nothing.

    ``window`` is None when no time is told.
    """

    area: Area | None = None
    label: str = ""
    point: tuple[float, float] | None = None
    window: tuple[datetime, datetime] | None = None
    dropped: frozenset[str] = frozenset()


def tell(
    exact: ExactPlace, opened_at: datetime, terms: Terms, around: Around, zone: tzinfo
) -> Telling | Held | None:
    """Return what ``terms`` let out of one call; None when they let out nothing.

    Raises:
        ValueError: ``opened_at`` has no zone, or the terms' width of time does not divide a day.
    """
    in_zone = around.zones.hold(exact.point) and bool(terms.in_zone)
    if terms.row is Row.DROPPED or in_zone or not terms.in_force(opened_at.astimezone(zone).date()):
        return None
    told = tell_place(exact, terms, around)
    if isinstance(told, Held):
        return told
    if "area" in terms.dropped_fields:
        told = Telling()
    shown = not terms.time_dropped and "time" not in terms.dropped_fields and terms.time_floor
    window = time_window(opened_at, terms.time_floor, zone) if shown else None
    return replace(told, window=window, dropped=terms.dropped_fields)


def tell_place(exact: ExactPlace, terms: Terms, around: Around) -> Telling | Held:
    """Return where it was, as exactly as the terms allow; ``Held`` where no area can tell it."""
    level = terms.place
    if terms.only_verified and around.verified is not True:
        level = PlaceLevel.NOWHERE
    if terms.area_at_residence and around.residence is not False:
        level = max(level, PlaceLevel.AREA)
    hidden = shielded(exact, around.zones)
    if hidden.restricted:
        level = max(level, PlaceLevel.TOWN)
    if level in (PlaceLevel.NOWHERE, PlaceLevel.EXACT):
        return Telling()
    fine = _fine(exact, level, terms, around)
    return _area(hidden, level, around) if fine is None else fine


def _fine(exact: ExactPlace, level: PlaceLevel, terms: Terms, around: Around) -> Telling | None:
    match level:
        case PlaceLevel.ROUNDED:
            return _rounded(exact.point, terms.decimals)
        case PlaceLevel.INTERSECTION:
            return _crossing(exact.point, around)
        case PlaceLevel.MASKED:
            return _masked(exact, terms.digits)
        case PlaceLevel.BLOCK:
            return _block(exact, terms.min_addresses, around)
    return None


def _area(exact: ExactPlace, level: PlaceLevel, around: Around) -> Telling | Held:
    if level is PlaceLevel.TOWN:
        exact = replace(exact, restricted=True)
    found = place(exact, around.areas, around.town, LEVELS.get(level, Level.AREA))
    return found if isinstance(found, Held) else Telling(area=found[0])


def _rounded(point: Point | None, decimals: int) -> Telling | None:
    if point is None or not (math.isfinite(point.latitude) and math.isfinite(point.longitude)):
        return None
    return Telling(point=(round(point.latitude, decimals), round(point.longitude, decimals)))


def _crossing(point: Point | None, around: Around) -> Telling | None:
    if point is None:
        return None
    near = sorted((_metres(point, spot), name) for spot, name in around.crossings)
    if not near or not near[0][0] <= _CROSSING_M:
        return None
    return Telling(label=near[0][1])


def _metres(one: Point, other: Point) -> float:
    wide = math.cos(math.radians(one.latitude))
    return METRES_PER_DEGREE * math.hypot(
        one.latitude - other.latitude, (one.longitude - other.longitude) * wide
    )


def _masked(exact: ExactPlace, digits: int) -> Telling | None:
    """Strike out the last digits of the number; one that has no more is struck out whole."""
    parts = _parts(exact)
    if parts is None or digits < 1:
        return None
    number, street = parts
    kept = number[:-digits] if len(number) > digits else ""
    return Telling(label=f"{kept}{'X' * digits} {street}")


def _block(exact: ExactPlace, least: int, around: Around) -> Telling | None:
    """Name the hundred-block where it has enough addresses itself (rule 10)."""
    parts = _parts(exact)
    if parts is None:
        return None
    number, street = parts
    hundred = int(number) // 100 * 100
    if around.blocks.get((fold_name(street), hundred), 0) < max(least, 1):
        return None
    return Telling(label=f"{hundred or 'Unit'} block of {street}")


def _parts(exact: ExactPlace) -> tuple[str, str] | None:
    """Return number and street of a plain address; anything else has none that could be shown.

    A number that stands elsewhere than in front may be a door's, so only ordinals are streets.
    """
    if exact.address is None:
        return None
    first = re.split(r"[,#;]", exact.address.expose())[0]
    match = _NUMBER.fullmatch(_UNIT.sub("", first).strip())
    return None if match is None else (match[1], " ".join(match[2].split()))
