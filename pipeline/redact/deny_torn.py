"""Masks what was torn off an id, a plate or a code that somebody found in pieces.

In: a text of which tokens are covered or have reasons. Out: reasons for short pieces beside masked
digits: 371 20 8845, 44 EHJ Q, A 209 447 118. It must never reach over more than one space, and
leaves alone what counts, measures or times something.
"""

from __future__ import annotations

import re

from pipeline.redact.deny_place import NAMED, PLATED, Text
from pipeline.redact.number_words import COUNTED, MEASURES, NUMBERED, VITALS

__all__ = ["deny_torn"]

_REASON = "torn from a number"
_DIGITS = re.compile(r"\d{1,4}")
_MIXED = re.compile(r"[a-z]\d{1,2}|\d{1,3}[a-z]")
_REACH = 2
_SPACES = frozenset({" ", "\u00a0", "?", "?-", "-?"})
_NOT_TORN = COUNTED | MEASURES
_TIMES_X = re.compile(r"x\d+")


def deny_torn(text: Text) -> None:
    """Give a reason to each short piece beside a masked id, plate or number."""
    for place, token in enumerate(text.cut):
        if not token.word.isalpha() and _is_source(text, place):
            _spread(text, place, 1)
            _spread(text, place, -1)


def _is_source(text: Text, place: int) -> bool:
    flag = text.covered[place]
    if flag == NAMED or not any(map(str.isdigit, text.word(place))):
        return False
    return bool(flag) or text.reasons[place] in {"number", "joined to a number"}


def _spread(text: Text, place: int, step: int) -> None:
    for count in range(1, _REACH + 1):
        here = place + step * count
        if not 0 <= here < len(text.cut) or text.gone(here):
            return
        if text.gap(max(here, here - step)) not in _SPACES:
            return
        if not _is_piece(text, here, place, step):
            return
        text.reasons[here] = _REASON


def _is_piece(text: Text, place: int, source: int, step: int) -> bool:
    word = text.word(place)
    if _TIMES_X.fullmatch(word):
        return False
    if step > 0 and text.word(place + 1) in _NOT_TORN and text.gap(place + 1) in _SPACES:
        return False
    if step < 0 and text.word(place - 1) in NUMBERED | VITALS:
        return False
    strong = text.covered[source] == PLATED or not text.covered[source]
    if _DIGITS.fullmatch(word):
        # "2 608-555-0143" is the second of a list.
        return strong or step > 0 or len(word) > 2
    typed = text.text[text.cut[place].start : text.cut[place].end]
    if _MIXED.fullmatch(word):
        return strong and typed.isupper()
    alone = len(word) == 1 and word.isalpha() and typed.isupper()
    return alone and text.covered[source] == PLATED
