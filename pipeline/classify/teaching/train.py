"""Makes the judge's weights from written situations: the same bytes from the same text.

In go the situations of ``grammar``, out comes ``judge.npz``. It never reads the gold narratives
of the tests. Cross-validation holds out whole situations, so its figures are of unseen ones.

A trait counts by its rarity in the taught texts (Sparck Jones 1972, inverse document frequency), a
pair of words half of that, and is held back less the more it leans to one side (after the ratios of
Wang and Manning 2012). Common words then do not sum up to a doubt in a long text.
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
from scipy.sparse import csr_matrix, diags  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.classify.judge import SHORTEST, risen
from pipeline.classify.signals import words_of
from pipeline.classify.teaching.grammar import Situation, situations, spell
from pipeline.classify.teaching.noise import filler, typed
from pipeline.classify.traits import traits_of

__all__ = ["Example", "cross_validated", "examples", "train"]

_SEED = 20
_TEXTS_EACH = 8
_FILLERS = 2500  # texts of log lines alone
_FORGOTTEN = 0.3
_EVERY = 5  # of the texts, one in so many teaches the categories: they name what is raised
_LEAST = 3  # a trait in fewer examples teaches nothing
_STRENGTH = 8.0
_PAIRED = 0.5  # of its rarity, for a trait of two words or parts
_THRESHOLD = -0.7  # a miss costs a person, a false alarm an editor's minute
_FOLDS = 5
_JOINT = re.compile("[ +>]")  # between the halves of a trait


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
    told = [traits_of(words_of(each.text)) for each in taught]
    rows = _known(told, [each.situation for each in taught])
    traits = _with_forgetting(told)
    taught = taught + taught
    rarity = _rarity(traits, rows)
    matrix = _matrix(traits, rows, rarity)
    categories = sorted({each.category for each in taught} - {""})
    columns = [_fit(matrix, np.array([bool(each.category) for each in taught]))]
    few = slice(None, None, _EVERY)
    columns += [
        _fit(matrix[few], np.array([each.category == name for each in taught[few]]))
        for name in categories
    ]
    weights = np.stack([column[0] * rarity for column in columns], axis=1)
    scale = np.abs(weights).max(axis=0) / 127
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            traits=np.frombuffer("\n".join(rows).encode(), dtype=np.uint8),
            categories=np.frombuffer("\n".join(categories).encode(), dtype=np.uint8),
            weights=np.rint(weights / scale).astype(np.int8),
            scale=scale.round(6).astype(np.float32),
            rarity=rarity.astype(np.float16),
            bias=np.array([column[1] for column in columns]).round(4).astype(np.float32),
            threshold=np.float32(_THRESHOLD),
        )


def cross_validated(written: Sequence[Situation]) -> Mapping[str, tuple[int, int]]:
    """Return raised and all texts by category (innocent ones by section), unseen in teaching."""
    taught = list(examples(written))
    traits = [traits_of(words_of(each.text)) for each in taught]
    sensitive = np.array([bool(each.category) for each in taught])
    folds = np.array([each.situation % _FOLDS for each in taught])
    bars = np.array([_THRESHOLD + risen(len(words_of(each.text))) for each in taught])
    counts: dict[str, tuple[int, int]] = {}
    for fold in range(_FOLDS):
        learnt = [index for index in range(len(taught)) if folds[index] != fold]
        told = [traits[index] for index in learnt]
        rows = _known(told, [taught[index].situation for index in learnt])
        given = _with_forgetting(told)
        rarity = _rarity(given, rows)
        weights, bias = _fit(_matrix(given, rows, rarity), np.tile(sensitive[learnt], 2))
        raised = _matrix(traits, rows, rarity) @ weights + bias >= bars
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


def _known(traits: Sequence[Sequence[str]], origins: Sequence[int]) -> Mapping[str, int]:
    """Return the traits that teach: of several texts, and of more than one situation."""
    count = Counter(trait for each in traits for trait in each)
    first, shared = dict[str, int](), set[str]()
    for each, origin in zip(traits, origins, strict=True):
        shared.update(trait for trait in each if first.setdefault(trait, origin) != origin)
    often = sorted(trait for trait in shared if count[trait] >= _LEAST)
    return {trait: row for row, trait in enumerate(often)}


def _rarity(traits: Sequence[Sequence[str]], rows: Mapping[str, int]) -> NDArray[np.float64]:
    """Return for each row the logarithm of how many texts there are to one that has it."""
    count = Counter(rows[trait] for each in traits for trait in each if trait in rows)
    texts = np.array([count[row] for row in range(len(rows))])
    joint = np.array([bool(_JOINT.search(trait)) for trait in rows])
    # As the judge reads them: what rounding takes away must be taken away in teaching, too.
    rare = np.log(len(traits) / texts) * np.where(joint, _PAIRED, 1.0)
    return rare.astype(np.float16).astype(np.float64)


def _matrix(
    traits: Sequence[Sequence[str]], rows: Mapping[str, int], rarity: NDArray[np.float64]
) -> csr_matrix:
    """Return one row a text, its known traits by their rarity, so scaled that its length is 1."""
    starts, columns, values = [0], list[int](), list[NDArray[np.float64]]()
    for each in traits:
        known = [rows[trait] for trait in each if trait in rows]
        columns.extend(known)
        values.append(rarity[known] / max(SHORTEST, math.sqrt(np.square(rarity[known]).sum())))
        starts.append(len(columns))
    shape = (len(traits), len(rows))
    return csr_matrix((np.concatenate(values), columns, starts), shape=shape, dtype=np.float32)


def _fit(matrix: csr_matrix, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Return the weights of the rows and what is added to their sum."""
    room = np.sqrt(_leaning(matrix, wanted))
    fitted = LogisticRegression(C=_STRENGTH, max_iter=400, class_weight="balanced")
    with threadpool_limits(1):  # sums of several threads end in other bytes
        fitted.fit(matrix @ diags(room), wanted)
    return fitted.coef_[0] * room, float(fitted.intercept_[0])


def _leaning(matrix: csr_matrix, wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each row how much more often one side has it: the logarithm, without its sign."""
    there = matrix > 0
    sides = [np.asarray(there[side].sum(axis=0)).ravel() + 1.0 for side in (wanted, ~wanted)]
    shares = [side / side.sum() for side in sides]
    leaning: NDArray[np.float64] = np.abs(np.log(shares[0] / shares[1]))
    return leaning
