"""Cuts a text into tokens, so that every character is either a token or plain separation.

In: a text. Out: tokens with offsets, in order. Whatever is not ASCII, and every control character,
counts as part of a token: a token is shown only if it is wholly ordinary, so a disguise cannot
hide between tokens. Which token may be shown is decided in ``deny``, not here.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Columns", "Token", "columns", "has_digit", "tokens", "worded"]

# Typographic quotes, dashes, ellipsis and the no-break space separate as their plain forms do.
_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0"
_CHARACTER = rf"[0-9A-Za-z_\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[^\x00-\x7f{_TYPOGRAPHIC}]"
_TOKEN = re.compile(rf"((?:{_CHARACTER})+(?:['\u2019](?:{_CHARACTER})+)*)")
# The same for a text of ASCII alone, several times as fast.
_ASCII_TOKEN = re.compile(
    r"([0-9A-Za-z_\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+"
    r"(?:'[0-9A-Za-z_\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+)*)"
)


class Token(NamedTuple):
    """Characters ``start`` to ``end`` of the text; ``word`` is them in lower case, ' for U+2019."""

    # Made tens of thousands of times a second: a tuple is made three times as fast as a dataclass.
    start: int
    end: int
    word: str


class Columns(NamedTuple):
    """The tokens of a text, a column each: where they start and end, their words, as they are
    ``typed``, and the ``gaps`` before them.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[str, ...]
    typed: tuple[str, ...]
    gaps: tuple[str, ...]

    def tokens(self) -> tuple[Token, ...]:
        """Return them as tokens."""
        return tuple(map(_token, zip(self.starts, self.ends, self.words, strict=True)))


# What Token(...) does, less a call.
_token = partial(tuple.__new__, Token)


def columns(text: str) -> Columns:
    """Return the tokens of a text by their columns."""
    plain = text.isascii()
    # Gap and token in turn, a gap last.
    pieces = (_ASCII_TOKEN if plain else _TOKEN).split(text)
    bounds = (*accumulate(map(len, pieces)),)
    typed = (*pieces[1::2],)
    words = (*map(str.lower if plain else worded, typed),)
    return Columns(bounds[:-1:2], bounds[1::2], words, typed, (*pieces[:-1:2],))


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text, in order, never overlapping."""
    return columns(text).tokens()


def worded(typed: str) -> str:
    """Return the word of a typed token."""
    return typed.replace("\u2019", "'").lower()


@lru_cache(maxsize=65536)
def has_digit(said: str) -> bool:
    """Return whether a digit stands in the word."""
    return not said.isalpha() and any(map(str.isdigit, said))
