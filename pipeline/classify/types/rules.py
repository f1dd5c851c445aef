"""The lexical vote: phrases, codes and sensitive words of reviewed files.

In go plain words and the agency's own spelling; out come types with how much of the text they
explain, and the flavours of sensitivity it names. A phrase counts when all its words are there. The
sensitive list may only raise: no phrase can silence what another flavour found elsewhere.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pipeline.classify.types.words import LIGHT, lines_of, phrases, plain_words, raw_words

__all__ = [
    "code_votes",
    "covers_patients",
    "flavours_of",
    "has_unread_suffix",
    "is_known_number",
    "is_signal",
    "lexical_votes",
    "weight_of",
    "without_asides",
    "without_signal",
]

_CARD = re.compile(r"(?<![\w-])(\d{1,3})-?([A-EO])-?(\d{1,2})([A-Z]{0,2})(?![\w-])")
_STATUTE = re.compile(r"(?<![\d-])\d[\d.]*(?:\([a-z0-9]\))*[a-z]{0,2}\d?[a-z]{0,2}", re.IGNORECASE)
_SUFFIX = re.compile(r"(?<=\d)[a-z]+\d?$")
_TEN = re.compile(r"(?<!\d)(1[01]|9)-(\d{1,2})([a-z]?)(?!\d)", re.IGNORECASE)
_MARKED = re.compile(r"\b(pc|vc|wi|w&i|hs|h&s|bp|b&p|cvc|wic)\b", re.IGNORECASE)
_BEHIND = re.compile(r"(?<=\d)(?:pc|vc|wi|hs|bp)$")
_SIGNAL = re.compile(r"\b(?:sig|signal|s)[ -]?\d{1,3}[a-z]?\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d(?:[\d.()/-]|[A-Z]{1,2}(?![A-Z])){0,9}")  # 5150, 647(f), 17A1G, 10-50F
_LABEL = re.compile(r"^\s*(?:ems|med|medical|fire|fd|law|police|pd|traffic)\s*:", re.IGNORECASE)
_ASIDE = re.compile(
    r"\((?:no|not|non|excl\w*|except\w*|does not|doesnt|incl\w*)\b[^()]*\)?", re.IGNORECASE
)
_LIGHT_WEIGHT = 0.08
_START = 3  # letters by which sensitive phrases are looked up
_UNLESS = "unless"
_LAST_MEDICAL_CARD = 37
_SURE, _UNSURE = 0.9, 0.5
_CERTAIN = 1.5  # a determinant names its card whatever is said
_ASSAULT_CARDS = frozenset({4, 101, 106})  # each holds sexual or custodial cases among others


@cache
def _phrase_sets() -> tuple[
    Mapping[str, tuple[tuple[frozenset[str], str], ...]], Mapping[str, float]
]:
    """Return phrases by their rarest word, and the weight of every word."""
    sets: dict[tuple[frozenset[str], str], None] = {}
    spread: dict[str, set[str]] = defaultdict(set)
    for code, texts in phrases().items():
        for text in texts:
            words = frozenset(plain_words(text))
            core = words - LIGHT
            core = core if len(core) > 1 else words
            sets[(core, code)] = None
            for word in words:
                spread[word].add(code)
    total = len(phrases())
    weights = {
        word: math.log(1 + total / len(codes)) / math.log(1 + total)
        for word, codes in spread.items()
    }
    by_word: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
    for core, code in sets:
        by_word[min(core, key=lambda word: (-weights[word], word))].append((core, code))
    return (
        MappingProxyType({word: tuple(found) for word, found in by_word.items()}),
        MappingProxyType(weights),
    )


def weight_of(word: str) -> float:
    """Return how much a word tells: 1 for one known from a single type, little for a light one."""
    if word in LIGHT:
        return _LIGHT_WEIGHT
    return _phrase_sets()[1].get(word, 0.05 if word.isdigit() else 0.45)


def lexical_votes(words: Iterable[str]) -> dict[str, float]:
    """Return type to the share, 0 to 1, of the text's weight that its best phrase explains."""
    there = frozenset(words)
    whole = sum(weight_of(word) for word in there) or 1.0
    votes: dict[str, float] = {}
    for word in there:
        for core, code in _phrase_sets()[0].get(word, ()):
            if core <= there:
                share = min(1.0, sum(map(weight_of, core)) / whole)
                votes[code] = max(votes.get(code, 0.0), share)
    return votes


@cache
def _codes() -> Mapping[str, Mapping[str, str]]:
    """Return system to agency code to type, from ``codes.txt``."""
    systems: dict[str, dict[str, str]] = {}
    text = files(__package__).joinpath("codes.txt").read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("["):
            table = systems.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            apco, _, codes = line.partition(":")
            table.update(dict.fromkeys(codes.split(), apco))
    return MappingProxyType(systems)


def code_votes(text: str) -> dict[str, float]:
    """Return type to sureness of what the numbers in a code or text mean by themselves."""
    votes: dict[str, float] = {}
    for card in _CARD.finditer(text.upper()):
        apco = _of_card(int(card.group(1)))
        if apco:
            votes[apco] = _CERTAIN
    for ten in _tens(text):
        apco = _numbered(ten) or _numbered(_base(ten))
        if apco:
            votes.setdefault(apco, _UNSURE)
    sure = _SURE if _MARKED.search(text) else _UNSURE
    for number in _STATUTE.findall(text.lower()):
        apco = _statute(number)
        if apco:
            votes.setdefault(apco, _SURE if len(number) > 3 else sure)
        elif _statute(_base(number)):
            votes.setdefault(_statute(_base(number)) or "", sure)
    return votes


def has_unread_suffix(text: str) -> bool:
    """Return whether a known number has letters behind it of which nobody knows the meaning."""
    text = _CARD.sub(" ", text.upper())
    tens = any(not _numbered(ten) and _numbered(_base(ten)) for ten in _tens(text))
    numbers = _STATUTE.findall(text.lower())
    return tens or any(not _statute(each) and _statute(_base(each)) for each in numbers)


def _tens(text: str) -> list[str]:
    found = _TEN.finditer(text)
    return [f"{ten.group(1)}-{ten.group(2)}{ten.group(3)}".lower() for ten in found]


def _base(code: str) -> str:
    return _SUFFIX.sub("", code)


def _statute(number: str) -> str | None:
    """Return the type of a statute's number, with ``pc`` or without."""
    bare = _BEHIND.sub("", number)
    return _codes()["california"].get(bare) or _codes()["eleven"].get(bare)


def covers_patients(text: str) -> bool:
    """Return whether a determinant's card is medical, or holds sexual or custodial cases."""
    cards = _CARD.finditer(text.upper())
    numbers = [int(card.group(1)) for card in cards]
    return any(each in _ASSAULT_CARDS or each <= _LAST_MEDICAL_CARD for each in numbers)


def _of_card(number: int) -> str | None:
    for system in ("medical-card", "fire-card", "police-card"):
        if str(number) in _codes()[system]:
            return _codes()[system][str(number)]
    return None


def _numbered(code: str) -> str | None:
    return (
        _codes()["eleven"].get(code)
        or _codes()["ten"].get(code)
        or _codes()["california"].get(code)
    )


def is_known_number(text: str) -> bool:
    """Return whether a code is one number that a known system has, or a numbered signal alone."""
    text = text.upper().strip()
    if _SIGNAL.fullmatch(text):
        return True
    words = _MARKED.sub(" ", text).split()
    return len(words) == 1 and bool(_NUMBER.fullmatch(words[0])) and bool(code_votes(text))


def is_signal(text: str) -> bool:
    """Return whether the text names a numbered signal, whose meaning differs by region."""
    return _SIGNAL.search(text) is not None


def without_asides(text: str) -> str:
    """Return a call type without a department before a colon and what brackets say it is not.

    What is left decides which type it is; whether it is sensitive is asked of the whole. A text of
    which nothing would be left comes back as it is.
    """
    rest = _ASIDE.sub(" ", _LABEL.sub(" ", text))
    return rest if any(char.isalpha() for char in rest) else text


def without_signal(text: str) -> str:
    """Return what is said beside a numbered signal; the text itself when nothing is."""
    rest = _SIGNAL.sub(" ", text).strip(" -:/")
    return rest if any(char.isalpha() for char in rest) else text


@cache
def _sensitive() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return phrases with their flavour, by the letters that begin a word each cannot do without.

    A whole word goes before one that is cut; no cut word is shorter than the letters.
    """
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for flavour, right in lines_of("sensitive.txt", ":"):
        for each in right.split(";"):
            phrase = tuple(each.split())
            anchor = min(phrase, key=lambda word: (word.endswith("*"), -len(word)))
            found[anchor.rstrip("*")[:_START]].append((phrase, flavour))
    return MappingProxyType({start: tuple(phrases) for start, phrases in found.items()})


def flavours_of(text: str) -> tuple[str, ...]:
    """Return the flavours of sensitivity a call type names, sorted; empty is none."""
    words = {*plain_words(text), *raw_words(text)}
    starts = {word[:length] for word in words for length in range(1, _START + 1)}
    near = [pair for start in starts for pair in _sensitive().get(start, ())]
    quiet = {
        word
        for phrase, flavour in near
        if flavour == _UNLESS and all(word in words for word in phrase)
        for word in phrase
    }
    left = words - quiet
    return tuple(
        sorted({name for phrase, name in near if name != _UNLESS and _said(phrase, left, words)})
    )


def _said(phrase: tuple[str, ...], left: set[str], words: set[str]) -> bool:
    """Return whether all words are there, at least one of them not silenced."""
    found = [_among(word, words) for word in phrase]
    return all(found) and any(_among(word, left) for word in phrase)


def _among(wanted: str, words: set[str]) -> bool:
    if wanted.endswith("*"):
        return any(word.startswith(wanted[:-1]) for word in words)
    return wanted in words
