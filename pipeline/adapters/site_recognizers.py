"""Reads a site's own recognizers: patterns and words in Presidio's YAML, with examples.

In: the path of a file. Out: what Presidio is to be given, checked in every part but the examples,
which need Presidio (``presidio_site``). A key it does not know is an error: a misspelt one would
switch a pattern off and nobody would see it. It must never take a recognizer without examples, nor
one so weak that what it finds would not be masked.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

import regex  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.marked_yaml import Source, read_source
from pipeline.model import Entity

__all__ = ["LEAST_SCORE", "SiteFile", "SitePattern", "SiteRecognizer", "read_site_recognizers"]

LEAST_SCORE = 0.3
"""Below it Presidio's own authors call a pattern weak; a finding is a finding here, so none is."""

_LONGEST = 2_000
_NOT_FOUND = frozenset({Entity.UNEXPLAINED, Entity.KNOWN_VALUE, Entity.PLACE})

_Score = Annotated[float, Field(ge=LEAST_SCORE, le=1.0)]
_Text = Annotated[str, Field(min_length=1, max_length=_LONGEST)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SitePattern(_Document):
    """One regular expression of a recognizer, in the syntax of ``regex``, case left aside."""

    name: _Text
    regex: _Text
    score: _Score

    @field_validator("regex")
    @classmethod
    def _compiles(cls, text: str) -> str:
        try:
            matches_nothing = regex.compile(text).fullmatch("") is not None
        except regex.error as error:
            raise ValueError(f"not a regular expression: {error.msg}") from None
        if matches_nothing:
            raise ValueError("matches the empty text")
        return text


class SiteRecognizer(_Document):
    """One recognizer; ``finds`` mark what it must find with [brackets], ``ignores`` must be left.

    ``type`` and ``supported_language`` may stand there as Presidio's files have them.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9 -]{0,39}$")]
    type: Literal["custom"] = "custom"
    supported_language: Literal["en"] = "en"
    supported_entity: Entity
    patterns: tuple[SitePattern, ...] = ()
    deny_list: tuple[_Text, ...] = ()
    deny_list_score: _Score = 1.0
    finds: Annotated[tuple[_Text, ...], Field(min_length=1)]
    ignores: Annotated[tuple[_Text, ...], Field(min_length=1)]

    @field_validator("supported_entity")
    @classmethod
    def _is_found(cls, entity: Entity) -> Entity:
        if entity in _NOT_FOUND:
            raise ValueError(f"{entity.value} is nothing a recognizer finds")
        return entity

    @model_validator(mode="after")
    def _is_whole(self) -> SiteRecognizer:
        if not (self.patterns or self.deny_list):
            raise ValueError("needs patterns or a deny_list")
        if any(text.count("[") != 1 or text.count("]") != 1 for text in self.finds):
            raise ValueError("each of finds marks one [private part]")
        return self


class _File(_Document):
    recognizers: tuple[SiteRecognizer, ...]

    @field_validator("recognizers")
    @classmethod
    def _are_distinct(cls, found: tuple[SiteRecognizer, ...]) -> tuple[SiteRecognizer, ...]:
        names = [each.name.casefold() for each in found]
        if len(set(names)) < len(names):
            raise ValueError("two recognizers have one name")
        return found


class SiteFile(_Document):
    """The recognizers of a file, and a digest of it that is a part of the model version."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    recognizers: tuple[SiteRecognizer, ...]
    digest: str
    source: Source


def read_site_recognizers(path: Path) -> SiteFile:
    """Return the recognizers of a file in the order they stand there.

    Raises:
        ConfigError: the file is missing or no YAML, has a key or an entity that is not known, or a
            recognizer without patterns, without examples, or too weak; the line is named.
    """
    source = read_source(path)
    try:
        found = _File.model_validate(source.tree)
    except ValidationError as error:
        raise source.invalid(error, "Compare with docs/how-to/own-recognizers.md.") from None
    digest = hashlib.sha256(source.body).hexdigest()[:8]
    return SiteFile(recognizers=found.recognizers, digest=digest, source=source)
