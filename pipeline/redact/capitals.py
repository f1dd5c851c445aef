"""Counts small and capital letters of a text.

In: a text. Out: two counts, of all letters that have a case. What they say about the text is for
whoever asks.
"""

from __future__ import annotations

import string

__all__ = ["letters_by_case"]

_SMALL, _LARGE = string.ascii_lowercase.encode(), string.ascii_uppercase.encode()


def letters_by_case(text: str) -> tuple[int, int]:
    """Return how many small letters and how many capitals a text has."""
    if text.isascii():
        # Ten times as fast as asking each character.
        typed = text.encode()
        size = len(typed)
        return size - len(typed.translate(None, _SMALL)), size - len(typed.translate(None, _LARGE))
    return sum(map(str.islower, text)), sum(map(str.isupper, text))
