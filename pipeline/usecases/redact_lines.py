"""Redacts a stream of JSON lines: one answer per line, in order, in constant memory.

In: bytes of lines ``{"id", "text", "known"}``. Out: bytes of lines ``{"id", "redacted", "findings",
"held"}``. Whatever has arrived is answered before more is waited for. It must never give back a
part of a line it could not read, nor skip a line. The redaction itself is ``redact_texts``'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from pipeline.model import Finding, Held
from pipeline.usecases.redact_texts import RedactedText

__all__ = ["MAX_LINE", "Answers", "answers", "held_words", "lines"]

MAX_LINE = 1_000_000
"""Longest line that is read, in bytes; a longer one is answered as ``line-too-long``."""

_CHUNK = 65_536
_MAX_ID = 200

Known = Mapping[str, str | None]


class Source(Protocol):
    """What is used of a buffered binary stream: it gives what is there, and waits for nothing."""

    def read1(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes after at most one wait; none at the end."""
        ...


class Redacting(Protocol):
    """What is used of a ``Redactor``."""

    def redact_many(
        self, texts: Sequence[str], known: Sequence[Known | None] | None = None
    ) -> Iterator[RedactedText | Held]:
        """Yield one result per text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Output lines for what had arrived, and how many of them were held or could not be read."""

    body: bytes
    held: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    id: Any
    text: str
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unread:
    why: str
    id: Any = None


def answers(source: Source, redactor: Redacting) -> Iterator[Answers]:
    """Yield the answers to all lines that came with one read, as soon as it is there."""
    for chunk in lines(source):
        asked = [_asked(line) for line in chunk]
        sound = [each for each in asked if isinstance(each, _Asked)]
        results = redactor.redact_many(
            [each.text for each in sound], [each.known for each in sound]
        )
        written = [
            _answer(each.id, next(results)) if isinstance(each, _Asked) else _refusal(each)
            for each in asked
        ]
        held = sum(line["held"] is not None for line in written)
        unread = len(asked) - len(sound)
        body = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in written)
        yield Answers(body=body, held=held - unread, unread=unread)


def lines(source: Source) -> Iterator[list[bytes | None]]:
    """Yield the lines that each read completed, without their ends; None for one too long.

    The last line needs no end. Memory is bounded by :data:`MAX_LINE`.
    """
    rest, overlong = b"", False
    while chunk := source.read1(_CHUNK):
        *complete, rest = (rest + chunk).split(b"\n")
        ready: list[bytes | None] = [line if len(line) <= MAX_LINE else None for line in complete]
        if overlong and ready:
            ready[0], overlong = None, False
        if len(rest) > MAX_LINE:
            rest, overlong = b"", True
        if ready:
            yield ready
    if rest or overlong:
        yield [None if overlong else rest]


def held_words(held: Held) -> str:
    """Return why a text is held: its reason, and the detail where there is one."""
    return f"{held.reason.value}: {held.detail}" if held.detail else held.reason.value


def _asked(line: bytes | None) -> _Asked | _Unread:
    if line is None:
        return _Unread(why="line-too-long")
    try:
        value = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return _Unread(why="not-json" if line.strip() else "empty-line")
    if not isinstance(value, dict):
        return _Unread(why="not-an-object")
    return _checked(value)


def _checked(value: Mapping[str, Any]) -> _Asked | _Unread:
    number = value.get("id")
    if isinstance(number, (dict, list, bool)) or len(str(number)) > _MAX_ID:
        return _Unread(why="bad-id")
    if not isinstance(value.get("text"), str):
        return _Unread(why="no-text", id=number)
    known = value.get("known") or {}
    if not isinstance(known, dict) or not all(
        each is None or isinstance(each, str) for each in known.values()
    ):
        return _Unread(why="bad-known", id=number)
    return _Asked(id=number, text=value["text"], known=known)


def _answer(number: Any, result: RedactedText | Held) -> dict[str, Any]:
    if isinstance(result, Held):
        return {"id": number, "redacted": None, "findings": [], "held": held_words(result)}
    findings = [_finding(each) for each in result.findings]
    return {"id": number, "redacted": result.text, "findings": findings, "held": None}


def _refusal(unread: _Unread) -> dict[str, Any]:
    return {"id": unread.id, "redacted": None, "findings": [], "held": unread.why}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "start": finding.start,
        "end": finding.end,
        "entity": finding.entity.value,
        "detector": finding.recognizer,
        "score": finding.score,
        "reason": finding.reason,
    }
