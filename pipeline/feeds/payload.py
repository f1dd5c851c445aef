"""Turns payload bytes into checked text before any parser sees them.

In: bytes as they arrived and the agency's format. Out: text without a byte-order mark. Size,
encoding, NUL characters and web pages are judged here, since a parser trusted with raw bytes picks
encodings (UTF-7) and unpacks archives by itself. Must never guess an encoding or repair text.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipeline.agencies.agency import FeedFormat
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["decode"]

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark it begins with; never accepted
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings in which markup can hide behind other characters, or which are no text encodings.
_FORBIDDEN: Final = frozenset(
    {"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "hz"}
)

# The groups are atomic: a page of comments must not make the search slow.
_WEB_PAGE: Final = re.compile(
    r"\s*+(?:<\?xml[^>]*+>)?\s*+(?>(?:<!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED: Final = 4096  # characters at the start in which a web page shows itself


def decode(body: bytes, form: FeedFormat, *, page: bool = False) -> str:
    """Return the payload's text, without byte-order mark; ``page``: a web page is expected.

    A byte-order mark of UTF-8 or UTF-16 decides; otherwise ``form.encodings`` are tried in order,
    strictly.

    Raises:
        PayloadRefused: oversized, empty, wrongly encoded, holding NUL, or a web page.
    """
    if len(body) > form.max_bytes:
        raise PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
    text = _text(body, form.encodings)
    if not text or text.isspace():
        raise PayloadRefused(NoticeCode.EMPTY_PAYLOAD)
    if "\0" in text:  # UTF-16 without a mark looks like this
        raise PayloadRefused(NoticeCode.WRONG_ENCODING, f"character {text.index(chr(0)) + 1}")
    if not page and _WEB_PAGE.match(text[:_SNIFFED]):
        raise PayloadRefused(NoticeCode.HTML_INSTEAD)
    return text


def _text(body: bytes, encodings: tuple[str, ...]) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            body, encodings = body[len(mark) :], (encoding,)
            break
    position = ""
    for encoding in encodings:
        if _forbidden(encoding):
            continue
        try:
            return body.decode(encoding, "strict")
        except UnicodeDecodeError as failure:
            position = position or f"byte {failure.start + 1}"
        except (LookupError, UnicodeError):  # no text encoding, or one that never decodes
            continue
    # Raised outside the handler: the codec's own error holds the whole body.
    raise PayloadRefused(NoticeCode.WRONG_ENCODING, position)


def _forbidden(encoding: str) -> bool:
    """True when ``encoding`` is unknown or is one that is never accepted."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return True
    return name.replace("_", "-") in _FORBIDDEN or name.startswith("iso2022")
