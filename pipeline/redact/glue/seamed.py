"""Gives how likely two words meet at each place of a token, by a trained chain.

In: a token as it was typed. Out: a probability for each inner place, of a chain of two labels. The
weights are ``weights.json`` beside this file, whole numbers (thousandths) that ``train`` wrote:
reading them can run nothing. It must never pass on a missing or damaged file: no text is read
without it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import orjson

from pipeline.model import DetectorFailure
from pipeline.redact.glue.features import place_features

__all__ = ["Seams", "dump", "likely", "load"]

_SCALE = 1000
_FORMAT = 1
_MOST = 500.0  # of a logarithm either way, beyond which exp would overflow


@dataclass(frozen=True, slots=True)
class Seams:
    """What each feature says for a seam, against none; and steps between none (0) and seam (1)."""

    weights: Mapping[str, float]
    steps: tuple[float, float, float, float]


def dump(weights: Mapping[str, float], steps: tuple[float, float, float, float]) -> bytes:
    """Return the file of a trained model, the same bytes for the same weights."""
    kept = {name: round(weights[name] * _SCALE) for name in sorted(weights)}
    body = {
        "format": _FORMAT,
        "steps": [round(each * _SCALE) for each in steps],
        "features": {name: weight for name, weight in kept.items() if weight},
    }
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.replace(",", ",\n").encode() + b"\n"


def load(content: bytes) -> Seams:
    """Return the model in a file's bytes.

    Raises:
        DetectorFailure: when it is not a whole file of this form.
    """
    try:
        body = orjson.loads(content)
        if body["format"] != _FORMAT:
            raise DetectorFailure("model")
        none, begins, ends, both = (each / _SCALE for each in body["steps"])
        weights = {name: weight / _SCALE for name, weight in body["features"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DetectorFailure("model") from None
    if not weights:
        raise DetectorFailure("model")
    return Seams(weights, (none, begins, ends, both))


def likely(typed: str) -> list[float]:
    """Return the probability of a seam at each inner place, from that behind the first character.

    Raises:
        DetectorFailure: when the file is missing or damaged.
    """
    model = _shipped()
    weigh = model.weights.get
    scores = [sum([weigh(name, 0.0) for name in names]) for names in place_features(typed)]
    return _marginals(scores, model.steps)


@cache
def _shipped() -> Seams:
    try:
        content = resources.files(__package__).joinpath("weights.json").read_bytes()
    except OSError:
        raise DetectorFailure("model") from None
    return load(content)


def _marginals(scores: list[float], steps: tuple[float, float, float, float]) -> list[float]:
    """Return the marginals of a chain of two labels by sums forwards and backwards."""
    # Only the difference of the labels counts, so all that is kept is its logarithm.
    none, begins, ends, both = steps
    ahead = [0.0] * len(scores)
    for at in range(1, len(scores)):
        odds = ahead[at - 1] + scores[at - 1]
        ahead[at] = _added(begins, both + odds) - _added(none, ends + odds)
    behind = [0.0] * len(scores)
    for at in range(len(scores) - 2, -1, -1):
        odds = behind[at + 1] + scores[at + 1]
        behind[at] = _added(ends, both + odds) - _added(none, begins + odds)
    odds_of = map(sum, zip(ahead, scores, behind, strict=True))
    return [1 / (1 + math.exp(-max(-_MOST, min(_MOST, odds)))) for odds in odds_of]


def _added(one: float, other: float) -> float:
    """Return the logarithm of the sum of two numbers given by theirs."""
    most = max(one, other)
    return most + math.log1p(math.exp(-abs(one - other)))
