"""Weighs a narrative by a trained judge; it may only raise, beside the reviewed lexicon.

In go folded words, out come categories with how strongly the judge leans to each. The weights are
numbers in ``judge.npz``, made by ``python -m pipeline.classify.teaching`` from invented text alone;
what they can and cannot do stands in ``docs/reference/sensitivity.md``. It returns no word of the
text and never says that a text is safe: an empty answer only means that the judge raises nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.trait_rows import TraitRows, known_rows
from pipeline.classify.traits import traits_version

__all__ = ["SHORTEST", "WHOLE", "Judge", "Leaning", "judge", "judge_version", "risen"]

SHORTEST = 1.0
"""The least length of a text by the rarities of its traits: what has next to none tells little."""

WHOLE = 30
"""Words of a text that is judged as one; a longer one is judged in stretches."""

_STRETCH, _STEP = 20, 14  # words judged at once; stretches of a longer text begin so far apart
_OF_MANY = 0.5  # log-odds the bar is higher there: of many stretches, one is high by chance
_LATEST = 4  # texts whose traits are at hand for a second look; none stays for long
_MARGIN = 1.5  # categories told: those within this of the strongest
_STRONG, _CLEAR = 2.5, 1.0
_FEW, _MANY = 12, 40  # words between which the bar rises; stretches about hints may be longer
_RISE = 1.8  # for each time a text is e times as long
_CALLED = frozenset({"call", "cb", "callback", "back"})
_TELEPHONE = (7, 10, 11)  # digits
_READING = b"5"  # changes with how a text is read and when a hint counts beside the judge


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


class _Said(NamedTuple):
    """Rows of a text, how many there are up to each word's end, and two sums of all up to there.

    The sums are those of weights and of squares of rarities.
    """

    found: Sequence[int]
    ends: Sequence[int]
    weights: Sequence[float]
    squares: Sequence[float]


class Judge:
    """Weights of all traits for "sensitive at all" (first column) and for each category.

    Of n traits and k categories ``weights`` are (n, 1 + k), ``bias`` is (1 + k,), and ``rarity``
    (n,), what each trait counts for in a text's length; ``threshold`` is in log-odds.
    """

    __slots__ = (
        "_bias",
        "_both",
        "_categories",
        "_least",
        "_placed",
        "_rows",
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
        # Side by side, for one look into memory; the last is of no row, which is numbered -1.
        both = np.stack([weights[:, 0], np.square(rarity)], axis=1)
        self._both = np.append(both, np.zeros((1, 2), np.float32), axis=0)
        self._bias = bias
        self._least = threshold - float(bias[0])
        # A text is weighed twice in a row: beside its hints, and by itself.
        self._placed = lru_cache(maxsize=_LATEST)(self._summed)

    def lean(self, words: Sequence[str]) -> tuple[Leaning, ...]:
        """Return the categories of the strongest stretch when it is raised, strongest first."""
        words = _without_callback(words)
        margin, stretch = self._strongest(words)
        # Most texts are not raised: one column says so, and it fits the processor's cache.
        if margin < 0 or not words:
            return ()
        scores: list[float] = self._scores(words, stretch)[1:].tolist()
        most = max(scores)
        floor = min(most, max(0.0, most - _MARGIN))
        told = sorted(
            (-score, name)
            for name, score in zip(self._categories, scores, strict=True)
            if score >= floor
        )
        return tuple(Leaning(category=name, margin=margin) for _, name in told)

    def margin(self, words: Sequence[str]) -> float:
        """Return the log-odds above where the judge begins to raise, of the strongest stretch."""
        return self._strongest(_without_callback(words))[0]

    def _strongest(self, words: Sequence[str]) -> tuple[float, range]:
        """Return the strongest stretch, with its log-odds above where the judge raises."""
        said = self._placed(tuple(words))
        found = ((self._margin(said, each), each) for each in _stretches(len(words)))
        margin, stretch = max(found, key=lambda pair: pair[0])
        return margin - (_OF_MANY if len(words) > WHOLE else 0.0), stretch

    def margin_about(self, words: Sequence[str], stretch: range) -> float:
        """Return the same of one stretch, whose words are numbered from that of the first."""
        return self._margin(self._placed(tuple(words)), stretch)

    def _margin(self, said: _Said, stretch: range) -> float:
        total = said.weights[stretch.stop] - said.weights[stretch.start]
        square = said.squares[stretch.stop] - said.squares[stretch.start]
        return total / max(SHORTEST, math.sqrt(square)) - self._least - risen(len(stretch))

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the log-odds of one stretch: sensitive at all, then each category."""
        return self._scores(words, range(len(words)))

    def _scores(self, words: Sequence[str], stretch: range) -> NDArray[np.float32]:
        said = self._placed(tuple(words))
        rows = known_rows(said.found[said.ends[stretch.start] : said.ends[stretch.stop]])
        if not len(rows):
            return self._bias
        total: NDArray[np.float32] = self._weights.take(rows, axis=0).sum(axis=0)
        length = max(SHORTEST, math.sqrt(self._both.take(rows, axis=0)[:, 1].sum()))
        return total / np.float32(length) + self._bias

    def _summed(self, words: Sequence[str]) -> _Said:
        """Return the rows of a text with running sums, of which every stretch is a difference.

        What a stretch says twice counts twice, unlike in teaching; that is rare, and common words.
        """
        found, ends = self._rows.placed(words)
        sums = np.zeros((len(found) + 1, 2))
        np.cumsum(self._both.take(found, axis=0, mode="wrap"), axis=0, out=sums[1:])
        # Plain numbers: what asks for a stretch is quicker with them than with an array's.
        weights, squares = sums[ends].T.tolist()
        return _Said(found, ends, weights, squares)


def _stretches(words: int) -> Iterator[range]:
    """Yield stretches of a text, evenly apart: what else a log holds must drown no line of it."""
    if words <= WHOLE:
        yield range(words)
        return
    further = words - _STRETCH
    steps = math.ceil(further / _STEP)
    for step in range(steps + 1):
        start = round(step * further / steps)
        yield range(start, start + _STRETCH)


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
