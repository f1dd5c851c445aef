"""Runs redaction over gold narratives and judges it.

In: gold narratives. Out: figures. Time is processor time of this process, loading apart. It must
never give the redaction anything but the text and the known values. What is compared how is
``evaluation``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

from pipeline.evaluation.figures import Figures, Speed, figures
from pipeline.evaluation.gold import GoldNarrative
from pipeline.evaluation.score import Answer, score
from pipeline.model import Held
from pipeline.usecases.redact_texts import RedactedText, Redactor

__all__ = ["evaluate"]

_FIRST = "smoke in the building"


def evaluate(
    gold: Sequence[GoldNarrative],
    *,
    recognizers: Path | None = None,
    clock: Callable[[], float] = process_time,
) -> tuple[Figures, str]:
    """Return how the redaction does on all the narratives, and the version that was judged.

    ``recognizers`` is a file of the site's own.

    Raises:
        ConfigError: the file of recognizers is wrong, or one of its examples fails.
    """
    begun = clock()
    redactor = Redactor(recognizers)
    redactor.redact(_FIRST)  # loads what is loaded with the first text
    loaded = clock()
    results = list(
        redactor.redact_many([each.text for each in gold], [each.known for each in gold])
    )
    done = clock()
    scores = [score(each, _answer(result)) for each, result in zip(gold, results, strict=True)]
    speed = Speed(
        seconds=done - loaded,
        loading=loaded - begun,
        narratives=len(gold),
        words=sum(each.words for each in scores),
    )
    return figures(scores, speed), redactor.version


def _answer(result: RedactedText | Held) -> Answer:
    if isinstance(result, Held):
        return Answer(spans=(), shown=None)
    return Answer(
        spans=tuple((each.start, each.end) for each in result.findings), shown=result.text
    )
