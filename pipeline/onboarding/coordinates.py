"""Finds coordinates in a sample: in two columns or one, exchanged, scaled, unsigned.

In: columns and profiles. Out: ``Located``. Values decide, not names: a column called longitude that
holds latitudes is mapped as what it holds, and said. Projected coordinates are left unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.agencies.agency import CanonicalField, PointForm, PointRepair, Presence
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import ELSEWHERE, field_score, is_somebodys
from pipeline.onboarding.nowhere import unlocated
from pipeline.onboarding.profile import Axis, Profile, point_form

__all__ = ["Located", "coordinates"]

_F = CanonicalField
_AXES = ("lat", "lon")
_PARTS = ("deg", "min", "sec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What was found; ``used`` are positions of columns."""

    fields: tuple[Choice, ...] = ()
    repair: tuple[PointRepair, ...] = ()
    used: frozenset[int] = frozenset()
    doubts: tuple[str, ...] = ()


def coordinates(columns: Sequence[Column], profiles: Sequence[Profile]) -> Located:
    """Return the coordinates; two columns are preferred to one."""
    able = [
        n
        for n, column in enumerate(columns)
        if not column.each and column.filled > 0 and not _of_somebody(column)
    ]
    for first, second, unsigned in (
        (Axis.LATITUDE, Axis.LONGITUDE, False),
        (Axis.LATITUDE, Axis.UNSIGNED, True),
    ):
        pair = _pair(able, columns, profiles, first, second)
        if pair is not None:
            return _degrees(pair, columns, unsigned=unsigned)
    for second, form in (
        (Axis.MICRO_LONGITUDE, PointForm.MICRO_DEGREES),
        (Axis.MICRO_UNSIGNED, PointForm.MICRO_DEGREES_WEST),
    ):
        pair = _pair(able, columns, profiles, Axis.MICRO_LATITUDE, second)
        if pair is not None:
            return _scaled(pair, columns, form)
    parted = _parted(able, columns, profiles) or _in_minutes(able, columns)
    if parted is not None:
        return parted
    metres = _pair(able, columns, profiles, Axis.EAST, Axis.NORTH)
    if metres is not None:
        return _projected(metres, columns)
    return _single(able, columns, profiles)


def _parted(
    able: Sequence[int], columns: Sequence[Column], profiles: Sequence[Profile]
) -> Located | None:
    """Return coordinates of which degrees, minutes and seconds stand apart, if all do."""
    places = []
    for axis in _AXES:
        parts = [_part_of(axis, part, able, columns, profiles) for part in _PARTS]
        if None in parts[:2]:
            return None
        places += [n for n in parts if n is not None]
    west = all(text.startswith("-") for text in columns[places[len(places) // 2]].texts)
    choice = Choice(
        field=_F.POINT,
        paths=tuple(columns[n].path for n in places),
        presence=Presence.OPTIONAL,
        why="degrees, minutes and seconds stand apart",
        sure=0.9 if west else 0.7,
        form=PointForm.DEGREES_MINUTES,
    )
    doubt = "point: longitudes lack their sign; location.repair mends it"
    return Located(
        fields=(choice,),
        repair=() if west else (PointRepair.UNSIGNED,),
        used=frozenset(places),
        doubts=() if west else (doubt,),
    )


def _part_of(
    axis: str,
    part: str,
    able: Sequence[int],
    columns: Sequence[Column],
    profiles: Sequence[Profile],
) -> int | None:
    named = re.compile(rf"\b{axis}\w* {part}(?:s|es|rees?|ute?s?|onds?)?\b")
    fitting = (n for n in able if named.search(columns[n].words) and profiles[n].numeric == 1)
    return next(fitting, None)


def _in_minutes(able: Sequence[int], columns: Sequence[Column]) -> Located | None:
    """Return coordinates of which each is one text of degrees and minutes, as ``42 11.97 N``."""
    pair = [
        max(able, key=lambda n: field_score(field, columns[n].words, columns[n].name), default=-1)
        for field in (_F.LATITUDE, _F.LONGITUDE)
    ]
    if len(set(pair)) < len(pair):
        return None
    rows = zip(*(columns[n].rows for n in pair), strict=True)
    texts = [" ".join((*one, *other)) for one, other in rows if one and other]
    if not texts or point_form(texts) is not PointForm.DEGREES_MINUTES:
        return None
    why = "degrees and minutes with their winds"
    choice = _point((pair[0], pair[1]), columns, PointForm.DEGREES_MINUTES, why=why, sure=0.9)
    return Located(fields=(choice,), used=frozenset(pair))


def _of_somebody(column: Column) -> bool:
    """Return whether it says where a caller or a unit was: never where the call is."""
    return is_somebodys(column.words) or ELSEWHERE.search(column.words) is not None


def _named(column: Column) -> float:
    scores = (field_score(f, column.words, column.name) for f in (_F.LATITUDE, _F.LONGITUDE))
    return max(scores)


def _pair(
    able: Sequence[int],
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    first: str,
    second: str,
) -> tuple[int, int] | None:
    """Return the best named columns of two axes; numbers without such a name are none."""
    found = []
    for axis in (first, second):
        fitting = [n for n in able if profiles[n].axis == axis and _positional(columns[n])]
        if not fitting:
            return _twins(able, columns, profiles, first, second)
        found.append(max(fitting, key=lambda n: (_named(columns[n]), columns[n].filled, -n)))
    return found[0], found[1]


def _twins(
    able: Sequence[int],
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    first: str,
    second: str,
) -> tuple[int, int] | None:
    """Return two columns whose names differ in x and y alone, such as ``gx`` and ``gy``."""
    for one in (n for n in able if profiles[n].axis == first):
        for other in (n for n in able if profiles[n].axis == second):
            a, b = columns[one].words, columns[other].words
            if a[:-1] == b[:-1] and {a[-1:], b[-1:]} == {"x", "y"}:
                return one, other
    return None


def _positional(column: Column) -> bool:
    return _named(column) > 0 or "coordinates" in column.words or column.path.endswith("]")


def _degrees(pair: tuple[int, int], columns: Sequence[Column], *, unsigned: bool) -> Located:
    doubts = []
    latitude = columns[pair[0]]
    wrong = field_score(_F.LONGITUDE, latitude.words, latitude.name) > field_score(
        _F.LATITUDE, latitude.words, latitude.name
    )
    why = "numbers that can be latitudes and longitudes of the country"
    if wrong:
        why += "; NOT as the names say: they are exchanged"
        doubts.append(f"coordinates: {latitude.full} holds latitudes although its name says not")
    if unsigned:
        doubts.append("coordinates: longitudes lack their sign; location.repair mends it")
    fields = tuple(
        Choice(
            field=field,
            paths=(columns[n].path,),
            presence=Presence.OPTIONAL,
            why=why,
            sure=0.7 if wrong or unsigned else 0.95,
        )
        for field, n in zip((_F.LATITUDE, _F.LONGITUDE), pair, strict=True)
    )
    return Located(
        fields=fields,
        repair=(PointRepair.UNSIGNED,) if unsigned else (),
        used=frozenset(pair),
        doubts=tuple(doubts),
    )


def _scaled(pair: tuple[int, int], columns: Sequence[Column], form: PointForm) -> Located:
    why = "whole numbers that are degrees times a million"
    choice = _point(pair, columns, form, why=why, sure=0.8)
    return Located(fields=(choice,), used=frozenset(pair))


def _projected(pair: tuple[int, int], columns: Sequence[Column]) -> Located:
    why = "numbers that can be metres of Web Mercator in the country"
    choice = _point(pair, columns, PointForm.WEB_MERCATOR, why=why, sure=0.6)
    doubt = "point: taken for metres of Web Mercator; look where a call of the sample lies"
    return Located(fields=(choice,), used=frozenset(pair), doubts=(doubt,))


def _single(able: Sequence[int], columns: Sequence[Column], profiles: Sequence[Profile]) -> Located:
    for n in able:
        form = profiles[n].point
        if form is not None:
            choice = Choice(
                field=_F.POINT,
                paths=(columns[n].path,),
                presence=Presence.OPTIONAL,
                why="both coordinates in one text",
                sure=0.9,
                form=form,
            )
            return Located(fields=(choice,), used=frozenset({n}))
    return Located(doubts=unlocated(able, columns, profiles))


def _point(
    pair: tuple[int, int], columns: Sequence[Column], form: PointForm, *, why: str, sure: float
) -> Choice:
    return Choice(
        field=_F.POINT,
        paths=tuple(columns[n].path for n in pair),
        presence=Presence.OPTIONAL,
        why=why,
        sure=sure,
        form=form,
    )
