"""Says whether a word is more likely a name than a word: the leak check's own opinion.

In: a word. Out: how much it looks like a name, from how often people bear it, how often it is
written at all, and, for a word nobody lists, from the letters it is made of. It shares no list with
the redactor, which asks whether a word is ordinary; this asks whether it is a name. It must never
be the only reason to call a text safe. What stands around a word is weighed in ``leakremark``.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgpack  # type: ignore[import-untyped]

__all__ = ["Likeness", "likeness"]

_FILES = ("dist.female.first", "dist.male.first", "dist.all.last")
# Surnames beyond these are rare, and whoever learns letters from them learns noise.
_LEARNED_SURNAMES = 12_000
_PERCENT = 100.0
# Decades by which a word is commoner as a name than as a word.
_MOSTLY = 1.75
_OFTEN = 0.85
# A word hardly anybody writes needs less to be taken for a name.
_SELDOM, _SELDOM_MOSTLY = 2e-5, 1.3
# Names that people of one percent in ten thousand bear are words that some family is called by.
_RARE = 0.0015
# Mean log-odds of a letter triple; above it letters are put together as in names.
_LETTERS = 0.25
_UNWRITTEN = 1e-9


class Likeness(IntEnum):
    """How much a word looks like a person's name."""

    WORD = 0
    STRANGE = 1
    """Neither a written word nor a listed name, nor made of letters as names are."""
    NAME_SHAPED = 2
    """Not listed, but made of letters as names are."""
    ALSO_A_NAME = 3
    """A word and a name."""
    NAME = 4
    """Mostly a name."""


@dataclass(frozen=True, slots=True)
class _Letters:
    odds: dict[str, float]

    def score(self, word: str) -> float:
        triples = _triples(word)
        return sum(self.odds.get(each, 0.0) for each in triples) / len(triples)


@lru_cache(maxsize=50_000)
def likeness(word: str) -> Likeness:
    """Return how much a word of letters, in lower case, looks like a name."""
    borne, written = _bearers().get(word, 0.0), _written().get(word, 0.0)
    if borne >= _RARE:
        decades = math.log10(borne / _PERCENT / max(written, _UNWRITTEN))
        if decades >= (_MOSTLY if written > _SELDOM else _SELDOM_MOSTLY):
            return Likeness.NAME
        return Likeness.ALSO_A_NAME if decades >= _OFTEN else Likeness.WORD
    if written:
        return Likeness.WORD
    if word in _given():
        return Likeness.NAME
    if borne:
        return Likeness.NAME_SHAPED
    if len(word) < 4:
        return Likeness.STRANGE
    shaped = _letters().score(word) >= _LETTERS
    return Likeness.NAME_SHAPED if shaped else Likeness.STRANGE


@cache
def _bearers() -> dict[str, float]:
    """Return the percentage of people who bear a name, given or family, whichever is larger."""
    bearers: dict[str, float] = {}
    for file in _FILES:
        fields = _listed("names", file).read_text(encoding="ascii").lower().split()
        shares = dict(zip(fields[::4], map(float, fields[1::4]), strict=True))
        bearers |= {
            name: share for name, share in shares.items() if share > bearers.get(name, -1.0)
        }
    return bearers


@cache
def _given() -> frozenset[str]:
    return frozenset(line.split()[0].lower() for file in _FILES[:2] for line in _lines(file))


@cache
def _written() -> dict[str, float]:
    # Words by their rarity in centibels.
    packed = _listed("wordfreq", "data/small_en.msgpack.gz").read_bytes()
    _, *by_rarity = msgpack.unpackb(gzip.decompress(packed))
    return {
        word: 10 ** (-centibels / 100)
        for centibels, words in enumerate(by_rarity)
        for word in words
    }


@cache
def _letters() -> _Letters:
    """Learn which letter triples are commoner in names than in words."""
    family = [line.split()[0].lower() for line in _lines(_FILES[2])[:_LEARNED_SURNAMES]]
    bearers = _bearers()
    words = [word for word in _written() if word.isalpha() and bearers.get(word, 0.0) < _RARE]
    names, ordinary = _count([*_given(), *family]), _count(words)
    every, name_count, word_count = (
        names.keys() | ordinary.keys(),
        names.total(),
        ordinary.total(),
    )
    size = len(every)
    return _Letters(
        {
            triple: math.log((names[triple] + 0.5) / (name_count + size / 2))
            - math.log((ordinary[triple] + 0.5) / (word_count + size / 2))
            for triple in every
        }
    )


def _count(words: Iterable[str]) -> Counter[str]:
    text = "".join(f"^{word}$" for word in words)
    counts = Counter([text[at : at + 3] for at in range(len(text) - 2)])
    for triple in [each for each in counts if "$^" in each]:
        del counts[triple]  # of two words
    return counts


def _triples(word: str) -> list[str]:
    framed = f"^{word}$"
    return [framed[at : at + 3] for at in range(len(framed) - 2)]


def _lines(file: str) -> list[str]:
    return _listed("names", file).read_text(encoding="ascii").splitlines()


def _listed(package: str, file: str) -> Path:
    # Importing the package would take longer than reading its list.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(spec.submodule_search_locations[0], file)
