"""One text as recognizers read it: normalised, in tokens, with the way back.

In: a text. Out: a ``Reading``. Recognizers work on ``Reading.text`` and give findings with offsets
in it; :meth:`Reading.back` turns those into offsets of the original. Normalising must never lose a
character without an offset, and this text is never shown: it is made for finding, not for reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.model import Finding
from pipeline.redact.normal import normalised
from pipeline.redact.tokens import Token, tokens

__all__ = ["Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made ready for recognizers.

    ``text`` is the normalised text, ``tokens`` are its tokens, and character ``i`` of it covers
    characters ``spans[i]`` (start, end) of the original; ``spans`` is None when both are the same.
    ``length`` is the length of the original in characters.
    """

    text: str
    tokens: tuple[Token, ...]
    length: int
    spans: tuple[tuple[int, int], ...] | None = None

    def back(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings with offsets of the original instead of this reading's, sorted."""
        spans = self.spans
        if spans is None:
            return tuple(sorted(findings))
        return tuple(
            sorted(
                replace(each, start=spans[each.start][0], end=spans[each.end - 1][1])
                for each in findings
            )
        )


def read(text: str) -> Reading:
    """Return the reading of a text."""
    plain, spans = normalised(text)
    return Reading(text=plain, tokens=tokens(plain), length=len(text), spans=spans)
