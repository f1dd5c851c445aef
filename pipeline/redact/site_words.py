"""Reads a site's own words: local shorthand that enough agencies use to be nobody's name.

In: a text of lines ``word agencies``: how many agencies' feeds a word was seen in. Out: the words
that count, and each refused line with the reason. A word must never count because one agency uses
it, nor when it is mostly a name; whoever keeps the file is told. The file is found by ``settings``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.redact.names.facts import Kind, name_facts

__all__ = ["FLOOR", "Refused", "SiteWords", "read_site_words"]

FLOOR = 3
"""In so many agencies' feeds a word must have been seen, unless the site asks for more."""

_WORD = re.compile(r"[a-z]{2,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line that does not count. ``why`` never repeats the word: it may be a name."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWords:
    """Words that count, lower case, and the lines that do not."""

    words: frozenset[str]
    refused: tuple[Refused, ...]


def read_site_words(text: str, *, floor: int = FLOOR) -> SiteWords:
    """Return the words of a list seen in ``floor`` agencies' feeds or more.

    Empty lines and lines beginning with ``#`` are passed over.

    Raises:
        ValueError: ``floor`` is below :data:`FLOOR`; a site may ask for more, never for less.
    """
    if floor < FLOOR:
        raise ValueError(f"the floor is at least {FLOOR}")
    words: set[str] = set()
    refused: list[Refused] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            word, _, agencies = line.strip().lower().replace(",", " ").partition(" ")
            why = _objection(word, agencies.strip(), floor)
            if why:
                refused.append(Refused(line=number, why=why))
            else:
                words.add(word)
    return SiteWords(words=frozenset(words), refused=tuple(refused))


def _objection(word: str, agencies: str, floor: int) -> str:
    if not _WORD.fullmatch(word):
        return "not a word of 2 to 20 letters"
    if not (agencies.isascii() and agencies.isdigit()):
        return "no number of agencies after the word"
    if int(agencies) < floor:
        return f"seen in fewer than {floor} agencies' feeds"
    if name_facts(word).kind not in {Kind.WORD, Kind.UNKNOWN}:
        return "mostly a name, or often one"
    return ""
