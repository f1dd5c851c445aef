"""The seam between recognizers and the engine that unites them.

A recognizer finds one family of private things in readings. It must return one sequence per
reading, in order, must raise :class:`~pipeline.model.DetectorFailure` rather than return less than
it should, and must never log or raise any part of a text. It is deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.model import Finding
from pipeline.redact.reading import Reading

__all__ = ["Recognizer"]


class Recognizer(Protocol):
    """Finds one family of private things; batched, so that a model can work on many at once."""

    @property
    def name(self) -> str:
        """A short name in kebab case; it stands in every finding of this recognizer."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same text could give other findings; digests of data belong in."""
        ...

    def find(self, readings: Sequence[Reading]) -> Sequence[Sequence[Finding]]:
        """Return findings per reading, offsets in characters of ``Reading.text``, in any order.

        Raises:
            DetectorFailure: when any reading could not be examined completely.
        """
        ...
