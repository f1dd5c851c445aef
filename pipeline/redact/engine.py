"""Unites recognizers into the detector of a walk: a text is read once, all look at it.

In: texts. Out: findings in characters of the texts, or ``DetectorFailure``. What any recognizer
found stays found. It must never return less than all recognizers said, never take longer than its
time for a text, and never put text into an error. Masking what nothing explains is ``deny``'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

from pipeline.model import DetectorFailure, Finding, ModelVersion
from pipeline.redact.detector import Detector
from pipeline.redact.reading import Reading, read
from pipeline.redact.recognizer import Recognizer
from pipeline.redact.spans import ORDER

__all__ = ["DispatchEngine"]

Clock = Callable[[], float]
# Has a word, a name, a slip, a number and glued words, so that whatever waits for one is loaded.
_FIRST = "CALLER ANN QUILL ADV SMKOE 1200 rpsaysannisout"


class Beside(Detector, Protocol):
    """A detector of texts as they are, part of which is loaded only for a text that needs it."""

    def load(self, texts: Sequence[str]) -> None:
        """Load what finding in the texts takes."""
        ...


class DispatchEngine:
    """A detector made of recognizers and, beside them, a detector of texts as they are.

    ``seconds`` is the longest time for all texts of a call, in seconds of ``clock``: those of one
    record, or many, whose caller asks again for each alone. ``longest`` is the longest text that is
    looked at, in characters.
    """

    def __init__(
        self,
        recognizers: Sequence[Recognizer],
        beside: Beside,
        *,
        seconds: float,
        longest: int,
        clock: Clock = time.monotonic,
    ) -> None:
        self._recognizers = tuple(recognizers)
        self._beside = beside
        self._seconds = seconds
        self._longest = longest
        self._clock = clock
        self._warm = False

    @property
    def version(self) -> ModelVersion:
        """Names and versions of all that may produce a finding."""
        own = ";".join(f"{each.name}-{each.version}" for each in self._recognizers)
        return ModelVersion(f"{self._beside.version};{own}")

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """Return findings per text, sorted and without repetition.

        Raises:
            DetectorFailure: a text is too long (``oversized``), or a recognizer failed, left a text
                out, pointed beyond one, or was late.
        """
        if any(len(text) > self._longest for text in texts):
            raise DetectorFailure("oversized")
        self._load()
        began = self._clock()
        readings = [read(text) for text in texts]
        plain = [reading.text for reading in readings]
        waited = self._clock()
        self._beside.load(plain)
        began += self._clock() - waited
        beside = self._beside.find(plain)
        found = [list(reading.back(each)) for reading, each in zip(readings, beside, strict=True)]
        for recognizer in self._recognizers:
            self._add(recognizer, readings, found)
            if self._clock() - began > self._seconds:
                raise DetectorFailure("timeout")
        return tuple(_distinct(each) for each in found)

    def _load(self) -> None:
        # Lists and weights are read with the first text; that time is not the text's.
        if not self._warm:
            self._warm = True
            for recognizer in self._recognizers:
                recognizer.find((read(_FIRST),))

    def _add(
        self, recognizer: Recognizer, readings: Sequence[Reading], found: list[list[Finding]]
    ) -> None:
        answers = recognizer.find(readings)
        if len(answers) != len(readings):
            raise DetectorFailure("bad-count")
        for reading, findings, kept in zip(readings, answers, found, strict=True):
            length = len(reading.text)
            for each in findings:
                if not 0 <= each.start < each.end <= length:
                    raise DetectorFailure("bad-offsets")
            kept += reading.back(findings)


def _distinct(findings: list[Finding]) -> tuple[Finding, ...]:
    # Equal ones are neighbours once sorted; most neighbours differ in one of the two asked first.
    findings.sort(key=ORDER)
    distinct = findings[:1]
    for before, each in pairwise(findings):
        if before.start != each.start or before.recognizer != each.recognizer or before != each:
            distinct.append(each)
    return tuple(distinct)
