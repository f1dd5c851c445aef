"""Judges numbers where they stand: in rows, lists and ranges, beside codes, torn.

In: a text and the place of a token with a digit. Out: reasons in the text, for the number and for
letters that belong to it. What a number means by itself is ``numbers``'s. It must never explain a
number by its neighbour when a word before it says that it leads to somebody.
"""

from __future__ import annotations

import re

from pipeline.redact.deny_place import NAMED, PLATED, Text
from pipeline.redact.deny_words import BEFORE_NUMBERS, JOINTS
from pipeline.redact.names.cues import PEOPLE
from pipeline.redact.number_shape import DATE, MILITARY, Number, is_military
from pipeline.redact.number_words import (
    COUNTED,
    MEASURES,
    NUMBERED,
    PLACE_CUES,
    SECRET_CUES,
    VITALS,
)
from pipeline.redact.numbers import explain, is_denied
from pipeline.redact.vehicle_words import STATES
from pipeline.redact.vouching import may_count

__all__ = ["Numbers"]

_ROW = 3
_ROW_WORDS = frozenset({"vital-row", "list", "range"})
# Rules after which numbers of the same kind may follow: UNITS 214, 218; EXITS 12 AND 14.
_LISTED = frozenset({"numbered", "unit", "list", "counted", "measured", "highway", "small"})
_LIST_GAPS = frozenset({", ", " ", ",", " & ", "/", " + "})
_JOINING = frozenset({"and", "or", "not", "&", "thru"})
_BETWEEN = frozenset({"to", "of", "over", "then", "vs", "thru", "through", "out", "from", "till"})
_BLOOD_PRESSURE = re.compile(r"(?:[5-9]\d|[12]\d\d)/(?:[2-9]\d|1\d\d)")
_MOST_VITAL = 300
_AFTER_TIME = (":", "-", "|", "]", ">", "*")
_TIME_OPENS = frozenset({"/", "<", "[", "(", "|", "*", "**", "- ", "#"})
_NO_ORDINARY_HALF = frozenset({"not an ordinary word", "number", "single letter"})


_LONGEST_PIECE = 5
_WHOLE_PLATE = range(6, 9)  # letters and digits; a licence has more, and may begin with the state
_SOMEBODY = PEOPLE | frozenset({"her", "him", "them", "woman", "man", "lady", "guy", "people"})
# What is numbered or measured after these may come in a row: UNITS 12 14 16, RR 24 22 20.
_ROW_OPENS = (VITALS | NUMBERED) - PLACE_CUES - SECRET_CUES
# Houses so far from one another are neighbours.
_NEXT_DOORS = 20
# A smaller number counts many things: it is a house after AT, or where a sentence ends behind it.
_SMALL = 100
_BEFORE_DOORS = frozenset(
    {"at", "of", "from", "to", "into", "in", "en", "de", "by", "vs", "and", "or", "house", "xref"}
    | {"is", "neighbor", "neighbors", "nbr", "nb", "next", "loc", "addr", "other", "number"}
)
_ENDS = frozenset({"", ".", ",", ";", ")", "\n"})
_NOT_A_DOOR = COUNTED | MEASURES


class Numbers:
    """Remembers the last number of a text, since the next may belong to it."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._last, self._rule, self._length = -2, "", 0
        self.masked = False

    def look(self, place: int) -> int:
        """Judge the number whose first token stands at a place; return the place behind it."""
        text = self._text
        number = text.number(place)
        rule = self._rule_of(number)
        if not rule or self._belongs_to_a_code(number, rule):
            rule, self.masked = "", True
            for each in range(number.first, number.last + 1):
                if not text.covered[each]:
                    text.reasons[each] = "number"
            if len(number.shape) > 2:
                self.letters_before(place)
            self.hyphened(number.first, number.last)
        self._last, self._rule, self._length = number.last, rule, len(number.shape)
        return number.last + 1

    def letters_before(self, place: int) -> None:
        """Mask letters that could be the first half of a plate: HTR 8812."""
        text = self._text
        if not place or text.covered[place - 1] or text.gap(place).strip(" ") not in {"", "-"}:
            return
        word = text.word(place - 1)
        if word in STATES and text.gap(place) == " " and self._is_whole_plate(place):
            return
        if len(word) in {2, 3} and word.isalpha() and word not in BEFORE_NUMBERS:
            text.reasons[place - 1] = text.reasons[place - 1] or "letters before a number"

    def _is_whole_plate(self, place: int) -> bool:
        """Return whether what is masked from here on needs no more letters to be a plate."""
        text, size, after = self._text, 0, place
        while after < len(text.cut) and text.covered[after] == PLATED:
            if after > place and text.gap(after) not in {" ", "-"}:
                break
            size += len(text.word(after))
            after += 1
        return size in _WHOLE_PLATE

    def hyphened(self, first: int, last: int) -> None:
        """Mask what hyphens join to something masked: FD-24-0907-TRO."""
        text = self._text
        while first > 0 and text.gap(first) == "-" and self._is_piece(first - 1):
            first -= 1
        while last + 1 < len(text.cut) and text.gap(last + 1) == "-" and self._is_piece(last + 1):
            last += 1

    def _is_piece(self, place: int) -> bool:
        text = self._text
        if text.covered[place]:
            return True
        if len(text.word(place)) > _LONGEST_PIECE:
            return False
        text.reasons[place] = text.reasons[place] or "joined to a number"
        return True

    def _rule_of(self, number: Number) -> str:
        text = self._text
        place = number.first
        if place > 0 and text.covered[place - 1] and text.gap(place) in JOINTS:
            return ""
        if self._shares_a_cue(number) or self._inside(number) or self._is_next_door(number):
            return ""
        rule = explain(number)
        if rule and rule != "small":
            return rule
        if not rule and is_denied(number):
            return ""
        rule = self._by_neighbours(number) or rule
        if not rule and text.vouched(number.first, number.last) and may_count(number):
            return "vouched"
        return rule

    def _shares_a_cue(self, number: Number) -> bool:
        """Return whether this is another of a masked number before it: APT 2216 or 2218."""
        if self._rule or self._last < 0 or len(number.shape) != self._length:
            return False
        place = number.first
        if self._last == place - 1:
            return self._text.gap(place) in {", ", "/", " & ", "&"} and not DATE.fullmatch(
                number.shape
            )
        return self._last == place - 2 and self._text.word(place - 1) in _JOINING

    def _is_next_door(self, number: Number) -> bool:
        """Return whether a bare number is a house near one of an address: 410 MAIN, THEN AT 412."""
        text, near = self._text, number.before[0]
        if not text.houses or not 0 < number.value < 100_000:
            return False
        if number.after[0] in _NOT_A_DOOR or number.tail in {"%", "/", "$"} or near in NUMBERED:
            return False
        if near not in _BEFORE_DOORS:
            return False
        if number.value < _SMALL and near != "at" and number.tail not in _ENDS:
            return False
        return any(
            0 < abs(number.value - house) <= _NEXT_DOORS and len(str(house)) == len(number.shape)
            for house in text.houses
        )

    def _inside(self, number: Number) -> bool:
        """Return whether somebody is said to be in it: MERCY IN 24."""
        text, place = self._text, number.first
        if number.before[0] != "in" or place < 2 or not number.shape.isdigit():
            return False
        if number.after[0] in _NOT_A_DOOR or number.tail in {"%", "/", ":"}:
            return False
        somebody = text.covered[place - 2] == NAMED or text.word(place - 2) in _SOMEBODY
        return somebody and text.gap(place - 1) == " "

    def _by_neighbours(self, number: Number) -> str:
        if self._is_time_of_line(number):
            return "time"
        plain = number.shape.isdigit() and len(number.shape) <= 4
        if not plain or self._last < 0:
            return ""
        text, place = self._text, number.first
        if self._last == place - 1 and self._rule in {"ratio", "vital-row"}:
            vital = self._rule == "vital-row" or _BLOOD_PRESSURE.fullmatch(
                text.text[text.cut[place - 2].start : text.cut[place - 1].end]
            )
            if vital and number.value <= _MOST_VITAL and text.gap(place).strip(" %,/;") == "":
                return "vital-row"
        if not self._rule:
            return ""
        short = len(number.shape) <= max(3, self._length)
        if self._last == place - 2 and short:
            word = text.word(place - 1)
            if word in _BETWEEN:
                return "range"
            return "list" if word in _JOINING and self._listed(number) else ""
        near = self._last == place - 1 and text.gap(place) in _LIST_GAPS
        return "list" if near and self._listed(number) else ""

    def _listed(self, number: Number) -> bool:
        alike = self._text.word(self._last).isdigit() == number.shape.isdigit()
        return self._rule in _LISTED and alike and len(number.shape) == self._length <= 3

    def _is_time_of_line(self, number: Number) -> bool:
        text, place = self._text, number.first
        if not MILITARY.fullmatch(number.shape):
            return False
        dated = place > 0 and self._last == place - 1 and self._rule == "date"
        if text.opens_line(place) or dated:
            if text.gap(place).strip() in _TIME_OPENS:
                return True
            after = text.text[text.cut[number.last].end :][:1]
            if after in {">", "]", "|", ")", "-"}:
                return True
            behind = number.last + 2
            return behind < len(text.cut) and text.gap(behind).strip()[:1] in _AFTER_TIME
        return False

    def _belongs_to_a_code(self, number: Number, rule: str) -> bool:
        """Return whether the number is the second half of a plate, or one of a row of pieces."""
        if not number.shape.isdigit() or rule in _ROW_WORDS:
            return False
        text, first = self._text, number.first
        near = first > 0 and text.gap(first).strip(" ") in {"", "-"}
        if near and not text.covered[first - 1] and text.reasons[first - 1]:
            word = text.word(first - 1)
            return len(word) <= 4 and text.reasons[first - 1] in _NO_ORDINARY_HALF
        if near and text.covered[first - 1]:
            plated = text.covered[first - 1] == PLATED and text.gap(first) in {" ", "-"}
            return (plated and rule != "military") or number.value in range(90, 120)
        return self._in_a_row(first, number.last)

    def _in_a_row(self, first: int, last: int) -> bool:
        # 55 50 12, 4 4 0 2: no sign between, so not a list.
        text = self._text
        if len(text.word(first)) == 4 and is_military(text.word(first)):
            return False
        before = after = 0
        while first - before > 0 and self._spaced(first - before - 1):
            before += 1
        while last + after + 1 < len(text.cut) and self._spaced(last + after):
            after += 1
        return before + after + 1 >= _ROW and text.word(first - before - 1) not in _ROW_OPENS

    def _spaced(self, place: int) -> bool:
        text = self._text
        both = text.word(place).isdigit() and text.word(place + 1).isdigit()
        return both and text.gap(place + 1) == " "
