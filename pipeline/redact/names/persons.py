"""Finds persons by lists of names and by the words around them; names of places apart.

In: readings. Out: findings of persons, public servants, places and streets, offsets in the
reading. A name is a run of tokens around one that the lists or its neighbours make a name; what
lies around it and could be part of it is taken too. It must never leave half of a name out because
that half is also a word. What nobody takes for a name is still ``deny``'s to explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipeline.model import Finding
from pipeline.redact.names.context import case_of, is_name_here
from pipeline.redact.names.cues import (
    CALLED,
    FUNCTION_WORDS,
    MODALS,
    PARTICLES,
    PEOPLE,
    SAYING,
    STAFF_TITLES,
    SUFFIXES,
    TITLES,
)
from pipeline.redact.names.entities import entity_of
from pipeline.redact.names.facts import Kind, NameFacts, name_facts, names_version
from pipeline.redact.names.joints import JOINT, KEY_BEHIND, LAST_FIRST, MIDDLE, OPENING
from pipeline.redact.names.lexicon import is_bent_word, is_inflected
from pipeline.redact.names.places import BRANDS
from pipeline.redact.names.slips import is_slip, near_common_name
from pipeline.redact.names.things import is_thing
from pipeline.redact.reading import Reading
from pipeline.redact.sources import sources_version
from pipeline.redact.vehicle_words import is_vehicle

__all__ = ["NamesRecognizer", "find_names"]

_NAME = "names"
_CERTAIN, _LIKELY = 0.85, 0.6
# A surname that is an ordinary word is taken beside a given name when this percent bears it.
_SURNAME_TOO = 0.004
_COMMON_GIVEN = 0.003
_TITLES = TITLES | STAFF_TITLES
_SURE_TITLES = frozenset({"mr", "mrs", "ms", "mx", "mister", "dr"})


class NamesRecognizer:
    """The recognizer of names; one is enough, it holds nothing."""

    @property
    def name(self) -> str:
        return _NAME

    @property
    def version(self) -> str:
        return f"{sources_version()}-{names_version()}"

    def find(self, readings: Sequence[Reading]) -> Sequence[Sequence[Finding]]:
        """Return findings per reading, in order, never overlapping."""
        version = self.version
        return [find_names(reading, version) for reading in readings]


def find_names(reading: Reading, version: str) -> list[Finding]:
    """Return persons and places of one reading; ``version`` stands in each finding."""
    return _Names(reading, version).found()


_MAYBE, _IS_CUE = 1, 2


@lru_cache(maxsize=1 << 16)
def _look(word: str) -> int:
    """Return whether a word could begin a name, and whether a name may follow it."""
    maybe = word in BRANDS or (len(word) > 1 and name_facts(word).kind is not Kind.WORD)
    cue = word in _TITLES or word in PEOPLE or word in CALLED
    return (_MAYBE if maybe and any(map(str.isalpha, word)) else 0) | (_IS_CUE if cue else 0)


class _Names:
    def __init__(self, reading: Reading, version: str) -> None:
        self._text, self._cut, self._version = reading.text, reading.tokens, version
        self._words = reading.words
        self._case = ""

    def found(self) -> list[Finding]:
        findings: list[Finding] = []
        free, cued = 0, 0
        for place, look in enumerate(map(_look, self._words)):
            if not (look or cued) or place < free:
                continue
            maybe = look & _MAYBE
            named = self._is_seed(place, self._words[place]) if maybe else self._titled(place, cued)
            if not named:
                cued = look & _IS_CUE
                continue
            first, last = self._spread(place, free)
            findings.append(self._finding(first, last))
            free, cued = last + 1, 0
        return findings

    def _is_seed(self, place: int, word: str) -> bool:
        if word in BRANDS:
            return True
        facts = name_facts(word)
        if len(word) < 2 or not word[0].isalpha():
            return False
        if word in _TITLES and self._titles(place):
            return False
        if self._is_no_person(place, word):
            return False
        if facts.kind is Kind.NAME:
            return any(map(str.isalpha, word))
        if facts.kind is Kind.UNKNOWN:
            return self._unknown_seed(place, word)
        return is_name_here(self._text, self._cut, place, self._how())

    def _is_no_person(self, place: int, word: str) -> bool:
        """Return whether the words beside it make a vehicle or another thing of a word."""
        cut = self._cut
        before = cut[place - 1].word if place else ""
        after = cut[place + 1].word if place + 1 < len(cut) else ""
        return is_vehicle(before, word, after) or is_thing(before, word, after)

    def _titles(self, place: int) -> bool:
        """Return whether a title that is a name, too, stands before a name: PASTOR, DEACON."""
        if place + 1 >= len(self._cut):
            return False
        after = self._cut[place + 1]
        gap = self._text[self._cut[place].end : after.start]
        kind = name_facts(after.word).kind
        return gap in {" ", ". "} and kind is not Kind.WORD and after.word not in SAYING

    def _unknown_seed(self, place: int, word: str) -> bool:
        if not word.replace("'", "").isalpha():
            return False
        before = self._cut[place - 1].word if place else ""
        if before in _TITLES or before in CALLED or before in PEOPLE:
            return not (is_inflected(word) or is_slip(word))
        return near_common_name(word) and not is_bent_word(word)

    def _titled(self, place: int, cued: int) -> bool:
        """Return whether an ordinary word stands as a name: MR STREET, MALE "BISCUIT"."""
        if not cued:
            return False
        token, before = self._cut[place], self._cut[place - 1]
        word, gap = token.word, self._text[before.end : token.start]
        if word in FUNCTION_WORDS or word in _TITLES or word in PEOPLE or not word.isalpha():
            return False
        if gap in OPENING and (before.word in PEOPLE or before.word in CALLED):
            return True
        if gap not in {" ", ". ", "."}:
            return False
        if before.word in _SURE_TITLES:
            return True
        ranked = before.word in STAFF_TITLES and gap == " " and self._how() == "mixed"
        return ranked and self._text[token.start : token.start + 2].istitle()

    def _spread(self, seed: int, free: int) -> tuple[int, int]:
        first = last = seed
        while last + 1 < len(self._cut) and last - seed < 5 and self._goes_on(last, seed):
            last += 1
        while last > seed and self._cut[last].word in PARTICLES and not self._named(last):
            last -= 1
        while first > free and seed - first < 4 and self._began(first):
            first -= 1
        return first, last

    def _goes_on(self, last: int, seed: int) -> bool:
        left, right = self._cut[last], self._cut[last + 1]
        gap = self._text[left.end : right.start]
        if gap == "-" and right.word.isalpha():
            return True
        if KEY_BEHIND.match(self._text, right.end) and (
            "\n" in gap or name_facts(right.word).kind in (Kind.WORD, Kind.UNKNOWN)
        ):
            # The next key of a page.
            return False
        if gap in OPENING:
            return self._quoted(last + 1)
        if not JOINT.fullmatch(gap):
            comma = last == seed and LAST_FIRST.fullmatch(gap) is not None
            return comma and self._follows_comma(last + 1)
        if "." in gap and len(left.word) > 2 and left.word not in SUFFIXES:
            return False
        return self._continues(last + 1, seed)

    def _quoted(self, place: int) -> bool:
        # LEROY "BISCUIT" TAPSCOTT: one word between quotes, or a name between brackets.
        token, text = self._cut[place], self._text
        closing = text[token.end : token.end + 1]
        if not token.word.isalpha() or not closing or closing not in "\"\u201d')":
            return False
        return closing != ")" or self._named(place)

    def _follows_comma(self, place: int) -> bool:
        word = self._cut[place].word
        facts = name_facts(word)
        if word in SUFFIXES:
            return True
        if facts.kind is Kind.NAME or (facts.kind is not Kind.WORD and facts.given > 0):
            return facts.given > 0 or facts.nickname
        return self._is_initial(place) and word != "a"

    def _continues(self, place: int, seed: int) -> bool:
        word = self._cut[place].word
        if word in SUFFIXES or self._cut[place - 1].word in MIDDLE:
            return word.isalpha()
        facts = name_facts(word)
        if word in PARTICLES:
            return self._before_name(place)
        if facts.kind is Kind.NAME:
            return True
        if len(word) == 1:
            return self._is_initial(place)
        if not word.replace("'", "").isalpha():
            return False
        if facts.kind is Kind.UNKNOWN:
            if self._how() == "mixed":
                return self._capital_fits(place)
            return not is_bent_word(word)
        return self._word_as_surname(place, facts, name_facts(self._cut[seed].word))

    def _word_as_surname(self, place: int, facts: NameFacts, seed: NameFacts) -> bool:
        word = self._cut[place].word
        if word in SAYING or word in FUNCTION_WORDS or word in _TITLES or word in PEOPLE:
            return False
        if facts.kind is not Kind.WORD:
            if word in MODALS:
                return False
            named = is_name_here(self._text, self._cut, place, self._how())
            return named or (facts.surname >= _SURNAME_TOO and seed.given >= _COMMON_GIVEN)
        if self._how() == "mixed":
            capital = self._text[self._cut[place].start :][:2].istitle()
            return capital and (seed.given > 0 or facts.surname > 0.001)
        return facts.surname >= _SURNAME_TOO and seed.given >= _COMMON_GIVEN and facts.zipf < 5.4

    def _began(self, first: int) -> bool:
        left, right = self._cut[first - 1], self._cut[first]
        gap = self._text[left.end : right.start]
        word = left.word
        if word in PARTICLES and word not in FUNCTION_WORDS and gap in {" ", "-", "'"}:
            return len(word) > 1 and (word not in {"y", "e", "o"})
        if len(word) == 1:
            return (
                gap in {" ", ". ", "."} and self._is_initial(first - 1) and self._opens(first - 1)
            )
        if gap not in {" ", "-", "'", "\u2019"} or not word.replace("'", "").isalpha():
            return False
        if word in SAYING or word in FUNCTION_WORDS or word in _TITLES or word in PEOPLE:
            return False
        facts = name_facts(word)
        if facts.kind is Kind.UNKNOWN:
            return self._capital_fits(first - 1) and not is_bent_word(word)
        if gap == "-":
            return True
        if facts.kind is Kind.MOSTLY_WORD:
            named = is_name_here(self._text, self._cut, first - 1, self._how())
            return named or (facts.given >= _COMMON_GIVEN and word not in MODALS)
        return facts.kind is not Kind.WORD

    def _opens(self, place: int) -> bool:
        # The J of "J SMITH", not the M of "WHITE M SMITH" nor a lane's letter.
        if place == 0 or not self._cut[place - 1].word[0].isdigit():
            return True
        return self._text[self._cut[place - 1].end : self._cut[place].start] != " "

    def _is_initial(self, place: int) -> bool:
        token = self._cut[place]
        after = self._text[token.end : token.end + 1]
        letter = self._text[token.start]
        if len(token.word) != 1 or not letter.isalpha() or after == "/" or token.word == "i":
            return False
        if self._how() == "lower":
            return after == "."
        return letter.isupper() and (token.word != "a" or after == ".")

    def _before_name(self, place: int) -> bool:
        for ahead in range(place + 1, min(place + 4, len(self._cut))):
            word = self._cut[ahead].word
            if word not in PARTICLES:
                return self._named(ahead)
        return False

    def _named(self, place: int) -> bool:
        word = self._cut[place].word
        facts = name_facts(word)
        if facts.kind is Kind.WORD and self._how() != "mixed":
            return facts.surname > 0 and facts.zipf < 5
        fits = self._capital_fits(place) and not is_bent_word(word) and len(word) > 1
        return facts.kind is Kind.NAME or fits

    def _capital_fits(self, place: int) -> bool:
        return self._how() != "mixed" or self._text[self._cut[place].start].isupper()

    def _how(self) -> str:
        self._case = self._case or case_of(self._text)
        return self._case

    def _finding(self, first: int, last: int) -> Finding:
        cut = self._cut
        entity, last = entity_of(self._text, cut, first, last)
        return Finding(
            start=cut[first].start,
            end=cut[last].end,
            entity=entity,
            recognizer=_NAME,
            recognizer_version=self._version,
            score=_CERTAIN if last > first else _LIKELY,
            reason="in a list of names" if last > first else "a name where it stands",
        )
