"""Masks every token of a remark that nothing explains: the default is to deny.

In: a reading, and what recognizers found in it. Out: a finding per token that is neither covered,
nor an ordinary word where it stands, nor an explained number. It never asks whether a token looks
private; looking ordinary is what has to be proven. Texts meant to be published are looked at by
``strict``, which explains far less; better names for findings come from recognizers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.model import Entity, Finding
from pipeline.redact.denial import denied
from pipeline.redact.deny_words import (
    ALONE,
    BEFORE_NUMBERS,
    BREAKS,
    CODE_CUES,
    DASHED,
    FILLERS,
    JOINTS,
    LETTERED,
    LETTERS_AFTER_NUMBERS,
    LETTERS_BESIDE,
    NAME_CUES,
    NOT_A_STREET_NAME,
    NUMBER_WORDS,
    SHORT_STREETS,
)
from pipeline.redact.names.context import case_of, is_name_here
from pipeline.redact.names.cues import FUNCTION_WORDS, PEOPLE, TITLES
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.lexicon import is_bent_word, is_inflected
from pipeline.redact.number_shape import is_military, number_at
from pipeline.redact.number_words import PLACE_CUES
from pipeline.redact.numbers import explain
from pipeline.redact.reading import Reading
from pipeline.redact.tokens import Token
from pipeline.redact.vocabulary import site_words

__all__ = ["DENY_VERSION", "in_other_scripts", "unexplained"]

DENY_VERSION = "2"

# So many spelled digits in a row are a telephone, a house, or a code.
_SPELLED = 3
_OTHER_SCRIPTS = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c00-\u2c5f\u2de0-\ua71f\ua800-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]+"
)
_PLATED = 2
_PLAIN, _SPECIAL, _NUMERIC, _CUE, _STREET, _SPELT = range(6)
_LETTERED_IDS = frozenset({Entity.PLATE, Entity.LICENSE, Entity.GOVERNMENT_ID})


def unexplained(reading: Reading, covered: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """Return a finding for every token of the reading that may not be shown, in order.

    Tokens touched by a finding in ``covered`` are left out; their neighbours may still be asked.
    """
    cut = reading.tokens
    if not cut:
        return ()
    reasons = _Reasons(reading, _covered(cut, covered))
    return tuple(
        denied(token, reason, DENY_VERSION)
        for token, reason in zip(cut, reasons.all(), strict=True)
        if reason
    )


def in_other_scripts(text: str) -> tuple[Finding, ...]:
    """Return a finding for each run of letters that are not Latin, offsets in the text as it came.

    Read as the Latin letters they look like, they would say what nobody wrote.
    """
    if text.isascii():
        return ()
    return tuple(
        denied(Token(found.start(), found.end(), ""), "not Latin letters", DENY_VERSION)
        for found in _OTHER_SCRIPTS.finditer(text)
    )


class _Reasons:
    """Why each token of one reading may not be shown; an empty reason shows it."""

    def __init__(self, reading: Reading, covered: bytearray) -> None:
        self._text, self._cut, self._covered = reading.text, reading.tokens, covered
        self._case: str | None = None
        self._reasons = [""] * len(reading.tokens)

    def all(self) -> Sequence[str]:
        cut, covered = self._cut, self._covered
        cues: list[int] = []
        streets: list[int] = []
        spelled: list[int] = []
        place, end = 0, len(cut)
        while place < end:
            sort = _sort(cut[place].word)
            if sort >= _CUE:
                (cues if sort == _CUE else streets if sort == _STREET else spelled).append(place)
                place += 1
            elif sort == _PLAIN:
                place += 1
            else:
                place = self._other(place, sort)
        for cue in cues:
            self._after_cue(cue)
        for street in streets:
            if not covered[street]:
                self._before_street(street)
        self._spelled_digits(spelled)
        return self._reasons

    def _other(self, place: int, sort: int) -> int:
        """Look at what is no plain word; return the place to go on from."""
        word = self._cut[place].word
        if self._covered[place]:
            if self._covered[place] == _PLATED and len(word) > 2:
                self._letters_before(place)
            return place + 1
        if sort == _NUMERIC:
            return self._number(place)
        self._reasons[place] = self._word(place, word)
        return place + 1

    def _word(self, place: int, word: str) -> str:
        if not word.isascii() or not word.isprintable():
            return "not plain ASCII"
        if len(word) == 1:
            return self._letter(place, word)
        kind = name_facts(word).kind
        if kind is Kind.UNKNOWN:
            known = word in site_words() or self._is_bent(place, word)
            return "" if known else "not an ordinary word"
        if kind is Kind.NAME:
            return "a name"
        if self._case is None:
            self._case = case_of(self._text)
        named = is_name_here(self._text, self._cut, place, self._case)
        return "a name where it stands" if named else ""

    def _is_bent(self, place: int, word: str) -> bool:
        # After a word for a person a mistyped word is rather a name.
        before = self._cut[place - 1].word if place else ""
        if before in PEOPLE or before in TITLES:
            return is_inflected(word)
        return is_bent_word(word)

    def _number(self, place: int) -> int:
        number = number_at(self._text, self._cut, place)
        spread = range(place, number.last + 1)
        torn = place > 0 and self._covered[place - 1] and self._gap(place) in JOINTS
        rule = "" if torn else explain(number)
        if rule and not self._beside_a_code(number.first, number.last, number.shape):
            return number.last + 1
        for each in spread:
            if not self._covered[each]:
                self._reasons[each] = "number"
        if len(number.shape) > 2:
            self._letters_before(place)
        return number.last + 1

    def _letters_before(self, place: int) -> None:
        # HTR 8812: letters that could be the first half of a plate.
        if not place or self._covered[place - 1] or self._gap(place).strip(" ") not in {"", "-"}:
            return
        word = self._cut[place - 1].word
        if len(word) in {2, 3} and word.isalpha() and word not in BEFORE_NUMBERS:
            self._reasons[place - 1] = self._reasons[place - 1] or "letters before a number"

    def _beside_a_code(self, first: int, last: int, shape: str) -> bool:
        """Return whether the number is the second half of a plate, or one of a row of pieces."""
        if not shape.isdigit():
            return False
        cut = self._cut
        near = first > 0 and self._gap(first).strip(" ") in {"", "-"}
        if near and not self._covered[first - 1] and self._reasons[first - 1]:
            word = cut[first - 1].word
            return len(word) <= 4 and self._reasons[first - 1] in {
                "not an ordinary word",
                "number",
                "single letter",
            }
        if near and self._covered[first - 1] and shape.isdigit() and int(shape) in range(90, 120):
            return True
        return self._row(first, last)

    def _gap(self, place: int) -> str:
        return self._text[self._cut[place - 1].end : self._cut[place].start]

    def _row(self, first: int, last: int) -> bool:
        # 55 50 12, 4 4 0 2: no sign between, so not a list.
        before = after = 0
        cut = self._cut
        if len(cut[first].word) == 4 and is_military(cut[first].word):
            return False
        while first - before > 0 and self._spaced(first - before - 1):
            before += 1
        while last + after + 1 < len(cut) and self._spaced(last + after):
            after += 1
        return before + after + 1 >= _SPELLED

    def _spaced(self, place: int) -> bool:
        left, right = self._cut[place], self._cut[place + 1]
        gap = self._text[left.end : right.start]
        return gap == " " and left.word.isdigit() and right.word.isdigit()

    def _letter(self, place: int, word: str) -> str:
        cut, text = self._cut, self._text
        token = cut[place]
        before, after = text[token.start - 1 : token.start], text[token.end : token.end + 1]
        previous = cut[place - 1].word if place else ""
        following = cut[place + 1].word if place + 1 < len(cut) else ""
        parted = place == 0 or self._parted(place)
        if before == "/" or after == "/":
            return "" if word in LETTERS_BESIDE else "single letter"
        if not parted and previous in PLACE_CUES:
            return "single letter"
        if len(previous) == 1 or len(following) == 1:
            # Letters in a row spell something.
            return "single letter"
        if word in {"a", "i"} and len(previous) > 1 and len(following) > 1 and after == " ":
            return ""
        if after == "-" and (following.isdigit() and len(following) < 4 and word in DASHED):
            return ""
        if previous[:1].isdigit() and word in LETTERS_AFTER_NUMBERS:
            return self._reasons[place - 1]
        if following[:1].isdigit() and word in "tpxuqvm":
            return ""
        if previous in LETTERED or following in LETTERED:
            return ""
        plain = self._shown(place - 1) and self._whole_word(place + 1)
        return "" if word in ALONE and plain else "single letter"

    def _shown(self, place: int) -> bool:
        if place < 0 or self._covered[place]:
            return True
        return not self._reasons[place] and not self._cut[place].word.isdigit()

    def _whole_word(self, place: int) -> bool:
        if place >= len(self._cut) or self._covered[place]:
            return True
        word = self._cut[place].word
        return len(word) > 1 and name_facts(word).kind in {Kind.WORD, Kind.MOSTLY_WORD}

    def _parted(self, place: int) -> bool:
        gap = self._text[self._cut[place - 1].end : self._cut[place].start]
        return any(sign in gap for sign in BREAKS)

    def _after_cue(self, place: int) -> None:
        secret = self._cut[place].word in CODE_CUES
        for follower in self._followers(place, 2 if secret else 1):
            if secret or self._cut[follower].word not in FUNCTION_WORDS:
                why = "after a word for a code" if secret else "after a word for a name"
                self._reasons[follower] = self._reasons[follower] or why

    def _followers(self, cue: int, most: int) -> Sequence[int]:
        cut, place = self._cut, cue + 1
        while place < min(len(cut), cue + 4) and cut[place].word in FILLERS:
            place += 1
        found: list[int] = []
        if place < len(cut) and ":" not in self._gap(cue + 1) and self._parted(place):
            return found
        while place < len(cut) and len(found) < most:
            if found and self._parted(place):
                break
            if cut[place].word in FUNCTION_WORDS or self._covered[place]:
                break
            found.append(place)
            place += 1
        return found

    def _before_street(self, place: int) -> None:
        first = place
        while (
            place - first < 2
            and first > 0
            and not self._covered[first - 1]
            and self._cut[first - 1].word not in NOT_A_STREET_NAME
            and not self._parted(first)
        ):
            first -= 1
            self._reasons[first] = self._reasons[first] or "before a word for a street"

    def _spelled_digits(self, places: Sequence[int]) -> None:
        run: list[int] = []
        for place in places:
            if run and place != run[-1] + 1:
                self._deny_run(run)
                run = []
            run.append(place)
        self._deny_run(run)

    def _deny_run(self, run: Sequence[int]) -> None:
        if len(run) >= _SPELLED:
            for place in run:
                if not self._covered[place]:
                    self._reasons[place] = self._reasons[place] or "number in words"


@lru_cache(maxsize=1 << 16)
def _sort(word: str) -> int:
    """Return what has to be done about a word wherever it stands."""
    if not word.isascii():
        return _SPECIAL
    if len(word) > 1 and name_facts(word).kind is Kind.WORD:
        cue = word in CODE_CUES or word in NAME_CUES
        return (
            _CUE
            if cue
            else _STREET
            if word in SHORT_STREETS
            else _SPELT
            if word in NUMBER_WORDS
            else _PLAIN
        )
    return _NUMERIC if any(map(str.isdigit, word)) else _SPECIAL


def _covered(cut: Sequence[Token], findings: Iterable[Finding]) -> bytearray:
    flags = bytearray(len(cut))
    place = 0
    for finding in sorted(findings):
        flag = _PLATED if finding.entity in _LETTERED_IDS else 1
        while place > 0 and cut[place - 1].end > finding.start:
            place -= 1
        while place < len(cut) and cut[place].end <= finding.start:
            place += 1
        at = place
        while at < len(cut) and cut[at].start < finding.end:
            flags[at] = max(flags[at], flag)
            at += 1
    return flags
