"""The file of the sequence model: labels, transitions, weights by feature and label.

In: ``weights.json`` beside this file, which ``train`` wrote. Out: ``Weights``. It is JSON of whole
numbers (thousandths), so reading it can run nothing. A file that is missing, cut, or not of this
form raises :class:`DetectorFailure`: no text passes on a damaged model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import chain

import numpy as np
import orjson
from numpy.typing import NDArray

from pipeline.model import DetectorFailure

__all__ = ["INNOCENT", "LABELS", "Weights", "dump", "load", "shipped"]

INNOCENT = ("O", "PLACE")
LABELS = (
    *INNOCENT,
    "PERSON",
    "STAFF",
    "PHONE",
    "ADDRESS",
    "STREET",
    "APARTMENT",
    "DOB",
    "PLATE",
    "ID",
    "ACCESS_CODE",
    "HANDLE",
    "OTHER",
)
"""What a word can be; a place is told apart from people but never masked by the model alone."""

_SCALE = 1000
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of features (each with a row, one number a label in order) and of transitions."""

    names: tuple[str, ...]
    rows: NDArray[np.float32]
    transitions: tuple[tuple[float, ...], ...]
    digest: str


def dump(
    features: Mapping[str, Mapping[str, float]], steps: Mapping[tuple[str, str], float]
) -> bytes:
    """Return the file of a trained model, the same bytes for the same weights."""
    kept = {}
    for name in sorted(features):
        rounded = {
            str(LABELS.index(label)): round(weight * _SCALE)
            for label, weight in sorted(features[name].items())
            if round(weight * _SCALE)
        }
        if rounded:
            kept[name] = rounded
    table = [[round(steps.get((a, b), 0.0) * _SCALE) for b in LABELS] for a in LABELS]
    body = {"format": _FORMAT, "labels": LABELS, "transitions": table, "features": kept}
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.replace('},"', '},\n"').encode() + b"\n"


def load(content: bytes) -> Weights:
    """Return the weights in a file's bytes.

    Raises:
        DetectorFailure: when it is not a whole file of this form and these labels.
    """
    try:
        body = orjson.loads(content)
        if body["format"] != _FORMAT or tuple(body["labels"]) != LABELS:
            raise DetectorFailure("model")
        steps = tuple(tuple(each / _SCALE for each in row) for row in body["transitions"])
        features = body["features"]
        rows = _rows(list(features.values()))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise DetectorFailure("model") from None
    if len(steps) != len(LABELS) or {len(row) for row in steps} != {len(LABELS)} or not features:
        raise DetectorFailure("model")
    return Weights(tuple(features), rows, steps, hashlib.sha256(content).hexdigest()[:12])


def _rows(sparse: Sequence[Mapping[str, int]]) -> NDArray[np.float32]:
    labels = {str(place): place for place in range(len(LABELS))}
    label = np.fromiter(map(labels.__getitem__, chain.from_iterable(sparse)), dtype=np.intp)
    row = np.repeat(np.arange(len(sparse)), list(map(len, sparse)))
    rows = np.zeros((len(sparse), len(LABELS)), dtype=np.float32)
    weights = chain.from_iterable(each.values() for each in sparse)
    rows[row, label] = np.fromiter(weights, dtype=np.float32, count=len(label))
    rows /= np.float32(_SCALE)
    return rows


def shipped() -> Weights:
    """Return the weights of the file in this package.

    Raises:
        DetectorFailure: when the file is missing or damaged.
    """
    try:
        content = resources.files(__package__).joinpath("weights.json").read_bytes()
    except OSError:
        raise DetectorFailure("model") from None
    return load(content)
