"""One text as recognizers read it: normalised, in tokens, with the way back.

In: a text. Out: a ``Reading``. Recognizers work on ``Reading.text`` and give findings with offsets
in it; :meth:`Reading.back` turns those into offsets of the original, :meth:`Reading.forth` the
other way. Normalising must never lose a letter or digit without an offset; how is ``normal``'s.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise, repeat

from pipeline.model import Finding
from pipeline.redact.glue import glued
from pipeline.redact.normal import Spans, normalised
from pipeline.redact.number_shape import Number, numbers_in
from pipeline.redact.parting import is_titled, parted
from pipeline.redact.seams import seams
from pipeline.redact.spans import moved
from pipeline.redact.tokens import Columns, Token, columns, worded

__all__ = ["KEPT", "Reading", "read"]

KEPT = 128
"""Readings that stay in memory: one batch. They are private text and never leave the process."""

_LEAST_PARTED = 4
_SPACE = re.compile(r"\s")
_ADDRESS = re.compile(r"[@_]|://|www\.|\.(?:com|net|org|edu|gov|us|io|example)\b", re.IGNORECASE)

_LONGEST_KEPT = 2_000  # characters, so that what is kept takes a few megabytes at most


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made ready for recognizers.

    ``text`` is the normalised text, ``tokens`` are its tokens, and character ``i`` of it covers
    characters ``spans[i]`` (start, end) of the original; ``spans`` is None when both are the same.
    ``starts``, ``ends`` and ``words`` are the columns of ``tokens``; ``typed`` are the tokens in
    their own letters, ``gaps`` what stands before each, and ``numbers`` the numbers that tokens
    with a digit belong to, by the token's place.
    """

    text: str
    tokens: tuple[Token, ...]
    spans: tuple[tuple[int, int], ...] | None
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[str, ...]
    typed: tuple[str, ...]
    gaps: tuple[str, ...]
    numbers: Mapping[int, Number]

    def back(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings, in their order, with offsets of the original."""
        spans = self.spans
        if spans is None:
            return tuple(findings)
        return tuple(
            [moved(each, spans[each.start][0], spans[each.end - 1][1]) for each in findings]
        )

    def forth(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings of the original, in their order, with offsets of this reading.

        They cover every character of the reading that came from what they covered; a finding of
        nothing but dropped characters covers the character after them.
        """
        spans = self.spans
        if spans is None:
            return tuple(findings)
        if not spans:
            return ()
        starts = [start for start, _ in spans]
        ends = [end for _, end in spans]
        placed = []
        for each in findings:
            first = min(bisect_right(ends, each.start), len(spans) - 1)
            last = max(bisect_left(starts, each.end), first + 1)
            placed.append(moved(each, first, last))
        return tuple(placed)


def read(text: str) -> Reading:
    """Return the reading of a text.

    The last :data:`KEPT` readings stay in memory, so that redaction has what detection read.
    """
    return _kept(text) if len(text) <= _LONGEST_KEPT else _reading(text)


def _reading(text: str) -> Reading:
    plain, spans = normalised(text)
    cut = columns(plain)
    places = _parting(plain, spans, cut)
    if places:
        plain, spans = _spaced(plain, spans, places)
        cut = columns(plain)
    found = cut.tokens()
    return Reading(plain, found, spans, *cut, numbers_in(plain, found, cut.words))


def _parting(text: str, spans: Spans | None, cut: Columns) -> Sequence[int]:
    """Return where the pieces of tokens begin that are glued; most texts have none."""
    # A sign dropped from a token says nothing of its case.
    whole = repeat(True) if spans is None else map(partial(_is_whole, spans), cut.starts, cut.ends)
    return [
        cut.starts[at] + place
        for at, pieces in enumerate(map(_pieces, cut.typed, whole))
        if pieces and not _joined(text, cut.starts[at], cut.ends[at])
        for place in pieces
    ]


def _is_whole(spans: Spans, start: int, end: int) -> bool:
    return spans[end - 1][1] - spans[start][0] == end - start


@lru_cache(maxsize=1 << 15)
def _pieces(typed: str, whole: bool) -> Sequence[int]:
    """Return where the pieces of a typed token begin: by lists, and by the model of glued words.

    A lone capital begins one word, which is rather a name; where a token is not ``whole``, which is
    a disguise, capitals begin nothing.
    """
    if len(typed) < _LEAST_PARTED:
        return ()
    listed = seams(typed) if whole else ()
    if not listed and not is_titled(typed):
        listed = parted(worded(typed))
    judged = glued(typed)
    return sorted({*listed, *judged}) if judged else listed


def _joined(text: str, start: int, end: int) -> bool:
    """Return whether a token is a part of an address of mail or the web, or of a handle."""
    ends = _SPACE.search(text, end)
    begins = max(text.rfind(space, 0, start) for space in " \n\t")
    return _ADDRESS.search(text, begins + 1, ends.start() if ends else len(text)) is not None


def _spaced(
    text: str, spans: Spans | None, places: Sequence[int]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Put a space before each place; it covers what the character after it does."""
    ways = spans or tuple((at, at + 1) for at in range(len(text)))
    parts: list[str] = []
    back: list[tuple[int, int]] = []
    for start, end in pairwise((0, *places, len(text))):
        if start:
            parts.append(" ")
            back.append(ways[start])
        parts.append(text[start:end])
        back += ways[start:end]
    return "".join(parts), tuple(back)


_kept = lru_cache(maxsize=KEPT)(_reading)
