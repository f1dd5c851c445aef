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

__all__ = ["Lexicon", "SignalDocument", "lexicon_hints", "read_lexicon", "signal_documents"]

_GAP = 3
_PAIRS = 1 << 17
_START = 3  # letters by which stems are looked up; no stem is shorter
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
_LATE_TEENS = ("eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = dict(zip((*_UNITS, *_TEENS, *_LATE_TEENS), range(20), strict=True))
_NUMBERS |= dict(zip(_TENS, range(20, 100, 10), strict=True))


class SignalDocument(BaseModel):
    """One signal of ``signals.yml``.

    ``hints`` are phrases that count unless the judge leans clearly against the whole text.
    ``unless`` are phrases inside which nothing counts. ``finds`` and ``ignores`` are example texts;
    the tests hold the lexicon to every one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    meaning: str
    phrases: Annotated[tuple[str, ...], Field(min_length=1)]
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
    def any_words(self) -> bool:
        return not (self.words or self.stems or self.numbers)


@dataclass(frozen=True, slots=True)
class _Phrase:
    signal: str
    silences: bool
    slots: tuple[_Slot, ...]
    line: str

    def goes_on_with(self, word: str) -> bool:
        """Return whether ``word``, empty at a text's end, may be the phrase's second."""
        return len(self.slots) == 1 or self.slots[1].any_words or self.slots[1].takes(word)

    def end(self, words: Sequence[str], start: int) -> int | None:
        """Return where the phrase ends when it starts at ``start``, or None."""
        return _end(self.slots, words, start)


class Lexicon:
    """All signals' phrases, found by their first word."""

    __slots__ = ("_by_number", "_by_start", "_by_word", "_opening")

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._by_word: defaultdict[str, list[_Phrase]] = defaultdict(list)
        self._by_start: defaultdict[str, list[tuple[str, _Phrase]]] = defaultdict(list)
        self._by_number: list[_Phrase] = []
        # Words come in the same pairs again and again; most open no phrase at all.
        self._opening = lru_cache(maxsize=_PAIRS)(self._pair)
        for phrase in phrases:
            for word in phrase.slots[0].words:
                self._by_word[word].append(phrase)
            for stem in phrase.slots[0].stems:
                self._by_start[stem[:_START]].append((stem, phrase))
            if phrase.slots[0].numbers:
                self._by_number.append(phrase)

    def find(self, words: Sequence[str]) -> set[tuple[str, str]]:
        """Return the signals found among ``words``, each with the phrase as the lexicon has it."""
        return {found for found, _ in self.spans(words)}

    def spans(self, words: Sequence[str]) -> list[tuple[tuple[str, str], range]]:
        """Return what ``find`` returns, with where among ``words`` each was found."""
        spans: list[tuple[_Phrase, range]] = []
        quiet: defaultdict[str, set[int]] = defaultdict(set)
        for start, word in enumerate(words):
            following = words[start + 1] if start + 1 < len(words) else ""
            for phrase in self._opening(word, following):
                end = phrase.end(words, start)
                if end is not None and phrase.silences:
                    quiet[phrase.signal].update(range(start, end))
                elif end is not None:
                    spans.append((phrase, range(start, end)))
        return [
            ((phrase.signal, phrase.line), span)
            for phrase, span in spans
            if not quiet[phrase.signal].issuperset(span)
        ]

    def _pair(self, word: str, following: str) -> tuple[_Phrase, ...]:
        return tuple(
            phrase for phrase in self._starting_with(word) if phrase.goes_on_with(following)
        )

    def _starting_with(self, word: str) -> Iterator[_Phrase]:
        yield from self._by_word.get(word, ())
        for stem, phrase in self._by_start.get(word[:_START], ()):
            if word.startswith(stem):
                yield phrase
        if _number(word) is not None:
            yield from self._by_number


def signal_documents() -> Mapping[str, SignalDocument]:
    """Return the reviewed lexicon as it is written, by signal name."""
    with as_file(files(__package__).joinpath("signals.yml")) as path:
        tree = read_source(path).tree
    return TypeAdapter(dict[str, SignalDocument]).validate_python(tree)


def lexicon_hints() -> frozenset[tuple[str, str]]:
    """Return the (signal, phrase) pairs that are only hints."""
    return frozenset(
        (name, line) for name, document in signal_documents().items() for line in document.hints
    )


def read_lexicon(words_of: Callable[[str], list[str]]) -> Lexicon:
    """Return the lexicon; ``words_of`` folds texts and must leave every phrase's words alone.

    Raises:
        ValueError: a phrase starts with a gap, or has a word no text could ever have.
    """
    phrases = [
        _Phrase(name, silences, slots, line)
        for name, document in signal_documents().items()
        for silences, lines in (
            (False, (*document.phrases, *document.hints)),
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


def _end(slots: Sequence[_Slot], words: Sequence[str], at: int) -> int | None:
    for index, slot in enumerate(slots):
        if slot.any_words:
            rest = slots[index + 1 :]
            ends = (_end(rest, words, at + skipped) for skipped in range(_GAP + 1))
            return next((end for end in ends if end is not None), None)
        if at >= len(words) or not slot.takes(words[at]):
            return None
        at += 1
    return at


def _number(word: str) -> int | None:
    """Return the number a word is; years, codes and telephone numbers are none of these."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    return int(word) if len(word) <= 3 and word.isdecimal() else None
