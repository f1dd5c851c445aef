"""Tells whether a call is over where a feed only says at which hour of the day it ended.

In: columns and profiles. Out: a choice for ``closed``. A clock without its day dates nothing, and
its day must never be guessed; that it is there says that the call is over, and which codes of a
state say so, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.agencies.agency import CanonicalField, FormatKind, Presence
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import field_score
from pipeline.onboarding.profile import Profile
from pipeline.onboarding.quiet import is_clock

__all__ = ["ended"]

_F = CanonicalField
_NAMED = 0.9
_STATE = 0.7  # of a name that says state
_MOST_CODES = 12
_ENDED = 5  # calls that are over, of which a code can be learned
_ZEROS = frozenset("0:")
_SPEAK = (FormatKind.XML, FormatKind.JSON, FormatKind.JSON_LINES)  # whose paths can ask


def ended(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    found: Collection[CanonicalField],
    taken: Collection[int],
    kind: FormatKind,
) -> dict[int, Choice]:
    """Return, by its column, the choice that says a call is over; none where ``found`` has one.

    A clock comes first, then a code of state among the columns that are not ``taken``.
    """
    if {_F.CLOSED, _F.CLOSED_AT} & {*found}:
        return {}
    return _by_clock(columns, profiles, kind) or _by_code(columns, taken)


def _by_clock(
    columns: Sequence[Column], profiles: Sequence[Profile], kind: FormatKind
) -> dict[int, Choice]:
    """Return, by its column, the choice that reads from a clock's being there that a call is over.

    A column that is empty in the sample counts where the sample's other times are clocks.
    """
    if kind not in _SPEAK:
        return {}
    clocks = [n for n, column in enumerate(columns) if _clock(column, profiles[n])]
    for n, column in enumerate(columns):
        named = field_score(_F.CLOSED_AT, column.words, column.name) >= _NAMED
        named = named and not any(set(text) <= _ZEROS for text in column.texts)  # they say: none
        if named and not column.each and (n in clocks or (clocks and not column.filled)):
            return {n: _choice(column, kind)}
    return {}


def _by_code(columns: Sequence[Column], taken: Collection[int]) -> dict[int, Choice]:
    """Return, by its column, the choice of a code of state that stands where a closing time does.

    Each code must have a closing time always or never, and some of either kind.
    """
    for closing in columns:
        if field_score(_F.CLOSED_AT, closing.words, closing.name) < _NAMED or closing.each:
            continue
        there = [bool(row) for row in closing.rows]
        for n, column in enumerate(columns):
            if n not in taken and (codes := _codes_of_ended(column, there)):
                return {n: _coded(column, codes)}
    return {}


def _codes_of_ended(column: Column, there: Sequence[bool]) -> list[str]:
    """Return the codes of a column of states that stand where, and only where, a call is over."""
    named = field_score(_F.CLOSED, column.words, column.name) >= _STATE
    if not named or column.each or column.most > 1 or column.filled < 1:
        return []
    said: dict[str, set[bool]] = {}
    for row, over in zip(column.rows, there, strict=True):
        said.setdefault(row[0], set()).add(over)
    if len(said) > _MOST_CODES or any(len(each) > 1 for each in said.values()):
        return []
    codes = sorted(code for code, each in said.items() if each == {True})
    return codes if len(codes) < len(said) and sum(there) >= _ENDED else []


def _coded(column: Column, codes: Sequence[str]) -> Choice:
    return Choice(
        field=_F.CLOSED,
        paths=(column.path,),
        presence=Presence.EXPECTED,
        why="a closing time stands where it says so, and nowhere else",
        sure=0.5,
        true_values=tuple(codes),
    )


def _clock(column: Column, profile: Profile) -> bool:
    told = profile.time is not None and profile.time.part == "time"
    return not column.each and column.most <= 1 and (told or is_clock(column))


def _choice(column: Column, kind: FormatKind) -> Choice:
    path = column.path
    filled = f"string({path} != '')" if kind is FormatKind.XML else f"!(!{path})"
    return Choice(
        field=_F.CLOSED,
        paths=(filled,),
        presence=Presence.OPTIONAL,
        why="a clock without its day: a call that has one is over",
        sure=0.7,
    )
