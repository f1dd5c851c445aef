"""Opens records pasted into a text: JSON, with or without escapes, vCards, and base64.

In: a text. Out: its pieces in order, each text as it stands or a stand-in for structure: the name
of a member becomes a label ("svc_addr" becomes "svc addr:"), brackets and quotes a space. Labels
are read like typed text afterwards, so a name used as a key is found. It must never drop a value;
what does not decode stays as it is. Tags are ``containers``'.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from types import MappingProxyType

from pipeline.redact.containers import Piece, label_pieces, opened

__all__ = ["ENCODED", "card_pieces", "decoded", "has_card", "has_object", "object_pieces"]

_QUOTE = r'\\{0,3}"'
_KEY = rf"{_QUOTE}(?P<key>[A-Za-z_@$][\w .@$-]{{0,40}}){_QUOTE}\s{{0,8}}:(?!//)"
_HAS_KEY = re.compile(_KEY)
_OBJECT = re.compile(
    # A member's name; the comma before one ends the member before.
    rf"(?:{_QUOTE})?[\s\]}}]{{0,16}},[\s\[{{]{{0,16}}"
    rf"(?={_QUOTE}[A-Za-z_@$][\w .@$-]{{0,40}}{_QUOTE}\s{{0,8}}:)"
    rf"|{_KEY}(?:\s{{0,8}}null\b)?"
    # Strings in a list.
    rf"|(?P<list>{_QUOTE}\s{{0,8}},\s{{0,8}}{_QUOTE})"
    # Quotes and brackets at the edge of a value.
    rf"|(?P<edge>(?<=[:\[{{,\s]){_QUOTE}|{_QUOTE}(?=\s{{0,8}}[,}}\]]|\s{{0,8}}$)|[{{}}\[\]])"
)
# What ends a member has no group of its own.
_SEPARATORS: dict[str | None, str] = {"list": ", ", "edge": " "}
_CARD = re.compile(r"BEGIN:VCARD\b.*?(?:END:VCARD\b|$(?![\r\n]))", re.DOTALL | re.IGNORECASE)
_PROPERTY = re.compile(
    r"^[ \t]*(?:(?P<frame>(?:BEGIN|END):VCARD|VERSION:[\d.]+)"
    r"|(?P<name>[A-Za-z][A-Za-z-]{0,20})(?:;[^:\r\n]{0,80})?:)"
    r"|(?P<part>;+)",
    re.MULTILINE | re.IGNORECASE,
)
_LABELS = MappingProxyType(
    {
        "n": "name",
        "fn": "name",
        "nickname": "name",
        "tel": "phone",
        "adr": "address",
        "bday": "birth date",
        "org": "business",
    }
)
"""Properties of a vCard (RFC 6350) whose names are no words of dispatch."""
ENCODED = re.compile(
    r"(?<![\w+/=-])(?=[\w+/-]{0,80}[a-z])(?=[\w+/-]{0,80}[A-Z])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=-])"
)
"""What may be base64: a run of 16 characters or more, with letters of both cases."""
_URL_SAFE = str.maketrans("-_", "+/")


def has_object(text: str) -> bool:
    """Return whether a text holds at least one JSON member."""
    return '":' in text.replace(" ", "") and _HAS_KEY.search(text) is not None


def object_pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text that holds JSON; together they cover all of it."""
    return opened(text, _OBJECT.finditer(text), _member)


def has_card(text: str) -> bool:
    """Return whether a text holds a vCard."""
    return ":" in text and "begin:vcard" in text.lower()


def card_pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text that holds a vCard; together they cover all of it."""
    cards = _CARD.finditer(text)
    lines = (each for card in cards for each in _PROPERTY.finditer(text, *card.span()))
    return opened(text, lines, _property)


def decoded(encoded: re.Match[str]) -> str | None:
    """Return the text a run of base64 (RFC 4648) stands for, None when it stands for none."""
    run = encoded.group().rstrip("=").translate(_URL_SAFE)
    try:
        text = base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not all(each.isprintable() or each.isspace() for each in text):
        return None
    return f" {text} "


def _member(found: re.Match[str]) -> Iterator[Piece]:
    key = found["key"]
    if key is None:
        yield _SEPARATORS.get(found.lastgroup, "; "), found.start(), found.end()
        return
    yield " ", found.start(), found.start("key")
    yield from label_pieces(key, *found.span("key"))
    yield " ", found.end("key"), found.end()


def _property(found: re.Match[str]) -> Iterator[Piece]:
    if found["frame"] is not None:
        yield " ", found.start(), found.end()
    elif found["part"] is not None:
        yield ", ", found.start(), found.end()
    else:
        label = _LABELS.get(found["name"].lower())
        if label is not None:
            yield f"{label}: ", found.start(), found.end()
            return
        yield from label_pieces(found["name"], *found.span("name"))
        yield " ", found.end("name"), found.end()
