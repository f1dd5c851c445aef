"""Tells the lines around a table that are no rows: a banner, a signature, a total below.

In: text and its delimiter. Out: lines in front, the text between, lines behind. Such a line has one
cell that says something, in words: a row needs two at least, for its type and its time. It must
never take what may be left of a row, a number and no more: that is refused as a row.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

__all__ = ["parted"]

_LOOKED: Final = 8_000  # characters at each end
_WORDS: Final = 2  # of a line with a number in it


def parted(text: str, delimiter: str, *, above: bool) -> tuple[list[str], str, list[str]]:
    """Return lines above the table, if ``above`` asks for them, the table, and lines below it."""
    last = _outer(_lines(text[-_LOOKED:])[::-1], delimiter)
    first = _outer(_lines(text[:_LOOKED]), delimiter) if above else []
    begin, end = sum(map(len, first)), len(text) - sum(map(len, last))
    if begin >= end:
        return [], text, []  # it is no table
    return _said(first), text[begin:end], _said(last[::-1])


def _lines(text: str) -> list[str]:
    """Return lines as the csv module ends them."""
    return list(io.StringIO(text, newline=""))


def _outer(lines: Sequence[str], delimiter: str) -> list[str]:
    """Return the first lines that are no rows, blank ones among them."""
    found: list[str] = []
    for line in lines:
        if line.strip() and not _tells(line, delimiter):
            return found
        found.append(line)
    return []  # longer than any words around a table


def _tells(line: str, delimiter: str) -> bool:
    """Return whether a line is words around a table; one with quotes may be the end of a cell."""
    if '"' in line:
        return False
    said = [cell for cell in map(str.strip, line.split(delimiter)) if cell]
    if len(said) != 1:
        return False
    return not any(map(str.isdigit, said[0])) or (
        len(said[0].split()) >= _WORDS and any(map(str.isalpha, said[0]))
    )


def _said(lines: Sequence[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines if line.strip()]
