"""Presidio's recognizer of telephones, deciding plainly written ones by their digits.

In: a text. Out: what ``PhoneRecognizer`` for the United States says at its most lenient, with the
same offsets. Finding candidates and taking them apart stay phonenumbers' own; only the verdict on a
candidate of nothing but digits and separators is made here, without parsing it. It must never
decide a candidate with a plus, a letter or a bracket.
"""

from __future__ import annotations

import re
from typing import Any

from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatch, PhoneNumberMatcher
from presidio_analyzer import RecognizerResult
from presidio_analyzer.predefined_recognizers.generic.phone_recognizer import PhoneRecognizer

from pipeline.adapters.presidio_needs import LONG_NUMBER

__all__ = ["QuickMatcher", "UsPhoneRecognizer"]

_NAME = "PhoneRecognizer"
_REGION = "US"
_NOT_PLAIN = re.compile(r"[^0-9()\[\]./ \-\u00a0]")
_BRACKETS = re.compile(r"[()\[\]]")
_NO_DIGITS = re.compile(r"\D+")
# A subscriber's number, and one with its area code. No code begins with 0 or 1.
_LENGTHS = frozenset({7, 10})
_LOCAL = 7
# Ones before a number are its prefix and the country's code; 011 dials out of the country.
_WITH_PREFIX = range(8, 13)
_ABROAD = "011"
_NOTHING = PhoneNumber()
_ALL_DIGITS = 11
# How people part the digits of a number, the country's code left out.
_GROUPS = frozenset(
    {(10,), (11,), (3, 3, 4), (3, 7), (6, 4), (3, 4), (3, 3, 2, 2), (3, 2, 2), (3, 3, 1, 3)}
)

# Two brackets or signs with four separators each before it; an extension behind it.
_BEFORE, _BEHIND = 12, 40
_TIMES = re.compile(r"[xX\uff58]")


class QuickMatcher(PhoneNumberMatcher):
    """The matcher of phonenumbers for possible numbers of the United States, with fewer parses.

    Should a later phonenumbers no longer ask these two methods, it is slower and says the same.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, _REGION, leniency=Leniency.POSSIBLE)

    def _extract_match(self, candidate: str, offset: int) -> PhoneNumberMatch | None:
        if len(candidate) < _LOCAL and not _NOT_PLAIN.search(candidate):
            return None
        return super()._extract_match(candidate, offset)

    def _parse_and_verify(self, candidate: str, offset: int) -> PhoneNumberMatch | None:
        if not _NOT_PLAIN.search(candidate):
            digits = _NO_DIGITS.sub("", candidate)
            if _is_no_number(digits):
                return None
            if digits[0] > "1" and not _BRACKETS.search(candidate):
                return PhoneNumberMatch(offset, candidate, _NOTHING)
        return super()._parse_and_verify(candidate, offset)


class UsPhoneRecognizer(PhoneRecognizer):
    """Presidio's recognizer, asking the quick matcher and leaving out what is never shown."""

    def __init__(self) -> None:
        super().__init__(name=_NAME, supported_regions=(_REGION,), leniency=0)

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature; there is one entity
        nlp_artifacts: Any = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Return the telephone numbers in a text, in order."""
        return [
            self._result(begin + match.start, begin + match.end)
            for begin, end in _windows(text)
            for match in QuickMatcher(text[begin:end])
            if _is_grouped(match.raw_string)
        ]

    def _result(self, start: int, end: int) -> RecognizerResult:
        return RecognizerResult(
            entity_type=self.supported_entities[0],
            start=start,
            end=end,
            score=self.SCORE,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: _NAME,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


def _windows(text: str) -> list[tuple[int, int]]:
    """Return the stretches around seven digits or more, too far apart to matter to each other.

    A candidate has no letter but an ``x`` and at most four signs between two digits; where an ``x``
    stands before the digits, the stretch is the whole text.
    """
    windows: list[tuple[int, int]] = []
    for run in LONG_NUMBER.finditer(text):
        begin, end = max(0, run.start() - _BEFORE), run.end() + _BEHIND
        if _TIMES.search(text, begin, run.start()):
            return [(0, len(text))]
        if windows and begin <= windows[-1][1]:
            begin = windows.pop()[0]
        windows.append((begin, end))
    return windows


def _is_grouped(candidate: str) -> bool:
    """Return whether digits are grouped as telephone numbers are; vital signs and times are not.

    Seven digits in one are a telephone number only where somebody says so, which is the rules'.
    """
    if _NOT_PLAIN.search(candidate):
        return True
    groups = tuple(len(group) for group in _NO_DIGITS.split(candidate) if group)
    if sum(groups) > _ALL_DIGITS:
        return True
    return (groups[1:] if groups[:1] == (1,) else groups) in _GROUPS


def _is_no_number(digits: str) -> bool:
    if len(digits) in _LENGTHS or digits.startswith(_ABROAD):
        return False
    return not (digits.startswith("1") and len(digits) in _WITH_PREFIX)
