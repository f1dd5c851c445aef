"""Says which rule explains a number, after asking whether it leads to somebody.

In: a ``Number``. Out: a rule's name, or nothing: then it is masked. It must never let a rule speak
where a word before the number says that it opens, pays, or houses somebody, or an age over 89.
Words are ``deny``'s.
"""

from __future__ import annotations

import re

from pipeline.redact.number_rules import RULES
from pipeline.redact.number_shape import DATE, FILLERS, MILITARY, UNIT_ID, Number
from pipeline.redact.number_words import (
    BIRTH_CUES,
    HOURS,
    MEASURES,
    NUMBERED,
    ON_CALL,
    PLACE_CUES,
    SECRET_CUES,
)
from pipeline.redact.vocabulary import word_set

__all__ = ["explain", "is_denied"]

_AGE_START = re.compile(r"(?:9\d|1[0-2]\d)([-/a-z]*)$")
_AGE_REST = word_set("yo yof yom yoa y/o yr yrs yf ym y f m -year -yr -yo")
_AGE_AFTER = word_set("yo yof yom yoa y/o yow f m female male woman man lady")
_AGE_BEFORE = word_set(
    "age aged f m female fem male woman man lady elderly turning turned w/f w/m shes hes she's he's"
)
_IS_AGED = frozenset({"and", "but", "with", "lives", "w", "has", "who"})
_RADIO_CODE = frozenset({"code", "codes", "c"})
_LOCKS = word_set(
    "gate door lock lockbox box garage entry access alarm keypad security pass safe building bldg"
)
_DOOR = re.compile(r"\d{1,3}[a-z]|[a-z]\d")
_HALL_DOOR = re.compile(r"[a-hjnoquvwxyz]\d{1,3}")
_IN_A_DOOR = re.compile(r"\d{1,4}[a-hjk]|[adj]\d{1,2}")
_INSIDE = frozenset({"in", "of", "into", "outside", "at", "from"})
_THROUGH = FILLERS | {"like", "looks", "number"}
_HOMES = word_set("apt apartment room lot trailer suite condo house unit")
_OTHER_DOORS = word_set("dock bay overhead rollup exit exterior zone landing burn lz")
_DATE_WITH_YEAR = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|[12]\d|3[01])[/-](?:\d\d|\d{4})"
    r"|\d{4}[/-]\d{1,2}[/-]\d{1,2}"
)
# Behind REF: as long as no code somebody enters, and unlike a telephone.
_OF_A_THING = re.compile(r"\d{5,6}|(?!\d{3}-\d{4}\Z)\d{2,5}-\d{1,7}")
_TEN_CODE = re.compile(r"10-\d\d[a-z]?")


def explain(number: Number) -> str:
    """Return the name of the rule that explains a number, or nothing."""
    if is_denied(number):
        return ""
    for rule in RULES:
        if rule.explains(number):
            return rule.name
    return ""


def is_denied(number: Number) -> bool:
    """Return whether a word beside a number says that it leads to somebody."""
    if number.sign == "$" or _TEN_CODE.fullmatch(number.shape):
        return False
    if (number.sign == "#" and number.before[0] not in NUMBERED) or number.tail == "#":
        return True
    return _is_old(number) or _is_secret(number) or _is_housed(number) or _is_birth(number)


def _is_old(number: Number) -> bool:
    # Over 89 a person's age is rare enough to name them.
    match = _AGE_START.match(number.shape)
    if match is None:
        return False
    rest, after = match.group(1), number.after[0]
    if number.sign == "(" and number.tail == ")":
        return True
    if number.before[0] == "is" and number.after[0] in _IS_AGED:
        return True
    aged = rest in _AGE_REST or after in _AGE_AFTER or (after in {"y", "yr", "year", "years"})
    return aged or (
        number.before[0] in _AGE_BEFORE and after not in MEASURES and number.tail != "%"
    )


def _is_secret(number: Number) -> bool:
    near, far = number.before
    if near == "keypad" and len(number.shape) == 1 and not number.after[0].isdigit():
        # Which of the keypads.
        return False
    if number.broken and near not in SECRET_CUES:
        return False
    if near == "ref" and _OF_A_THING.fullmatch(number.shape) and number.tail != "-":
        return False
    if number.after[0] in HOURS and MILITARY.fullmatch(number.shape):
        return False
    if (
        near in _RADIO_CODE
        and len(number.shape) <= 2
        and far not in SECRET_CUES
        and far not in _LOCKS
    ):
        return False
    return near in SECRET_CUES or (near in FILLERS and far in SECRET_CUES)


def _is_housed(number: Number) -> bool:
    near, far = number.before
    if _IN_A_DOOR.fullmatch(number.shape) and near in _INSIDE:
        # "locked out of 5B"; 5A is a time after "at".
        return near not in {"at", "from"} or number.shape[-1] not in "ap"
    if near in _THROUGH and far in _HOMES:
        near, far = far, near
    apart = number.broken and not (number.colon and near != "unit")
    if apart or near not in PLACE_CUES or number.tail == ":" or far in _OTHER_DOORS:
        return False
    if near == "unit" and number.after[0] in ON_CALL:
        return False
    if near == "unit" and _HALL_DOOR.fullmatch(number.shape):
        return True
    if near == "unit" and UNIT_ID.fullmatch(number.shape):
        # UNIT 4B is a door, UNIT 3T7 a patrol.
        return _DOOR.fullmatch(number.shape) is not None
    return number.after[0] not in MEASURES


def _is_birth(number: Number) -> bool:
    if _DATE_WITH_YEAR.fullmatch(number.shape) and not DATE.fullmatch(number.shape):
        # A date of years ago is somebody's birth, if it is anybody's.
        return True
    return number.before[0] in BIRTH_CUES or (
        number.before[0] in FILLERS and number.before[1] in BIRTH_CUES
    )
