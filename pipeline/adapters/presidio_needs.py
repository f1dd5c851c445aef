"""Says which of Presidio's entities a text could hold at all, in microseconds.

In: a text and names of entities. Out: those that have to be looked for. It must never leave one out
that a recognizer could find: each pattern here is wider than every pattern of its recognizers. It
imports nothing of Presidio, which is loaded only for a text that could hold something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

__all__ = ["LONG_NUMBER", "may_hold"]

LONG_NUMBER = re.compile(r"\d(?:[^\dA-Za-z]{0,4}\d){6}(?:[^\dA-Za-z]{0,4}\d)*")
"""What every number of seven digits or more looks like, and more."""

_SEVEN_DIGITS = LONG_NUMBER.search
_TWELVE_DIGITS = re.compile(r"\d(?:[- ]?\d){11}").search
_IP_4 = re.compile(r"\d\.\d{1,3}\.\d{1,3}\.\d").search
_IP_6 = re.compile(r"(?:[0-9A-Fa-f]{1,4}:){3}").search
_THREE = 3


def _could_be_ip(text: str) -> object:
    if "::" in text or (text.count(".") >= _THREE and _IP_4(text)):
        return True
    return text.count(":") >= _THREE and _IP_6(text)


def _could_be_url(text: str) -> bool:
    return "://" in text or "www." in text.lower()


# What a text must have for an entity to be in it at all; an entity without a line is always looked
# for. Each is wider than every pattern of its recognizers, and takes microseconds.
_NEEDED: dict[str, Callable[..., object]] = {
    "CREDIT_CARD": _TWELVE_DIGITS,
    "EMAIL_ADDRESS": re.compile("@").search,
    "IP_ADDRESS": _could_be_ip,
    "PHONE_NUMBER": _SEVEN_DIGITS,
    "URL": _could_be_url,
    # Begun at its digits, which are rarer than letters.
    "US_DRIVER_LICENSE": re.compile(r"\d{3}(?<=[A-Za-z]\d{3})(?:\d{3}|-\d)").search,
    "US_SSN": re.compile(r"\d{3}[- .]\d{2}[- .]\d{4}").search,
}
# Each of these has the seven digits of a telephone: without them none is looked for.
_LONG_NUMBERS = frozenset({"CREDIT_CARD", "PHONE_NUMBER", "US_SSN"})


def may_hold(text: str, entities: Iterable[str]) -> frozenset[str]:
    """Return those of the entities that the text could hold at all."""
    needed = _NEEDED
    first = _SEVEN_DIGITS(text)
    if needed and first is None:
        entities = [name for name in entities if name not in _LONG_NUMBERS]
    # No long number begins before the first one.
    start = first.start() if first else 0
    return frozenset(
        name
        for name in entities
        if name not in needed
        or (needed[name](text, start) if name in _LONG_NUMBERS else needed[name](text))
    )
