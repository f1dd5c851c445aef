"""Tells the header of a table from its rows, at its begin and again between them.

In: rows of cells, and the columns that are needed. Out: where the header stands, which rows need a
closer look, and the names of a header among them. It must never take a row for a header: cells are
compared with the names that are known, and with nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.feeds.layout import Layout
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["DIGITS", "MAX_ABOVE", "Again", "header_among", "is_header"]

MAX_ABOVE: Final = 20
"""Lines above a header, at most; blank ones do not count."""

DIGITS: Final = frozenset("0123456789")
"""How nearly every time begins."""

_NOWHERE: Final = 1 << 30  # a place beyond the end of every row
_SHORT: Final = 5  # characters; a number in the place of a time may be a total
_FEW: Final = 4  # cells; a line of no more, and of fewer than the header, is a title, no row


def is_header(row: Sequence[str], needed: Collection[str]) -> bool:
    """Return whether a row names every column that is needed."""
    return set(needed) <= {name.strip() for name in row}


class Again:
    """Tells a header from a row, where a table says its header again or goes on under another.

    Nearly every row begins its time with a digit, which is at place ``at``, and no name of a column
    begins so: only a row that does not, or is shorter, needs a closer look.
    """

    __slots__ = ("_names", "_needed", "at", "names")

    def __init__(self, header: Sequence[str], layout: Layout, needed: Collection[str]) -> None:
        self.names = header
        self._names = frozenset(filter(None, header))
        self._needed = needed
        times = {path for _, spec in layout.named if spec.field is CanonicalField.OPENED_AT
                 for path in spec.paths}  # fmt: skip
        places = [place for place, name in enumerate(header) if name in times]
        told = places and not any(name[0] in DIGITS for name in self._names)
        self.at = places[0] if told else _NOWHERE

    def odd(self, rows: Sequence[Sequence[str]]) -> Collection[int]:
        """Return the rows of another width than this header, and those that may be no rows.

        Of these the time has no digit at its begin, or is so short that it may be a total.
        """
        at, width, digits, short = self.at, len(self.names), DIGITS, _SHORT
        if at == _NOWHERE:
            return range(len(rows))
        return {
            number
            for number, row in enumerate(rows)
            if len(row) != width or (cell := row[at])[:1] not in digits or len(cell) < short
        }

    def header(self, row: Sequence[str], number: int) -> list[str]:
        """Return the header that a row is; nothing where it is none.

        Raises:
            PayloadRefused: it names columns, and not all that are needed.
        """
        cells = [cell.strip() for cell in row]
        said = list(filter(None, cells))
        named = len(self._names.intersection(said))
        if named < 2 or 2 * named < len(said):
            return []
        if not is_header(cells, self._needed):
            raise PayloadRefused(NoticeCode.TABLE_NOT_PLAIN, f"row {number}")
        return cells


def header_among(rows: Sequence[Sequence[str]], needed: Collection[str]) -> int:
    """Return the place of the header among rows; 0, whatever stands there, where none is found.

    Above it stand titles, dates, names of groups of columns, no rows: where a line above is as full
    as a row, nobody knows what it is, and there is no header.
    """
    found = next((n for n, row in enumerate(rows) if is_header(row, needed)), 0)
    return 0 if any(_like_a_row(row, len(rows[found])) for row in rows[:found]) else found


def _like_a_row(row: Sequence[str], width: int) -> bool:
    if len(row) < width and len(row) <= _FEW:
        return False
    return 2 * sum(bool(cell.strip()) for cell in row) > width
