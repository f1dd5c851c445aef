"""Reads narratives written by hand with their spans inline; it never repairs a wrong mark.

In: files ``<style>.txt``. A narrative starts at a line ``# <style>-<number>``; its text follows,
with every identifier as ``⟦ENTITY:characters⟧``; ``\\n``, ``\\t``, ``\\r``, ``\\\\``, ``\\uXXXX``
stand for characters that would not show. Lines ``= key: value`` after the text are what the CAD
record itself holds. Out: plain texts with exact spans, or ``MarkError``, a ``ValueError``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

__all__ = ["ENTITIES", "MarkError", "Marked", "entries", "unmark"]

_IDENTIFIERS = """PERSON STAFF PHONE ADDRESS APARTMENT STREET DOB AGE PLATE VIN LICENSE SSN
    GOVERNMENT_ID EMAIL HANDLE GEO ACCESS_CODE FINANCIAL MEDICAL_ID NCIC_RETURN"""
ENTITIES = frozenset([*_IDENTIFIERS.split(), "PLACE"])
"""All are identifiers but PLACE, which counts neither as identifier nor as innocent."""
_KEYS = frozenset(("caller_name", "caller_phone", "caller_address", "incident_address"))

_HEAD = re.compile(r"# (?P<style>[a-z-]+)-(?P<number>\d\d)")
_KNOWN = re.compile(r"= (?P<key>[a-z_]+): (?P<value>.+)")
_MARK = re.compile(r"⟦(?P<entity>[A-Z_]+):(?P<text>[^⟦⟧]+)⟧")
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<letter>.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class MarkError(ValueError):
    """A narrative is not written as the form demands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A narrative; ``spans`` are (start, end, entity) in its characters, ends exclusive, in order.

    ``known`` is what the CAD record holds.
    """

    name: str
    style: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    known: Mapping[str, str]


def entries(source: Traversable) -> Iterator[Marked]:
    """Give the narratives of one style's file, in its order.

    Raises:
        MarkError: a narrative is not written as the form demands.
    """
    style = source.name.removesuffix(".txt")
    name, lines = "", list[str]()
    for line in source.read_text(encoding="utf-8").split("\n"):
        head = _HEAD.fullmatch(line)
        if head is None:
            lines.append(line)
            continue
        if head["style"] != style:
            raise MarkError(f"{line[2:]} is in the file of {style}")
        if name:
            yield _entry(name, style, lines)
        elif any(lines):
            raise MarkError(f"{source.name} has text before its first narrative")
        name, lines = line[2:], []
    yield _entry(name, style, lines)


def unmark(marked: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return the plain text of a marked one, and its spans.

    Raises:
        MarkError: an entity or an escape is unknown, or a mark is not closed.
    """
    text, spans, done = "", [], 0
    for match in _MARK.finditer(marked):
        if match["entity"] not in ENTITIES:
            raise MarkError(f"unknown entity {match['entity']}")
        text += _unescaped(marked[done : match.start()])
        start, done = len(text), match.end()
        text += _unescaped(match["text"])
        spans.append((start, len(text), match["entity"]))
    text += _unescaped(marked[done:])
    if "⟦" in text or "⟧" in text:
        raise MarkError("a mark is not closed, or has no entity")
    return text, tuple(spans)


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match["code"]:
            return chr(int(match["code"], 16))
        if match["letter"] not in _LETTERS:
            raise MarkError(f"unknown escape \\{match['letter']}")
        return _LETTERS[match["letter"]]

    return _ESCAPE.sub(character, text)


def _entry(name: str, style: str, lines: list[str]) -> Marked:
    known = [match for line in lines if (match := _KNOWN.fullmatch(line))]
    body = [line for line in lines if not _KNOWN.fullmatch(line)]
    text, spans = unmark("\n".join(body).strip("\n"))
    if not text.strip():
        raise MarkError(f"{name} has no text")
    if not {match["key"] for match in known} <= _KEYS:
        raise MarkError(f"{name} has a known value of no known kind")
    held = {match["key"]: match["value"] for match in known}
    return Marked(name=name, style=style, text=text, spans=spans, known=held)
