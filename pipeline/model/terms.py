"""Terms: how exactly, how soon and for how long something may be told to one audience.

Every part of :class:`Terms` is a chain from loose to strict, so that terms form a lattice: two of
them always have a strictest meeting (:func:`strictest`), and :func:`looser_parts` says where one
set is looser than another. A policy's terms may only meet the limits of the rules, an agency's only
those of the policy. Nothing here looks at an incident, nor may a part be added without its order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

__all__ = [
    "Audience",
    "Closing",
    "InZone",
    "PlaceLevel",
    "Row",
    "Terms",
    "Timing",
    "looser_parts",
    "strictest",
]


class Audience(StrEnum):
    """Who is told."""

    PUBLIC = "public"
    PARTNER = "partner"
    INTERNAL = "internal"


class PlaceLevel(IntEnum):
    """How exactly a place may be told, finest first."""

    EXACT = 0
    ROUNDED = 1  # coordinates cut to some decimals
    INTERSECTION = 2  # the nearest crossing of two streets
    MASKED = 3  # a house number with its last digits struck out
    BLOCK = 4  # a hundred-block with enough addresses of its own
    AREA = 5  # a published area with enough addresses
    NEIGHBORHOOD = 6
    BEAT = 7
    DISTRICT = 8
    TOWN = 9
    NOWHERE = 10  # the row is kept, its place is not


class Row(IntEnum):
    """Whether something is told at all."""

    KEPT = 0
    DROPPED = 1


class Closing(IntEnum):
    """What the end of the call does to the delay."""

    ENDS_DELAY = 0  # told once the delay is over or the call is closed, whichever is first
    IGNORED = 1
    REQUIRED = 2  # told only once the delay is over and the call is closed


class InZone(IntEnum):
    """What becomes of a call inside an exclusion zone."""

    DROPS_PLACE = 0
    DROPS_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one audience may be told of one category; the defaults are the loosest of each chain.

    ``decimals`` of a rounded coordinate, ``digits`` struck from a house number. ``live`` and
    ``listed`` count from first publication, ``max_age`` from the end of the delay, ``delay`` from
    the end of the shown time (from the call itself when it is nothing). ``one_per_area`` is how
    long an alert keeps others of homes in its area from being told; nothing for other categories.
    ``since`` and ``until`` are local days of the call, both inclusive.
    """

    row: Row = Row.KEPT
    dropped_fields: frozenset[str] = frozenset()
    place: PlaceLevel = PlaceLevel.EXACT
    min_addresses: int = 0
    decimals: int = 6
    digits: int = 0
    area_at_residence: bool = False
    only_verified: bool = False
    in_zone: InZone = InZone.DROPS_PLACE
    time_floor: timedelta = timedelta(0)
    time_dropped: bool = False
    delay: timedelta = timedelta(0)
    closing: Closing = Closing.ENDS_DELAY
    max_age: timedelta = timedelta.max
    live: timedelta = timedelta.max
    listed: timedelta = timedelta.max
    one_per_area: timedelta = timedelta(0)
    approvals: int = 1
    since: date = date.min
    until: date = date.max
    legal_basis: str = ""
    reason: str = ""

    def in_force(self, on: date) -> bool:
        """Return whether a call opened on a local day may be told under these terms."""
        return self.since <= on <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When one candidate may first go out (UTC); the defaults let nothing out.

    ``opens`` is None while it waits for the agency to close the call. After ``closes`` it is too
    old. Both are made of the shown time alone, so that neither they nor the moment of publication
    tell the minute of the call.
    """

    opens: datetime | None = None
    closes: datetime | None = None
    live: timedelta = timedelta(0)
    one_per_area: timedelta = timedelta(0)


def _union(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other


_STRICTER: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "row": max,
        "dropped_fields": _union,
        "place": max,
        "min_addresses": max,
        "decimals": min,
        "digits": max,
        "area_at_residence": max,
        "only_verified": max,
        "in_zone": max,
        "time_floor": max,
        "time_dropped": max,
        "delay": max,
        "closing": max,
        "max_age": min,
        "live": min,
        "listed": min,
        "one_per_area": max,
        "approvals": max,
        "since": max,
        "until": min,
    }
)
"""Part -> which of two values is stricter. What is not here is words about the terms."""

_WORDS = frozenset({"legal_basis", "reason"})
assert {each.name for each in fields(Terms)} == _WORDS | set(_STRICTER)  # noqa: S101


def strictest(*terms: Terms) -> Terms:
    """Return the terms that are as strict as every one given, part by part.

    The words of the first are kept; those of the others follow where they say something else.
    """
    first, *others = terms
    for other in others:
        parts: dict[str, Any] = {
            name: stricter(getattr(first, name), getattr(other, name))
            for name, stricter in _STRICTER.items()
        }
        parts |= {name: _joined(getattr(first, name), getattr(other, name)) for name in _WORDS}
        first = replace(first, **parts)
    return first


def looser_parts(own: Mapping[str, object], limit: Terms) -> tuple[str, ...]:
    """Return the parts of ``own`` that are looser than ``limit``, sorted; empty is lawful.

    ``own`` names only the parts that somebody said something about.
    """
    return tuple(
        sorted(
            name
            for name, value in own.items()
            if name in _STRICTER and _STRICTER[name](value, getattr(limit, name)) != value
        )
    )


def _joined(one: str, other: str) -> str:
    return one if not other or other in one else "; ".join(filter(None, (one, other)))
