"""Tells which columns may be left out on purpose: what speaks of nobody, decides nothing.

In: a column, its profile and what the detector marked in it. Out: yes or no, and why. What is left
out is not searched for in the texts, so a text, a type or a state of a call never is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import FREE_TEXT, QUIET, field_score
from pipeline.onboarding.profile import Profile

__all__ = ["is_clock", "may_be_ignored", "quiet_because"]

_F = CanonicalField

_COUNTS: Final = (_F.CALL_TYPE, _F.CLOSED)  # a type may withhold a call, a state may end it
_TELLS: Final = 0.7  # from which a name says so
_TIME: Final = re.compile(r"\b(?:time|tm|hr|hour)$")
_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-3])?[0-5]?\d", re.ASCII)
# fmt: off
_USPS: Final = frozenset({
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "ID", "IL", "IN",
    "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ",
    "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT",
    "VA", "VI", "WA", "WV", "WI", "WY",
})
# fmt: on


def may_be_ignored(column: Column, profile: Profile, marks: Mapping[str, str]) -> bool:
    """Only times, flags, numbers and names that speak of nobody; never a text with a finding."""
    if column.full in marks or column.filled == 0:
        return False
    if profile.time is not None or profile.flags == 1 or is_clock(column):
        return True
    if any(field_score(f, column.words, column.name) >= _TELLS for f in _COUNTS):
        return _states(column)
    if FREE_TEXT.search(column.each.lower()):
        return False  # what stands beside a remark may say who wrote it
    return bool(QUIET.search(column.words)) and (profile.numeric == 1 or profile.words <= 3)


def is_clock(column: Column) -> bool:
    """Return whether a column named a time holds clocks of digits alone, some without zeros."""
    texts = column.texts
    return (
        bool(texts)
        and _TIME.search(column.name) is not None
        and all(_CLOCK.fullmatch(text) is not None for text in texts)
    )


def _states(column: Column) -> bool:
    """Return whether a column called state holds those of the country, and not that of a call."""
    return column.words.endswith("state") and all(t.upper() in _USPS for t in column.texts)


def quiet_because(column: Column, profile: Profile) -> str:
    """Return why a column may be left out."""
    if profile.time is not None or is_clock(column):
        return "a time of which nothing is made"
    return "a yes/no nobody asks for" if profile.flags == 1 else "says nothing about anybody"
