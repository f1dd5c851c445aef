"""The recognizer that judges a word by its form and by its neighbours.

In: readings. Out: findings with the model's probability as score and a fixed phrase as reason. A
word is found when the labels that are private outweigh a threshold together. It complements rules
and lists, it never replaces them; a damaged file or an arithmetic that fails holds every text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from types import MappingProxyType

import numpy as np

from pipeline.model import DetectorFailure, Entity, Finding
from pipeline.redact.model.decode import Decoder, Floats
from pipeline.redact.model.weights import INNOCENT, LABELS, Weights, shipped
from pipeline.redact.model.words import seen, word
from pipeline.redact.reading import Reading

__all__ = ["THRESHOLDS", "SequenceModel", "sequence_model"]

_NAME = "sequence-model"
_ENTITY = {"ID": Entity.GOVERNMENT_ID, "OTHER": Entity.UNEXPLAINED}
_PRIVATE = len(INNOCENT)

THRESHOLDS = MappingProxyType({"unknown": 0.6, "dispatch": 0.9, "digits": 0.8})
"""The least probability of being private at which a word is found: a word the dispatch vocabulary
lacks, one that it holds, and one with digits, which rules explain better."""
_LEAST = min(THRESHOLDS.values())


class SequenceModel:
    """Finds private words by the sequence they stand in; see the module."""

    def __init__(self, weights: Weights) -> None:
        self._decoder = Decoder(weights)
        shares = ",".join(f"{each}{least}" for each, least in THRESHOLDS.items())
        self._version = f"1+{weights.digest}+{hashlib.sha256(shares.encode()).hexdigest()[:6]}"

    @property
    def name(self) -> str:
        """The name in findings."""
        return _NAME

    @property
    def version(self) -> str:
        """Changes with the file of weights and with the thresholds."""
        return self._version

    def find(self, readings: Sequence[Reading]) -> list[list[Finding]]:
        """Return the findings of each reading.

        Raises:
            DetectorFailure: when probabilities are not numbers, so that nothing can be said.
        """
        said = [seen(each) for each in readings]
        likely = self._decoder.marginals(said)
        return [
            self._findings(reading, words, chances)
            for reading, (words, _), chances in zip(readings, said, likely, strict=True)
        ]

    def _findings(self, reading: Reading, words: Sequence[str], chances: Floats) -> list[Finding]:
        if not len(chances):
            return []
        private = chances[:, _PRIVATE:]
        total = private.sum(axis=1)
        if not np.isfinite(total).all():
            raise DetectorFailure("model")
        best = private.argmax(axis=1)
        found = []
        for place in np.flatnonzero(total >= _LEAST).tolist():
            if total[place] < THRESHOLDS[_family(words[place])]:
                continue
            token = reading.tokens[place]
            label = LABELS[_PRIVATE + best[place]]
            found.append(
                Finding(
                    start=token.start,
                    end=token.end,
                    entity=_ENTITY[label] if label in _ENTITY else Entity(label),
                    recognizer=_NAME,
                    recognizer_version=self._version,
                    score=round(float(total[place]), 3),
                    reason=_reason(words, place),
                )
            )
        return found


def _family(text: str) -> str:
    kind = word(text).kind
    if kind[0] in "dm":
        return "digits"
    return "dispatch" if kind[1] == "v" else "unknown"


_FORMS = {"d": "number", "m": "letters and digits", "1": "single letter", "v": "dispatch word"}


def _reason(words: Sequence[str], place: int) -> str:
    # Only classes of words: a reason is shown to people who may not see the text.
    before = "at the start" if place == 0 else f"after {_form(words[place - 1])}"
    return f"context and shape: {_form(words[place])} {before}"


def _form(text: str) -> str:
    kind = word(text).kind
    if kind[0] in _FORMS:
        return _FORMS[kind[0]]
    named = "n" in kind or "r" in kind
    known = _FORMS.get(kind[1], "unknown word")
    return f"name-like {known}" if named else known


@cache
def sequence_model() -> SequenceModel:
    """Return the recognizer with the weights of this package.

    Raises:
        DetectorFailure: when the file of weights is missing or damaged.
    """
    return SequenceModel(shipped())
