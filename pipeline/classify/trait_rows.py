"""Finds the rows of a text in the judge without spelling out its traits: the same, sooner.

In go trait names as ``traits`` writes them, numbered by their place, and the words of a text; out
come the numbers of the text's known traits by its words; ``known_rows`` has each once, in the order
of ``traits_of``. It must never find another row, or another order, than the names would: a sum of
weights depends on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.traits import facts_of

__all__ = ["TraitRows", "known_rows"]

_WORDS = 1 << 16  # facts of words at hand
_START = "^"
_NONE = -1  # no such row, no such stem
_NOWHERE: Mapping[int, int] = {}
_NO_PART: Mapping[str, int] = {}
_PART = re.compile("r:[^ >+]+")

_Facts = tuple[
    int,
    int,
    tuple[str, ...],
    Mapping[int, int],
    Mapping[int, int],
    Mapping[str, int],
    tuple[Mapping[int, int], ...],
]
"""A word's stem, its row, its parts, rows by the stem that comes next, by the one after, and by a
part that comes next; last, for each of its parts, rows by the stem that comes next."""


def known_rows(found: Sequence[int]) -> NDArray[np.intp]:
    """Return the rows among those found, each once, in their order."""
    known = dict.fromkeys(found)
    known.pop(_NONE, None)
    return np.fromiter(known, dtype=np.intp, count=len(known))


class TraitRows:
    """Rows by numbered stems and parts instead of by names put together anew for each word."""

    __slots__ = (
        "_apart",
        "_beside",
        "_following",
        "_leaps",
        "_part",
        "_parted",
        "_row",
        "_start",
        "_stems",
        "_steps",
        "_word",
    )

    def __init__(self, traits: Iterable[str]) -> None:
        rows = {trait: row for row, trait in enumerate(traits)}
        self._row = {trait: row for trait, row in rows.items() if " " not in trait}
        self._stems: dict[str, int] = {}
        self._following = self._pairs(rows, " ")
        self._apart = self._pairs(rows, " _ ")
        self._start: Mapping[int, int] = self._following.get(self._number(_START), {})
        self._part = {part: row for part, row in self._row.items() if _PART.fullmatch(part)}
        self._steps = self._parts(">")
        self._leaps = self._parts(">>")
        self._parted, self._beside = self._mixed()
        self._word = lru_cache(maxsize=_WORDS)(self._facts)

    def placed(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Return rows in the order of the words, and how many there are up to each word's end.

        A row may come again, and one below zero is none; rows of two words are the later one's.
        """
        word_of, part_of = self._word, self._part
        found: list[int] = []
        ends = [0]
        apart: Mapping[int, int] = _NOWHERE
        next_apart, following = apart, self._start
        leap: Mapping[str, int] = _NO_PART
        step = leap
        beside = self._beside.get(_START, _NO_PART)
        parted: tuple[Mapping[int, int], ...] = ()
        last = ""
        for word in words:
            stem, row, parts, after, past, next_beside, next_parted = word_of(word)
            found += (row, following.get(stem, _NONE), apart.get(stem, _NONE))
            for stems in parted:
                found.append(stems.get(stem, _NONE))
            for part in parts:
                found += (
                    part_of.get(part, _NONE),
                    step.get(part, _NONE),
                    leap.get(part, _NONE),
                    beside.get(part, _NONE),
                )
            if parts:
                leap, last = self._leaps.get(last, _NO_PART), parts[0]
                step = self._steps.get(last, _NO_PART)
            apart, next_apart, following = next_apart, past, after
            beside, parted = next_beside, next_parted
            ends.append(len(found))
        return found, ends

    def _facts(self, word: str) -> _Facts:
        stem, parts = facts_of(word)
        number = self._stems.get(stem, _NONE)
        after, past = (pairs.get(number, _NOWHERE) for pairs in (self._following, self._apart))
        beside = self._beside.get(stem, _NO_PART)
        parted = tuple(self._parted[part] for part in parts if part in self._parted)
        return number, self._row.get(stem, _NONE), parts, after, past, beside, parted

    def _mixed(self) -> tuple[dict[str, dict[int, int]], dict[str, dict[str, int]]]:
        """Return rows by a part and the stem after it, and by a stem and the part after it."""
        parted: dict[str, dict[int, int]] = {}
        beside: dict[str, dict[str, int]] = {}
        for trait, row in self._row.items():
            first, sign, second = trait.partition("+")
            if not sign:
                continue
            if _PART.fullmatch(second):
                beside.setdefault(first, {})[second] = row
            else:
                parted.setdefault(first, {})[self._number(second)] = row
        return parted, beside

    def _parts(self, sign: str) -> dict[str, dict[str, int]]:
        """Return by a first part, then by a second one, the row of both with ``sign`` between."""
        found: dict[str, dict[str, int]] = {}
        for trait, row in self._row.items():
            first, _, second = trait.partition(sign)
            if _PART.fullmatch(first) and _PART.fullmatch(second):
                found.setdefault(first, {})[second] = row
        return found

    def _pairs(self, rows: Mapping[str, int], between: str) -> dict[int, dict[int, int]]:
        """Return by a first stem, then by a second one, the row of both with ``between``."""
        pairs: dict[int, dict[int, int]] = {}
        for trait, row in rows.items():
            first, sign, second = trait.partition(between)
            if sign and " " not in second:
                pairs.setdefault(self._number(first), {})[self._number(second)] = row
        return pairs

    def _number(self, stem: str) -> int:
        return self._stems.setdefault(stem, len(self._stems))
