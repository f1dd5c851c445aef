"""Joins what columns say together: two types of a call, a code for want of words, a state.

In: the chosen fields and the columns. Out: the fields again, with paths that read several columns,
and positions of columns that are read or explained by them. The stricter of a first and a final
type decides, so both are read; a column left out here could be the one that withholds a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.agencies.agency import FLAT, CanonicalField, FormatKind
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.fit import CANCELLED, OVER
from pipeline.onboarding.keys import whole_path
from pipeline.onboarding.leaf import Column

__all__ = ["Joint", "codes_of", "joined_types", "says_cancelled"]

_F = CanonicalField

_STAGE: Final = re.compile(r"\b(?:initial|init|original|orig|first|final|current|last|latest)\b")
_LATE: Final = re.compile(r"\b(?:final|current|last|latest)\b")
_WORDS: Final = re.compile(r"\b(?:desc|descr|description|ds|dsc|text|txt|name|label)\b")
_CODE: Final = re.compile(r"\b(?:code|cd|id|no|num|abbr|abbrev|short)\b")
_CODE_WORDS: Final = 1.5  # mean words of a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """The type's choice anew; ``used`` are read by it, ``told`` is to be told as a remark."""

    choice: Choice | None = None
    used: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()
    doubts: tuple[str, ...] = ()


def joined_types(
    place: int, choice: Choice, columns: Sequence[Column], kind: FormatKind, free: Sequence[int]
) -> Joint:
    """Return how the type is read where another of the ``free`` columns says it, too."""
    twins = [n for n in free if _twins(columns[place], columns[n])]
    if twins:
        return _both(place, twins[0], choice, columns, kind)
    codes = codes_of(columns[place], columns, free)
    if codes and columns[place].filled < columns[codes[0]].filled:
        path = _else(columns[place], columns[codes[0]], kind)
        if path:
            parts = tuple(whole_path(columns[n], kind) for n in (place, codes[0]))
            why = f"{choice.why}; the code where it is empty"
            joined = replace(choice, paths=(path,), parts=parts, first=True, why=why)
            return Joint(choice=joined, used=frozenset({codes[0]}))
    return Joint(choice=choice)


def _both(
    place: int, twin: int, choice: Choice, columns: Sequence[Column], kind: FormatKind
) -> Joint:
    """Read a first and a final type; a flat format reads one, and tells the other as a remark."""
    late, early = sorted((place, twin), key=lambda n: not _LATE.search(columns[n].words))
    paths = tuple(whole_path(columns[n], kind) for n in (late, early))
    if kind not in FLAT:
        path = f"{paths[0]} | {paths[1]}" if kind is FormatKind.XML else f"[{', '.join(paths)}]"
        why = "a first and a final type: the stricter of the two decides"
        joined = replace(choice, paths=(path,), parts=paths, why=why)
        return Joint(choice=joined, used=frozenset({twin}))
    kept, other = (late, early) if columns[late].filled >= columns[early].filled else (early, late)
    doubt = f"call_type: {columns[other].full} says a type, too; it is told as a remark"
    kept_choice = replace(choice, paths=(whole_path(columns[kept], kind),))
    return Joint(choice=kept_choice, told=frozenset({other}), doubts=(doubt,))


def _twins(one: Column, other: Column) -> bool:
    """Return whether two names differ in nothing but what says first or final."""
    if one.words == other.words or other.each or other.most > 1 or not other.filled:
        return False
    bare = [" ".join(_STAGE.sub(" ", each.words).split()) for each in (one, other)]
    return bare[0] == bare[1] != "" and _STAGE.search(f"{one.words} {other.words}") is not None


def codes_of(worded: Column, columns: Sequence[Column], free: Sequence[int]) -> list[int]:
    """Return columns that hold the codes of what ``worded`` says in words."""
    stem = " ".join(_WORDS.sub(" ", worded.words).split())
    if stem == worded.words:
        return []
    return [
        n
        for n in free
        if columns[n] is not worded
        and columns[n].most <= 1
        and columns[n].each == worded.each
        and " ".join(_CODE.sub(" ", columns[n].words).split()) == stem
        and _short(columns[n])
        and _agree(columns[n], worded)
    ]


def _short(column: Column) -> bool:
    words = sum(len(text.split()) for text in column.texts)
    return bool(column.texts) and words <= _CODE_WORDS * len(column.texts)


def _agree(code: Column, worded: Column) -> bool:
    """Return whether a code always has the same words."""
    seen: dict[tuple[str, ...], tuple[str, ...]] = {}
    pairs = ((a, b) for a, b in zip(code.rows, worded.rows, strict=True) if a and b)
    return all(seen.setdefault(a, b) == b for a, b in pairs)


def _else(worded: Column, code: Column, kind: FormatKind) -> str:
    """Return a path to the words, or where they are empty to the code; nothing if none can say."""
    one, other = whole_path(worded, kind), whole_path(code, kind)
    if kind in (FormatKind.JSON, FormatKind.JSON_LINES):
        return f"{one} || {other}"
    above, last = _parent(one)
    if kind is not FormatKind.XML or _parent(other)[0] != above:
        return ""
    return f"{one}[normalize-space()] | {other}[not(normalize-space(../{last}))]"


def _parent(path: str) -> tuple[str, str]:
    above, _, last = path.rpartition("/")
    return above, last


def says_cancelled(plain: Mapping[int, Choice], columns: Sequence[Column]) -> Choice | None:
    """Return the choice of what calls off a call, where the column of its end says that, too.

    Without it a call that was called off reads as open: it says of itself that it is not closed.
    """
    if any(choice.field is _F.CANCELLED for choice in plain.values()):
        return None
    for n, choice in plain.items():
        if choice.field is _F.CLOSED and n >= 0:
            names = columns[n].names
            codes = {*columns[n].texts, *names}
            said = sorted({t for t in codes if names.get(t, t).casefold() in CANCELLED})
            if said and not {t.casefold() for t in said} & set(OVER):
                why = "the same column says that a call was called off"
                return replace(
                    choice, field=_F.CANCELLED, true_values=tuple(said), why=why, sure=0.7
                )
    return None
