"""Says values of a policy in words: lengths, places, choices, one at a time.

In goes a value of a policy, out comes a short text that stands in a sentence or a table cell. A
list of terms is said as verbs by ``verbs``; nothing here may be read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType

from pipeline.model import PlaceLevel

__all__ = ["length", "say"]

# By name: whole-number enums of different kinds are equal to each other.
_CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "Row.KEPT": "told",
        "Row.DROPPED": "not told",
        "Closing.ENDS_DELAY": "its end ends the delay",
        "Closing.IGNORED": "its end changes nothing",
        "Closing.REQUIRED": "told only once it is over",
        "InZone.DROPS_PLACE": "told without a place",
        "InZone.DROPS_ROW": "not told",
        "PlaceLevel.EXACT": "the exact place",
        "PlaceLevel.ROUNDED": "rounded coordinates",
        "PlaceLevel.INTERSECTION": "the nearest crossing",
        "PlaceLevel.MASKED": "a house number with digits struck out",
        "PlaceLevel.BLOCK": "a hundred block",
        "PlaceLevel.AREA": "a published area",
        "PlaceLevel.NOWHERE": "no place",
    }
)


def length(value: timedelta) -> str:
    """Return a duration as people say it: 30 minutes, 6 hours, 30 days."""
    if value == timedelta.max:
        return "no limit"
    seconds = int(value.total_seconds())
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds and not seconds % size and (name != "day" or seconds > 172_800):
            number = seconds // size
            return f"{number} {name}" + ("" if number == 1 else "s")
    return f"{seconds} seconds" if seconds else "nothing"


def say(value: object) -> str:
    """Return any value of a policy in words; what is nothing is called so."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        name = f"{type(value).__name__}.{value.name}"
        otherwise = f"the {value.name.lower()}" if isinstance(value, PlaceLevel) else value.value
        return _CHOICES.get(name, str(otherwise))
    if isinstance(value, timedelta):
        return length(value)
    if isinstance(value, date):
        return {date.min: "always", date.max: "for good"}.get(value, value.isoformat())
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value))) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value) or "nothing"
