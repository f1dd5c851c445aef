"""Weighs a narrative by a trained judge; it may only raise, beside the reviewed lexicon.

In go folded words, out come categories with how strongly the judge leans to each. The weights are
numbers in ``judge.npz``, made by ``python -m pipeline.classify.teaching`` from invented text alone;
what they can and cannot do stands in ``docs/reference/sensitivity.md``. It returns no word of the
text and never says that a text is safe: an empty answer only means that the judge raises nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.trait_rows import TraitRows
from pipeline.classify.traits import traits_version

__all__ = ["SHORTEST", "Judge", "Leaning", "judge", "judge_version", "risen"]

SHORTEST = 1.0
"""The least length of a text by the rarities of its traits: what has next to none tells little."""

_STRETCH = 120  # words judged at once; a longer text is judged in stretches that overlap by half
_LATEST = 4  # stretches whose traits are at hand for a second look; no text stays for long
_MARGIN = 1.5  # categories told: those within this of the strongest
_STRONG, _CLEAR = 2.5, 1.0
_FEW, _MANY = 12, 40  # words between which the bar rises
_RISE = 1.8  # for each time a text is e times as long
_CALLED = frozenset({"call", "cb", "callback", "back"})
_TELEPHONE = (7, 10, 11)  # digits
_READING = b"4"  # changes with what is left out of a text before it is weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """A category the judge raises; ``margin`` is the log-odds above where it begins to raise."""

    category: str
    margin: float

    @property
    def strength(self) -> str:
        if self.margin >= _STRONG:
            return "strong"
        return "clear" if self.margin >= _CLEAR else "weak"


class Judge:
    """Weights of all traits for "sensitive at all" (first column) and for each category.

    Of n traits and k categories ``weights`` are (n, 1 + k), ``bias`` is (1 + k,), and ``rarity``
    (n,), what each trait counts for in a text's length; ``threshold`` is in log-odds.
    """

    __slots__ = (
        "_bias",
        "_categories",
        "_first",
        "_known",
        "_rows",
        "_squares",
        "_threshold",
        "_weights",
    )

    def __init__(
        self,
        traits: Sequence[str],
        categories: Sequence[str],
        weights: NDArray[np.float32],
        rarity: NDArray[np.float32],
        bias: NDArray[np.float32],
        threshold: float,
    ) -> None:
        self._rows = TraitRows(traits)
        self._categories = tuple(categories)
        self._weights = weights
        self._first = np.ascontiguousarray(weights[:, 0])
        self._squares = np.square(rarity)
        self._bias = bias
        self._threshold = threshold
        # A text is weighed twice in a row: beside its hints, and by itself.
        self._known = lru_cache(maxsize=_LATEST)(self._rows.of)

    def lean(self, words: Sequence[str]) -> tuple[Leaning, ...]:
        """Return the categories raised, strongest first; empty when nothing is."""
        words, best = _without_callback(words), dict[str, float]()
        for start in range(0, max(1, len(words) - _STRETCH // 2), _STRETCH // 2):
            for category, margin in self._raised(words[start : start + _STRETCH]):
                best[category] = max(margin, best.get(category, margin))
        ordered = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Leaning(category=name, margin=margin) for name, margin in ordered)

    def margin(self, words: Sequence[str]) -> float:
        """Return the log-odds above where the judge begins to raise, of the strongest stretch."""
        words = _without_callback(words)
        starts = range(0, max(1, len(words) - _STRETCH // 2), _STRETCH // 2)
        return max(self._sum(words[start : start + _STRETCH]) for start in starts)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the log-odds of one stretch: sensitive at all, then each category."""
        return self._scores(self._known(tuple(words)))

    def _scores(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        if not len(rows):
            return self._bias
        total: NDArray[np.float32] = self._weights[rows].sum(axis=0)
        return total / np.float32(self._length(rows)) + self._bias

    def _length(self, rows: NDArray[np.intp]) -> float:
        """Return what sums of weights are divided by, lest a long text be raised for its length."""
        return max(SHORTEST, math.sqrt(self._squares[rows].sum()))

    def _sum(self, words: Sequence[str]) -> float:
        rows = self._known(tuple(words))
        sums = float(self._first[rows].sum()) / self._length(rows)
        return sums + float(self._bias[0]) - self._threshold - risen(len(words))

    def _raised(self, words: Sequence[str]) -> list[tuple[str, float]]:
        if not words:
            return []
        # Most texts are not raised: one column says so, and it fits the processor's cache.
        margin = self._sum(words)
        if margin < 0:
            return []
        scores = self.scores(words)
        floor = float(scores[1:].max()) - _MARGIN
        return [
            (name, margin)
            for name, score in zip(self._categories, scores[1:], strict=True)
            if score >= floor and (score > 0 or score == scores[1:].max())
        ]


def risen(words: int) -> float:
    """Return by how many log-odds the bar is higher for so many words than for a short text.

    Long stories of people have something of everything, and what is sensitive in one is told with
    more signs, too.
    """
    return _RISE * math.log(min(max(words, _FEW), _MANY) / _FEW)


def _without_callback(words: Sequence[str]) -> Sequence[str]:
    """Return the words without ``call NUMBER and ask for``: whom to ask is no part of the story.

    Only a number of a telephone's length counts, and nothing said before or after it is left out.
    """
    if "ask" not in words:
        return words
    kept = list(words)
    for end in range(len(kept) - 1, 0, -1):
        if kept[end - 1 : end + 1] != ["ask", "for"]:
            continue
        last = end - 1 - (kept[end - 2] == "and")
        start = last
        while start > 0 and kept[start - 1].isdecimal():
            start -= 1
        digits = sum(map(len, kept[start:last]))
        if digits in _TELEPHONE and start > 0 and kept[start - 1] in _CALLED:
            del kept[start - 1 : end + 1]
    return kept


@cache
def judge() -> Judge:
    """Return the trained judge, read once."""
    with as_file(files(__package__).joinpath("judge.npz")) as path, np.load(path) as kept:
        scale = kept["scale"].astype(np.float32)
        return Judge(
            traits=kept["traits"].tobytes().decode("utf-8").split("\n"),
            categories=kept["categories"].tobytes().decode("utf-8").split("\n"),
            weights=kept["weights"].astype(np.float32) * scale,
            rarity=kept["rarity"].astype(np.float32),
            bias=kept["bias"],
            threshold=float(kept["threshold"]),
        )


@cache
def judge_version() -> str:
    """Return 8 hex digits that change with the weights or with what a trait is."""
    weights = files(__package__).joinpath("judge.npz").read_bytes()
    return hashlib.sha256(weights + traits_version().encode() + _READING).hexdigest()[:8]
