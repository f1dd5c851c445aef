"""Reads lists of invented things that stand in code as one text."""

from __future__ import annotations

__all__ = ["word_list"]


def word_list(words: str, cut: str | None = None) -> tuple[str, ...]:
    """Return the entries of a text, cut at blanks or at ``cut``, in order."""
    return tuple(words.split(cut))
