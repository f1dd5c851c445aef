"""Trains the model of glued words on invented narratives, and writes its file.

In: narratives as JSON lines on standard input (``python -m pipeline.emulator.narratives`` writes
them), and a path. Words of them are typed together by chance; words that stand alone stay whole.
Out: the file of weights there, the same bytes for the same lines and versions. Only this program
needs the training library. It must never be fed with texts of real calls.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from pathlib import Path
from random import Random

import pycrfsuite

from pipeline.redact.glue.features import place_features
from pipeline.redact.glue.seamed import dump
from pipeline.redact.parting import is_whole

__all__ = ["examples", "train"]

Example = tuple[str, tuple[int, ...]]

_PARAMETERS = {"c1": 0.1, "c2": 0.02, "feature.minfreq": 4, "feature.possible_transitions": True}
_ITERATIONS = 60
_EXAMPLES = 120_000
_WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019][A-Za-z]+)?")
_APOSTROPHES = re.compile("['\u2019]")
_LENGTHS = range(4, 61)
# These are glued, or disguised, where nobody marked it.
_LEFT_OUT = frozenset({"typos-glue", "unicode-noise", "markup"})
_SPACES = frozenset({" "})
_MARKS = frozenset({", ", ". ", "/", " / ", "; ", ": ", ",", ".", " - ", "#", " #"})
_GLUED, _ON, _MARK_LOST, _KEPT = 0.35, 0.55, 0.5, 0.8  # chances
_MOST = 7
_LOWER, _UPPER = 0.35, 0.45  # up to these chances
_STEPS = (("I", "I"), ("I", "B"), ("B", "I"), ("B", "B"))


def examples(lines: Iterable[str], seed: int) -> Iterator[Example]:
    """Give typed tokens with the places at which words meet in them; none in words left alone."""
    rng = Random(seed)  # noqa: S311 - text for teaching, no secret
    narratives = [each for line in lines if (each := json.loads(line))["style"] not in _LEFT_OUT]
    rng.shuffle(narratives)
    for each in narratives:
        for words in _runs(each["text"], rng):
            plain = [_APOSTROPHES.sub("", word) for word in words]
            typed = _typed("".join(plain), rng)
            if len(typed) in _LENGTHS and typed.isascii():
                yield typed, tuple(accumulate(map(len, plain[:-1])))


def _runs(text: str, rng: Random) -> Iterator[list[str]]:
    """Give runs of words to be glued, and words alone that might be taken for such."""
    found = list(_WORD.finditer(text))
    at = 0
    while at < len(found):
        run = [found[at]]
        if rng.random() < _GLUED:
            most = 2
            while most < _MOST and rng.random() < _ON:
                most += 1
            for each in found[at + 1 : at + most]:
                gap = text[run[-1].end() : each.start()]
                if not (gap in _SPACES or (gap in _MARKS and rng.random() < _MARK_LOST)):
                    break
                run.append(each)
        words = [each.group() for each in run]
        if len(words) > 1 or (_is_odd(words[0]) and rng.random() < _KEPT):
            yield words
        at += len(run)


def _is_odd(word: str) -> bool:
    return not word.isalpha() or not is_whole(word.lower())


def _typed(word: str, rng: Random) -> str:
    chance = rng.random()
    return word.lower() if chance < _LOWER else word.upper() if chance < _UPPER else word


def train(given: Iterable[Example]) -> bytes:
    """Return the file of a model trained on tokens and the places of their seams."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({**_PARAMETERS, "max_iterations": _ITERATIONS})
    for typed, seams in given:
        labels = ["B" if at in seams else "I" for at in range(1, len(typed))]
        trainer.append(place_features(typed), labels)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.crfsuite")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
    weights: dict[str, float] = {}
    for (name, label), weight in info.state_features.items():
        weights[name] = weights.get(name, 0.0) + (weight if label == "B" else -weight)
    none, begins, ends, both = (info.transitions.get(step, 0.0) for step in _STEPS)
    return dump(weights, (none, begins, ends, both))


def main() -> None:
    """Train on standard input and write the file."""
    arguments = argparse.ArgumentParser(description="Train the model of glued words.")
    arguments.add_argument("--examples", type=int, default=_EXAMPLES)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("out", type=Path)
    asked = arguments.parse_args()
    asked.out.write_bytes(train(islice(examples(sys.stdin, asked.seed), asked.examples)))


if __name__ == "__main__":
    main()
