"""Tells of columns that look like coordinates and are not used: projected or nameless.

In: columns and profiles of a sample without coordinates. Out: sentences for the report, each of
which says what can be done. Nothing here decides; a position is never guessed of numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import field_score
from pipeline.onboarding.profile import Axis, Profile

__all__ = ["unlocated"]

_F = CanonicalField

_GRID: Final = r"-?\d{1,3}(?:,\d{3}){1,2}(?:\.\d+)?|-?\d{5,8}(?:\.\d+)?"
_OF_A_GRID: Final = re.compile(_GRID)
_BOTH: Final = re.compile(rf"\(?(?:{_GRID})(?:\s*+[,/:;]\s*+|\s++)(?:{_GRID})\)?")
_MOST: Final = 0.9  # share of texts
_NAMED: Final = 0.9  # how well a name fits a coordinate
_NAMED_BOTH: Final = 0.6  # the same, of both in one text
_DIFFERENT: Final = 0.3  # share of positions that are no others
_AXES: Final = (
    (Axis.LATITUDE, Axis.LONGITUDE),
    (Axis.MICRO_LATITUDE, Axis.MICRO_LONGITUDE),
)
_PROJECTED: Final = (
    "long numbers of a grid, as State Plane feet or UTM metres are, and are not used;"
    " ask the agency for degrees, or convert them before they are read"
)
_NAMELESS: Final = "can be coordinates by their values, and no name says so; map them if they are"


def unlocated(
    able: Sequence[int], columns: Sequence[Column], profiles: Sequence[Profile]
) -> tuple[str, ...]:
    """Return what is to be told of the ``able`` columns, if anything is."""
    axes = [
        n
        for n in able
        if max(_score(f, columns[n]) for f in (_F.LATITUDE, _F.LONGITUDE)) >= _NAMED
        and (profiles[n].numeric >= _MOST or _share(_OF_A_GRID, columns[n]) >= _MOST)
    ]
    if len(axes) > 1:
        said = ", ".join(columns[n].full for n in axes[:2])
        grid = all(_share(_OF_A_GRID, columns[n]) >= _MOST for n in axes[:2])
        return (f"coordinates: {said} are {_PROJECTED if grid else 'no degrees, and not used'}",)
    for n in able:
        if _score(_F.POINT, columns[n]) >= _NAMED_BOTH and _share(_BOTH, columns[n]) >= _MOST:
            return (f"coordinates: {columns[n].full} holds {_PROJECTED}",)
    return _nameless(able, columns, profiles)


def _nameless(
    able: Sequence[int], columns: Sequence[Column], profiles: Sequence[Profile]
) -> tuple[str, ...]:
    varied = [n for n in able if profiles[n].distinct >= _DIFFERENT and profiles[n].values > 1]
    for first, second in _AXES:
        pair = [next((n for n in varied if profiles[n].axis == a), None) for a in (first, second)]
        found = [columns[n].full for n in pair if n is not None]
        if len(found) == len(pair):
            return (f"coordinates: {', '.join(found)} {_NAMELESS}",)
    return ()


def _score(field: CanonicalField, column: Column) -> float:
    return field_score(field, column.words, column.name)


def _share(pattern: re.Pattern[str], column: Column) -> float:
    """Return the share of texts that are of a pattern; zeros stand for nowhere."""
    texts = [text for text in column.texts if text.strip("0.,")]
    return sum(pattern.fullmatch(text) is not None for text in texts) / max(1, len(texts))
