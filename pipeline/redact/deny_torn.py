"""Masks what was torn off an id, a plate or a code that somebody found in pieces.

In: a text of which tokens are covered or have reasons. Out: reasons for short pieces beside masked
digits: 371 20 8845, 44 EHJ Q, A 209 447 118. It must never reach over more than one space, and
leaves alone what counts, measures or times something.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.redact.deny_place import NAMED, PLATED, Text
from pipeline.redact.number_words import COUNTED, MEASURES, NUMBERED, VITALS
from pipeline.redact.rules.shapes import STATES
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["deny_torn"]

_REASON = "torn from a number"
_DIGITS = re.compile(r"\d{1,4}")
_MIXED = re.compile(r"[a-z]\d{1,2}|\d{1,3}[a-z]")
_REACH = 2
_LONGEST = 4  # letters and digits of a piece
_SPACES = frozenset({" ", "\u00a0", "?", "?-", "-?"})
_NOT_TORN = COUNTED | MEASURES
_LETTERS = re.compile(r"[a-z]{2,3}")
_NATION_OR_STATE = STATES | {"us"}
# Doors and floors behind an address that somebody found: 11 MAGNET FL 2, 640 oak grove no. 3.
_DOORS = word_set("fl flr floor ph no bed bldg camp berth booth slip stall door tr")
_DOOR_GAPS = frozenset({" ", "=", ". ", " #", ":", ": "})
_DOOR_NUMBER = re.compile(r"\d{1,4}[a-z]?|[a-z]")
# Parts of a house behind one that somebody found: "31 Rosehip, upstairs."
_PARTS = word_set(
    "bsmt bsmnt basement upstairs upstrs downstairs downstrs attic loft rear front upper lower"
)
_PART_GAPS = frozenset({" ", ", ", ",", " - ", " ("})
_PART_ENDS = frozenset({"", ".", ",", ";", ":", ")", "\n", '"'})
_JOINED_DOOR = re.compile(r"(?:fl|ph|bed|bldg|tr|rm)\d{1,4}[a-z]?")
_ROADS = word_set("hwy highway sr cr rte rt route fr fs us bia cth sth fm csah i ih")
_NUMBERS = frozenset({"number", "joined to a number"})
_BEFORE_WHOLE = NUMBERED | VITALS
_WORD, _DOOR, _PART, _JOINED, _NUMERIC, _SIGNED = range(6)
_BEHIND_A_HOUSE = frozenset({_DOOR, _PART})
_TIMES_X = re.compile(r"x\d+")


def deny_torn(text: Text) -> None:
    """Give a reason to each short piece beside a masked id, plate or number."""
    flags = text.covered
    for place, sort in enumerate(map(_sort, text.words)):
        if sort == _WORD:
            if flags[place]:
                _number_after(text, place)
        elif sort in _BEHIND_A_HOUSE:
            if flags[place]:
                _number_after(text, place)
            (_door_after if sort == _DOOR else _part_after)(text, place)
        elif sort == _JOINED and _behind_a_house(text, place):
            text.reasons[place] = text.reasons[place] or _REASON
        elif sort != _SIGNED and _is_source(text, place):
            _spread(text, place, 1)
            _spread(text, place, -1)


@lru_cache(maxsize=1 << 16)
def _sort(word: str) -> int:
    """Return what a word may be the beginning or a piece of."""
    if word.isalpha():
        return _DOOR if word in _DOORS else _PART if word in _PARTS else _WORD
    if _JOINED_DOOR.fullmatch(word):
        return _JOINED
    return _NUMERIC if any(map(str.isdigit, word)) else _SIGNED


def _number_after(text: Text, place: int) -> None:
    """Mask the digits of a plate or road whose letters somebody found: LFY 2047, Hwy 63."""
    here, word = place + 1, text.word(place)
    if here >= len(text.cut) or text.gone(here):
        return
    lettered = text.covered[place] == PLATED and _LETTERS.fullmatch(word)
    near = text.gap(here) in {" ", "-"} and _DIGITS.fullmatch(text.word(here))
    if near and (lettered or word in _ROADS):
        text.reasons[here] = _REASON


def _door_after(text: Text, place: int) -> None:
    here = place + 1
    if here >= len(text.cut) or text.gone(here):
        return
    door = text.gap(here) in _DOOR_GAPS and _DOOR_NUMBER.fullmatch(text.word(here))
    if door and _behind_a_house(text, place):
        text.reasons[here] = _REASON


def _part_after(text: Text, place: int) -> None:
    ends = text.behind(place)[:1] in _PART_ENDS
    if ends and text.gap(place) in _PART_GAPS and _behind_a_house(text, place):
        text.reasons[place] = text.reasons[place] or _REASON


def _behind_a_house(text: Text, place: int) -> bool:
    """Return whether a masked address with its number ends right before a token."""
    here = place - 1
    while here >= 0 and text.covered[here] == NAMED:
        if text.word(here)[:1].isdigit():
            return "\n" not in text.text[text.cut[here].start : text.cut[place].start]
        here -= 1
    return False


def _is_source(text: Text, place: int) -> bool:
    flag = text.covered[place]
    return flag != NAMED and (bool(flag) or text.reasons[place] in _NUMBERS)


def _spread(text: Text, place: int, step: int) -> None:
    covered, reasons, size = text.covered, text.reasons, len(text.cut)
    for here in range(place + step, place + step * (_REACH + 1), step):
        if not 0 <= here < size or covered[here] or reasons[here]:
            return
        if text.gap(here if step > 0 else here + 1) not in _SPACES:
            return
        if not _is_piece(text, here, place, step):
            return
        reasons[here] = _REASON


def _is_piece(text: Text, place: int, source: int, step: int) -> bool:
    word = text.word(place)
    if len(word) > _LONGEST or (word.isalpha() and text.covered[source] != PLATED):
        return False
    if _TIMES_X.fullmatch(word):
        return False
    if len(word) == 1 and text.behind(place)[:1] == ")" and "(" not in text.gap(place):
        # The next of a list: "1) A. 312-555-0146 2) N."
        return False
    if step > 0 and text.word(place + 1) in _NOT_TORN and text.gap(place + 1) in _SPACES:
        return False
    if step < 0 and text.word(place - 1) in _BEFORE_WHOLE:
        return False
    strong = text.covered[source] == PLATED or not text.covered[source]
    if _DIGITS.fullmatch(word):
        # "2 608-555-0143" is the second of a list.
        return strong or step > 0 or len(word) > 2
    typed = text.text[text.cut[place].start : text.cut[place].end]
    if _MIXED.fullmatch(word):
        return strong and typed.isupper()
    if text.covered[source] != PLATED or not typed.isupper():
        return False
    if len(word) == 1:
        # R/O behind a VIN is the registered owner.
        return word.isalpha() and text.behind(place)[:1] != "/"
    return (
        bool(_LETTERS.fullmatch(word)) and word not in _NATION_OR_STATE and word not in vocabulary()
    )
