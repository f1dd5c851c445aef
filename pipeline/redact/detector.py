"""The seam to detection: one injected, batched call, the only impure step of a walk.

A detector finds private spans in texts. It must return one tuple per text, in order, and raise
:class:`~pipeline.model.DetectorFailure` rather than return less than it should: a time-out, a
missing model or a skipped pattern is a failure, never an empty answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.model import Finding, ModelVersion

__all__ = ["Detector"]


class Detector(Protocol):
    """Finds what nobody knew was private."""

    @property
    def version(self) -> ModelVersion:
        """Names and versions of all that may produce a finding; part of every outcome."""
        ...

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """Return findings per text, offsets in characters of that text, sorted.

        Raises:
            DetectorFailure: when any text could not be examined completely.
        """
        ...
