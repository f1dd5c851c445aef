"""Weighs whether a mistyped word was meant as an ordinary word or as a name.

In: one word that no list holds. Out: whether it is a slip of a common word, or near a common name,
cached by word. A slip is one letter more, less, other, or two swapped; how likely each is comes
from how people type, and how likely what was meant is from how often it is written or borne. It
must never take for a word what is as likely a name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import TypeAlias

from pipeline.redact.names.facts import MOST_NAME_SHARE, Kind, name_facts, name_share
from pipeline.redact.names.gazetteers import given_names, surnames, word_zipfs
from pipeline.redact.vocabulary import vocabulary

__all__ = ["COMMON_WORD", "is_slip", "near_common_name"]

COMMON_WORD = 3.7
"""From this Zipf frequency on a word is common."""

# Words by what they have in common, joined by line ends: a list each would take twice the memory.
_Index: TypeAlias = dict[str, str]
_LONGEST = 40
_SHORTEST_NAME = 4
_SHORTEST_SLIP = 4
_COMMON_NAME = 0.004
# A word of the vocabulary that the list of words lacks is as common as this.
_OF_THE_TRADE = 4.0
# So much likelier, in decades, must a word be than a name.
_LEAD = 0.6
# What is left of a word's frequency after its slip, in decades; a short word is near many others.
_LEAST = {4: 4.3, 5: 3.8, 6: 3.3}
_LEAST_LONG = 2.8
# Decades a kind of slip is rarer than none.
_SWAPPED, _DOUBLED, _VOWEL_LEFT_OUT, _LEFT_OUT = 0.3, 0.3, 0.4, 0.8
_TOO_MANY, _OTHER_VOWEL, _NEIGHBOUR_KEY, _OTHER = 0.9, 0.7, 0.9, 1.6
_AT_THE_START = 0.8
_VOWELS = frozenset("aeiouy")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = frozenset(pair for row in _ROWS for a, b in pairwise(row) for pair in (a + b, b + a))
# Of people among those who are written about, against words: log10 of uses in 10^9 words.
_USES_OF_GIVEN, _USES_OF_SURNAME = 250e3, 150e3


@lru_cache(maxsize=1 << 14)
def is_slip(word: str) -> bool:
    """Return whether a word of small ASCII letters is a common word mistyped rather than a name."""
    if not _SHORTEST_SLIP <= len(word) <= _LONGEST:
        return False
    words, names = _words(), _names()
    meant = [each for each in _meant(word, _words_by_bones) if _is_no_name(each)]
    best = max((words[each] - _cost(word, each) for each in meant), default=0.0)
    if best < _LEAST.get(len(word), _LEAST_LONG):
        return False
    borne = (names[each] - _cost(word, each) for each in _meant(word, _names_by_bones))
    return best - max(borne, default=0.0) >= _LEAD


@lru_cache(maxsize=1 << 14)
def near_common_name(word: str) -> bool:
    """Return whether one letter more, less, other or swapped makes a common name of the word."""
    return _SHORTEST_NAME < len(word) <= _LONGEST and any(_meant(word, _names_by_bones))


def _meant(word: str, index_of: Callable[[int], _Index]) -> Iterator[str]:
    for bones in _one_less(word):
        size = len(bones)
        yield from index_of(size).get(bones, "").splitlines()
        yield from index_of(size + 1).get(bones, "").splitlines()


def _cost(typed: str, meant: str) -> float:
    """Return in decades how rare a slip is; infinite when it takes more than one."""
    if typed == meant:
        return 0.0
    first = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), -1)
    first = min(len(typed), len(meant)) if first < 0 else first
    start = _AT_THE_START if first == 0 else 0.0
    if len(typed) == len(meant):
        return start + _changed(typed[first:], meant[first:])
    if len(typed) < len(meant):
        return start + _left_out(typed, meant, first)
    if typed[:first] + typed[first + 1 :] != meant:
        return math.inf
    if first > 0 and typed[first] == typed[first - 1]:
        return _DOUBLED
    # A letter too many at an end is rather the end of something else.
    if not 0 < first < len(meant):
        return math.inf
    beside = {typed[first - 1] + typed[first], typed[first] + typed[first + 1]} & _BESIDE
    return _TOO_MANY if beside else _OTHER


def _changed(typed: str, meant: str) -> float:
    if typed[1:] == meant[1:]:
        if typed[0] in _VOWELS and meant[0] in _VOWELS:
            return _OTHER_VOWEL
        return _NEIGHBOUR_KEY if typed[0] + meant[0] in _BESIDE else _OTHER
    swapped = len(typed) > 1 and typed[:2] == meant[1::-1] and typed[2:] == meant[2:]
    return _SWAPPED if swapped else math.inf


def _left_out(typed: str, meant: str, first: int) -> float:
    if meant[:first] + meant[first + 1 :] != typed:
        return math.inf
    if first and meant[first] == meant[first - 1]:
        return _DOUBLED
    return _VOWEL_LEFT_OUT if meant[first] in _VOWELS else _LEFT_OUT


@cache
def _words() -> dict[str, float]:
    """Return common words and those of the vocabulary, with their Zipf frequency."""
    zipfs = word_zipfs()
    listed = {word: zipf for word, zipf in zipfs.items() if zipf >= COMMON_WORD}
    listed |= {word: max(zipfs.get(word, 0.0), _OF_THE_TRADE) for word in vocabulary()}
    return {word: zipf for word, zipf in listed.items() if len(word) >= _SHORTEST_SLIP}


def _is_no_name(word: str) -> bool:
    return word.isalpha() and name_facts(word).kind in (Kind.WORD, Kind.MOSTLY_WORD)


@cache
def _names() -> dict[str, float]:
    """Return common names that are no words, with log10 of uses."""
    uses: dict[str, float] = {}
    for names, weight in ((given_names(), _USES_OF_GIVEN), (surnames(), _USES_OF_SURNAME)):
        for name, percent in names.items():
            if percent >= _COMMON_NAME and len(name) >= _SHORTEST_NAME:
                uses[name] = uses.get(name, 0.0) + weight * percent
    words = vocabulary()
    return {
        name: math.log10(count)
        for name, count in uses.items()
        if name not in words and name_share(name) >= MOST_NAME_SHARE
    }


@cache
def _words_by_bones(size: int) -> _Index:
    return _by_bones(_words(), size)


@cache
def _names_by_bones(size: int) -> _Index:
    return _by_bones(_names(), size)


def _by_bones(listed: Mapping[str, float], size: int) -> _Index:
    # By length, for a first text has few of them, and all of them take a tenth of a second.
    found: _Index = {}
    for word in listed:
        if len(word) == size:
            for bones in _one_less(word):
                found[bones] = f"{found[bones]}\n{word}" if bones in found else word
    return found


def _one_less(word: str) -> list[str]:
    """Return a word, and it less one letter: of those that are equal, one.

    Two words one letter apart have one of these in common; so have two with letters swapped.
    """
    less = (
        word[:place] + word[place + 1 :]
        for place, letter in enumerate(word)
        if not place or letter != word[place - 1]
    )
    return [word, *less]
