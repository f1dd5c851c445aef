"""Masks every token of a remark that nothing explains: the default is to deny.

In: a reading, and what recognizers found in it. Out: a finding per token that is neither covered,
nor an ordinary word where it stands, nor an explained number. It never asks whether a token looks
private; looking ordinary is what has to be proven. Texts meant to be published are looked at by
``strict``, which explains far less; better names for findings come from recognizers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.model import Finding
from pipeline.redact.denial import denied
from pipeline.redact.deny_beside import deny_after_roles, deny_beside
from pipeline.redact.deny_letters import letter_reason
from pipeline.redact.deny_numbers import Numbers
from pipeline.redact.deny_place import NAMED, NOBODY, PLATED, Text, covered, houses
from pipeline.redact.deny_torn import deny_torn
from pipeline.redact.deny_words import (
    CODE_CUES,
    FILLERS,
    NAME_CUES,
    NOT_A_STREET_NAME,
    NUMBER_WORDS,
    SHORT_STREETS,
)
from pipeline.redact.names.context import is_name_here
from pipeline.redact.names.cues import FUNCTION_WORDS, PEOPLE, TITLES
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.lexicon import is_bent_word, is_inflected, is_key, split_glued
from pipeline.redact.names.slips import is_slip
from pipeline.redact.names.things import is_thing
from pipeline.redact.reading import Reading
from pipeline.redact.tokens import Token
from pipeline.redact.vehicle_words import is_vehicle
from pipeline.redact.vocabulary import site_words, word_set
from pipeline.redact.vouching import may_stand

__all__ = ["in_other_scripts", "unexplained"]


# So many spelled digits in a row are a telephone, a house, or a code.
_SPELLED = 3
# So little may be doubted about a slip beside a name.
_HARDLY = 0.01
# Words of what is entered: the second of CODEWORD HARVEST MOON.
_OF_A_CODE = 2
_OTHER_SCRIPTS = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c00-\u2c5f\u2de0-\ua71f\ua800-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]+"
)
# A sign of money or the like where a letter was: no word is written so, but a name may be.
_CUT_WORDS = re.compile(
    "[^\\W\\d_]+(?:(?<![\u00c2-\u00c5\u00e2])[\u00a2-\u00a7\u20a0-\u20bf]+[^\\W\\d_]+)+"
)
# What is said of a name or a code rather than being one.
_NO_NAME = FUNCTION_WORDS | word_set("withheld recorded obtained spelled known taken given")
_NO_CODE = word_set("verified notified tones expired")
_SIGNS = re.compile("[\u00a2-\u00a7\u20a0-\u20bf]")
_PLAIN, _ROLE, _SPECIAL, _NUMERIC, _CUE, _STREET, _SPELT = range(7)
# After these a word nobody lists is rather a street's.
_WHERE = word_set("on at off near toward towards twd twds nb sb eb wb x")


def unexplained(
    reading: Reading,
    covering: Iterable[Finding] = (),
    vouched: Mapping[tuple[int, int], float] = NOBODY,
) -> tuple[Finding, ...]:
    """Return a finding for every token of the reading that may not be shown, in order.

    Tokens touched by a finding in ``covering`` are left out; their neighbours may still be asked.
    ``vouched`` are the offsets of words that a recognizer calls ordinary, and how much it doubts
    them, from 0 to 1 (``vouching``).
    """
    cut = reading.tokens
    if not cut:
        return ()
    findings = tuple(covering)
    text = Text(reading, covered(reading, findings), vouched, houses(reading, findings))
    if reading.spans is not None:
        _deny_letters_apart(text, reading.spans)
    reasons = _Reasons(text).all()
    return tuple(
        denied(token, reason) for token, reason in zip(cut, reasons, strict=True) if reason
    )


def in_other_scripts(text: str) -> tuple[Finding, ...]:
    """Return a finding for each run of letters that are not Latin, and each word a sign cuts.

    Offsets are those of the text as it came. Read as the Latin letters they look like, letters
    would say what nobody wrote.
    """
    if text.isascii():
        return ()
    found = (
        denied(Token(found.start(), found.end(), ""), why)
        for pattern, why in ((_OTHER_SCRIPTS, "not Latin letters"), (_CUT_WORDS, "cut by a sign"))
        if pattern is _OTHER_SCRIPTS or _SIGNS.search(text)
        for found in pattern.finditer(text)
    )
    return tuple(sorted(found, key=lambda each: each.start))


def _deny_letters_apart(text: Text, spans: Sequence[tuple[int, int]]) -> None:
    # T A L L O W: nobody writes an ordinary word with something after each letter.
    for place, token in enumerate(text.cut):
        length = token.end - token.start
        typed = spans[token.end - 1][1] - spans[token.start][0]
        long = length >= _SPELLED and typed >= 2 * length - 1 and not text.covered[place]
        if long and _is_apart(text.text, spans, token):
            text.reasons[place] = "letters apart"


def _is_apart(text: str, spans: Sequence[tuple[int, int]], token: Token) -> bool:
    """Return whether half of the letters have something after them, or are written as escapes.

    One escape in a word is none of it, nor is a label and its colon that stand for a whole tag.
    """
    letters = spans[token.start : token.end]
    if letters[0] == letters[-1]:
        end = token.end
        while end < len(text) and spans[end] == letters[0]:
            end += 1
        return not text[token.end : end].rstrip().endswith(":")
    odd = sum(one[1] - one[0] > 1 or two[0] > one[1] for one, two in pairwise(letters))
    return 2 * odd >= len(letters) - 1


class _Reasons:
    """Why each token of one reading may not be shown; an empty reason shows it."""

    def __init__(self, text: Text) -> None:
        self._text, self._cut, self._covered = text, text.cut, text.covered
        self._words = text.words
        self._reasons = text.reasons
        self._numbers = Numbers(text)
        self._roles: list[int] = []

    def all(self) -> Sequence[str]:
        cut, flags = self._cut, self._covered
        cues: list[int] = []
        streets: list[int] = []
        spelled: list[int] = []
        sorts = [*map(_sort, self._words)]
        place, end = 0, len(cut)
        while place < end:
            sort = sorts[place]
            if sort == _PLAIN:
                place += 1
            elif sort >= _CUE:
                (cues if sort == _CUE else streets if sort == _STREET else spelled).append(place)
                place += 1
            elif sort == _ROLE:
                self._roles.append(place)
                place += 1
            else:
                place = self._other(place, sort)
        for cue in cues:
            self._after_cue(cue)
        for street in streets:
            if not flags[street]:
                self._before_street(street)
        self._spelled_digits(spelled)
        deny_after_roles(self._text, self._roles)
        deny_beside(self._text)
        if self._numbers.masked or any(flags):
            deny_torn(self._text)
        if not self._text.text.isascii():
            self._deny_strange_letters()
        return self._reasons

    def _deny_strange_letters(self) -> None:
        # A number may have explained what stands behind its fraction sign.
        for place, token in enumerate(self._cut):
            if not (token.word.isascii() or self._covered[place]):
                self._reasons[place] = self._reasons[place] or "not plain ASCII"

    def _other(self, place: int, sort: int) -> int:
        """Look at what is no plain word; return the place to go on from."""
        word = self._cut[place].word
        if self._covered[place]:
            flag = self._covered[place]
            if flag == PLATED and len(word) > 2:
                self._numbers.letters_before(place)
            if flag != NAMED and sort == _NUMERIC:
                self._numbers.hyphened(place, place)
            return place + 1
        if sort == _NUMERIC:
            return self._numbers.look(place)
        # What is joined to a number may have a reason already.
        self._reasons[place] = self._reasons[place] or self._word(place, word)
        return place + 1

    def _word(self, place: int, word: str) -> str:
        if not word.isascii() or not word.isprintable():
            return "not plain ASCII"
        if len(word) == 1:
            return letter_reason(self._text, place)
        kind = name_facts(word).kind
        if kind is Kind.UNKNOWN:
            if "_" in word and _is_marked(word):
                return ""
            known = word in site_words() or self._is_bent(place, word)
            if known or (self._text.vouched(place, place) and may_stand(self._text, place)):
                return ""
            return "not an ordinary word"
        if self._is_no_person(place, word):
            return ""
        if kind is Kind.NAME:
            return "a name"
        named = is_name_here(self._text.text, self._cut, place, self._text.case)
        return "a name where it stands" if named else ""

    def _is_no_person(self, place: int, word: str) -> bool:
        """Return whether the words beside it make a vehicle or another thing of a name."""
        before, after = self._text.word(place - 1), self._text.word(place + 1)
        return is_vehicle(before, word, after) or is_thing(before, word, after)

    def _is_bent(self, place: int, word: str) -> bool:
        text = self._text
        if text.behind(place).lstrip('"')[:1] in {":", "="} and is_key(word):
            return True
        if is_inflected(word):
            return True
        if self._is_surely_mistyped(place, word):
            return True
        if text.beside_name(place):
            return False
        # Where a name is likely, a word that is only listed or mistyped is rather one.
        if "-" in (text.gap(place), text.behind(place)[:1]):
            return False
        before, near = text.word(place - 1), not text.parted(place) if place else False
        if before in PEOPLE or before in TITLES or (near and self._after_where(place, before)):
            return False
        return is_bent_word(word)

    def _is_surely_mistyped(self, place: int, word: str) -> bool:
        """Return whether a word is a slip, or words glued, and small letters, and nobody doubts it.

        Such a word is no name even beside one: ``her boyfreind JUNIPER``.
        """
        small = self._text.case == "upper" or self._text.text[self._cut[place].start].islower()
        if not small or self._text.doubt(place, place) >= _HARDLY:
            return False
        return is_slip(word) or bool(split_glued(word))

    def _after_where(self, place: int, before: str) -> bool:
        if before[:1].isdigit():
            return len(before) > 1 and self._text.gone(place - 1)
        return before in _WHERE and self._capital(place)

    def _capital(self, place: int) -> bool:
        """Return whether the word begins with a capital, or the text has none to tell by."""
        return self._text.case != "mixed" or self._text.text[self._cut[place].start].isupper()

    def _after_cue(self, place: int) -> None:
        secret = self._cut[place].word in CODE_CUES
        plain = _NO_CODE if secret else _NO_NAME
        for follower in self._followers(place, _OF_A_CODE if secret else 1):
            if self._cut[follower].word not in plain:
                why = "after a word for a code" if secret else "after a word for a name"
                self._reasons[follower] = self._reasons[follower] or why

    def _followers(self, cue: int, most: int) -> Sequence[int]:
        cut, place = self._cut, cue + 1
        while place < min(len(cut), cue + 4) and cut[place].word in FILLERS:
            place += 1
        found: list[int] = []
        if place < len(cut) and ":" not in self._text.gap(cue + 1) and self._text.parted(place):
            return found
        while place < len(cut) and len(found) < most:
            if (found and self._text.parted(place)) or self._text.is_hour(place):
                break
            if cut[place].word in FUNCTION_WORDS or (self._covered[place] and most < _OF_A_CODE):
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
            and not self._text.parted(first)
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


def _is_marked(word: str) -> bool:
    """Return whether it is an ordinary word between the lines that stress it: _boy 6_."""
    bare = word.strip("_")
    return len(bare) > 2 and name_facts(bare).kind is Kind.WORD


@lru_cache(maxsize=1 << 16)
def _sort(word: str) -> int:
    """Return what has to be done about a word wherever it stands."""
    if not word.isascii():
        return _SPECIAL
    if len(word) > 1 and name_facts(word).kind is Kind.WORD:
        if word in CODE_CUES or word in NAME_CUES:
            return _CUE
        if word in SHORT_STREETS:
            return _STREET
        if word in NUMBER_WORDS:
            return _SPELT
        return _ROLE if word in PEOPLE else _PLAIN
    return _NUMERIC if any(map(str.isdigit, word)) else _SPECIAL
