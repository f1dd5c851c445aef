"""Rows of a table of fixed widths, as printed lists have: cut, joined, or refused.

In: the lines below a header. Out: rows of cells; one is too wide, and refused by its reader, where
nobody can tell its columns. A line without a time goes on with the row above it: where its words
stand in columns they are added there, else the row is refused, for it would be told without them.
Must never read a line by columns that are not its own.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.feeds.layout import Layout
from pipeline.feeds.page_lines import MOST_CELLS, as_said, folded, is_page_line, is_page_number
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["cells_at", "fixed_rows", "lines_as_words"]

_APART: Final = re.compile(r"\S+(?: \S+)*")  # words of a line, two spaces or more between them
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_RARE: Final = 10  # times that another way of writing is more frequent
_RULED: Final = " -=_\t\r\n\f"
_PAGE: Final = "\f"


def cells_at(line: str, widths: Sequence[int]) -> list[str]:
    """Return the cells of a line whose columns have fixed widths; none of a blank or ruled one."""
    if not line.strip(_RULED):
        return []
    ends = list(accumulate(widths))
    return [line[start:end].strip() for start, end in zip((0, *ends), (*ends, None), strict=True)]


def lines_as_words(
    text: str, rows: Sequence[list[str]], ends: Sequence[int], widths: Sequence[int]
) -> list[list[str]]:
    """Return rows; as one cell where a place of the columns cuts a word."""
    found = []
    for row, start, end in zip(rows, (0, *ends), ends, strict=False):
        line = text[start:end].strip("\r\n")
        through = any(line[place - 1 : place].strip() for place in accumulate(widths))
        found.append([" ".join(line.split())] if through else row)
    return found


def fixed_rows(
    body: str, header: Sequence[str], above: Sequence[str], paged: list[str], layout: Layout
) -> Iterator[list[str]]:
    """Yield the rows below a header; ``above`` are the lines that stood above it.

    What lines of printed pages say goes to ``paged``, a header's too, as nothing.

    Raises:
        PayloadRefused: another header stands among them, whose columns nobody knows.
    """
    lines = _Lines.of(body, header, above, layout)
    row: list[str] = []
    apart = False  # from the row above, by a blank line or a page
    for number, line in enumerate(io.StringIO(body, newline=""), start=1):
        apart = apart or line.startswith(_PAGE)
        line = line.lstrip(_PAGE)
        cells = cells_at(line, layout.widths)
        if not cells:
            apart = True
            if line.strip() and row:  # ruled: what stands below belongs to no row above
                yield row
                row = []
            continue
        said = lines.of_page(line, cells, number, apart=apart)
        if said is not None:
            paged.append(said)
            apart = True
        elif row and not lines.begins(cells) and lines.goes_on(line, cells, apart=apart):
            row = lines.joined(row, line, cells)
        else:
            if row:
                yield row
            row, apart = lines.marked(line, cells), False
    if row:
        yield row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """What is known of the lines: where columns end, which hold numbers and times."""

    header: Sequence[str]
    above: frozenset[str]
    titles: frozenset[str]
    ends: tuple[int, ...]
    torn: tuple[int, ...]
    numbers: tuple[int, ...]
    times: tuple[int, ...]
    written: frozenset[str]

    @classmethod
    def of(cls, body: str, header: Sequence[str], above: Sequence[str], layout: Layout) -> _Lines:
        places = {name: place for place, name in enumerate(header)}
        numbers = _places(CanonicalField.CFS_NUMBER, places, layout)
        times = _places(CanonicalField.OPENED_AT, places, layout)
        return cls(
            header=header,
            above=frozenset(map(folded, above)) - {""},
            titles=frozenset(" ".join(line.split()) for line in above),
            ends=tuple(accumulate(layout.widths)),
            torn=_torn(body, header, layout),
            numbers=numbers,
            times=times,
            written=_written(body, numbers, times, layout),
        )

    def begins(self, cells: Sequence[str]) -> bool:
        """Return whether a line begins a row: it has a number and a time, or a time as they have.

        Where no times stand in columns, whatever has a number begins one; without either, any line.
        """
        numbered = any(_has_digit(cells[place]) for place in self.numbers)
        if not self.times:
            return numbered or not self.numbers
        if numbered or not self.numbers:
            return any(_has_digit(cells[place]) for place in self.times)
        return any(_shape(cells[place]) in self.written for place in self.times)

    def of_page(self, line: str, cells: Sequence[str], number: int, *, apart: bool) -> str | None:
        """Return what a line of a printed page says, nothing of a header; None of any other line.

        Raises:
            PayloadRefused: it names columns, but not these in this order.
        """
        if self._is_of_page(line, cells, apart=apart):
            return as_said(" ".join(line.split()))
        return "" if not self.begins(cells) and self._says_header(line, cells, number) else None

    def _is_of_page(self, line: str, cells: Sequence[str], *, apart: bool) -> bool:
        """Return whether a line is a printed page's, and goes on with no row."""
        said = _APART.findall(line)
        if len(said) > MOST_CELLS or not is_page_line(said, self.above):
            return False
        if is_page_number(said[0]) or is_page_number(said[-1]) or not is_page_line(said, ()):
            return True  # it says a page's number or a title again
        numbered = any(_has_digit(cells[place]) for place in self.numbers)
        if numbered and any(_shape(cells[place]) in self.written for place in self.times):
            return False  # a call of odd words
        return apart or not line[:1].isspace() or not self._in_columns(line, cells)

    def _says_header(self, line: str, cells: Sequence[str], number: int) -> bool:
        """Return whether a line is the header again, or one that stood above it.

        Raises:
            PayloadRefused: it names columns, but not these in this order.
        """
        if cells == self.header or " ".join(line.split()) in self.titles:
            return True
        words = _APART.findall(line)
        named = len(set(words).intersection(self.header))
        if named > 1 and 2 * named >= len(words):
            raise PayloadRefused(NoticeCode.TABLE_NOT_PLAIN, f"line {number}")
        return False

    def goes_on(self, line: str, cells: Sequence[str], *, apart: bool) -> bool:
        """Return whether a line without a time belongs to the row above it."""
        if any(_has_digit(cells[place]) for place in self.numbers):
            return False  # a row that lacks its time
        return not apart or self._in_columns(line, cells)

    def joined(self, row: Sequence[str], line: str, cells: Sequence[str]) -> list[str]:
        """Return a row with a line added: cell by cell, or too wide where words tell no column."""
        if not self._in_columns(line, cells):
            return [*row, ""]
        both = zip(row, cells, strict=False)
        return [" ".join(filter(None, two)) for two in both] + list(row[len(cells) :])

    def marked(self, line: str, cells: Sequence[str]) -> list[str]:
        """Return the cells of a row; too wide where a number has outgrown its column."""
        return [*cells, *("" for end in self.torn if _cuts(line, end))]

    def _in_columns(self, line: str, cells: Sequence[str]) -> bool:
        """Return whether a line leaves numbers empty, and no end of a column cuts a word of it."""
        empty = not any(cells[place] for place in self.numbers)
        return empty and not any(_cuts(line, end) for end in self.ends)


def _places(field: CanonicalField, places: Mapping[str, int], layout: Layout) -> tuple[int, ...]:
    paths = [path for _, spec in layout.named if spec.field is field for path in spec.paths]
    return tuple(places[path] for path in paths if path in places)


def _written(
    body: str, numbers: Sequence[int], times: Sequence[int], layout: Layout
) -> frozenset[str]:
    """Return the ways in which times are written in lines that have a number, but rare ones."""
    found: Counter[str] = Counter()
    for line in io.StringIO(body, newline=""):
        cells = cells_at(line.lstrip(_PAGE), layout.widths)
        numbered = cells and any(_has_digit(cells[place]) for place in numbers)
        if numbered and not is_page_line(_APART.findall(line), ()):
            found.update(_shape(cells[place]) for place in times if _has_digit(cells[place]))
    most = max(found.values(), default=0)
    return frozenset(shape for shape, count in found.items() if _RARE * count >= most)


def _shape(cell: str) -> str:
    """Return how a cell is written: digits and letters alike, however many."""
    return _LETTERS.sub("a", _DIGITS.sub("9", cell))


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _torn(body: str, header: Sequence[str], layout: Layout) -> tuple[int, ...]:
    """Return the ends of key columns that cut a word in fewer than half the lines.

    There a number has outgrown its column, and two calls would have one key. Where most lines have
    no space, the columns stand so.
    """
    keys = {path for _, spec in layout.named if spec.field in layout.key for path in spec.paths}
    ends = [end for end, name in zip(accumulate(layout.widths), header, strict=False)
            if name in keys]  # fmt: skip
    lines = [line for line in io.StringIO(body, newline="") if line.strip()]
    cut = {end: sum(_cuts(line, end) for line in lines) for end in ends}
    return tuple(end for end, count in cut.items() if 0 < 2 * count < len(lines))


def _cuts(line: str, end: int) -> bool:
    return len(line) > end and line[end - 1 : end + 1].isalnum()
