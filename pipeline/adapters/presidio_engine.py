"""Builds Presidio's engine without a model, and fences what it would otherwise let slip.

In: nothing but the installed Presidio. Out: an engine that examines one text within a time. Three
fences: a pattern that times out raises instead of being skipped, no recognizer reaches for the
network, and Presidio's loggers say nothing. It must never return a partial answer. Findings are
put into our words by ``presidio``, the only module that imports this one.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UrlRecognizer,
    UsLicenseRecognizer,
    UsSsnRecognizer,
)

from pipeline.model import DetectorFailure

__all__ = ["FencedEngine"]

_LANGUAGE = "en"
# Below this Presidio's own authors call a pattern weak: any nine digits are an SSN there. Numbers
# are masked as unexplained anyway, and a wrong name for them would be worse than none. Passport and
# bank recognizers hold nothing but such patterns, so they are not loaded.
_MIN_SCORE = 0.3
_LOGGERS = ("presidio-analyzer", "decision_process")

# A letter and a long number, as most states write it, or Wisconsin's groups: A123-4567-8901-02.
_LICENSE = r"\b[A-Z]\d{6,14}\b|\b[A-Z]\d{3}-\d{4}-\d{4}-\d{2}\b"
# With a scheme or www only: Presidio's bare-domain pattern takes "scene.no" for an address.
_URL = r"(?:https?://|www\.)[^\s<>\"']+"
# A number without area code, as callers give it: 555-0143.
_LOCAL_PHONE = r"(?<![\d-])\d{3}[-. ]\d{4}(?![\d-])"


# What a text must have for an entity to be in it at all; an entity without a line is always looked
# for. Each is wider than every pattern of its recognizers, and takes microseconds.
_NEEDED = {
    "CREDIT_CARD": re.compile(r"\d(?:[- ]?\d){11}"),
    "EMAIL_ADDRESS": re.compile("@"),
    "IP_ADDRESS": re.compile(r"\d\.\d{1,3}\.\d{1,3}\.\d|::|(?:[0-9A-Fa-f]{1,4}:){3}"),
    "PHONE_NUMBER": re.compile(r"\d(?:[^\dA-Za-z]{0,4}\d){6}"),
    "URL": re.compile(r"https?://|www\.", re.IGNORECASE),
    "US_DRIVER_LICENSE": re.compile(r"[A-Za-z]\d{6}|[A-Za-z]\d{3}-\d"),
    "US_SSN": re.compile(r"\d(?:[^\dA-Za-z]?\d){8}"),
}


class FencedEngine:
    """Presidio's analyzer on a short list of recognizers, one text at a time."""

    def __init__(self) -> None:
        _silence()
        self._deadline = _Deadline()
        recognizers = _recognizers()
        self._patterns = tuple(
            pattern
            for recognizer in recognizers
            if isinstance(recognizer, PatternRecognizer)
            for pattern in _fence(recognizer, self._deadline)
        )
        self._entities = sorted({name for each in recognizers for name in each.supported_entities})
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognizers, supported_languages=[_LANGUAGE]),
            nlp_engine=NoOpNlpEngine(models=[{"lang_code": _LANGUAGE, "model_name": "none"}]),
            supported_languages=[_LANGUAGE],
        )
        _silence()

    def examine(self, text: str, seconds: float) -> Sequence[RecognizerResult]:
        """Return everything recognized, in no particular order.

        Raises:
            DetectorFailure: ``timeout``, or ``unfenced`` when Presidio replaced a fenced pattern.
        """
        self._deadline.set(seconds)
        entities = [name for name in self._entities if _may_hold(text, name)]
        recognized = self._analyzed(text, entities) if entities else []
        if not all(isinstance(each.compiled_regex, _FencedRegex) for each in self._patterns):
            raise DetectorFailure("unfenced")
        # Recognizers without patterns know no time limit: too late is a failure all the same.
        self._deadline.left()
        return recognized

    def _analyzed(self, text: str, entities: list[str]) -> list[RecognizerResult]:
        return list(
            self._engine.analyze(text, _LANGUAGE, entities=entities, score_threshold=_MIN_SCORE)
        )


class _Deadline:
    """The moment by which the text at hand must be done, on the monotonic clock."""

    def __init__(self) -> None:
        self._end = 0.0

    def set(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, more than zero.

        Raises:
            DetectorFailure: ``timeout`` when none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise DetectorFailure("timeout")
        return left


class _FencedRegex:
    """Stands where Presidio keeps a compiled pattern; a time-out leaves it as our failure.

    Presidio catches ``TimeoutError``, logs and goes on; ``DetectorFailure`` it does not know.
    """

    def __init__(self, regex: Any, deadline: _Deadline) -> None:
        self._regex = regex
        self._deadline = deadline

    def finditer(self, text: str, timeout: float) -> Iterator[Any]:
        """Yield matches; ``timeout`` is Presidio's own and only ever too long."""
        try:
            yield from self._regex.finditer(text, timeout=min(timeout, self._deadline.left()))
        except TimeoutError:
            raise DetectorFailure("timeout") from None


class _OfflineEmailRecognizer(EmailRecognizer):
    """Takes every e-mail shape for one; the original asks a public suffix list on the network."""

    def validate_result(self, pattern_text: str) -> None:
        """Return no verdict, so that the pattern's own score stands."""


def _may_hold(text: str, entity: str) -> bool:
    needed = _NEEDED.get(entity)
    return needed is None or needed.search(text) is not None


def _recognizers() -> list[EntityRecognizer]:
    return [
        PhoneRecognizer(supported_regions=("US",), leniency=0),
        PatternRecognizer(
            "PHONE_NUMBER",
            name="LocalPhoneRecognizer",
            # Below the recognizer of whole numbers: of equals Presidio keeps either, by chance.
            patterns=[Pattern("seven digits", _LOCAL_PHONE, 0.35)],
        ),
        _OfflineEmailRecognizer(name="EmailRecognizer"),
        UsSsnRecognizer(),
        CreditCardRecognizer(),
        IpRecognizer(),
        UrlRecognizer(patterns=[Pattern("with scheme", _URL, 0.6)]),
        UsLicenseRecognizer(patterns=[Pattern("letter and number", _LICENSE, 0.4)]),
    ]


def _fence(recognizer: Any, deadline: _Deadline) -> list[Pattern]:
    # Copies: the originals belong to the class and are shared with any other engine.
    patterns = [Pattern(each.name, each.regex, each.score) for each in recognizer.patterns]
    recognizer.patterns = patterns
    recognizer.analyze("", recognizer.supported_entities)  # compiles every pattern
    for pattern in patterns:
        fenced: Any = _FencedRegex(pattern.compiled_regex, deadline)
        pattern.compiled_regex = fenced
    return patterns


def _silence() -> None:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.disabled = True
        logger.propagate = False
        if _drop not in logger.filters:
            logger.addFilter(_drop)


def _drop(_: logging.LogRecord) -> bool:
    return False
