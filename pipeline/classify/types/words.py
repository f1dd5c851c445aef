"""Reads a call type into the plain words it stands for.

In goes what an agency wrote (``SUSP VEH-RES``), out come words (``suspicious vehicle residence``),
as ``abbreviations.txt`` has them. A word that is in no list is completed from the known words when
it is cut short or misspelled, else kept as it is. Meaning is ``rules``' part, not this module's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from rapidfuzz import fuzz, process

__all__ = ["LIGHT", "abbreviations", "lines_of", "phrases", "plain_words", "raw_words", "singular"]

_WORD = re.compile(r"[a-z]+|\d+[a-z]?")
_LONGEST = 4
_PREFIX, _FUZZY, _ALIKE = 4, 6, 84.0

_LIGHT = (
    "a an the of in on at to for by from with and or is as type types other call calls report past"
    " progress just occurred jo cold now hot late delayed only priority pri p code emergency"
    " misc miscellaneous general active poss possible in progress request w per not elsewhere"
    " occ occd hi lo med1 high low e f l m s x i ii iii level lvl class felony misdemeanor misd"
    " fel routine nonurgent occurring old new all offense complainant"
    " there scene enroute confirmed"
)
LIGHT = frozenset(_LIGHT.split())
"""Words that tell when or how rather than what; they weigh little in a comparison."""


def lines_of(name: str, mark: str) -> Iterator[tuple[str, str]]:
    """Yield (left, right) of every line of a reviewed file that is no comment."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith(("#", "[")):
            left, _, right = line.partition(mark)
            yield left.strip(), right.strip()


def raw_words(text: str) -> list[str]:
    """Return lower-case words and numbers; accents and apostrophes are folded away."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(text.lower().replace("'", ""))


def singular(word: str) -> str:
    """Return a word without its plural ``s``; words on ``ss`` and short ones stay."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


@cache
def abbreviations() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return short form to words, both as tuples of words; the first claim on a form holds."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for words, forms in lines_of("abbreviations.txt", "="):
        for form in forms.split():
            known.setdefault(tuple(raw_words(form.replace("_", " "))), tuple(words.split()))
    return MappingProxyType(known)


@cache
def phrases() -> Mapping[str, tuple[str, ...]]:
    """Return APCO code to its phrases, as written."""
    lines = lines_of("phrases.txt", ":")
    return MappingProxyType(
        {code: tuple(each.strip() for each in right.split(";")) for code, right in lines}
    )


@cache
def _known_words() -> Mapping[str, str]:
    """Return every word phrases use, to itself in the singular, longest last."""
    found = {word for each in phrases().values() for text in each for word in raw_words(text)}
    found |= {word for words in abbreviations().values() for word in words}
    return MappingProxyType(
        {word: singular(word) for word in sorted(found, key=lambda w: (len(w), w))}
    )


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words ``text`` stands for, in order, singular."""
    return _expanded(tuple(raw_words(text)))


@lru_cache(maxsize=20_000)
def _expanded(words: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            form = tuple(words[at : at + length])
            if form in abbreviations():
                found += [singular(word) for word in abbreviations()[form]]
                at += length
                break
        else:
            found.append(_completed(words[at]))
            at += 1
    return tuple(found)


@lru_cache(maxsize=20_000)
def _completed(word: str) -> str:
    """Return the known word this one is, is cut from, or is nearly; else itself."""
    known = _known_words()
    if word in known:
        return known[word]
    if singular(word) in known or len(word) < _PREFIX or not word.isalpha():
        return singular(word)
    for whole in known:
        if whole.startswith(word):
            return known[whole]
    if len(word) >= _FUZZY:
        near = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near is not None:
            return known[near[0]]
    return word
