"""Tells what a table in a sample is: delimiter or widths, header, lines above it, rows.

In: decoded text. Out: a ``TableSample``, or None where it is no table. A table without a header is
one only where a column of it holds times: its columns have numbers for names, until somebody gives
them others. It must never call a line a row that the reader of tables would not.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.feeds.fixed_widths import cells_at
from pipeline.feeds.outer import parted
from pipeline.feeds.page_lines import folded, is_page_line, sifted
from pipeline.feeds.table_header import MAX_ABOVE, header_among
from pipeline.model import NoticeCode, PayloadRefused
from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.moments import time_form
from pipeline.onboarding.names import known_name

__all__ = ["TableSample", "headers_alone", "headless_sample", "read_table_sample"]

_MOST_LINES: Final = 2_100  # read: more than the records looked at, and what stands above them
_COLUMNS: Final = 3  # under a header; fewer are no table, and no more are none without a header
_LEAST: Final = 4  # columns of a table around which words may stand
_PAGED: Final = 7  # cells of a line that is a call by itself, as pages to pagers are
_EVEN: Final = 0.9  # share of a table's rows that are as wide as its header
_HALF: Final = 0.5  # such a share tells that it is a table, though not one to be read
_DELIMITERS: Final = (",", ";", "\t", "|")
_APART: Final = re.compile(r"\S+(?: \S+)*")  # names in a line, two spaces or more between them
_PARTS: Final = re.compile(r"\s{2,}")
# In no name: a label's value, a long number, a date, a clock.
_VALUE: Final = re.compile(r":\s+\S|\b\d{4,}\b|\b\d{1,2}/\d{1,2}\b|\b\d{1,2}:\d{2}\b")
_SHORTEST: Final = 3  # characters of a name that is no value, such as Y
_LONGEST: Final = 60  # characters of a name
_ANYWHERE: Final = ZoneInfo("UTC")

_Rows = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSample:
    """A table; ``around`` is what stands above its header, ``headed`` whether it has one.

    ``widths`` are the characters of each column but the last where no delimiter parts them.
    """

    header: Sequence[str]
    rows: _Rows = field(repr=False)
    around: Sequence[str] = field(default=(), repr=False)
    delimiter: str = ","
    widths: tuple[int, ...] = ()
    headed: bool = True


def read_table_sample(text: str) -> TableSample | None:
    """Return the table with a header that a text is.

    Raises:
        PayloadRefused: it begins as one, and most rows are as wide, but too many are not.
    """
    best: tuple[float, int, TableSample] | None = None
    uneven = 0.0
    for delimiter in _DELIMITERS:
        _, body, below = parted(text, delimiter, above=False)
        rows = _delimited(body, delimiter)
        place, even = _header_of(rows)
        if even >= _EVEN and (best is None or (even, len(rows[place])) > best[:2]):
            names = [name.strip() for name in rows[place]]
            calls, words = _unpaged(rows, place)
            above = [*_lines(rows[:place]), *words]
            above += below if len(rows[place]) >= _LEAST else []
            calls = _ordered(calls, names)
            found = TableSample(header=names, rows=calls, around=above, delimiter=delimiter)
            best = (even, len(names), found)
        uneven = max(uneven, even)
    if best is not None:
        return best[2]
    fixed = _fixed(text)
    if fixed is None and uneven >= _HALF:
        raise PayloadRefused(NoticeCode.ROW_WIDTH)
    return fixed


def headers_alone(text: str) -> bool:
    """Return whether a text is the names of columns, which exports use, with no row below them."""
    lines = [line for line in text.splitlines()[: MAX_ABOVE + 2] if line.strip()]
    if not lines or len(lines) > MAX_ABOVE + 1:
        return False
    cut = [row for sign in _DELIMITERS for row in _delimited(lines[-1], sign)]
    for row in (*cut, _APART.findall(lines[-1])):
        names = [name.strip() for name in row if name.strip()]
        known = sum(known_name(words_of(name)) for name in names)
        if len(names) >= _COLUMNS and _may_name_columns(names) and known >= _HALF * len(names):
            return True
    return False


def headless_sample(text: str, *, paged: bool = False) -> TableSample | None:
    """Return the table without a header that a text is.

    With ``paged`` only where its lines are so wide, between other signs than commas, that no text
    with labels is written so; one line is enough then.
    """
    for delimiter in _DELIMITERS[paged:]:
        above, body, below = parted(text, delimiter, above=True)
        rows = _delimited(body, delimiter)
        least = _PAGED if paged else _COLUMNS + 1
        whole = bool(rows) and (_even(rows) >= _EVEN or (paged and len(rows) == 1))
        if not whole or len(rows[0]) < least:
            continue
        even = [row for row in rows if len(row) == len(rows[0])]
        columns = [[row[n].strip() for row in even] for n in range(len(rows[0]))]
        if any(time_form(texts, _ANYWHERE) is not None for texts in columns):
            names = [f"column {n}" for n in range(1, len(columns) + 1)]
            around = [*above, *below]
            return TableSample(
                header=names, rows=rows, around=around, delimiter=delimiter, headed=False
            )
    return None


def _delimited(text: str, delimiter: str) -> _Rows:
    """Return the rows that are no blank lines; none where quotes are broken."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [row for row in islice(lines, _MOST_LINES) if row]
    except csv.Error:
        return []


def _lines(rows: _Rows) -> list[str]:
    return [" ".join(filter(None, map(str.strip, row))) for row in rows]


def _unpaged(rows: _Rows, place: int) -> tuple[_Rows, list[str]]:
    """Return the rows below a header without lines of printed pages, and what these say."""
    below = rows[place + 1 :]
    if len(rows[place]) < _LEAST:
        return below, []
    names = [name.strip() for name in rows[place]]
    known = set(map(folded, _lines(rows[:place]))) - {""}
    lines = sifted(below, range(len(below)), names, known)
    words = list(dict.fromkeys(filter(None, lines.values())))
    return [row for n, row in enumerate(below) if n not in lines], words


def _ordered(rows: _Rows, names: Sequence[str]) -> _Rows:
    """Return rows in the order of ``names``, whichever of its headers each stands under."""
    found, order = [], list(range(len(names)))
    for row in rows:
        cells = [cell.strip() for cell in row]
        if sorted(cells) == sorted(names):
            order = [cells.index(name) for name in names]
        else:
            found.append([row[n] for n in order] if len(row) == len(order) else row)
    return found


def _header_of(rows: _Rows) -> tuple[int, float]:
    """Return which line names the columns, and the share of lines from there as wide as it is."""
    best = (0, 0.0)
    for place, row in enumerate(rows[: MAX_ABOVE + 1]):
        named = len(row) >= _COLUMNS and _may_name_columns(row)
        if not named or _comes_back(row, rows[place + 1 :]):
            continue
        names = {name.strip() for name in row if name.strip()}
        even = _even(rows[place:])
        if _HALF <= even < _EVEN:
            even = _even([row, *_unpaged(rows, place)[0]])
        if even > best[1] and header_among(rows[: MAX_ABOVE + 1], names) == place:
            best = (place, even)
        if best[1] >= _EVEN:
            break
    return best


def _comes_back(row: Sequence[str], below: _Rows) -> bool:
    """Return whether a cell stands below itself again: it is a value, and may be somebody's."""
    columns = [set[str]() for _ in row]
    for each in below:
        if len(each) == len(row) and sorted(each) != sorted(row):  # long tables say it again
            for column, cell in zip(columns, each, strict=True):
                column.add(cell)
    return any(
        len(cell) >= _SHORTEST and cell in column for cell, column in zip(row, columns, strict=True)
    )


def _even(rows: _Rows) -> float:
    """Return the share of rows that are as wide as the first; nothing where it stands alone."""
    return sum(len(row) == len(rows[0]) for row in rows) / len(rows) if len(rows) > 1 else 0.0


def _may_name_columns(row: Sequence[str]) -> bool:
    """Return whether a line's cells may be names, all different, and no values."""
    names = [name.strip() for name in row]
    if any(_VALUE.search(name) or len(name) > _LONGEST for name in names):
        return False  # what is taken for a name is written into the agency's file
    lettered = sum(bool(re.match(r"[A-Za-z_@:#]", name)) for name in names)
    return len(set(names)) == len(names) and lettered >= 0.8 * len(names)


def _fixed(text: str) -> TableSample | None:
    """Return the table whose columns begin where the names of its header do, in every line."""
    lines = [line for line in text.splitlines()[:_MOST_LINES] if line.strip()]
    for place, line in enumerate(lines[: MAX_ABOVE + 1]):
        names = list(_APART.finditer(line))
        if len(names) < _COLUMNS or ":" in line or not _may_name_columns([n[0] for n in names]):
            continue
        starts = [name.start() for name in names[1:]]
        widths = tuple(end - start for start, end in pairwise([0, *starts]))
        known = {folded(each) for each in lines[:place]} - {""}
        below = [each for each in lines[place + 1 :] if cells_at(each, widths)]
        paged = [each for each in below if is_page_line(_PARTS.split(each.strip()), known)]
        furniture = set(paged)
        below = [each for each in below if each not in furniture]
        apart = sum(all(not each[at - 1 : at].strip() for at in starts) for each in below)
        if below and apart >= _EVEN * len(below):
            header = cells_at(line, widths)
            cells = [cells_at(each, widths) for each in below]
            rows = _continued([row for row in cells if row != header])  # pages say it again
            around = list(
                dict.fromkeys(" ".join(each.split()) for each in (*lines[:place], *paged))
            )
            return TableSample(header=header, rows=rows, around=around, widths=widths)
    return None


def _continued(rows: _Rows) -> _Rows:
    """Return rows with lines that go on with the one above, where nearly all begin with a cell."""
    if not rows or not rows[0][0] or sum(bool(row[0]) for row in rows) < _HALF * len(rows):
        return rows
    found: _Rows = []
    for row in rows:
        if row[0]:
            found.append(row)
        else:
            both = zip(found[-1], row, strict=True)
            found[-1] = [" ".join(filter(None, cells)) for cells in both]
    return found
