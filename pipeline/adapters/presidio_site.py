"""Runs a site's own recognizers in Presidio, behind the same fences as the ones it ships.

In: a file of recognizers, then readings. Out: findings named ``site/<recognizer>``. Every example
of the file is tried before the first text is; one that fails is an error, not a warning. A pattern
that runs out of time fails the batch. It must never look anything up outside of the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.adapters.presidio import LIBRARY_ERRORS
from pipeline.adapters.presidio_light import without_language_models
from pipeline.adapters.site_recognizers import SiteFile, SiteRecognizer
from pipeline.model import ConfigError, DetectorFailure, Finding
from pipeline.redact.reading import Reading, read

__all__ = ["SiteRecognizers"]

_NAME = "site"
_MARKS = re.compile(r"[\[\]]")
Span = tuple[int, int]


class SiteRecognizers:
    """A recognizer made of all those of one file. Not for two threads at once.

    Raises:
        ConfigError: an example is not found as marked, or one that must be left is found.
    """

    def __init__(self, file: SiteFile, *, seconds: float) -> None:
        with without_language_models():
            from pipeline.adapters.presidio_engine import FencedPatterns

        self._version = file.digest
        self._seconds = seconds
        self._patterns = FencedPatterns()
        self._recognizers: tuple[tuple[SiteRecognizer, Any], ...] = tuple(
            (each, self._patterns.add(**_asked(each))) for each in file.recognizers
        )
        for place, (each, recognizer) in enumerate(self._recognizers):
            self._try_examples(file, place, each, recognizer)

    @property
    def name(self) -> str:
        """The name in the model version."""
        return _NAME

    @property
    def version(self) -> str:
        """The digest of the site's file."""
        return self._version

    def find(self, readings: Sequence[Reading]) -> list[list[Finding]]:
        """Return the findings of each reading.

        Raises:
            DetectorFailure: ``timeout``, or ``library-error`` with nothing of the text in it.
        """
        self._patterns.set(self._seconds)
        return [
            [
                self._finding(site, start, end, score)
                for site, recognizer in self._recognizers
                for start, end, score in self._spans(recognizer, reading.text)
            ]
            for reading in readings
        ]

    def _spans(self, recognizer: Any, text: str) -> Iterator[tuple[int, int, float]]:
        try:
            results = self._patterns.analyze(recognizer, text)
        except LIBRARY_ERRORS:
            raise DetectorFailure("library-error") from None
        for each in results:
            yield each.start, each.end, round(float(each.score), 3)

    def _finding(self, site: SiteRecognizer, start: int, end: int, score: float) -> Finding:
        return Finding(
            start=start,
            end=end,
            entity=site.supported_entity,
            recognizer=f"{_NAME}/{site.name}",
            recognizer_version=self._version,
            score=score,
            reason=f"recognized by the site's {site.name}",
        )

    def _try_examples(
        self, file: SiteFile, place: int, site: SiteRecognizer, recognizer: Any
    ) -> None:
        for kind, examples in (("finds", site.finds), ("ignores", site.ignores)):
            for number, example in enumerate(examples):
                wanted = _marked(example) if kind == "finds" else None
                found = self._found(
                    site, recognizer, _MARKS.sub("", example) if wanted else example
                )
                if found != ({wanted} if wanted else set()):
                    said = "not found as marked" if wanted else "found, and must not be"
                    raise self._failed(file, ("recognizers", place, kind, number), site, said)

    def _found(self, site: SiteRecognizer, recognizer: Any, text: str) -> set[Span]:
        self._patterns.set(self._seconds)
        reading = read(text)
        spans = [self._finding(site, *each) for each in self._spans(recognizer, reading.text)]
        return {(each.start, each.end) for each in reading.back(spans)}

    @staticmethod
    def _failed(
        file: SiteFile, where: tuple[str | int, ...], site: SiteRecognizer, said: str
    ) -> ConfigError:
        return file.source.error(
            where,
            f"example of {site.name}: {said}",
            "Change the pattern, or the example if it is wrong.",
        )


def _marked(example: str) -> Span:
    start = example.index("[")
    return start, example.index("]") - 1


def _asked(site: SiteRecognizer) -> dict[str, Any]:
    return {
        "entity": site.supported_entity.value,
        "name": site.name,
        "patterns": [(each.name, each.regex, each.score) for each in site.patterns],
        "words": list(site.deny_list),
        "words_score": site.deny_list_score,
    }
