"""Says whether an agency's code may be shown and written down as it is.

In go a code, how many calls have it, and a detector; out comes yes or no. The field of a call type
may hold a title that tells of somebody, so that one call proves little: it must never say yes where
it doubts, or where the detector fails. Masking the rest is ``redact.shown_code``'s part.
"""

from __future__ import annotations

import re

from pipeline.agencies import fold_call_type
from pipeline.classify.types import is_dispatch_words, is_known_number, names_a_type
from pipeline.model import DetectorFailure, Entity
from pipeline.redact import Detector, leaks, shown_code

__all__ = ["is_code"]

_COMES_BACK = 2  # calls; a story is told once
_OFTEN = 3  # calls of a code that no list has
_SHORT = re.compile(r"[A-Z]{0,6}[-./]?\d{0,4}[A-Z]{0,2}")  # one word, no number as long as a ZIP's
_UNEXPLAINED = Entity.UNEXPLAINED.value  # a word nobody vouched for: every number is one


def is_code(text: str, calls: int, detector: Detector) -> bool:
    """Return whether a call type may be shown as it is written.

    It may when every word of it is known, when it is a number with a meaning of its own, or what
    dispatchers call a type. Else it has to come back, and nothing private may be found in it: a
    word nobody vouched for is nothing private where dispatchers' lists have it, or where it stands
    alone, is short and comes back often.
    """
    folded = fold_call_type(text)
    if fold_call_type(shown_code(text)) == folded or is_known_number(folded):
        return True
    if leaks(text, ()):
        return False
    if names_a_type(text):
        return True
    if calls < _COMES_BACK:
        return False
    try:
        kinds = {found.entity.value for found in detector.find([text])[0]}
    except DetectorFailure:
        return False
    if kinds == {_UNEXPLAINED}:
        return is_dispatch_words(text) or (calls >= _OFTEN and _SHORT.fullmatch(folded) is not None)
    return not kinds
