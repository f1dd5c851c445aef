r"""Makes any string one that JSON, XML and a terminal can carry, and caps its length.

In goes a string from an editor, an agency file or a policy; out comes text without control
characters, terminal escapes, lone surrogates, noncharacters or direction overrides, in which the
only white space besides the space is ``\n``. Doing it twice changes nothing. It must never decide
what is private: that is the leak check's part, and it must look at the string *after* this.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.model import Refused

__all__ = ["HEADLINE_LIMIT", "TEXT_LIMIT", "editor_words", "plain_line", "plain_text"]

HEADLINE_LIMIT = 160
"""Characters of a headline: what CAP 1.2 advises for devices that show one line."""

_REMEMBERED = 8_192  # an alert's strings are asked for by every format of every feed

TEXT_LIMIT = 2_000
"""Characters of a text: a short notice, never a report."""

# "\x1b[31m" sets a color, "\x1b]0;title\x07" a window title; \x9b is the one-character "\x1b[".
_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
# Carriage return, vertical tab, form feed, next line, line and paragraph separator.
_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, tab and line feed aside
    r"\ud800-\udfff"  # half of a pair: not a character
    r"\ufdd0-\ufdef\ufeff\ufffe\uffff"  # noncharacters and the byte-order mark
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the reading direction around
    r"\ufff9-\ufffb\U000e0000-\U000e007f"  # hidden annotations and tags
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)


@lru_cache(maxsize=_REMEMBERED)
def plain_text(text: str, limit: int) -> str:
    """Return ``text`` made plain, line breaks kept, cut to ``limit`` characters with ``…``."""
    if text.isascii() and text.isprintable():
        return _cut(text.strip(), limit)  # nearly every text: nothing in it to take out
    lines = _NEWLINE.sub("\n", _ESCAPE.sub("", text)).replace("\t", " ")
    return _cut(_UNWANTED.sub("", lines).strip(), limit)


@lru_cache(maxsize=_REMEMBERED)
def plain_line(text: str, limit: int) -> str:
    """Return ``text`` made plain on one line, white space runs as one space, cut to ``limit``."""
    return _cut(" ".join(plain_text(text, len(text)).split()), limit)


def editor_words(headline: str, text: str) -> tuple[str, str]:
    """Return an editor's headline and text made plain, for the leak check and for publication.

    Raises:
        Refused: one is empty or longer than its limit. Words are never cut behind an editor's back.
    """
    words = plain_line(headline, len(headline)), plain_text(text, len(text))
    limits = HEADLINE_LIMIT, TEXT_LIMIT
    for name, value, limit in zip(("headline", "text"), words, limits, strict=True):
        if not value:
            raise Refused(f"the {name} is empty")
        if len(value) > limit:
            raise Refused(f"the {name} has {len(value)} characters; at most {limit} are allowed")
    return words


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
