"""Knows how people call and mistype what a record says: nicknames, slips, words.

In: folded parts of names, numbers and dates of one record. Out: other spellings of them, or whether
a word of a text is one of them with a slip. It must never take an ordinary word for a slip of a
name; which values are looked for is ``known``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from pipeline.redact.vocabulary import vocabulary

if TYPE_CHECKING:
    from nicknames import NickNamer

__all__ = ["SHORTEST_SLIP", "date_words", "digit_words", "nicknames", "slip_of"]

SHORTEST_SLIP = 5
"""Shortest name, in letters, that is looked for with one wrong letter."""

_TWO_SLIPS = 9
_SHORTEST_NICKNAME = 3
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS: tuple[str, ...] = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
)
_MONTHS += ("september", "october", "november", "december")


@lru_cache(maxsize=4096)
def nicknames(name: str) -> tuple[str, ...]:
    """Return what someone of a given name is called, and what given names a nickname is short for.

    In lower case, sorted, without the name itself.
    """
    namer = _namer()
    formal = namer.canonicals_of(name)
    known = namer.nicknames_of(name) | formal
    return tuple(sorted(each for each in known - {name} if len(each) >= _SHORTEST_NICKNAME))


def digit_words(digits: str) -> Iterator[str]:
    """Yield the digits as words without spaces, with zero and with oh."""
    words = [_DIGITS[int(digit)] for digit in digits]
    yield "".join(words)
    if "0" in digits:
        yield "".join("oh" if word == "zero" else word for word in words)
        yield "".join("o" if word == "zero" else word for word in words)


def date_words(year: str, month: str, day: str) -> Iterator[str]:
    """Yield a date with its month as a word, whole and short, in any order, without spaces."""
    place = int(month)
    if not 1 <= place <= len(_MONTHS):
        return
    bare = day.lstrip("0")
    for name in (_MONTHS[place - 1], _MONTHS[place - 1][:3]):
        for number in {day, bare, day.zfill(2)}:
            for end in (year, year[-2:]):
                yield name + number + end
                yield number + name + end
            yield year + name + number


def slip_of(word: str, names: Sequence[str]) -> str | None:
    """Return the first of the names that the word is with a slip: a letter more, less, or wrong.

    Two slips are allowed from nine letters on. A vocabulary word is no slip.
    """
    if len(word) < SHORTEST_SLIP - 1 or word in vocabulary():
        return None
    return next(_near(word, names), None)


def _near(word: str, names: Iterable[str]) -> Iterator[str]:
    size = len(word)
    for name in names:
        most = 2 if len(name) >= _TWO_SLIPS else 1
        if (
            abs(len(name) - size) <= most
            and OSA.distance(word, name, score_cutoff=most) <= most
            # A slip rarely changes how a name begins; many names differ in that alone.
            and (word[0] == name[0] or word[1:3] == name[1:3])
        ):
            yield name


@cache
def _namer() -> NickNamer:
    # Most texts come without a name that is known, and reading the list takes a moment.
    from nicknames import NickNamer

    return NickNamer()
