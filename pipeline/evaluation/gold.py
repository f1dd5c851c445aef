"""Reads gold narratives: texts with the exact spans that must be masked.

In: lines ``{"id", "text", "spans": [{"start", "end", "entity"}], "style", "split"?, "known"?}``.
Out: frozen ``GoldNarrative``; offsets count characters of the text, ``end`` exclusive. It must
never repair a line, and its errors name file, line and fault, never text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pipeline.model import ConfigError, Entity

__all__ = ["GoldNarrative", "GoldSpan", "read_gold"]

Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Known = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class GoldSpan:
    """Characters ``start`` to ``end`` of a narrative are one identifier, or one place's name."""

    start: int
    end: int
    entity: Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldNarrative:
    """One invented or labelled narrative. Its ``text`` is private unless it is invented."""

    id: str
    text: str
    spans: tuple[GoldSpan, ...]
    style: str
    split: str
    known: Known

    def __repr__(self) -> str:
        return f"GoldNarrative({self.id!r})"


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _Span(_Document):
    start: int = Field(ge=0)
    end: int
    entity: str


class _Line(_Document):
    id: Short
    text: str = Field(min_length=1)
    spans: list[_Span]
    style: Short
    split: Short = "all"
    known: dict[str, str | None] | None = None


def read_gold(path: Path, *, split: str | None = None) -> tuple[GoldNarrative, ...]:
    """Return the narratives of a file, of one split only when it is named, in their order.

    Raises:
        ConfigError: the file cannot be read, a line is no gold narrative, an id stands twice, or
            nothing is left to judge.
    """
    try:
        body = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError("cannot be read", remedy="Give a file of JSON lines", path=path) from None
    every = tuple(_narratives(body, path))
    chosen = tuple(each for each in every if split in {None, each.split})
    if not chosen:
        splits = ", ".join(sorted({each.split for each in every})) or "none"
        raise ConfigError(
            "no narrative to judge", remedy=f"Splits in this file: {splits}", path=path
        )
    return chosen


def _narratives(body: str, path: Path) -> Iterator[GoldNarrative]:
    seen: set[str] = set()
    # Not splitlines(): a text may hold characters that it takes for ends of lines.
    for number, line in enumerate(body.split("\n"), start=1):
        if not line.strip():
            continue
        narrative = _narrative(line, path, number)
        if narrative.id in seen:
            raise _wrong("this id stands in an earlier line, too", path, number)
        seen.add(narrative.id)
        yield narrative


def _narrative(line: str, path: Path, number: int) -> GoldNarrative:
    try:
        read = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        # Its message may quote the line, so only its kind and place are told.
        raise _wrong(f"{place}: {first['type']}", path, number) from None
    spans = tuple(sorted(_span(each, len(read.text), path, number) for each in read.spans))
    if any(left.end > right.start for left, right in pairwise(spans)):
        raise _wrong("spans overlap", path, number)
    return GoldNarrative(
        id=read.id,
        text=read.text,
        spans=spans,
        style=read.style,
        split=read.split,
        known=dict(read.known or {}),
    )


def _span(span: _Span, length: int, path: Path, number: int) -> GoldSpan:
    if span.entity not in Entity.__members__:
        raise _wrong("a span's entity is unknown", path, number)
    if not span.start < span.end <= length:
        raise _wrong("a span is empty or beyond the text", path, number)
    return GoldSpan(start=span.start, end=span.end, entity=Entity[span.entity])


def _wrong(problem: str, path: Path, line: int) -> ConfigError:
    return ConfigError(problem, remedy="Mend the gold file", path=path, line=line)
