"""Compares redaction with Presidio on the same narratives of 42 words, as installed and trimmed.

In: how many narratives. Out: a case. "As installed" is Presidio's default list of recognizers
without a language model; "trimmed" is our adapter's short list behind its fences. Every narrative
is invented, and no two are the same, so that nothing gains from having seen one before.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from benchmarks.bare import require
from benchmarks.cases import Case
from pipeline.adapters.presidio import presidio_detector
from pipeline.policies import load_policy
from pipeline.usecases.redact_texts import Redactor

__all__ = ["redaction"]

_WORDS = 42
_PLAIN = [
    "caller",
    "reports",
    "smoke",
    "from",
    "the",
    "roof",
    "of",
    "a",
    "house",
    "two",
    "people",
    "out",
    "crews",
    "on",
    "scene",
    "vehicle",
    "blocking",
    "the",
    "road",
    "male",
    "subject",
    "yelling",
    "at",
    "traffic",
    "patient",
    "is",
    "conscious",
    "and",
    "breathing",
    "alarm",
    "sounding",
    "in",
    "the",
    "basement",
    "officer",
    "requested",
    "second",
    "unit",
    "advised",
    "to",
    "stay",
    "on",
    "the",
    "line",
]
_PRIVATE = (
    "Zebulon Quillfeather",
    "Marigold Tamsin",
    "at 1847 River Bend Rd",
    "412 N Tannery St Apt 3",
    "plate KRW4471",
    "dob 03/12/1984",
    "gate code 4471#",
    "E12 onscene 0815",
)


def redaction(narratives: int) -> Case:
    """Time plain Presidio, trimmed Presidio and the whole redaction on invented narratives."""
    texts = list(_narratives(narratives))
    plain, trimmed, whole = _plain(), presidio_detector(load_policy(None)), Redactor()

    def as_installed() -> None:
        found = [plain.analyze(text, language="en") for text in texts]
        require(len(found), len(texts))

    def short_list() -> None:
        require(len(trimmed.find(texts)), len(texts))

    def everything() -> None:
        require(sum(1 for _ in whole.redact_many(texts)), len(texts))

    return Case(
        name="redaction",
        title=f"narratives of {_WORDS} words",
        unit="narrative",
        count=len(texts),
        size=sum(map(len, texts)),
        contenders={
            "Presidio as installed": as_installed,
            "Presidio trimmed": short_list,
            "redact": everything,
        },
        base="Presidio as installed",
    )


def _plain() -> AnalyzerEngine:
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")  # there is no model for it to ask
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
    )


def _narratives(count: int) -> Iterator[str]:
    chance = random.Random(42)  # noqa: S311 - the same narratives every time
    for _ in range(count):
        private = chance.sample(_PRIVATE, 2)
        phone = f"{chance.randint(201, 989)}-555-01{chance.randint(0, 99):02d}"
        words = " ".join([*private, phone]).split()
        filling = chance.choices(_PLAIN, k=_WORDS - len(words))
        middle = len(filling) // 2
        yield " ".join([*filling[:middle], *words, *filling[middle:]])
