"""Holds what default-deny knows of one text: tokens, what covers them, what was said.

In: a reading and which of its tokens recognizers covered. Out: small questions about a place in it.
It decides nothing; words are ``deny``'s, letters ``deny_letters``'s, numbers ``deny_numbers``'s.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from pipeline.model import Entity, Finding
from pipeline.redact.deny_words import BREAKS
from pipeline.redact.names.context import case_of
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.number_shape import MILITARY, Number, number_at
from pipeline.redact.number_words import HOURS
from pipeline.redact.reading import Reading

__all__ = ["NAMED", "NOBODY", "PLATED", "Text", "covered", "houses"]

PLATED = 2
"""Covers a token: a finding of letters and digits, which may have lost its first half."""

NAMED = 3
"""Covers a token: a finding of a person or a street, which may have lost a word."""

_HOUSE = re.compile(r"\s?(\d{1,5})(?!\d)")
_SURE = 0.5  # score of a finding
_CLOSE = frozenset({" ", "-"})
_NAMES = frozenset({Entity.PERSON, Entity.STAFF, Entity.STREET, Entity.ADDRESS})
_LETTERED_IDS = frozenset({Entity.PLATE, Entity.LICENSE, Entity.GOVERNMENT_ID})
_WORDS = frozenset({Kind.WORD, Kind.MOSTLY_WORD})


NOBODY: Mapping[tuple[int, int], float] = MappingProxyType({})
"""What is vouched for where nobody vouches."""


class Text:
    """One reading while its tokens are judged; an empty reason shows a token."""

    def __init__(
        self,
        reading: Reading,
        flags: bytearray,
        vouched: Mapping[tuple[int, int], float] = NOBODY,
        houses: Sequence[int] = (),
    ) -> None:
        self._vouched = vouched
        self.houses = houses
        self.text, self.cut, self.covered = reading.text, reading.tokens, flags
        self._ends, self.words, self._gaps = reading.ends, reading.words, reading.gaps
        self._numbers = reading.numbers
        self.reasons = [""] * len(reading.tokens)
        self._case = ""

    @property
    def case(self) -> str:
        """How the text as a whole uses capitals."""
        if not self._case:
            self._case = case_of(self.text)
        return self._case

    def word(self, place: int) -> str:
        """Return the word at a place, empty beyond the ends."""
        words = self.words
        return words[place] if 0 <= place < len(words) else ""

    def gap(self, place: int) -> str:
        """Return what stands between a token and the one before it; all before the first."""
        return self._gaps[place]

    def number(self, place: int) -> Number:
        """Return the number that begins with a token with a digit."""
        number = self._numbers[place]
        return number if number.first == place else number_at(self.text, self.cut, place)

    def behind(self, place: int) -> str:
        """Return up to three characters after a token."""
        end = self._ends[place]
        return self.text[end : end + 3]

    def parted(self, place: int) -> bool:
        """Return whether a sign parts a token from the one before."""
        gap = self.gap(place)
        return any(sign in gap for sign in BREAKS)

    def opens_line(self, place: int) -> bool:
        """Return whether a token is the first of its line."""
        return place == 0 or "\n" in self.gap(place)

    def gone(self, place: int) -> bool:
        """Return whether a token is masked, by a finding or by a reason."""
        return 0 <= place < len(self.cut) and bool(self.covered[place] or self.reasons[place])

    def vouched(self, first: int, last: int) -> bool:
        """Return whether somebody vouches for these tokens, and nothing beside them is covered."""
        return self.doubt(first, last) < 1 and not any(self.covered[max(first - 1, 0) : last + 2])

    def doubt(self, first: int, last: int) -> float:
        """Return how likely it is that these tokens are private after all; 1 if nobody vouches."""
        known = self._vouched
        return max(known.get((each.start, each.end), 1.0) for each in self.cut[first : last + 1])

    def is_hour(self, place: int) -> bool:
        """Return whether a token is a time of the day that says so: ``0417 hrs``."""
        return self.word(place + 1) in HOURS and bool(MILITARY.fullmatch(self.word(place)))

    def beside_name(self, place: int) -> bool:
        """Return whether a token that somebody named stands beside one, a space or hyphen apart."""
        before = place > 0 and self.covered[place - 1] == NAMED and self.gap(place) in _CLOSE
        after = place + 1
        return before or (
            after < len(self.cut) and self.covered[after] == NAMED and self.gap(after) in _CLOSE
        )

    def shown_word(self, place: int) -> bool:
        """Return whether a token is shown and no number, or not there at all."""
        if place < 0 or self.covered[place]:
            return True
        return not self.reasons[place] and not self.cut[place].word.isdigit()

    def whole_word(self, place: int) -> bool:
        """Return whether a token is an ordinary word, covered, or not there at all."""
        if place >= len(self.cut) or self.covered[place]:
            return True
        word = self.cut[place].word
        return len(word) > 1 and name_facts(word).kind in _WORDS


def houses(reading: Reading, findings: Iterable[Finding]) -> tuple[int, ...]:
    """Return the house numbers that findings of addresses begin with, in order."""
    found = {
        int(digits[1])
        for each in findings
        if each.entity is Entity.ADDRESS and each.score >= _SURE
        if (digits := _HOUSE.match(reading.text, each.start, each.end))
    }
    return tuple(sorted(found))


def covered(reading: Reading, findings: Iterable[Finding]) -> bytearray:
    """Return for each token 0 when nothing touches it, :data:`NAMED`, :data:`PLATED`, or 1."""
    starts, ends = reading.starts, reading.ends
    flags = bytearray(len(starts))
    for finding in findings:
        entity = finding.entity
        flag = NAMED if entity in _NAMES else PLATED if entity in _LETTERED_IDS else 1
        first = bisect_right(ends, finding.start)
        for at in range(first, bisect_left(starts, finding.end, first)):
            if flags[at] < flag:
                flags[at] = flag
    return flags
