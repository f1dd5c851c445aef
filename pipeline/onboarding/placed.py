"""Finds where a call is said to be: parts, streets in values, a crossing elsewhere.

In: columns, profiles, what the detector marked. Out: choices of the address, and positions of the
columns that it reads. A crossing counts only where it stands in the calls that have no address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Final

from pipeline.agencies.agency import CanonicalField, FormatKind, Presence
from pipeline.feeds.crossed import is_street
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import CROSSING, PAST, person_role, street_part
from pipeline.onboarding.profile import Profile

__all__ = ["placed", "street_of", "unplaced"]

_F = CanonicalField

_PLACES: Final = (_F.ADDRESS, _F.POINT, _F.LATITUDE)
_UNCROSSED: Final = (
    "hold streets beside one that has no house number, and are not joined;"
    " map the one that crosses it as cross_street"
)
_UNNAMED: Final = "address: no column fits, so calls have points and no street"
_NOWHERE: Final = "place: no address and no coordinates were found; without them calls lie nowhere"
_NAMED: Final = re.compile(r"address|addr|loc|location|place|where|street|block")
_MOSTLY: Final = 0.5  # share of calls that say where they are
_STREETS: Final = 2  # of a crossing
_SUFFIX: Final = re.compile(r" (?:suffix|suff?|sfx|type|typ)$")
"""How names of columns end that say what kind of street the name beside them is of."""
_ELEMENTS: Final = re.compile(r"[\w.-]+(?::[\w.-]+)?(?:/[\w.-]+(?::[\w.-]+)?)+")
"""A path of XML elements alone, each step of which may have a prefix."""
_SEVERAL: Final = 4  # addresses that another column repeats
_WORDS: Final = 14  # of an address


def street_of(columns: Sequence[Column]) -> list[int]:
    """Return the columns that write an address in parts, in the order in which they are written."""
    parts = {
        n: part
        for n, column in enumerate(columns)
        if not column.each
        and column.most <= 1
        and not PAST.search(column.words)
        and person_role(column.words) is None
        and (part := street_part(column.name)) is not None
    }
    named = 2 in parts.values()
    return sorted(parts, key=lambda n: (parts[n], n)) if named and len(parts) > 1 else []


def placed(
    plain: dict[int, Choice],
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    street: Sequence[int],
    taken: Collection[int],
    marks: Mapping[str, str],
    kind: FormatKind,
) -> set[int]:
    """Let ``plain`` have an address where it has none, and a crossing; return what they read.

    ``street`` are the columns of an address in parts, which is the choice of no single one: -1.
    """
    if street and _F.ADDRESS not in {choice.field for choice in plain.values()}:
        plain[-1] = _joined_street(columns, street)
    found = _by_streets(plain, columns, profiles, taken, marks)
    found |= _said_more_often(plain, columns, {*taken, *found})
    found |= _with_crossings(plain, columns, {*taken, *found}, kind)
    return found | _with_other_street(plain, columns, {*taken, *found})


def _joined_street(columns: Sequence[Column], places: Sequence[int]) -> Choice:
    return Choice(
        field=_F.ADDRESS,
        paths=tuple(columns[n].path for n in places),
        presence=Presence.EXPECTED,
        why="number, direction, street and suffix stand apart and are joined",
        sure=0.85,
    )


def _by_streets(
    plain: dict[int, Choice],
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: Collection[int],
    marks: Mapping[str, str],
) -> set[int]:
    """Add to ``plain`` the address whose values are streets, where no name says it; its place."""
    if _F.ADDRESS in {choice.field for choice in plain.values()}:
        return set()
    for n, choice in plain.items():
        if choice.field is _F.PLACE_NAME and "STREET" in marks.get(columns[n].full, ""):
            why = "named like a place, and the detector finds streets in it"
            plain[n] = replace(choice, field=_F.ADDRESS, why=why, sure=0.6)
            return {n}
    able = [
        n
        for n, column in enumerate(columns)
        if n not in taken
        and "STREET" in marks.get(column.full, "")
        and not column.each
        and column.most == 1
        and column.filled >= _MOSTLY
        and profiles[n].words <= _WORDS
        and _NAMED.search(column.words)
        and not CROSSING.search(column.words)
        and not PAST.search(column.words)
        and person_role(column.words) is None
    ]
    if not able:
        return set()
    best = max(able, key=lambda n: (columns[n].filled, profiles[n].distinct, -n))
    plain[best] = Choice(
        field=_F.ADDRESS,
        paths=(columns[best].path,),
        presence=Presence.EXPECTED if columns[best].filled >= 0.95 else Presence.OPTIONAL,
        why="the detector finds streets in it",
        sure=0.6,
    )
    return {best}


def _said_more_often(
    plain: dict[int, Choice], columns: Sequence[Column], taken: Collection[int]
) -> set[int]:
    """Let ``plain`` read the column that says the address, and where that is silent a place; it."""
    place = next((n for n, c in plain.items() if c.field is _F.ADDRESS and n >= 0), None)
    if place is None or len(plain[place].paths) > 1:
        return set()
    address = columns[place].rows
    if columns[place].filled == 1 or sum(map(bool, address)) < _SEVERAL:
        return set()
    for n, column in enumerate(columns):
        if n in taken or column.each or column.most > 1 or PAST.search(column.words):
            continue
        same = all(a == b for a, b in zip(address, column.rows, strict=True) if a)
        if same and column.filled > columns[place].filled and person_role(column.words) is None:
            why = f"says what {columns[place].full} says, and more often"
            presence = Presence.EXPECTED if column.filled >= 0.95 else Presence.OPTIONAL
            choice = replace(plain.pop(place), paths=(column.path,), why=why, presence=presence)
            plain[n] = replace(choice, sure=min(choice.sure, 0.9))
            return {n}
    return set()


def _with_crossings(
    plain: dict[int, Choice], columns: Sequence[Column], taken: Collection[int], kind: FormatKind
) -> set[int]:
    """Let the address in ``plain`` read a crossing, too, where it says nothing; its place."""
    place = next((n for n, c in plain.items() if c.field is _F.ADDRESS), None)
    if place is None:
        return set()
    said = [c.rows for c in columns if not c.each and c.path in plain[place].paths]
    address = [any(row) for row in zip(*said, strict=True)]
    for n, column in enumerate(columns):
        if n in taken or column.each or all(address) or not CROSSING.search(column.words):
            continue
        there = [bool(row) for row in column.rows]
        path = _crossing(column, kind)
        if path and any(there) and not any(a and b for a, b in zip(address, there, strict=True)):
            why = f"{plain[place].why}; else a crossing"
            paths = (*plain[place].paths, path)
            plain[place] = replace(plain[place], paths=paths, why=why)
            return {n} if path == column.path else set()  # else it is private besides
    return set()


def _crossing(column: Column, kind: FormatKind) -> str:
    """Return the path of a crossing; of two streets in two elements an XPath that joins them."""
    if column.most <= 1:
        return column.path
    if kind is not FormatKind.XML or column.most > _STREETS or not _ELEMENTS.fullmatch(column.path):
        return ""
    one, other = f"{column.path}[1]", f"{column.path}[2]"
    return f"concat({one}, substring(' / ', 1, 3 * boolean({other})), {other})"


def _with_other_street(
    plain: dict[int, Choice], columns: Sequence[Column], taken: Collection[int]
) -> set[int]:
    """Let ``plain`` have the street that crosses one without a house number; its place."""
    address = next((c for c in plain.values() if c.field is _F.ADDRESS), None)
    if address is None:
        return set()
    bare = _streets(address, columns)
    able = [n for n in _crossings(columns, bare) if n not in taken]
    if len([n for n in able if not _SUFFIX.search(columns[n].words)]) != 1:
        return set()
    able.sort(key=lambda n: _SUFFIX.search(columns[n].words) is not None)  # "OAK" before "ST"
    plain[able[0]] = Choice(
        field=_F.CROSS_STREET,
        paths=tuple(columns[n].path for n in able),
        presence=Presence.OPTIONAL,
        why="names the other street of calls that have no house number",
        sure=0.8,
    )
    return set(able)


def _streets(address: Choice, columns: Sequence[Column]) -> list[bool]:
    """Return whether the address of each record is one street and no more; of none if unknown."""
    by_path = {column.path: column.rows for column in columns if not column.each}
    if not by_path.keys() >= {*address.paths}:
        return []
    parts = zip(*(by_path[path] for path in address.paths), strict=True)
    texts = [" ".join(text for row in rows for text in row) for rows in parts]
    return [is_street(text) for text in texts]


def _crossings(columns: Sequence[Column], bare: Sequence[bool]) -> list[int]:
    """Return the columns of crossing streets that say one where ``bare`` has a street alone."""
    return [
        n
        for n, column in enumerate(columns)
        if not column.each and column.most <= 1 and CROSSING.search(column.words)
        if any(compress(column.rows, bare))
    ]


def unplaced(
    fields: Sequence[Choice],
    columns: Sequence[Column],
    marks: Mapping[str, str],
) -> list[str]:
    """Return what is to be told where nothing says where calls are, or not all that is said."""
    if not any(choice.field in _PLACES for choice in fields):
        return [_NOWHERE]
    address = next((choice for choice in fields if choice.field is _F.ADDRESS), None)
    if address is None:
        able = [c for c in columns if not c.each and "STREET" in marks.get(c.full, "")]
        named = [c.full for c in able if person_role(c.words) is None and not PAST.search(c.words)]
        return [f"{_UNNAMED}; {', '.join(named)} may hold it" if named else _UNNAMED]
    if any(choice.field is _F.CROSS_STREET for choice in fields):
        return []
    several = [columns[n].full for n in _crossings(columns, _streets(address, columns))]
    return [f"address: {', '.join(several)} {_UNCROSSED}"] if several else []
