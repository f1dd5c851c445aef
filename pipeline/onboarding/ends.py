"""Tells whether a call is over where a feed only says at which hour of the day it ended.

In: columns and profiles. Out: a choice for ``closed``. A clock without its day dates nothing, and
its day must never be guessed; that it is there says that the call is over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.agencies.agency import CanonicalField, FormatKind, Presence
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import field_score
from pipeline.onboarding.profile import Profile
from pipeline.onboarding.quiet import is_clock

__all__ = ["ended_by_clock"]

_F = CanonicalField
_NAMED = 0.9
_ZEROS = frozenset("0:")
_SPEAK = (FormatKind.XML, FormatKind.JSON, FormatKind.JSON_LINES)  # whose paths can ask


def ended_by_clock(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    found: Collection[CanonicalField],
    kind: FormatKind,
) -> dict[int, Choice]:
    """Return, by its column, the choice that reads from a clock's being there that a call is over.

    A column that is empty in the sample counts where the sample's other times are clocks.
    """
    if kind not in _SPEAK or {_F.CLOSED, _F.CLOSED_AT} & {*found}:
        return {}
    clocks = [n for n, column in enumerate(columns) if _clock(column, profiles[n])]
    for n, column in enumerate(columns):
        named = field_score(_F.CLOSED_AT, column.words, column.name) >= _NAMED
        named = named and not any(set(text) <= _ZEROS for text in column.texts)  # they say: none
        if named and not column.each and (n in clocks or (clocks and not column.filled)):
            return {n: _choice(column, kind)}
    return {}


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
