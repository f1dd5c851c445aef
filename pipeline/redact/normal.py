"""Undoes what a text was wrapped or disguised in, and keeps the way back to it.

In: a text. Out: the plain text and, per character of it, the stretch of the original it came from.
Every stretch is non-empty and they are in order; what was dropped lies between two of them. It
decides nothing about privacy; what it cannot undo safely is for ``suspicion`` to name, and what one
character stands for is said by ``characters``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from pipeline.redact.characters import plain
from pipeline.redact.containers import Piece, has_markup, pieces
from pipeline.redact.objects import (
    ENCODED,
    card_pieces,
    decoded,
    has_card,
    has_object,
    object_pieces,
)

__all__ = ["Spans", "normalised"]

Spans = tuple[tuple[int, int], ...]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# JSON's has four digits and no more (Pe\u00f1a ends in an a), one in braces up to six.
_BACKSLASH = re.compile(
    r"\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\x([0-9A-Fa-f]{2})"
    r"|\\[nrt](?![a-z])"
)
# A share and a number after it (spo2 94%62yo, fuel 40%20 min) are none.
_PERCENT = re.compile(
    r"(?:%[0-9A-Fa-f]{2}){2,}|(?<!\d)%[0-9A-Fa-f]{2}|%(?:2[0-9A-Fa-f]|3[A-Fa-f])(?=\w)"
)
_QUOTED = re.compile(r"(?:=[0-9A-F]{2})+")
# Only what no key and value look like says that a text is quoted-printable: phone=605, apt=3D.
_SURELY_QUOTED = re.compile(r"=\r?\n|(?:=[0-9A-F]{2}){2}|=3D[\"']|=20(?=\r?\n)")
_SOFT_BREAK = re.compile(r"=\r?\n")
_HYPHEN_BREAK = re.compile(r"(?<=[A-Za-z])-[ \t]*\r?\n[ \t]*(?=[A-Za-z])")
_NUMBER_BREAK = re.compile(r"(?<=\d)-[ \t]*\r?\n[ \t]*(?=\d)")
# UTF-8 that was read as Windows-1252 or Latin-1.
_HIGH = "".join(
    sorted({bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0)})
    + [chr(b) for b in range(0x80, 0xA0)]
)
# Their first bytes: accented Latin letters and typographic signs. A multiplication sign is none.
_MOJIBAKE = re.compile(f"[\u00c2-\u00c5\u00e2][{re.escape(_HIGH)}]{{1,3}}")
_INLINE = re.compile(
    r"(?<=[0-9A-Za-z])</?(?:b|i|u|em|strong|span|font|wbr|mark|hl|tt|s)\s*/?>(?=[0-9A-Za-z])",
    re.IGNORECASE,
)
_RTF = re.compile(r"\\\*?[a-z]{1,32}-?\d{0,10} ?|\\'[0-9a-f]{2}|[{}]")
_SPACED_LETTERS = re.compile(r"(?<![\w'])[A-Za-z](?: [A-Za-z]){3,}(?![\w'])")
_DOTTED_LETTERS = re.compile(r"(?<![\w'])[A-Za-z](?:\.[A-Za-z]){4,}(?![\w'])")
_SPACED_DIGITS = re.compile(r"(?<!\w)\d(?: ?[ .-] ?\d){6,}(?!\w)")
_SPACED_MIX = re.compile(r"(?<!\S)[0-9A-Za-z](?: [0-9A-Za-z@._+-]){7,}(?!\S)")
_MAYBE_SPACED = re.compile(r"(?<!\w)[0-9A-Za-z](?: ?[ .-] ?[0-9A-Za-z]){3}(?!\w)")
# The middle of it, which begins with a sign: most texts have neither.
_HARDLY_SPACED = re.compile(r"[ .-] ?[0-9A-Za-z] ?[ .-] ?[0-9A-Za-z] ?[ .-]")
# "at 15:30", "at mile marker 41", which are no domains.
_AT = re.compile(
    r"@(?=(?:\d{1,2}:?\d\d(?!\d)|mm ?\d))(?!\d+\.(?:com|net|org|cn|example)\b)", re.IGNORECASE
)
_TRIES = 3
# A run of base64 is not shorter.
_SHORTEST_RUN = 16


def normalised(text: str) -> tuple[str, Spans | None]:
    """Return the plain text, and per character its (start, end) in the original; None if equal."""
    work = _Work(text)
    if not text.isascii():
        work.replace(_MOJIBAKE, lambda found: _reread(found.group()))
        _characters(work)
    _controls(work)
    _opened(work)
    _escapes(work)
    if has_card(work.text):
        work.put(card_pieces(work.text))
    if has_object(work.text):
        work.put(object_pieces(work.text))
    if has_markup(work.text):
        _tags(work)
    if "\n" in work.text:
        work.replace(_HYPHEN_BREAK, lambda _: "")
        work.replace(_NUMBER_BREAK, lambda _: "-")
    if "@" in work.text:
        work.replace(_AT, lambda _: "@ ")
    _spaced(work)
    return work.text, None if work.spans is None else tuple(work.spans)


class _Work:
    """The text so far and its way back; the way is built with the first change."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] | None = None

    def replace(self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str | None]) -> bool:
        """Replace matches, None leaving one as it is; return whether anything changed."""
        made = [(found, by(found)) for found in pattern.finditer(self.text) if found.group()]
        made = [(found, new) for found, new in made if new is not None and new != found.group()]
        if not made:
            return False
        spans = self.spans or [(place, place + 1) for place in range(len(self.text))]
        parts: list[str] = []
        ways: list[tuple[int, int]] = []
        end = 0
        for found, new in made:
            start, stop = found.span()
            parts += [self.text[end:start], new or ""]
            ways += spans[end:start]
            ways += [(spans[start][0], spans[stop - 1][1])] * len(new or "")
            end = stop
        parts.append(self.text[end:])
        self.text, self.spans = "".join(parts), ways + spans[end:]
        return True

    def put(self, pieces: Iterable[Piece]) -> None:
        """Put the text together of pieces of itself and of what stands in for others."""
        made = list(pieces)
        if all(stand_in is None for stand_in, _, _ in made):
            return
        spans = self.spans or [(place, place + 1) for place in range(len(self.text))]
        parts: list[str] = []
        ways: list[tuple[int, int]] = []
        for stand_in, start, end in made:
            if start < end:
                parts.append(self.text[start:end] if stand_in is None else stand_in)
                whole = (spans[start][0], spans[end - 1][1])
                ways += spans[start:end] if stand_in is None else [whole] * len(stand_in)
        self.text, self.spans = "".join(parts), ways


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _characters(work: _Work) -> None:
    if not work.text.isascii():
        work.replace(_NOT_ASCII, lambda found: plain(found.group()))


def _controls(work: _Work) -> None:
    if not work.text.isprintable():
        work.replace(_CONTROL, lambda _: "")


def _opened(work: _Work) -> None:
    for _ in range(_TRIES):
        if not (_may_be_encoded(work.text) and work.replace(ENCODED, decoded)):
            break
        _characters(work)
        _controls(work)


def _may_be_encoded(text: str) -> bool:
    """Return whether a text has letters of both cases in a run as long, which no space parts."""
    runs = text.split()
    if max(map(len, runs), default=0) < _SHORTEST_RUN:
        return False
    return any(len(run) >= _SHORTEST_RUN and not (run.islower() or run.isupper()) for run in runs)


def _escapes(work: _Work) -> None:
    text = work.text
    if text.startswith("{\\rtf"):
        work.replace(_RTF, lambda found: _rtf(found.group()))
    for _ in range(_TRIES):
        changed = "&" in work.text and work.replace(_ENTITY, lambda found: _entity(found.group()))
        if "\\" in work.text:
            changed = work.replace(_BACKSLASH, _backslash) or changed
        if "%" in work.text:
            changed = work.replace(_PERCENT, lambda found: _percent(found.group())) or changed
        if not changed:
            break
        _characters(work)
        _controls(work)
    if "=" in work.text and _SURELY_QUOTED.search(work.text):
        work.replace(_SOFT_BREAK, lambda _: "")
        work.replace(_QUOTED, lambda found: _percent(found.group().replace("=", "%")))
        _characters(work)


def _tags(work: _Work) -> None:
    work.replace(_INLINE, lambda _: "")
    work.put(pieces(work.text))


def _spaced(work: _Work) -> None:
    if not (_HARDLY_SPACED.search(work.text) and _MAYBE_SPACED.search(work.text)):
        return
    work.replace(_SPACED_MIX, _apart)
    work.replace(_SPACED_LETTERS, _apart)
    work.replace(_DOTTED_LETTERS, lambda found: found.group().replace(".", ""))
    work.replace(_SPACED_DIGITS, _apart)


def _apart(found: re.Match[str]) -> str:
    return found.group().replace(" ", "")


def _rtf(control: str) -> str:
    if control.startswith("\\'"):
        return plain(bytes.fromhex(control[2:]).decode("cp1252", "replace"))
    return " "


def _entity(entity: str) -> str | None:
    character = html.unescape(entity)
    return None if character == entity else character


def _backslash(found: re.Match[str]) -> str | None:
    digits = found[found.lastindex] if found.lastindex else None
    if digits is None:
        return " "
    code = int(digits, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def _percent(escaped: str) -> str | None:
    try:
        character = unquote(escaped, errors="strict")
    except UnicodeDecodeError:
        return None
    return character if character.isprintable() or character.isspace() else None


def _reread(mangled: str) -> str | None:
    try:
        return b"".join(map(_byte, mangled)).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _byte(character: str) -> bytes:
    code = ord(character)
    return bytes([code]) if code < 0x100 else character.encode("cp1252")
