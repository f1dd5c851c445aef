"""Holds reviewed phrases and finds them among the words of a text.

A phrase is written in words, with five signs: ``a|b`` either word, ``word*`` any word so beginning,
``word?`` may be absent, ``...`` up to three words of any kind, and ``<0-12>`` a number in that
range, in digits or words. Words must be written as ``words_of`` leaves them. Matching compares
words and has no other repetition, so no text can make it slow. It never returns what it matched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from pipeline.marked_yaml import read_source

__all__ = ["Lexicon", "SignalDocument", "read_lexicon", "signal_documents", "weighed_phrases"]

_GAP = 3
_WORDS = 1 << 16  # of texts, with the phrases each may open
_START = 3  # letters by which stems are looked up; no stem is shorter
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
_LATE_TEENS = ("eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = dict(zip((*_UNITS, *_TEENS, *_LATE_TEENS), range(20), strict=True))
_NUMBERS |= dict(zip(_TENS, range(20, 100, 10), strict=True))
_ONES = frozenset(_UNITS[1:10])
_NUMBERS |= {f"{tens} {one}": _NUMBERS[tens] + _NUMBERS[one] for tens in _TENS for one in _ONES}


class SignalDocument(BaseModel):
    """One signal of ``signals.yml``.

    ``hints`` are phrases that count unless the judge leans against the whole text, and
    ``names`` those that count unless it leans very clearly so.
    ``unless`` are phrases inside which nothing counts. ``finds`` and ``ignores`` are example texts;
    the tests hold the lexicon to every one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    meaning: str
    phrases: Annotated[tuple[str, ...], Field(min_length=1)]
    names: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    finds: Annotated[tuple[str, ...], Field(min_length=3)]
    ignores: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class _Slot:
    """What one word of a phrase may be; a gap when nothing is named."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    numbers: range = range(0)

    def takes(self, word: str) -> bool:
        if word in self.words or (self.stems and word.startswith(self.stems)):
            return True
        return bool(self.numbers) and _number(word) in self.numbers

    @property
    def test(self) -> _Takes:
        """Return ``takes``, or what answers the same sooner."""
        return self.takes if self.stems or self.numbers else self.words.__contains__

    @property
    def any_words(self) -> bool:
        return not (self.words or self.stems or self.numbers)


_Takes = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that follow each other at once; ``after`` may come after up to three other words."""

    takes: tuple[_Takes, ...]
    after: _Run | None

    def end(self, words: Sequence[str], at: int) -> int | None:
        """Return where the run and what follows end when they start at ``at``, or None."""
        if at + len(self.takes) > len(words):
            return None
        for takes in self.takes:
            if not takes(words[at]):
                return None
            at += 1
        if self.after is None:
            return at
        opens = self.after.takes[0]
        for start in range(at, min(at + _GAP + 1, len(words))):
            if opens(words[start]):
                end = self.after.end(words, start)
                if end is not None:
                    return end
        return None


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase without the words by which it is looked up: the first, or the first two."""

    signal: str
    silences: bool
    line: str
    first: _Slot
    second: frozenset[str]
    rest: _Run

    @property
    def found(self) -> tuple[str, str]:
        return self.signal, self.line


def _phrase(signal: str, silences: bool, slots: tuple[_Slot, ...], line: str) -> _Phrase:
    plain = len(slots) > 1 and not (slots[1].any_words or slots[1].stems or slots[1].numbers)
    second = slots[1].words if plain else frozenset[str]()
    return _Phrase(signal, silences, line, slots[0], second, _run(slots[1 + plain :]))


def _run(slots: Sequence[_Slot]) -> _Run:
    """Return slots as runs of words; gaps that follow each other are one after the other."""
    gap = next((index for index, slot in enumerate(slots) if slot.any_words), len(slots))
    after = _run(slots[gap + 1 :]) if gap < len(slots) else None
    return _Run(tuple(slot.test for slot in slots[:gap]), after)


class Lexicon:
    """All signals' phrases, found by their first word, or by the first two where both are named."""

    __slots__ = ("_by_number", "_by_start", "_by_word", "_opening")

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._by_word: defaultdict[str, list[_Phrase]] = defaultdict(list)
        self._by_start: defaultdict[str, list[tuple[str, _Phrase]]] = defaultdict(list)
        self._by_number: list[_Phrase] = []
        # Most words open no phrase at all, and the same ones come again and again.
        self._opening = lru_cache(maxsize=_WORDS)(self._opened_by)
        for phrase in phrases:
            for word in phrase.first.words:
                self._by_word[word].append(phrase)
            for stem in phrase.first.stems:
                self._by_start[stem[:_START]].append((stem, phrase))
            if phrase.first.numbers:
                self._by_number.append(phrase)

    def find(self, words: Sequence[str]) -> set[tuple[str, str]]:
        """Return the signals found among ``words``, each with the phrase as the lexicon has it."""
        return {found for found, _ in self.spans(words)}

    def spans(self, words: Sequence[str]) -> list[tuple[tuple[str, str], range]]:
        """Return what ``find`` returns, with where among ``words`` each was found."""
        spans: list[tuple[_Phrase, range]] = []
        quiet: defaultdict[str, set[int]] = defaultdict(set)
        for phrase, start, end in self._matches(words):
            if phrase.silences:
                quiet[phrase.signal].update(range(start, end))
            else:
                spans.append((phrase, range(start, end)))
        return [
            (phrase.found, span)
            for phrase, span in spans
            if not quiet[phrase.signal].issuperset(span)
        ]

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[_Phrase, int, int]]:
        """Yield each phrase that fits, with where it starts and ends."""
        opening, last = self._opening, len(words) - 1
        for start, word in enumerate(words):
            # Eighty one is one number, and no child's age.
            joins = word in _ONES and start > 0 and words[start - 1] in _TENS
            opened = opening(f"{words[start - 1]} {word}" if joins else word)
            if not opened:
                continue
            for phrase in opened.get("", ()):
                end = phrase.rest.end(words, start + 1)
                if end is not None:
                    yield phrase, start, end
            for phrase in opened.get(words[start + 1], ()) if start < last else ():
                end = phrase.rest.end(words, start + 2)
                if end is not None:
                    yield phrase, start, end

    def _opened_by(self, word: str) -> Mapping[str, Sequence[_Phrase]]:
        """Return the phrases ``word`` may open by their second word, empty where it is no one's."""
        opened: defaultdict[str, list[_Phrase]] = defaultdict(list)
        for phrase in self._starting_with(word):
            for second in phrase.second or ("",):
                opened[second].append(phrase)
        return dict(opened)

    def _starting_with(self, word: str) -> Iterator[_Phrase]:
        yield from self._by_word.get(word, ())
        for stem, phrase in self._by_start.get(word[:_START], ()):
            if word.startswith(stem):
                yield phrase
        number = _number(word)
        if number is not None:
            yield from (each for each in self._by_number if number in each.first.numbers)


def signal_documents() -> Mapping[str, SignalDocument]:
    """Return the reviewed lexicon as it is written, by signal name."""
    with as_file(files(__package__).joinpath("signals.yml")) as path:
        tree = read_source(path).tree
    return TypeAdapter(dict[str, SignalDocument]).validate_python(tree)


def weighed_phrases() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Return the (signal, phrase) pairs the judge may outweigh: hints, then names."""
    documents = signal_documents().items()
    return (
        frozenset((signal, line) for signal, each in documents for line in each.hints),
        frozenset((signal, line) for signal, each in documents for line in each.names),
    )


def read_lexicon(words_of: Callable[[str], list[str]]) -> Lexicon:
    """Return the lexicon; ``words_of`` folds texts and must leave every phrase's words alone.

    Raises:
        ValueError: a phrase starts with a gap, or has a word no text could ever have.
    """
    phrases = [
        _phrase(name, silences, slots, line)
        for name, document in signal_documents().items()
        for silences, lines in (
            (False, (*document.phrases, *document.names, *document.hints)),
            (True, document.unless),
        )
        for line in lines
        for slots in _readings(line, words_of)
    ]
    return Lexicon(phrases)


def _readings(line: str, words_of: Callable[[str], list[str]]) -> Iterator[tuple[_Slot, ...]]:
    """Yield the phrase with and without each of its optional words."""
    readings: list[tuple[_Slot, ...]] = [()]
    for written in line.split():
        slot = _slot(written.removesuffix("?"), words_of)
        kept = [(*reading, slot) for reading in readings]
        readings = [*readings, *kept] if written.endswith("?") else kept
    for reading in readings:
        if not reading or reading[0].any_words or reading[-1].any_words:
            raise ValueError(f"a phrase begins and ends with a word: {line!r}")
        yield reading


def _slot(written: str, words_of: Callable[[str], list[str]]) -> _Slot:
    if written == "...":
        return _Slot()
    if written.startswith("<"):
        low, high = written.strip("<>").split("-")
        return _Slot(numbers=range(int(low), int(high) + 1))
    parts = written.split("|")
    for part in parts:
        if words_of(part) != [part.removesuffix("*")] or (len(part) <= _START and "*" in part):
            raise ValueError(f"no text has this word: {part!r}")
    return _Slot(
        words=frozenset(part for part in parts if not part.endswith("*")),
        stems=tuple(part[:-1] for part in parts if part.endswith("*")),
    )


def _number(word: str) -> int | None:
    """Return the number a word is; years, codes and telephone numbers are none of these."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    return int(word) if len(word) <= 3 and word.isdecimal() else None
