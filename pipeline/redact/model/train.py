"""Trains the sequence model on invented narratives and writes its file.

In: narratives as JSON lines on standard input (``python -m pipeline.emulator.narratives`` writes
them), and a path. Out: the file of weights there, the same
bytes for the same lines. Only this program needs the training library. Some words are learned
without their lists and some without their identity, so that neighbours must carry them. It must
never be fed with texts of real calls: weights would keep their words.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

import pycrfsuite

from pipeline.redact.model.weights import dump
from pipeline.redact.model.words import seen, sequence_features
from pipeline.redact.reading import Reading, read

__all__ = ["LABEL_OF", "labels", "train"]

Span = tuple[int, int, str]

LABEL_OF = {
    "VIN": "PLATE",
    "LICENSE": "ID",
    "SSN": "ID",
    "GOVERNMENT_ID": "ID",
    "FINANCIAL": "ID",
    "MEDICAL_ID": "ID",
    "EMAIL": "HANDLE",
    "AGE": "OTHER",
    "GEO": "OTHER",
    "NCIC_RETURN": "OTHER",
}
"""The label of entities that share one; every other entity is its own label."""

_PARAMETERS = {"c1": 0.2, "c2": 0.05, "feature.minfreq": 6, "feature.possible_transitions": True}
_HIDES = ("names", "names", "names", "identity", "", "", "", "", "", "")


def labels(reading: Reading, spans: Sequence[Span]) -> list[str]:
    """Return the label of each token: that of the first span it shares a character with."""
    found = []
    back = reading.spans
    for token in reading.tokens:
        first, last = token.start, token.end
        if back is not None:  # spans are the original's
            first, last = back[first][0], back[last - 1][1]
        over = (entity for start, end, entity in spans if start < last and first < end)
        entity = next(over, "O")
        found.append(LABEL_OF.get(entity, entity))
    return found


def train(narratives: Iterable[tuple[str, Sequence[Span]]], iterations: int, seed: int) -> bytes:
    """Return the file of a model trained on texts and their spans."""
    rng = Random(seed)  # noqa: S311
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({**_PARAMETERS, "max_iterations": iterations})
    for text, spans in narratives:
        reading = read(text)
        if reading.tokens:
            features = sequence_features(seen(reading), lambda: rng.choice(_HIDES))
            trainer.append(features, labels(reading, spans))
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.crfsuite")
        trainer.train(path)
        return converted(path)


def converted(path: str) -> bytes:
    """Return the file of weights for a model of the training library."""
    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    info = tagger.info()
    features: dict[str, dict[str, float]] = {}
    for (name, label), weight in info.state_features.items():
        features.setdefault(name, {})[label] = weight
    return dump(features, info.transitions)


def _lines() -> Iterator[tuple[str, list[Span]]]:
    for line in sys.stdin:
        each = json.loads(line)
        yield each["text"], [(s["start"], s["end"], s["entity"]) for s in each["spans"]]


def main() -> None:
    """Train on standard input and write the file."""
    arguments = argparse.ArgumentParser(description="Train the sequence model on JSON lines.")
    arguments.add_argument("--iterations", type=int, default=120)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("out", type=Path)
    asked = arguments.parse_args()
    asked.out.write_bytes(train(_lines(), asked.iterations, asked.seed))


if __name__ == "__main__":
    main()
