"""Undoes disguises: the text a recognizer should see, with the way back to each place.

In: any text. Out: its characters as plain ones, and for each the stretch of the original it stands
for: entities and escapes resolved, compatibility forms and accents folded, invisible characters
gone, look-alikes of other scripts as Latin letters, letters and digits that were spaced out joined.
The result is made for finding and must never be shown. What no folding makes plain is said to be
suspicious, and holds the record.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from pipeline.redact.fold import LOOKALIKES

__all__ = ["Spans", "normalised", "suspicious"]

Spans = tuple[tuple[int, int], ...]
_Unit = tuple[str, int, int]

_ESCAPE = re.compile(
    r"&(?:amp;)?(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,12});|(?:%[0-9a-f]{2})+|\\u[0-9a-f]{4}"
    r"|\\x[0-9a-f]{2}|\\[nrt](?![a-z]{3})|=\r?\n|(?<=[a-z\d])-\r?\n(?=[a-z\d])",
    re.IGNORECASE,
)
# Three and more letters, or four and more digits, each alone between single separators.
_SPACED = re.compile(
    r"(?<![^\W_])(?:[^\W\d_](?:[ .\-_*][^\W\d_]){3,}|\d(?:[ .\-_*]\d){5,})(?![^\W_])"
)
_PUNCTUATION = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060"
    "\u201c\u201d\u201e\u2033\u00ab\u00bb\u2022\u00b7\u2044\u2215\u3002\uff0e\u2024",
    "--------''''''''\"\"\"\"\"\"..//...",
)
_SPACES = frozenset("\t\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\u2800\u3164\uffa0") | {
    chr(code) for code in range(0x2000, 0x200B)
}
_MOJIBAKE = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u0153\u2122\u201a-\u2030\u0160\u0161]")
_NAMED = {"\\n": "\n", "\\r": "\n", "\\t": " "}
# A reader sees another order than a machine; what stands there cannot be judged.
_TURNED = frozenset("\u202e\u2067")


def suspicious(text: str) -> str:
    """Return why a text cannot be judged, in a fixed word, or an empty string.

    ``turned`` (a right-to-left override), ``tagged`` (tag characters), ``private-use``,
    ``half-character`` (a lone surrogate), ``unassigned``, ``mixed-scripts`` (letters of two scripts
    in one word that no folding makes Latin).
    """
    if text.isascii():
        return ""
    for character in set(text):
        reason = _reason(character)
        if reason:
            return reason
    return "mixed-scripts" if any(map(_mixed, _WORD.findall(text))) else ""


def normalised(text: str) -> tuple[str, Spans | None]:
    """Return the plain text, and per character its (start, end) in the original; None if equal."""
    if text.isascii() and not _ESCAPE.search(text) and not _SPACED.search(text):
        return text, None
    units = [
        unit
        for character, start, end in _resolved(text)
        for unit in ((plain, start, end) for plain in _plain(character))
    ]
    units = _joined(units)
    plain = "".join(unit[0] for unit in units)
    return plain, tuple((start, end) for _, start, end in units)


_WORD = re.compile(r"[^\W\d_]{2,}")


def _resolved(text: str) -> Iterator[_Unit]:
    """Yield characters with escapes resolved; each of an escape stands for all of it."""
    place = 0
    for found in _ESCAPE.finditer(text):
        yield from ((text[i], i, i + 1) for i in range(place, found.start()))
        for character in _meant(found.group()):
            yield character, found.start(), found.end()
        place = found.end()
    yield from ((text[i], i, i + 1) for i in range(place, len(text)))


def _meant(escape: str) -> str:
    if escape[0] == "&":
        return html.unescape(html.unescape(escape))
    if escape[0] == "%":
        return unquote(escape, errors="replace")
    if escape[0] == "\\":
        if escape.lower() in _NAMED:
            return _NAMED[escape.lower()]
        return chr(int(escape[2:], 16))
    return ""  # a line wrapped inside a word


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """Return what a reader takes the character for: nothing, one or more plain characters."""
    if character in "\n\r" or (character.isascii() and character.isprintable()):
        return character
    if character in _SPACES:
        return " "
    mapped = character.translate(_PUNCTUATION)
    if mapped.isascii():
        return mapped
    folded = unicodedata.normalize("NFKD", mapped)
    kept = "".join(
        each for each in folded if unicodedata.category(each) not in {"Mn", "Me", "Cf", "Cc"}
    )
    return "".join(_latin(each) for each in kept).translate(_PUNCTUATION)


def _latin(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    alike = LOOKALIKES.get(character.casefold())
    if alike is None:
        return character
    return alike.upper() if character.isupper() else alike


def _joined(units: list[_Unit]) -> list[_Unit]:
    """Drop the separators of spaced-out words and numbers."""
    plain = "".join(unit[0] for unit in units)
    dropped: set[int] = set()
    for found in _SPACED.finditer(plain):
        dropped.update(range(found.start() + 1, found.end(), 2))
    if not dropped:
        return units
    return [unit for place, unit in enumerate(units) if place not in dropped]


@lru_cache(maxsize=8192)
def _reason(character: str) -> str:
    if character in _TURNED:
        return "turned"
    if 0xE0000 <= ord(character) <= 0xE007F:
        return "tagged"
    category = unicodedata.category(character)
    return {"Co": "private-use", "Cs": "half-character", "Cn": "unassigned"}.get(category, "")


@lru_cache(maxsize=4096)
def _mixed(word: str) -> bool:
    """Say whether a word has Latin letters and, after folding, letters of another script."""
    if word.isascii():
        return False
    plain = "".join(_plain(each) for each in word)
    return any(c.isascii() for c in plain) and any(
        c.isalpha() and not unicodedata.name(c, "LATIN").startswith(("LATIN", "MODIFIER"))
        for c in plain
        if not c.isascii()
    )
