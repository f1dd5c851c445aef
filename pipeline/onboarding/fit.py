"""How well a column fits a field: its name and its values together.

In: a field, a column, its profile, and how well a text is known as a call type. Out: 0 to 1. A
value can refuse what a name promises; only a call type is ever known by its values alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import CROSSING, ELSEWHERE, PRIVATE, field_score, person_role
from pipeline.onboarding.profile import Profile

__all__ = ["CANCELLED", "OVER", "PLAIN", "Knows", "fit"]

_F = CanonicalField

Knows = Callable[[str], float]
"""How well a text is known as a call type, 0 to 1."""

PLAIN: Final = (
    _F.CFS_NUMBER,
    _F.CALL_TYPE,
    _F.PRIORITY,
    _F.ADDRESS,
    _F.PLACE_NAME,
    _F.DISTRICT,
    _F.UNITS,
    _F.CLOSED,
    _F.CANCELLED,
    _F.RESTRICTED,
    _F.PLACE_RESTRICTED,
)
_BARE: Final = 0.5  # of a name that says number, and not of what
_COUNTER: Final = 5  # digits, in which a list counts its rows
_COUNTED: Final = re.compile(r"([A-Za-z_-]*)\d+")
_MANY: Final = 8  # calls, among which another type would stand
_HALF: Final = 0.5  # how well a text is known as a type, from which it is likely one
_MOSTLY: Final = 0.6  # share of texts
_SURE: Final = 0.8  # of a name that says type, and nothing else
_WORDED: Final = 1.5  # mean words of what is no code
_ALIKE: Final = 4  # records that all say the same say nothing of themselves
_SEVERAL: Final = 0.95  # what tells several things of a call tells more than its type
_SHORT: Final = 6  # words of a call type that no name announces
_WHERE: Final = (_F.ADDRESS, _F.PLACE_NAME, _F.DISTRICT)
_NAMED: Final = 0.4  # from which a name, or what stands there, says where and not what
_STREET: Final = re.compile(
    r"\w (?:st|ave?|rd|dr|ln|ct|blvd|hwy|way|pl|trl|pkwy|cir|ter|street|avenue|road|lane)\.?$",
    re.IGNORECASE,
)
_CHANNEL: Final = re.compile(r"\b(?:how|source|src|channel|method|via|medium)\b")
"""Names of the way on which a call came in."""
_CHANNELS: Final = re.compile(
    r"e?-?911(?: (?:call|line|phone|text))?|9-1-1|phone|telephone|tel|online|internet|web(?:site)?"
    r"|(?:non-?emergency|admin\w*|ten-digit|7-digit)(?: (?:line|phone|call))?|e-?mail|radio|fax"
    r"|text(?:[- ]to[- ]911)?|walk[- ]?in|lobby|(?:officer|self|field)[- ]initiated|on[- ]?view"
    r"|alarm (?:company|co)|teletype|other",
    re.IGNORECASE,
)
"""Ways on which calls come in, which are no types of call."""
_MADE_UP: Final = re.compile(r"\{?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?")
"""A number that a program made, which nobody says on the radio or writes into a remark."""
_UNSPOKEN: Final = 0.85  # how well such a number fits beside one that people say
_ONCE = frozenset(PLAIN) - {_F.UNITS, _F.CALL_TYPE}
OVER: Final = (
    "closed",
    "cleared",
    "clear",
    "complete",
    "completed",
    "inactive",
    "finished",
    "done",
)
CANCELLED: Final = ("canceled", "cancelled", "cancel", "can", "cxl")


def fit(field: CanonicalField, column: Column, profile: Profile, knows: Knows) -> float:
    """Return how well name and values together speak for a field."""
    if field in _ONCE and (column.each or column.most > 1):
        return 0.0
    named = field_score(field, column.words, column.name)
    if field is _F.CALL_TYPE and not column.each and named < 0.5:
        other = max(field_score(f, column.words, column.name) for f in PLAIN if f is not field)
        few = profile.distinct <= 0.6 and (profile.values > 1 or len(column.rows) < _ALIKE)
        short = profile.letters >= 0.5 and profile.words <= _SHORT
        somebody = person_role(column.words) is not None or PRIVATE.search(column.words)
        somebody = somebody or ELSEWHERE.search(column.words)
        counted = _ends_in_counts(column)
        short = short and not counted and _known(column, knows) >= 0.5
        where = max(field_score(f, column.words, column.name) for f in _WHERE)
        where = max(where, CROSSING.search(column.words) is not None, _ends_in_streets(column))
        where = max(where, _CHANNEL.search(column.words) is not None)
        if other < 0.8 and where < _NAMED and not somebody and (few or short):
            named = 0.5  # its values alone may speak for it, words more than codes
            named -= 0.02 * (profile.words < _WORDED)
    if field is _F.CALL_TYPE and named < _SURE and _says_one_thing(column, knows):
        return 0.0
    if field is _F.CALL_TYPE and named < _SURE and _says_how(column):
        return 0.0
    if field is _F.CFS_NUMBER and named <= _BARE and _rows_are_counted(column):
        return 0.0  # such a number tells a row of this list, and another call in the next one
    return named * _VALUES[field](column, profile, knows)


def _says_one_thing(column: Column, knows: Knows) -> bool:
    """Return whether every call says the same, and no type: it tells a form, or a channel."""
    texts = column.texts
    return len(texts) >= _MANY and len(set(texts)) == 1 and knows(texts[0]) < _HALF


def _says_how(column: Column) -> bool:
    """Return whether most different texts are ways on which calls come in."""
    texts = set(column.texts)
    ways = sum(_CHANNELS.fullmatch(text) is not None for text in texts)
    return ways >= _MOSTLY * len(texts) > 0


def _ends_in_streets(column: Column) -> float:
    """Return the share of texts that end as streets do."""
    return sum(_STREET.search(text) is not None for text in column.texts) / max(
        1, len(column.texts)
    )


def _ends_in_counts(column: Column) -> bool:
    """Return whether texts are one word and a number that no other has, such as ``SC12``."""
    texts = column.texts
    counted = [found[1] for text in texts if (found := _COUNTED.fullmatch(text))]
    return len(texts) >= _ALIKE and len(set(texts)) == len(counted) and len(set(counted)) == 1


def _rows_are_counted(column: Column) -> bool:
    return all(text.isdigit() and len(text) <= _COUNTER for text in column.texts)


def _number_like(column: Column, profile: Profile, _knows: Knows) -> float:
    if profile.flags == 1 or profile.words > 3 or column.filled < 0.9:
        return 0.0
    digits = sum(any(map(str.isdigit, text)) for text in column.texts) / max(1, len(column.texts))
    made = sum(_MADE_UP.fullmatch(text) is not None for text in column.texts)
    spoken = _UNSPOKEN if made > 0.5 * len(column.texts) else 1.0
    return spoken * (0.5 * digits + 0.5 * profile.distinct)


def _type_like(column: Column, profile: Profile, knows: Knows) -> float:
    if column.filled < 0.5 or profile.words > 12:
        return 0.0
    known = _known(column, knows)
    coded = profile.letters < 0.5 and not column.names
    one = 1.0 if column.most == 1 or not column.each else _SEVERAL
    return one * ((0.55 if coded else 0.75) + 0.45 * min(1.0, known * 1.4))


def _known(column: Column, knows: Knows) -> float:
    """Return how well a column's texts are known as call types."""
    texts = list(dict.fromkeys(column.said))[:30]
    return sum(knows(text) for text in texts) / max(1, len(texts))


def _worded(_column: Column, profile: Profile, _knows: Knows) -> float:
    return 0.0 if profile.axis or profile.letters < 0.5 or profile.words > 14 else 1.0


def _addressed(_column: Column, profile: Profile, _knows: Knows) -> float:
    several = 1.0 if profile.words >= 2 else 0.6
    return 0.0 if profile.axis or profile.letters < 0.5 or profile.words > 14 else several


def _short(_column: Column, profile: Profile, _knows: Knows) -> float:
    return 0.0 if profile.words > 5 or profile.axis else 1.0


def _flagged(_column: Column, profile: Profile, _knows: Knows) -> float:
    return 1.0 if profile.flags >= 0.9 else 0.0


def _ended(column: Column, profile: Profile, _knows: Knows) -> float:
    said = {text.casefold() for text in column.said}
    return 1.0 if profile.flags >= 0.9 or said & {*OVER, *CANCELLED} else 0.0


def _called_off(column: Column, profile: Profile, _knows: Knows) -> float:
    said = {text.casefold() for text in column.said}
    return 1.0 if profile.flags >= 0.9 or said & set(CANCELLED) else 0.0


_VALUES: Mapping[CanonicalField, Callable[[Column, Profile, Knows], float]] = {
    _F.CFS_NUMBER: _number_like,
    _F.CALL_TYPE: _type_like,
    _F.PRIORITY: _short,
    _F.ADDRESS: _addressed,
    _F.PLACE_NAME: _worded,
    _F.DISTRICT: _short,
    _F.UNITS: _short,
    _F.CLOSED: _ended,
    _F.CANCELLED: _called_off,
    _F.RESTRICTED: _flagged,
    _F.PLACE_RESTRICTED: _flagged,
}
