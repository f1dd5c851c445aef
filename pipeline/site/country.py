"""Draws the country with its partners as dots: one a town, never one a call.

In go partners, out come pixels of an Albers picture of the United States (in the projection d3's
``geoAlbersUsa`` made usual: scale 1300, 975 by 610). Outlines of the states are what
``tools/assets`` made of the Census Bureau's; without them the dots stand alone. Dots of one town
are drawn where the town's areas are, which are public.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from pipeline.site.facts import Partner

__all__ = ["Country", "Dot", "albers", "country", "states"]

_STATES = Path(__file__).parents[1] / "assets" / "states.json"
_LINKED = 60
_SCALE, _LEFT, _TOP = 1300.0, 487.5, 305.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One agency on the picture; ``live`` is how many of its alerts are live."""

    agency_id: str
    name: str
    place: str
    state: str
    standing: str
    x: float
    y: float
    live: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The picture: outlines of the states, and the dots on it.

    ``dots`` are links; where they would be too many they are empty and ``marks`` draws them, a
    path per standing.
    """

    outline: tuple[str, ...]
    dots: tuple[Dot, ...]
    marks: tuple[tuple[str, str], ...] = ()


def country(partners: tuple[Partner, ...], live: Mapping[str, int]) -> Country | None:
    """Return the picture with these partners; None when none of them lies on it."""
    dots = []
    for each in partners:
        spot = albers(*each.center)
        if spot is not None:
            dots.append(
                Dot(
                    agency_id=each.agency_id,
                    name=each.name,
                    place=each.place,
                    state=each.state,
                    standing=each.standing.value,
                    x=round(spot[0], 1),
                    y=round(spot[1], 1),
                    live=live.get(each.agency_id, 0),
                )
            )
    if len(dots) <= _LINKED:
        return Country(outline=states(), dots=tuple(dots)) if dots else None
    paths: dict[str, str] = {}
    for dot in dots:
        paths[dot.standing] = f"{paths.get(dot.standing, '')}M{dot.x:.0f} {dot.y:.0f}h0"
    return Country(outline=states(), dots=(), marks=tuple(sorted(paths.items())))


@cache
def states() -> tuple[str, ...]:
    """Return the outline of every state as an SVG path; none if they were not fetched."""
    if not _STATES.is_file():
        return ()
    return tuple(orjson.loads(_STATES.read_bytes()).values())


def albers(longitude: float, latitude: float) -> tuple[float, float] | None:
    """Return where a point of the United States lies on the picture; None outside of them."""
    if longitude > 0 or not 15 < latitude < 72:
        return None
    if latitude > 50:  # Alaska, drawn small in the corner
        x, y = _conic(longitude + 154, latitude, (55.0, 65.0), (-2.0, 58.5))
        return _LEFT + _SCALE * (0.35 * x - 0.307), _TOP + _SCALE * (0.35 * y + 0.201)
    if longitude < -130 and latitude < 30:  # Hawaii
        x, y = _conic(longitude + 157, latitude, (8.0, 18.0), (-3.0, 19.9))
        return _LEFT + _SCALE * (x - 0.205), _TOP + _SCALE * (y + 0.212)
    x, y = _conic(longitude + 96, latitude, (29.5, 45.5), (-0.6, 38.7))
    return _LEFT + _SCALE * x, _TOP + _SCALE * y


def _conic(
    longitude: float, latitude: float, parallels: tuple[float, float], middle: tuple[float, float]
) -> tuple[float, float]:
    """Project conically with equal areas, y downwards; ``middle`` is nothing."""
    south, north = (math.sin(math.radians(each)) for each in parallels)
    n = (south + north) / 2
    c = 1 + south * (2 * n - south)

    def point(lon: float, lat: float) -> tuple[float, float]:
        radius = math.sqrt(c - 2 * n * math.sin(math.radians(lat))) / n
        turn = math.radians(lon) * n
        return radius * math.sin(turn), radius * math.cos(turn)

    (x, y), (zero_x, zero_y) = point(longitude, latitude), point(*middle)
    return x - zero_x, y - zero_y
