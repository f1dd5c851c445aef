"""Small steps along a reading's tokens that every rule takes.

In: a reading and a token's place in it. Out: words, gaps, and whether two tokens belong together.
It decides nothing about what is private.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.redact.reading import Reading
from pipeline.redact.tokens import has_digit
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = [
    "DIGIT_WORDS",
    "NUMBER_WORDS",
    "capital",
    "gap",
    "has_digit",
    "joined",
    "known",
    "word",
]

DIGIT_WORDS = word_set("zero oh o one two three four five six seven eight nine niner")
NUMBER_WORDS = DIGIT_WORDS | word_set(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
    " thirty forty fifty sixty seventy eighty ninety hundred thousand double triple"
)
_JOINS = frozenset((" ", "-", "\u00a0", "  "))


def word(reading: Reading, place: int) -> str:
    """Return the lower-case word at a place, empty outside of the text."""
    words = reading.words
    return words[place] if 0 <= place < len(words) else ""


def gap(reading: Reading, place: int) -> str:
    """Return what stands between a token and the next one; a line's end after the last."""
    gaps = reading.gaps
    return gaps[place + 1] if 0 <= place < len(gaps) - 1 else "\n"


def joined(reading: Reading, place: int) -> bool:
    """Return whether only a space or a hyphen stands between a token and the next one."""
    between = gap(reading, place)
    if between in _JOINS:
        return True
    return between == ". " and len(reading.words[place]) <= 2


def capital(reading: Reading, place: int) -> bool:
    """Return whether the token begins with a capital letter."""
    return reading.text[reading.starts[place]].isupper()


@lru_cache(maxsize=65536)
def known(said: str) -> bool:
    """Return whether a word belongs to the dispatch vocabulary."""
    return said in vocabulary() or (said.endswith("'s") and said[:-2] in vocabulary())
