"""Decodes a header that writes beyond ASCII: encoded words, raw bytes, or both in one.

In: a header as it came, raw bytes as surrogates. Out: its text. Words of RFC 2047 are decoded by
the charset they name, raw bytes as UTF-8, else as Windows-1252, which mails without one are in.
Must never put a sign in the place of bytes it cannot read, or leave a word out: a call type that is
read in part is another one.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final

from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["header_text"]

_WORD: Final = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN: Final = re.compile(r"\s+")
_HEX: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
_BROKEN_HEX: Final = re.compile(rb"=(?![0-9A-Fa-f]{2})")
_RAW: Final = ("utf-8", "cp1252")
_NO_CHARSETS: Final = frozenset(
    {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
)
"""Codecs that hide signs, or are no charset of a mail."""


def header_text(raw: str) -> str:
    """Return what a header says, its lines joined.

    Raises:
        PayloadRefused: a charset is unknown, or bytes are not of the one they are said to be in.
    """
    try:
        return "".join(_decoded(piece, charset) for piece, charset in _pieces(raw))
    except (LookupError, ValueError):
        pass  # outside of the handler: its error quotes the header
    raise PayloadRefused(NoticeCode.WRONG_ENCODING, "headers")


def _pieces(raw: str) -> Iterator[tuple[bytes, str]]:
    """Yield bytes and their charset; words beside each other in one charset are one piece."""
    kept, charset, end = b"", "", 0
    for word in _WORD.finditer(raw):
        between = raw[end : word.start()]
        beside = bool(charset) and (not between or _BETWEEN.fullmatch(between) is not None)
        if not beside or word[1].lower() != charset:
            yield kept, charset
            kept, charset = b"", word[1].lower()
            if not beside:
                yield _bytes(between), ""
        kept += _unpacked(word[2].lower(), word[3])
        end = word.end()
    yield kept, charset
    yield _bytes(raw[end:]), ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _unpacked(way: str, text: str) -> bytes:
    packed = _bytes(text)
    if way == "b":
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True)
    if _BROKEN_HEX.search(packed):
        raise ValueError
    return _HEX.sub(lambda found: bytes.fromhex(found[1].decode()), packed.replace(b"_", b" "))


def _decoded(piece: bytes, charset: str) -> str:
    if charset:
        if codecs.lookup(charset).name in _NO_CHARSETS:
            raise LookupError
        return piece.decode(charset)
    for each in _RAW[:-1]:
        try:
            return piece.decode(each)
        except UnicodeDecodeError:
            continue
    return piece.decode(_RAW[-1])
