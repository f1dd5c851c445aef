"""Compares what was masked with what should have been, narrative by narrative.

In: a gold narrative and the spans a redaction masked, or that it was held. Out: a ``Score`` of
numbers and offsets. Caught means that every letter and digit of an identifier is masked. It must
never keep a part of the text. Sums, shares and intervals are made in ``figures``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.evaluation.gold import GoldNarrative, GoldSpan
from pipeline.model import Entity

__all__ = ["Answer", "Judged", "Score", "score"]

_NEITHER = frozenset({Entity.PLACE})
"""Counts neither as an identifier nor as innocent: what a place is called may be told or not."""

_PLACEHOLDER = re.compile(r"\[(?:" + "|".join(entity.value for entity in Entity) + r")\]")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
# What a member of a pasted record is called instead of its own name.
_LABEL = re.compile(r"(?<![a-z])(?:address|birth date|business|name|phone): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a redaction made of a narrative: masked spans and text shown, or None when held."""

    spans: tuple[tuple[int, int], ...]
    shown: str | None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Judged:
    """One identifier, and how many of its letters and digits stayed readable."""

    span: GoldSpan
    readable: int

    @property
    def caught(self) -> bool:
        """True when nothing of it can be read."""
        return self.readable == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One narrative's result. ``innocent`` and ``masked`` count letters and digits.

    ``masked`` are innocent ones that a redaction, which did not hold the narrative, took away.
    ``unfaithful`` is True when the text shown holds something the masked spans say is gone.
    """

    id: str
    style: str
    words: int
    identifiers: tuple[Judged, ...]
    innocent: int
    masked: int
    held: bool
    unfaithful: bool


def score(narrative: GoldNarrative, answer: Answer) -> Score:
    """Return how an answer does on a narrative; a held one shows nothing, so it leaks nothing."""
    text, held = narrative.text, answer.shown is None
    hidden = _covered(len(text), answer.spans) if not held else [True] * len(text)
    marked = _covered(len(text), ((span.start, span.end) for span in narrative.spans))
    telling = [character.isalnum() for character in text]
    innocent = [at for at, counts in enumerate(telling) if counts and not marked[at]]
    return Score(
        id=narrative.id,
        style=narrative.style,
        words=len(text.split()),
        identifiers=tuple(
            Judged(span=span, readable=_readable(span, telling, hidden))
            for span in narrative.spans
            if span.entity not in _NEITHER
        ),
        innocent=len(innocent),
        masked=0 if held else sum(hidden[at] for at in innocent),
        held=held,
        unfaithful=not held and not _faithful(text, hidden, answer.shown or ""),
    )


def _covered(length: int, spans: Iterable[tuple[int, int]]) -> list[bool]:
    covered = [False] * length
    for start, end in spans:
        covered[start:end] = [True] * (min(end, length) - start)
    return covered


def _readable(span: GoldSpan, telling: list[bool], hidden: list[bool]) -> int:
    places = [at for at in range(span.start, span.end) if telling[at]]
    # An identifier of signs alone (an emoticon for a handle) is judged by its signs.
    return sum(not hidden[at] for at in places or range(span.start, span.end))


def _faithful(text: str, hidden: list[bool], shown: str) -> bool:
    """Return whether every letter and digit shown is one that was left unmasked, in order."""
    # What is shown is written in plain letters: wide letters and high digits as their plain ones,
    # entities and JSON's escapes resolved; a letter beyond ASCII may be shown as the one it looks
    # like.
    kept = "".join(c for c, gone in zip(text, hidden, strict=True) if not gone)
    kept = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(kept))
    plain = unicodedata.normalize("NFKD", kept).replace("\u00d7", "x")
    left = iter([c for c in plain if c.isalnum()])
    seen = (c for c in _LABEL.sub("", _PLACEHOLDER.sub("", shown)) if c.isalnum())
    return all(
        any(character == other or not other.isascii() for other in left) for character in seen
    )
