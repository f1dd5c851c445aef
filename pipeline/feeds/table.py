"""Tables with a header line: read through pandas in chunks, every cell accounted for.

In: decoded text and a layout. Out: drafts, and refusals of rows that are too wide or too short.
Must never let pandas guess: no types, no null texts, no index column, no repaired rows. Whether a
file ends inside a quoted cell is told by a last line of our own that must come out again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from pipeline.feeds.assemble import Refusal
from pipeline.feeds.draw import Account, Draft, draw
from pipeline.feeds.layout import Layout
from pipeline.feeds.values import Cleaner, shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["read_table"]

_CHUNK: Final = 5000  # rows

# First cells of lines that are ours; no payload holds NUL, so none can be mistaken for them.
_START: Final = "\0start"
_WIDE: Final = "\0wide"
_END: Final = "\0end"


def read_table(text: str, layout: Layout) -> Iterator[Draft | Refusal]:
    """Yield one draft or refusal per row.

    Raises:
        PayloadRefused: no header, the same column twice, a required column missing, broken quoting.
        ConfigError: the mapping uses repeated groups, which a table has not.
    """
    if layout.groups():
        problem = "a table has no repeated groups, so `each` cannot be used"
        raise ConfigError(problem, remedy="Name columns instead.", path=layout.source)
    header, body = _header(text, layout.delimiter)
    columns = _Columns(header, layout)
    clean = Cleaner(layout.nulls, layout.strip)
    ended = False
    for row in _rows(body, len(header), layout.delimiter):
        if row[0] == _END:
            ended = True
        elif row[0] == _WIDE or not isinstance(row[-1], str):  # pandas fills short rows with NaN
            yield Refusal(code=NoticeCode.ROW_WIDTH)
        elif row[0] != _START:
            yield draw(_Row(row, columns), layout, clean)
    if not ended:
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, "end of file")


def _header(text: str, delimiter: str) -> tuple[list[str], str]:
    """Return the column names and the text below them."""
    lines = io.StringIO(text, newline="")
    try:
        first = next(
            (row for row in csv.reader(lines, delimiter=delimiter, strict=True) if row), []
        )
    except csv.Error:
        first = []
    header = [name.strip() for name in first]
    named = [name for name in header if name]
    if not named:
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, "line 1")
    if len(set(named)) != len(named):
        twice = next(i for i, name in enumerate(header) if name and name in header[:i])
        raise PayloadRefused(NoticeCode.DUPLICATE_NAME, f"column {twice + 1}")
    return header, lines.read()


def _rows(body: str, width: int, delimiter: str) -> Iterator[list[Any]]:
    # pandas would take a wide first line for an index column, and a double-wide second one for its
    # names: two lines of the right width stand before the payload's.
    start = _START + delimiter * (width - 1) + "\n"
    chunks = pd.read_csv(
        io.StringIO(f"{start}{start}{body}\n{_END}\n", newline=""),
        sep=delimiter,
        header=None,
        names=list(range(width)),
        dtype=str,
        keep_default_na=False,
        engine="python",
        on_bad_lines=lambda _row: [_WIDE] + [""] * (width - 1),
        chunksize=_CHUNK,
    )
    try:
        for chunk in chunks:
            yield from chunk.to_numpy(dtype=object).tolist()
    except (pd.errors.ParserError, csv.Error):
        broken = True
    else:
        broken = False
    if broken:  # outside the handler: the parser's message may quote the line
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED)


class _Columns:
    """Where each column of this payload's header stands, and which nobody asked for."""

    __slots__ = ("header", "kept", "names", "places", "unread")

    def __init__(self, header: Sequence[str], layout: Layout) -> None:
        self.places = {name: place for place, name in enumerate(header) if name}
        for path in layout.needed():
            if path not in self.places:
                raise PayloadRefused(NoticeCode.COLUMN_MISSING, f"column {path}")
        self.header = header
        self.names = [shown(name) if name else f"column {i + 1}" for i, name in enumerate(header)]
        read = {path for _, path in layout.reads()}
        kept = [i for i, name in enumerate(header) if name not in layout.ignored_fields]
        self.kept = sorted(kept, key=lambda place: (header[place], place))
        self.unread = [place for place in kept if header[place] not in read]


class _Row:
    """One row. A column is read by the mapping as a whole, so nothing is marked here."""

    __slots__ = ("_cells", "_columns")

    def __init__(self, cells: list[str], columns: _Columns) -> None:
        self._cells, self._columns = cells, columns

    def texts(self, path: str, /) -> list[str]:
        place = self._columns.places.get(path)
        return [] if place is None else [self._cells[place]]

    def groups(self, _path: str, /) -> Sequence[_Row]:
        return ()

    def account(self) -> Account:
        cells, names, header = self._cells, self._columns.names, self._columns.header
        content = [(header[place], cells[place]) for place in self._columns.kept if cells[place]]
        return Account(
            unread=[(names[place], cells[place]) for place in self._columns.unread],
            content=json.dumps(content, ensure_ascii=False),
        )
