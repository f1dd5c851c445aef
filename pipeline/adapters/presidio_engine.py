"""Asks Presidio's recognizers without a model, and fences what they would let slip.

In: nothing but the installed Presidio. Out: an engine that examines one text within a time. Three
fences: a pattern that times out raises instead of being skipped, no recognizer reaches for the
network, and Presidio's loggers say nothing. It must never return a partial answer, nor another one
than Presidio's own loop over the same recognizers. Findings are put into our words by ``presidio``,
the only module that imports this one.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from presidio_analyzer import (
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)

# Each from its own module: their package is not loaded as a whole (``presidio_light``).
from presidio_analyzer.predefined_recognizers.country_specific.us.us_driver_license_recognizer import (  # noqa: E501
    UsLicenseRecognizer,
)
from presidio_analyzer.predefined_recognizers.country_specific.us.us_ssn_recognizer import (
    UsSsnRecognizer,
)
from presidio_analyzer.predefined_recognizers.generic.credit_card_recognizer import (
    CreditCardRecognizer,
)
from presidio_analyzer.predefined_recognizers.generic.email_recognizer import EmailRecognizer
from presidio_analyzer.predefined_recognizers.generic.ip_recognizer import IpRecognizer

from pipeline.adapters.presidio_needs import may_hold
from pipeline.adapters.presidio_phones import UsPhoneRecognizer
from pipeline.model import DetectorFailure

__all__ = ["FencedEngine", "FencedPatterns"]

_LANGUAGE = "en"
_NO_WORDS: Any = None  # of a language model
# Below this Presidio's own authors call a pattern weak: any nine digits are an SSN there. Numbers
# are masked as unexplained anyway, and a wrong name for them would be worse than none. Passport and
# bank recognizers hold nothing but such patterns, so they are not loaded.
_MIN_SCORE = 0.3
_TO_COMPILE = 2.0  # seconds
_LOGGERS = ("presidio-analyzer", "decision_process")

# A letter and a long number, as most states write it, or Wisconsin's groups: A123-4567-8901-02.
_LICENSE = r"\b[A-Z]\d{6,14}\b|\b[A-Z]\d{3}-\d{4}-\d{4}-\d{2}\b"
# With a scheme or www only: Presidio's bare-domain pattern takes "scene.no" for an address.
_URL = r"(?:https?://|www\.)[^\s<>\"']+"
# A number without area code, as callers give it: 555-0143.
_LOCAL_PHONE = r"(?<![\d-])\d{3}[-. ]\d{4}(?![\d-])"
# The same text, begun at its digits: several times as fast to find that there is none.
_IS_LOCAL_PHONE = re.compile(r"\d(?<![\d-]\d)\d\d[-. ]\d{4}(?![\d-])").search


class FencedEngine:
    """Presidio's registry with a short list of recognizers, one text at a time."""

    def __init__(self) -> None:
        _silence()
        self._deadline = _Deadline()
        registry = RecognizerRegistry(recognizers=_recognizers(), supported_languages=[_LANGUAGE])
        self._recognizers: tuple[EntityRecognizer, ...] = tuple(registry.recognizers)
        self._patterns = tuple(
            pattern
            for recognizer in self._recognizers
            if isinstance(recognizer, PatternRecognizer)
            for pattern in _fence(recognizer, self._deadline)
        )
        self._entities = sorted(
            {name for each in self._recognizers for name in each.supported_entities}
        )
        _silence()

    def examine(self, text: str, seconds: float) -> Sequence[RecognizerResult]:
        """Return everything recognized, in no particular order.

        Raises:
            DetectorFailure: ``timeout``, or ``unfenced`` when Presidio replaced a fenced pattern.
        """
        self._deadline.set(seconds)
        asked = may_hold(text, self._entities)
        recognized = self._analyzed(text, asked) if asked else []
        if not all(isinstance(each.compiled_regex, _FencedRegex) for each in self._patterns):
            raise DetectorFailure("unfenced")
        # Recognizers without patterns know no time limit: too late is a failure all the same.
        self._deadline.left()
        return recognized

    def _analyzed(self, text: str, entities: frozenset[str]) -> list[RecognizerResult]:
        # What AnalyzerEngine.analyze does when no language model gives it words of context.
        recognized = [
            each
            for recognizer in self._recognizers
            if not entities.isdisjoint(recognizer.supported_entities)
            for each in recognizer.analyze(text, recognizer.supported_entities, _NO_WORDS)
            if each.score >= _MIN_SCORE
        ]
        # One alone repeats nothing.
        several = len(recognized) > 1
        return EntityRecognizer.remove_duplicates(recognized) if several else recognized


class FencedPatterns:
    """Recognizers of patterns and words that somebody else asks for, one at a time."""

    def __init__(self) -> None:
        _silence()
        self._deadline = _Deadline()

    def add(
        self,
        *,
        entity: str,
        name: str,
        patterns: Sequence[tuple[str, str, float]],
        words: Sequence[str],
        words_score: float,
    ) -> PatternRecognizer:
        """Return a recognizer of patterns (name, expression, score) and of words."""
        asked: dict[str, Any] = {"deny_list_score": words_score}
        # Presidio takes an empty list of either for a mistake.
        if patterns:
            asked["patterns"] = [Pattern(*each) for each in patterns]
        if words:
            asked["deny_list"] = list(words)
        recognizer = PatternRecognizer(entity, name=name, **asked)
        self._deadline.set(_TO_COMPILE)
        _fence(recognizer, self._deadline)
        _silence()
        return recognizer

    def set(self, seconds: float) -> None:
        """Begin the time within which what is analyzed next must be done."""
        self._deadline.set(seconds)

    def analyze(self, recognizer: PatternRecognizer, text: str) -> Sequence[RecognizerResult]:
        """Return what a recognizer finds in a text.

        Raises:
            DetectorFailure: ``timeout``, or ``unfenced`` when Presidio replaced a fenced pattern.
        """
        found: Sequence[RecognizerResult] = recognizer.analyze(
            text, recognizer.supported_entities, _NO_WORDS
        )
        own: Any = recognizer
        patterns: Sequence[Pattern] = own.patterns
        if not all(isinstance(each.compiled_regex, _FencedRegex) for each in patterns):
            raise DetectorFailure("unfenced")
        self._deadline.left()
        return found


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


class _LocalPhoneRecognizer(PatternRecognizer):
    """Takes seven digits for a telephone; a text without such is answered at once."""

    def __init__(self) -> None:
        super().__init__(
            "PHONE_NUMBER",
            name="LocalPhoneRecognizer",
            # Below the recognizer of whole numbers: of equals Presidio keeps either, by chance.
            patterns=[Pattern("seven digits", _LOCAL_PHONE, 0.35)],
        )

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: Any = None
    ) -> list[RecognizerResult]:
        """Return what Presidio's own way finds, asking for it only where there is something."""
        if text and not _IS_LOCAL_PHONE(text):
            return []
        found: list[RecognizerResult] = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return found


def _recognizers() -> list[EntityRecognizer]:
    return [
        UsPhoneRecognizer(),
        _LocalPhoneRecognizer(),
        _OfflineEmailRecognizer(name="EmailRecognizer"),
        # The others are too weak to be kept, and nothing confirms them.
        UsSsnRecognizer(patterns=_strong(UsSsnRecognizer.PATTERNS)),
        CreditCardRecognizer(),
        IpRecognizer(),
        # Presidio's own of this name compiles every top-level domain there is, and is not wanted.
        PatternRecognizer(
            "URL", name="UrlRecognizer", patterns=[Pattern("with scheme", _URL, 0.6)]
        ),
        UsLicenseRecognizer(patterns=[Pattern("letter and number", _LICENSE, 0.4)]),
    ]


def _strong(patterns: Sequence[Pattern]) -> list[Pattern]:
    return [each for each in patterns if each.score >= _MIN_SCORE]


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
