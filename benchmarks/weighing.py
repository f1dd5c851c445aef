"""What classification with text costs: the lexicon, the judge, and both with the call type.

In: nothing; the narratives are spelled from the situations the judge is taught from, in the length
of a dispatch narrative. Out: one case. Words come again from round to round, as in a line; one
contender also meets the same texts again, the last one has new texts each round.
"""

from __future__ import annotations

from itertools import count as numbers
from random import Random

from benchmarks.bare import require
from benchmarks.cases import Case
from benchmarks.measure import Lap
from pipeline.classify import sensitive_signals, verdict_on, weighed_signals
from pipeline.classify.teaching.grammar import situations, spell
from pipeline.classify.teaching.noise import filler, typed

__all__ = ["weighing"]

_WORDS = 42  # of a narrative, as the corpora of narratives have it in the mean
_SEED = 7
_TYPES = ("DISTURBANCE", "SUSP CIRC", "THEFT", "FIRE", "FOLLOW UP")


def weighing(count: int) -> Case:
    """Time the verdict on ``count`` narratives, and its two readers alone."""
    texts, turns = _narratives(count), numbers(_SEED + 1)

    def both() -> Lap:
        return _judged(texts)

    def unmet() -> Lap:
        return _judged(_narratives(count, seed=next(turns)))

    def lexicon() -> None:
        require(sum(1 for text in texts if sensitive_signals([text]) is not None), count)

    def judge() -> None:
        require(sum(1 for text in texts if weighed_signals([text]) is not None), count)

    return Case(
        name="sensitivity",
        title="narratives of 42 words",
        unit="incident",
        count=count,
        size=sum(len(text.encode()) for text in texts),
        contenders={
            "lexicon": lexicon,
            "judge": judge,
            "verdict": both,
            "verdict, new texts": unmet,
        },
    )


def _judged(texts: list[str]) -> Lap:
    lap = Lap()
    verdicts = [
        verdict_on(call_type=_TYPES[number % len(_TYPES)], narrative=text)
        for number, text in enumerate(texts)
    ]
    require(len(verdicts), len(texts))
    return lap.end()


def _narratives(count: int, seed: int = _SEED) -> list[str]:
    random = Random(seed)  # noqa: S311 - invented text, no secret
    written = [each.line for each in situations()]
    texts = []
    for _ in range(count):
        parts: list[str] = []
        while sum(len(part.split()) for part in parts) < _WORDS:
            parts += [typed(spell(random.choice(written), random), random), filler(random)]
        texts.append(" ".join(" / ".join(parts).split()[:_WORDS]))
    return texts
