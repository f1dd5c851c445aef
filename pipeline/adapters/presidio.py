"""Runs Presidio as a detector that fails loudly, stays offline, and keeps quiet.

In: texts. Out: findings in our entities, sorted; or ``DetectorFailure`` with a fixed word. It must
never return less than it should (a time-out, an unknown entity, an oversized text are failures),
never open a socket, and never log or raise record text. What it does not find, ``pipeline.redact``
masks anyway. Presidio itself is imported only for a text that could hold what it finds: it takes
seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.adapters.presidio_light import without_language_models
from pipeline.adapters.presidio_needs import may_hold
from pipeline.model import DetectorFailure, Entity, Finding, ModelVersion, Policy
from pipeline.redact.sources import sources_version
from pipeline.redact.vocabulary import vocabulary_digest

if TYPE_CHECKING:
    from pipeline.adapters.presidio_engine import FencedEngine

__all__ = [
    "ENTITIES",
    "LIBRARY_ERRORS",
    "MAX_CHARACTERS",
    "MAX_SECONDS",
    "PresidioDetector",
    "presidio_detector",
]

MAX_CHARACTERS = 20_000
"""Longest text examined, in characters; a narrative has 120 words at most in measured feeds."""

MAX_SECONDS = 2.0
"""Longest time spent on one text, in seconds, whatever the policy allows."""

ENTITIES: dict[str, Entity] = {
    "CREDIT_CARD": Entity.FINANCIAL,
    "EMAIL_ADDRESS": Entity.EMAIL,
    "IP_ADDRESS": Entity.IP_ADDRESS,
    "PHONE_NUMBER": Entity.PHONE,
    "URL": Entity.URL,
    "US_DRIVER_LICENSE": Entity.LICENSE,
    "US_SSN": Entity.SSN,
}
"""Presidio's entity names in ours. A name that is not here is a failure, never ignored."""

# What an odd text makes Presidio, regex or phonenumbers raise: failed checksums and conversions, a
# missing group, recursion without end. The record is held. A TypeError or AttributeError would be a
# defect, not a text: it stops the batch, of which nothing is then saved.
LIBRARY_ERRORS = (ArithmeticError, LookupError, RecursionError, ValueError)


class Recognized(Protocol):
    """What is used of Presidio's ``RecognizerResult``."""

    entity_type: str
    start: int
    end: int
    score: float
    recognition_metadata: dict[str, Any]


class Examiner(Protocol):
    """What is used of the engine, so that tests can put a broken one in its place."""

    def examine(self, text: str, seconds: float) -> Sequence[Recognized]:
        """Return everything recognized in a text within the time given.

        Raises:
            DetectorFailure: when any pattern could not be tried to its end.
        """
        ...

    def load(self, texts: Sequence[str]) -> None:
        """Load what examining the texts takes."""
        ...


class PresidioDetector:
    """A ``Detector`` on Presidio's recognizers. Not for use by two threads at once."""

    def __init__(self, examiner: Examiner, *, presidio_version: str, seconds: float) -> None:
        self._examiner = examiner
        self._presidio_version = presidio_version
        self._seconds = seconds

    @property
    def version(self) -> ModelVersion:
        """Presidio, and what ``pipeline.redact`` adds to every detector's findings."""
        return ModelVersion(
            f"presidio-{self._presidio_version};redact-{sources_version()}"
            f";vocab-{vocabulary_digest()}"
        )

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """Return findings per text, offsets in characters, sorted and without repetition.

        Raises:
            DetectorFailure: ``oversized``, ``timeout``, ``unknown-entity``, ``bad-offsets``,
                ``unfenced`` or ``library-error``; no text of the batch is then answered for.
        """
        return tuple(self._find_in(text) for text in texts)

    def load(self, texts: Sequence[str]) -> None:
        """Load what finding in the texts takes, so that it is not counted as their time."""
        self._examiner.load(texts)

    def _find_in(self, text: str) -> tuple[Finding, ...]:
        if len(text) > MAX_CHARACTERS:
            raise DetectorFailure("oversized")
        try:
            recognized = self._examiner.examine(text, self._seconds)
        except LIBRARY_ERRORS:
            # Its message may quote the text, so it is not chained.
            raise DetectorFailure("library-error") from None
        return tuple(sorted({self._finding(each, len(text)) for each in recognized}))

    def _finding(self, recognized: Recognized, length: int) -> Finding:
        entity = ENTITIES.get(recognized.entity_type)
        if entity is None:
            raise DetectorFailure("unknown-entity")
        if not 0 <= recognized.start < recognized.end <= length:
            raise DetectorFailure("bad-offsets")
        name = str(recognized.recognition_metadata["recognizer_name"])
        return Finding(
            start=recognized.start,
            end=recognized.end,
            entity=entity,
            recognizer=name,
            recognizer_version=self._presidio_version,
            score=round(float(recognized.score), 3),
            reason=f"recognized by {name}",
        )


class _LateEngine:
    """The engine, built for the first text that could hold something: most hold nothing."""

    def __init__(self) -> None:
        self._engine: FencedEngine | None = None

    def load(self, texts: Sequence[str]) -> None:
        if self._engine is None and any(may_hold(text, ENTITIES) for text in texts):
            self._loaded()

    def examine(self, text: str, seconds: float) -> Sequence[Recognized]:
        if seconds <= 0:
            raise DetectorFailure("timeout")
        if self._engine is None and not may_hold(text, ENTITIES):
            return ()
        return self._loaded().examine(text, seconds)

    def _loaded(self) -> FencedEngine:
        if self._engine is None:
            with without_language_models():
                from pipeline.adapters.presidio_engine import FencedEngine

            self._engine = FencedEngine()
        return self._engine


def presidio_detector(policy: Policy) -> PresidioDetector:
    """Return the detector for a policy: its time limit, at most :data:`MAX_SECONDS` a text."""
    return PresidioDetector(
        _LateEngine(),
        presidio_version=installed_version("presidio-analyzer"),
        seconds=min(policy.detector_timeout.total_seconds(), MAX_SECONDS),
    )
