"""Compares redaction with Presidio on the same narratives of 42 words, as installed and trimmed.

In: how many narratives. Out: a case. "As installed" is Presidio's default list of recognizers
without a language model, each text analyzed and anonymized; "trimmed" is our adapter's short list
behind its fences, which only finds. Every narrative is invented, and no two are the same; the
varied ones are spoiled ones of the emulator's grammar, full of private values that come once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_anonymizer import AnonymizerEngine

from benchmarks.bare import require
from benchmarks.cases import Case
from benchmarks.footprint import footprint
from pipeline.adapters.presidio import presidio_detector
from pipeline.emulator.narratives import narratives as emulated
from pipeline.policies import load_policy
from pipeline.usecases.redact_texts import Redactor

__all__ = ["redaction", "varied_redaction"]

_WORDS = 42
_LONG = range(34, 53)
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
    return _case("redaction", f"plain narratives of {_WORDS} words", list(_narratives(narratives)))


def varied_redaction(narratives: int) -> Case:
    """Time the same contenders on dense, mistyped narratives of as many words in the mean."""
    long = (
        each.text
        for each in emulated(42, "test", 100 * narratives)
        if len(each.text.split()) in _LONG
    )
    texts = list(islice(long, narratives))
    require(len(texts), narratives)
    words = sum(len(text.split()) for text in texts) / len(texts)
    return _case("redaction-varied", f"dense narratives of {words:.0f} words", texts)


def _case(name: str, title: str, texts: list[str]) -> Case:
    plain, trimmed, whole = _plain(), presidio_detector(load_policy(None)), Redactor()
    cut = AnonymizerEngine()

    def as_installed() -> None:
        done = [
            cut.anonymize(text, plain.analyze(text, language="en"))  # type: ignore[arg-type]
            for text in texts
        ]
        require(len(done), len(texts))

    def short_list() -> None:
        require(len(trimmed.find(texts)), len(texts))

    def everything() -> None:
        require(sum(1 for _ in whole.redact_many(texts)), len(texts))

    return Case(
        name=name,
        title=title,
        unit="narrative",
        count=len(texts),
        size=sum(map(len, texts)),
        contenders={
            "Presidio as installed": as_installed,
            "Presidio trimmed": short_list,
            "redact": everything,
        },
        base="Presidio as installed",
        footprint=(lambda: footprint(texts)) if name == "redaction" else None,
    )


def _plain() -> AnalyzerEngine:
    # Its recognizer of e-mails fetches a list from the network, and again with each address when
    # there is none: the list that came with the package is compared, not the waiting.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
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
