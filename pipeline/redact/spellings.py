"""Writes a private value in the ways a text may write it: parts, orders, nicknames, words.

In: a value and what it is. Out: folded spellings (letters and digits alone, lower case) with the
entity each stands for. It never reads a text; where a spelling counts is ``known``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import permutations

from pipeline.model import Entity
from pipeline.redact.fold import fold
from pipeline.redact.likenames import date_words, digit_words, nicknames
from pipeline.redact.street_suffixes import DOUBTFUL, SURE
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = [
    "NAMES",
    "STOP",
    "WORD",
    "bare",
    "in_other_spellings",
    "street_names",
    "uncommon",
    "words_in",
]

# Searching for these would mask half of every text; none of them identifies anyone.
STOP = word_set(
    "a an and are as at be by do for from had has have he her here him his i if in is it me mr mrs"
    " ms my no none not null of off on or out she so st that the then there they this to unknown"
    " up us was we were with yes you ave avenue road rd street dr drive ln lane ct court blvd apt"
    " n s e w ne nw se sw north south east west unit"
)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_PLAIN_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_NAME = re.compile(r"[^\W\d_]+(?:[\s.,'\u2019\-]+[^\W\d_]+)*\.?")
_HOUSE = re.compile(r"\s*(\d+)[A-Za-z]?\b")
_CROSSING = "/&@"
NAMES = frozenset({Entity.PERSON, Entity.STAFF})
_SUFFIXES = SURE | DOUBTFUL
_MAX_NAME_WORDS = 5
# Fewer digits in words may be a count.
_SHORTEST_SPELLED = 3
# A phone's subscriber part, its exchange with it, and its national number, in digits.
_PHONE_TAILS = (10, 7, 4)


def in_other_spellings(text: str, entity: Entity) -> Iterable[tuple[str, Entity]]:
    """Yield each way a text may spell what a field of the record says, beside the value itself."""
    digits = "".join(character for character in bare(text) if character.isdigit())
    if entity is Entity.PHONE or len(digits) >= 7:
        for length in _PHONE_TAILS:
            yield digits[-length:], entity
            yield from ((words, entity) for words in digit_words(digits[-length:]))
        yield digits, entity
    if entity is Entity.DOB:
        yield from ((spelling, Entity.DOB) for spelling in _date_spellings(text))
    if entity in NAMES or _NAME.fullmatch(text.strip()):
        yield from ((spelling, entity) for spelling in _name_spellings(text))
    elif entity in {Entity.ADDRESS, Entity.PLACE, Entity.KNOWN_VALUE}:
        yield from _address_spellings(text)


def street_names(text: str) -> Iterable[str]:
    """Yield a found street without its house and suffix: of two words, or of one uncommon one."""
    named = [bare(word) for word in WORD.findall(text.split(",")[0])]
    while named and named[0] in STOP:
        named = named[1:]
    if len(named) > 1 and named[-1] in _SUFFIXES | STOP:
        named = [word for word in named if word not in STOP]
        named = named[:-1] if named[-1] in _SUFFIXES else named
        if len(named) > 1 or (named and uncommon(named[0])):
            yield "".join(named)


def bare(text: str) -> str:
    """Return the folded letters and digits of a text, without the way back."""
    if text.isascii():
        return text.lower() if text.isalnum() else "".join(filter(str.isalnum, text)).lower()
    return fold(text).text


def uncommon(word: str) -> bool:
    """Return whether a folded word is long enough and no word of the vocabulary."""
    return len(word) > 2 and word not in vocabulary()


def words_in(text: str) -> list[str]:
    """Return the words of a text, runs of letters and apostrophes, in lower case."""
    if text.isascii():
        return _PLAIN_WORD.findall(text.lower())
    return [word.lower() for word in WORD.findall(text)]


def _name_spellings(text: str) -> Iterable[str]:
    parts = [bare(word) for word in WORD.findall(text)]
    if len(parts) > _MAX_NAME_WORDS:
        return
    yield from parts
    # O'Neil-Ross: the pieces of a joined part stand alone, too.
    yield from (bare(piece) for piece in re.split(r"[\W_]+", text) if len(piece) > 2)
    for first, second in permutations(parts, 2):
        if first in STOP and second in STOP:
            continue
        yield first + second
        if len(second) > 1:
            yield first[:1] + second
            yield second + first[:1]
            for called in nicknames(first):
                yield called + second
                yield second + called
    for called in (nickname for part in parts for nickname in nicknames(part)):
        # Bill is a man or an invoice: alone, a nickname must be no ordinary word.
        if uncommon(called):
            yield called


def _address_spellings(text: str) -> Iterable[tuple[str, Entity]]:
    # Town and state follow the street; only what stands before the first comma names it.
    named = [bare(word) for word in WORD.findall(text.split(",")[0])]
    house = _HOUSE.match(text)
    if house is not None:
        yield house.group(1), Entity.ADDRESS
        if len(house.group(1)) >= _SHORTEST_SPELLED:
            yield from ((words, Entity.ADDRESS) for words in digit_words(house.group(1)))
        for length in range(1, len(named) + 1):
            yield house.group(1) + "".join(named[:length]), Entity.ADDRESS
    elif not any(mark in text for mark in _CROSSING):
        return
    yield "".join(named), Entity.STREET
    yield from ((word, Entity.STREET) for word in named if len(word) > 2)


def _date_spellings(text: str) -> Iterable[str]:
    numbers = re.findall(r"\d+", text)[:3]
    if len(numbers) != 3:
        return
    first, second, third = numbers
    year_first = len(first) == 4
    year, one, two = (first, second, third) if year_first else (third, first, second)
    for month, day in (
        (one, two),
        (one.zfill(2), two.zfill(2)),
        (one.lstrip("0"), two.lstrip("0")),
    ):
        yield month + day + year
        yield month + day + year[-2:]
        yield day + month + year
        yield year + month + day
    yield from date_words(year, one, two)
