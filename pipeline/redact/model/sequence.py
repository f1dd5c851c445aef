"""The recognizer that judges a word by its form and by its neighbours.

In: readings. Out: findings with the model's probability as score and a fixed phrase as reason. A
word is found when the labels that are private outweigh a threshold together. It complements rules
and lists, it never replaces them; a damaged file or an arithmetic that fails holds every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np

from pipeline.model import DetectorFailure, Entity, Finding, Vouched
from pipeline.redact.model.decode import Decoder
from pipeline.redact.model.outweighed import Doubt, outweighed_from
from pipeline.redact.model.weights import INNOCENT, LABELS, Weights, shipped
from pipeline.redact.model.words import plain_word, seen, word
from pipeline.redact.names import name_facts, names_version
from pipeline.redact.names.cues import FUNCTION_WORDS, SAYING
from pipeline.redact.names.facts import Kind
from pipeline.redact.names.lexicon import is_bent_word
from pipeline.redact.names.slips import near_common_name
from pipeline.redact.reading import Reading
from pipeline.redact.sources import sources_version
from pipeline.redact.tokens import Token
from pipeline.redact.vocabulary import word_set

__all__ = ["THRESHOLDS", "SequenceModel", "sequence_model"]

_NAME = "sequence-model"
_PRIVATE = len(INNOCENT)
_SHARED = {"ID": Entity.GOVERNMENT_ID, "OTHER": Entity.UNEXPLAINED}
_ENTITIES = {each: _SHARED.get(each) or Entity(each) for each in LABELS[_PRIVATE:]}
_NOTHING = np.zeros((0, len(LABELS)), dtype=np.float32)

# Labels for people, for places, for codes, and the others.
_WHO, _WHERE, _CODE, _OTHER = range(4)
_GROUPS = {"PERSON": _WHO, "STAFF": _WHO, "ACCESS_CODE": _CODE}
_GROUPS |= dict.fromkeys(("ADDRESS", "STREET", "APARTMENT"), _WHERE)

THRESHOLDS = MappingProxyType(
    {
        "name": (0.044, 0.022, 0.044, 0.044),
        "named": (0.134, 0.067, 0.067, 0.067),
        "both": (0.1, 0.134, 0.067, 0.067),
        "bearer": (0.022, 0.067, 0.2, 0.134),
        "dispatch": (0.224, 0.022, 0.112, 0.112),
        "common": (0.196, 0.392, 0.196, 0.392),
        "unknown": (0.112, 0.224, 0.022, 0.224),
        "bent": (0.5, 0.5, 0.112, 0.5),
        "function": (0.75, 0.56, 0.56, 0.56),
        "few": (0.044, 0.022, 0.044, 0.078),
        "number": (0.056, 0.056, 0.112, 0.056),
        "mixed": (0.022, 0.044, 0.112, 0.392),
    }
)
"""The least probability of being private at which a word is found, by what it is and what it would
be: somebody, somewhere, a code to enter, another thing.

A name, a single letter and five digits are doubted most. Words of both kinds that are mostly names,
and mostly words; a word of dispatch that people bear, and one nobody bears, which is a street's or
a door's sooner than a person; any other English word; a word no list knows, which is masked anyway
unless it is an ordinary one bent or mistyped, and such a one, which is doubted less; a function
word, which is rarely private by itself; one or two digits; three or four; letters with digits.
Chosen on two writers by a model that had not learned from them, where a word between one threshold
of 0.04 and these was hardly ever private; all of them but that of function words times 0.8 and 0.7
since, where files of more writers doubt less. Some were raised after that, by half to three times,
as far as the totals of nine writers' texts lost no private word by it.
"""
_ALONE = MappingProxyType(
    {
        ("bearer", _WHO): 0.067,
        ("bearer", _CODE): 0.5,
        ("dispatch", _WHERE): 0.112,
        ("dispatch", _CODE): 0.5,
        ("common", _WHO): 0.5,
        ("few", _WHERE): 0.067,
        ("number", _OTHER): 0.196,
    }
)
"""Those of words that stand alone, nothing beside them being found: names, streets and doors are
mostly of two words."""
_SELDOM = (FUNCTION_WORDS | SAYING) | word_set(
    "hispanic asian filipino guest"
    " way scene end area building fire smoke engine vehicle officer officers deputy sergeant medic"
    " dispatcher dispatch calltaker station caller neighbor suspect victim patient subject"
)
"""Words that are hardly ever private themselves, however like a name's their place is."""
_DIGITS = MappingProxyType({1: "few", 2: "few", 3: "number", 4: "number"})
_KINDS = MappingProxyType(
    {
        Kind.NAME: "name",
        Kind.MOSTLY_NAME: "named",
        Kind.MOSTLY_WORD: "both",
        Kind.UNKNOWN: "unknown",
    }
)
_GROUP_OF = tuple(_GROUPS.get(each, _OTHER) for each in LABELS[_PRIVATE:])
_LEAST = min(map(min, THRESHOLDS.values()))
VOUCHES = MappingProxyType({"word": 0.04, "digits": 0.01})
"""The probability of being private below which a word is vouched for: one that no list knows, and
one with digits. What others explain needs nobody's word."""
_MOST = max(VOUCHES.values())


class SequenceModel:
    """Finds private words by the sequence they stand in; see the module."""

    def __init__(self, weights: Weights) -> None:
        self._decoder = Decoder(weights)
        self._version = f"{sources_version()}+{weights.digest}+{names_version()}"

    @property
    def name(self) -> str:
        """The name in findings."""
        return _NAME

    @property
    def version(self) -> str:
        """Changes with the file of weights, the thresholds, and the lists of names and words."""
        return self._version

    def find(self, readings: Sequence[Reading]) -> list[list[Finding]]:
        """Return the findings of each reading.

        Raises:
            DetectorFailure: when probabilities are not numbers, so that nothing can be said.
        """
        said = [seen(each) for each in readings]
        likely = np.concatenate([_NOTHING, *self._decoder.marginals(said)])
        private = likely[:, _PRIVATE:]
        total = private.sum(axis=1)
        if not np.isfinite(total).all():
            raise DetectorFailure("model")
        labels = private.argmax(axis=1).tolist()
        scores = total.tolist()
        found, first = [], 0
        for reading, each in zip(readings, said, strict=True):
            end = first + len(each.words)
            found.append(self._judged(reading, each.words, scores[first:end], labels[first:end]))
            first = end
        return found

    def _judged(
        self, reading: Reading, words: Sequence[str], scores: Sequence[float], labels: Sequence[int]
    ) -> list[Finding]:
        found: list[Finding] = []
        last = len(scores) - 1
        above = [
            score >= _LEAST and score >= _least(words[at], _GROUP_OF[labels[at]])
            for at, score in enumerate(scores)
        ]
        for at, score in enumerate(scores):
            if above[at]:
                label = LABELS[_PRIVATE + labels[at]]
                before, behind = at > 0 and above[at - 1], at < last and above[at + 1]
                if score < outweighed_from(reading, at, Doubt(label, score, before, behind)):
                    continue
                beside = before or behind
                if beside or score >= _least(words[at], _GROUP_OF[labels[at]], alone=True):
                    found.append(self._finding(reading.tokens[at], label, score, words, at))
            elif score < _MOST and score < _vouched_below(words[at]):
                found.append(self._vouched(reading.tokens[at], score))
        return found

    def _vouched(self, token: Token, score: float) -> Vouched:
        return Vouched(
            start=token.start,
            end=token.end,
            entity=Entity.UNEXPLAINED,
            recognizer=_NAME,
            recognizer_version=self._version,
            score=round(score, 4),
            reason="ordinary in its context",
        )

    def _finding(
        self, token: Token, label: str, score: float, words: Sequence[str], at: int
    ) -> Finding:
        return Finding(
            start=token.start,
            end=token.end,
            entity=_ENTITIES[label],
            recognizer=_NAME,
            recognizer_version=self._version,
            score=round(score, 3),
            reason=_reason(words, at),
        )


def _least(text: str, group: int, *, alone: bool = False) -> float:
    family = _family(text)
    least = THRESHOLDS[family][group]
    return _ALONE.get((family, group), least) if alone else least


@lru_cache(maxsize=65536)
def _family(text: str) -> str:
    bare = plain_word(text)
    if bare in _SELDOM:
        return "function"
    if bare.isdigit():
        return _DIGITS.get(len(bare), "name")
    if any(map(str.isdigit, bare)):
        return "mixed"
    known = name_facts(bare)
    if known.kind is Kind.UNKNOWN and is_bent_word(bare) and not near_common_name(bare):
        return "bent"
    if known.kind is not Kind.WORD or len(bare) == 1:
        return _KINDS[known.kind] if len(bare) > 1 else "name"
    if not known.in_vocabulary:
        return "common"
    return "bearer" if known.given or known.surname or known.nickname else "dispatch"


@lru_cache(maxsize=65536)
def _vouched_below(text: str) -> float:
    bare = plain_word(text)
    if any(map(str.isdigit, bare)):
        return VOUCHES["digits"]
    return VOUCHES["word"] if name_facts(bare).kind is Kind.UNKNOWN else 0.0


_FORMS = {"d": "number", "m": "letters and digits", "1": "single letter", "v": "dispatch word"}


def _reason(words: Sequence[str], place: int) -> str:
    # Only classes of words: a reason is shown to people who may not see the text.
    before = "at the start" if place == 0 else f"after {_form(words[place - 1])}"
    return f"context and shape: {_form(words[place])} {before}"


@lru_cache(maxsize=65536)
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
