"""What calls of a code say of its type: votes of their redacted narratives.

In go redacted calls and the names of signals raised in them; out come types with how far the calls
speak for each. A phrase or a telling counts where all its words stand near each other. It must
never make a code harmless, for calls only propose and signals only raise, or keep a text. What a
proposal makes of the votes is ``votes``' part.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pipeline.classify.types.words import LIGHT, lines_of, phrases, told_words

__all__ = ["Rows", "row_votes"]

_MASK = re.compile(r"\[[A-Z_ -]+\]")
_NEAR = 7  # words on either side of a telling's rarest one among which the others stand
_FADES = 0.5  # each further telling of one type in a call counts so much of the one before
_PLAINLY = 1.0  # weight of tellings from which a call has a whole vote to give


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Calls of one code: redacted narratives, and the signals raised in any of the calls, sorted.

    ``raised`` is of the calls themselves, before anything was redacted.
    """

    texts: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()


def row_votes(texts: Sequence[str]) -> dict[str, float]:
    """Return type to how far these calls speak for it, 0 to 1; a call that tells nothing is 0."""
    votes: Counter[str] = Counter()
    for text in texts:
        told = _told(told_words(_MASK.sub(" ", text)))
        best = max((*told.values(), _PLAINLY))
        votes.update({apco: weight / best / len(texts) for apco, weight in told.items()})
    return dict(votes)


def _told(words: Sequence[str]) -> dict[str, float]:
    """Return type to the weight of its tellings in one call, further ones fading."""
    tellings, weights = _tellings()
    found: dict[str, dict[frozenset[str], float]] = defaultdict(dict)
    for at, word in enumerate(words):
        opened = tellings.get(word, ())
        near = frozenset(words[max(0, at - _NEAR) : at + _NEAR + 1]) if opened else frozenset()
        for telling, apco in opened:
            if telling <= near:
                found[apco][telling] = sum(weights[each] for each in telling)
    return {apco: _faded(each.values()) for apco, each in found.items()}


def _faded(weights: Iterable[float]) -> float:
    ordered = sorted(weights, reverse=True)
    return sum(weight * _FADES**place for place, weight in enumerate(ordered))


@cache
def _tellings() -> tuple[Mapping[str, tuple[tuple[frozenset[str], str], ...]], Mapping[str, float]]:
    """Return phrases and tellings by their rarest word, and the weight of every word."""
    texts = {apco: list(each) for apco, each in phrases().items()}
    for apco, right in lines_of("tellings.txt", ":"):
        texts.setdefault(apco, []).extend(right.split(";"))
    sets = {(_core(text), apco): None for apco, each in texts.items() for text in each}
    spread: dict[str, set[str]] = defaultdict(set)
    for core, apco in sets:
        for word in core:
            spread[word].add(apco)
    whole = math.log(1 + len(texts))
    weights = {word: math.log(1 + len(texts) / len(of)) / whole for word, of in spread.items()}
    by_word: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
    for core, apco in sets:
        by_word[min(core, key=lambda word: (-weights[word], word))].append((core, apco))
    return (
        MappingProxyType({word: tuple(found) for word, found in by_word.items()}),
        MappingProxyType(weights),
    )


def _core(text: str) -> frozenset[str]:
    """Return the words that must be there: a single one is not left alone of several."""
    words = frozenset(told_words(text))
    core = words - LIGHT
    return core if len(core) > 1 else words
