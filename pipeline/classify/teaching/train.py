"""Makes the judge's weights from written situations: the same bytes from the same text.

In go the situations of ``grammar``, out comes ``judge.npz``. It never reads the gold narratives
of the tests. Cross-validation holds out whole situations, so its figures are of unseen ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.classify.signals import words_of
from pipeline.classify.teaching.grammar import Situation, situations, spell
from pipeline.classify.teaching.noise import filler, typed
from pipeline.classify.traits import traits_of

__all__ = ["Example", "cross_validated", "examples", "train"]

_SEED = 20
_TEXTS_EACH = 20
_FILLERS = 2500  # texts of log lines alone
_FORGOTTEN = 0.3
_EVERY = 5  # of the texts, one in so many teaches the categories: they name what is raised
_LEAST = 4  # a trait in fewer examples teaches nothing
_STRENGTH = 8.0
_THRESHOLD = -0.1  # a miss costs a person, a false alarm an editor's minute
_FOLDS = 5
_JOINT = re.compile("[ +]")  # between the halves of a trait


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One spelled-out text; ``situation`` is the number of the line it came from."""

    situation: int
    category: str
    text: str


def examples(written: Sequence[Situation], seed: int = _SEED) -> Iterator[Example]:
    """Yield typed texts of every situation, and longer ones with innocent lines around."""
    innocent = [each for each in written if not each.category]
    for number, each in enumerate(written):
        # Its own source, so that a new situation leaves the texts of the others as they were.
        random = Random(f"{seed} {each.line}")  # noqa: S311 - text for teaching, no secret
        for turn in range(_TEXTS_EACH):
            text = typed(spell(each.line, random), random)
            if turn % 4 == 3:
                other = typed(spell(random.choice(innocent).line, random), random)
                text = _around(text, [other], random)
            if turn % 3 == 2:
                lines = [filler(random) for _ in range(random.randrange(1, 4))]
                text = _around(text, lines, random)
            yield Example(situation=number, category=each.category, text=text)
    random = Random(seed)  # noqa: S311 - text for teaching, no secret
    for turn in range(_FILLERS):
        lines = [filler(random) for _ in range(random.randrange(1, 6))]
        yield Example(situation=len(written) + turn, category="", text=" / ".join(lines))


def _around(text: str, lines: Sequence[str], random: Random) -> str:
    """Return the text with other lines of a log before and after it."""
    whole = list(lines)
    whole.insert(random.randrange(len(whole) + 1), text)
    return random.choice((" / ", ". ", "\n", ", ")).join(whole)


def train(path: Path) -> None:
    """Learn from all situations and write the weights to ``path``."""
    taught = list(examples(list(situations())))
    traits = _with_forgetting([traits_of(words_of(each.text)) for each in taught])
    taught = taught + taught
    rows = _known(traits)
    matrix = _matrix(traits, rows)
    categories = sorted({each.category for each in taught} - {""})
    columns = [_fit(matrix, np.array([bool(each.category) for each in taught]))]
    few = slice(None, None, _EVERY)
    columns += [
        _fit(matrix[few], np.array([each.category == name for each in taught[few]]))
        for name in categories
    ]
    weights = np.stack([column[0] for column in columns], axis=1)
    scale = np.abs(weights).max(axis=0) / 127
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            traits=np.frombuffer("\n".join(rows).encode(), dtype=np.uint8),
            categories=np.frombuffer("\n".join(categories).encode(), dtype=np.uint8),
            weights=np.rint(weights / scale).astype(np.int8),
            scale=scale.round(6).astype(np.float32),
            bias=np.array([column[1] for column in columns]).round(4).astype(np.float32),
            threshold=np.float32(_THRESHOLD),
        )


def cross_validated(written: Sequence[Situation]) -> Mapping[str, tuple[int, int]]:
    """Return raised and all texts by category (innocent ones by section), unseen in teaching."""
    taught = list(examples(written))
    traits = [traits_of(words_of(each.text)) for each in taught]
    sensitive = np.array([bool(each.category) for each in taught])
    folds = np.array([each.situation % _FOLDS for each in taught])
    counts: dict[str, tuple[int, int]] = {}
    for fold in range(_FOLDS):
        learnt = [index for index in range(len(taught)) if folds[index] != fold]
        given = _with_forgetting([traits[index] for index in learnt])
        rows = _known(given)
        weights, bias = _fit(_matrix(given, rows), np.tile(sensitive[learnt], 2))
        raised = _matrix(traits, rows) @ weights + bias >= _THRESHOLD
        for index in np.flatnonzero(folds == fold):
            situation = taught[index].situation
            section = written[situation].section if situation < len(written) else "log lines"
            name = taught[index].category or f"innocent:{section}"
            before = counts.get(name, (0, 0))
            counts[name] = (before[0] + int(raised[index]), before[1] + 1)
    return dict(sorted(counts.items()))


def _with_forgetting(traits: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the texts, and again with words forgotten by chance: parts must do without them."""
    random = Random(_SEED)  # noqa: S311 - for teaching, no secret
    return [*traits, *(_forgetful(each, random) for each in traits)]


def _forgetful(traits: Sequence[str], random: Random) -> list[str]:
    words = [trait for trait in traits if trait.startswith("w:") and not _JOINT.search(trait)]
    gone = {word for word in words if random.random() < _FORGOTTEN}
    return [trait for trait in traits if not gone.intersection(_JOINT.split(trait))]


def _known(traits: Sequence[Sequence[str]]) -> Mapping[str, int]:
    count = Counter(trait for each in traits for trait in each)
    often = sorted(trait for trait, number in count.items() if number >= _LEAST)
    return {trait: row for row, trait in enumerate(often)}


def _matrix(traits: Sequence[Sequence[str]], rows: Mapping[str, int]) -> csr_matrix:
    """Return one row a text, every known trait alike, so scaled that length does not matter."""
    starts, columns, values = [0], list[int](), list[float]()
    for each in traits:
        known = [rows[trait] for trait in each if trait in rows]
        columns.extend(known)
        values.extend([1 / math.sqrt(max(1, len(known)))] * len(known))
        starts.append(len(columns))
    shape = (len(traits), len(rows))
    return csr_matrix((values, columns, starts), shape=shape, dtype=np.float32)


def _fit(matrix: csr_matrix, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    fitted = LogisticRegression(C=_STRENGTH, max_iter=400, class_weight="balanced")
    with threadpool_limits(1):  # sums of several threads end in other bytes
        fitted.fit(matrix, wanted)
    return fitted.coef_[0], float(fitted.intercept_[0])
