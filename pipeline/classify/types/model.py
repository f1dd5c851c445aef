"""The learned vote: a linear model over letters and words of a call type, in numpy alone.

In goes the agency's spelling, out come types with a probability. The weights, ``weights.npz``, are
whole numbers and hold no text and no code; ``training`` writes them, the same bytes every time. A
call type unlike all it was shown gets a low probability, never an error.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.types.words import plain_words, raw_words

__all__ = ["BUCKETS", "TypeModel", "features", "load_model"]

BUCKETS = 1 << 13
_GRAMS = (2, 3, 4)


def features(text: str) -> dict[int, float]:
    """Return bucket to value of letter runs and words, of unit length."""
    counts: Counter[int] = Counter()
    raw, plain = raw_words(text), plain_words(text)
    for word in plain:
        counts[_bucket("w" + word)] += 2
    for first, second in pairwise(plain):
        counts[_bucket(f"b{first} {second}")] += 1
    for word in {*raw, *plain}:
        counts.update(_runs(word))
    length = sum(value * value for value in counts.values()) ** 0.5 or 1.0
    return {bucket: value / length for bucket, value in counts.items()}


@lru_cache(maxsize=20_000)
def _runs(word: str) -> tuple[int, ...]:
    """Return the buckets of the letter runs of a word."""
    edged = f"<{word}>"
    return tuple(
        _bucket(edged[at : at + size]) for size in _GRAMS for at in range(len(edged) - size + 1)
    )


def _bucket(gram: str) -> int:
    return zlib.crc32(gram.encode()) % BUCKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeModel:
    """Weights of every type for every bucket; ``codes`` names the columns."""

    codes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    sharpness: float

    def votes(self, text: str) -> dict[str, float]:
        """Return all types with their probability."""
        found = features(text)
        buckets = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
        values = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        scores = (values @ self.weights[buckets] + self.bias) * self.sharpness
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return dict(zip(self.codes, shares.tolist(), strict=True))


@cache
def load_model() -> TypeModel:
    """Return the model shipped with the package."""
    with files(__package__).joinpath("weights.npz").open("rb") as file, np.load(file) as stored:
        return unpack(
            codes=[str(code) for code in stored["codes"]],
            weights=stored["weights"],
            scale=float(stored["scale"][0]),
            bias=stored["bias"],
            sharpness=float(stored["scale"][1]),
        )


def unpack(
    *,
    codes: Sequence[str],
    weights: NDArray[np.int8],
    scale: float,
    bias: NDArray[np.float32],
    sharpness: float,
) -> TypeModel:
    """Return a model of stored whole numbers."""
    return TypeModel(
        codes=tuple(codes),
        weights=weights.astype(np.float32) * np.float32(scale),
        bias=bias.astype(np.float32),
        sharpness=sharpness,
    )
