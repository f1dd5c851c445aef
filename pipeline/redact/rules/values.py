"""Says of a value whether it is too ordinary to be one, in the ways that differ by rule.

In: a rule's name and a value as it stands. Out: True when the value must be left alone. It must
never refuse a value of four digits or more after a word for it, but for a date with its time.
"""

from __future__ import annotations

import re

from pipeline.redact.rules.walk import known

__all__ = ["ordinary"]

_SHORT = re.compile(r"\d{1,3}")
_UNITLIKE = re.compile(r"\d{1,2}[a-z]{0,2}|[a-z]{1,2}\d{1,2}", re.IGNORECASE)
_ORDINARY_PLATE = re.compile(r"\d{1,2}|[a-z]{1,2}\d|00\d+|10-\d\d", re.IGNORECASE)
# A date and a time in one piece, which begins lines of a log: 20240914223011ED.
_STAMP = re.compile(
    r"20[2-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
    r"(?:[ECMPA][DS]?T?|Z|UTC)?",
    re.IGNORECASE,
)
# A card of the dispatch protocol with its determinant: 9-E-1.
_DETERMINANT = re.compile(r"\d{1,2}-[a-eo]-\d{1,2}[a-z]?", re.IGNORECASE)
# Rules whose values may be three digits or fewer.
_SHORT_OK = frozenset(("badge", "phone-end", "access-code"))
_NO_PLATE = frozenset(
    "EXP EXPD UNK OFF RAN FROM WAS FOR AND VEH OCC NOT HAS HIT OBS ON IS THE TOW".lower().split()
)
_CASES = frozenset({"juv", "crim", "civ", "fam", "traf", "misd", "fel", "prob"})
_SPELLED = frozenset(("birth-date", "plate-spelled", "access-code", "phone-end"))
_ANY = frozenset(("position", "birth-date", "plate-spelled", "plate-end", "vin"))


def ordinary(rule: str, value: str) -> bool:
    """Return whether a value after a rule's words is an ordinary word or count."""
    first = value.split(" ", 1)[0]
    if _STAMP.fullmatch(first) or (rule == "financial" and _DETERMINANT.fullmatch(value)):
        return True
    if rule == "plate" and first.isupper() and re.fullmatch(r"[A-Z]{3,4} \d{2,4}", value):
        return first.lower() in _NO_PLATE
    if rule == "government-id" and first.lower() in _CASES and " " in value:
        return False
    if (
        len(first) > 2
        and first.isalpha()
        and " " in value
        and known(first.lower())
        and rule not in _SPELLED
    ):
        return True
    if rule == "handle":
        return known(value.lower().lstrip("@"))
    if rule in _ANY:
        return False
    if rule == "access-code":
        return bool(re.fullmatch(r"\d|[1-9]\d?|\d{1,2}-\d{1,2}|\d(?:st|nd|rd|th)", value)) or bool(
            re.fullmatch(
                r"\d+(?:st|nd|rd|th|ft|in|hr|hrs|min)|x\d+|[a-z]\d{1,2}", value, re.IGNORECASE
            )
        )
    if rule == "badge":
        return False
    if rule == "plate":
        return bool(_ORDINARY_PLATE.fullmatch(value))
    return rule not in _SHORT_OK and (
        bool(_SHORT.fullmatch(value.strip("#* "))) or bool(_UNITLIKE.fullmatch(value))
    )
