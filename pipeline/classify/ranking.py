"""Learns from editors' decisions in which order candidates are worth looking at.

In go scored candidates and whether they were approved, out come weights, and orders of the very
candidates given: a re-ranker returns a permutation and has no other way to act. With few decisions
the transparent score decides alone, and the learnt part grows with their number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.relevance import PART_NAMES, Score

__all__ = ["Judged", "Reranker", "learnt", "ndcg", "reordered"]

_FEWEST, _FEWEST_EACH = 60, 10  # decisions below which nothing is learnt
_PULL = 150.0  # decisions at which learnt and transparent order weigh the same
_LEAST_SEEN = 5  # of a category before it has a weight of its own
_STRENGTH = 0.5
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A score with what editors made of it; ``category`` as in the public facts."""

    score: Score
    category: str
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reranker:
    """Weights by feature name; ``decisions`` it learnt from say how far it is believed."""

    decisions: int = 0
    bias: float = 0.0
    weights: Mapping[str, float]

    def merit(self, score: Score, category: str) -> float:
        """Return the order's key: the transparent total, blended with the learnt log-odds."""
        if not self.weights:
            return score.total
        believed = self.decisions / (self.decisions + _PULL)
        learnt_odds = self.bias + sum(
            self.weights.get(name, 0.0) * value for name, value in _features(score, category)
        )
        return (1 - believed) * score.total + believed * (50 + 12 * learnt_odds)

    def text(self) -> str:
        """Return the weights as JSON, sorted: equal rerankers give equal texts."""
        return json.dumps(asdict(self), sort_keys=True, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Reranker:
        """Return the reranker that ``text`` made of.

        Raises:
            ValueError: it is none.
        """
        tree = json.loads(text)
        try:
            weights = {str(name): float(value) for name, value in tree["weights"].items()}
            bias, decisions = float(tree["bias"]), int(tree["decisions"])
        except (KeyError, TypeError, AttributeError, OverflowError):
            raise ValueError("no weights of a reranker") from None
        # With a weight that is no number no order would be one, and every run another.
        if decisions < 0 or not all(map(math.isfinite, (bias, *weights.values()))):
            raise ValueError("weights that are no numbers")
        return cls(decisions=decisions, bias=bias, weights=weights)


def reordered(
    items: Sequence[T], reranker: Reranker, scored: Callable[[T], tuple[Score, str]]
) -> tuple[T, ...]:
    """Return exactly ``items``, most worth a look first; equal ones stay in the order given."""
    return tuple(sorted(items, key=lambda item: -reranker.merit(*scored(item))))


def learnt(judged: Sequence[Judged]) -> Reranker:
    """Return weights learnt from decisions by logistic regression; none from too few."""
    approved = sum(each.approved for each in judged)
    if len(judged) < _FEWEST or min(approved, len(judged) - approved) < _FEWEST_EACH:
        return Reranker(decisions=len(judged), weights={})
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    names = _names(judged)
    matrix = np.array([_row(each, names) for each in judged])
    fitted: Any = LogisticRegression(C=_STRENGTH, max_iter=500)
    fitted.fit(matrix, [each.approved for each in judged])
    weights = dict(zip(names, (round(float(w), 4) for w in fitted.coef_[0]), strict=True))
    return Reranker(
        decisions=len(judged), bias=round(float(fitted.intercept_[0]), 4), weights=weights
    )


def ndcg(approved: Sequence[bool], at: int = 10) -> float:
    """Return the normalised discounted gain of an order: 1 when all approved come first."""
    gains = [1 / math.log2(place + 2) for place in range(min(at, len(approved)))]
    best = sum(gains[: sum(approved)])
    if not best:
        return 1.0
    return sum(gain for gain, good in zip(gains, approved, strict=False) if good) / best


def _features(score: Score, category: str) -> Iterable[tuple[str, float]]:
    points = score.by_name
    for name in PART_NAMES:
        yield name, points.get(name, 0.0) / 10
    yield f"category:{category}", 1.0


def _names(judged: Sequence[Judged]) -> list[str]:
    count: dict[str, int] = {}
    for each in judged:
        count[each.category] = count.get(each.category, 0) + 1
    often = sorted(name for name, number in count.items() if number >= _LEAST_SEEN)
    return [*PART_NAMES, *(f"category:{name}" for name in often)]


def _row(each: Judged, names: Sequence[str]) -> NDArray[np.float64]:
    values = dict(_features(each.score, each.category))
    return np.array([values.get(name, 0.0) for name in names])
