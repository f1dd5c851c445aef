"""Tables with a header line: rows as the csv module reads them, every cell accounted for.

In: decoded text and a layout. Out: drafts, and refusals of rows that are too wide or too short.
Must never guess: no types, no null texts, no repaired rows; a file that ends inside a quoted cell
is refused whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from json.encoder import encode_basestring as _quoted

from pipeline.feeds.assemble import Refusal
from pipeline.feeds.draw import Account, Draft, drawn, planned, settled, taking
from pipeline.feeds.layout import Layout
from pipeline.feeds.values import Cleaner, shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["read_table"]


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
    for row in _rows(body, layout.delimiter):
        if len(row) == len(header):
            content = partial(columns.content, row)
            yield drawn(columns.plan, columns.used(row), columns.unread(row), content, clean)
        else:
            yield Refusal(code=NoticeCode.ROW_WIDTH)


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


def _rows(body: str, delimiter: str) -> Iterator[list[str]]:
    """Yield rows as they stand; blank lines are none."""
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if len(row) > 1 or (row and row[0].strip()):
                yield row
    except csv.Error:
        broken = True
    else:
        broken = False
    if broken:  # outside the handler: the message may quote the line
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, f"line {reader.line_num + 1}")


class _Columns:
    """Where each column of this payload's header stands, what is read, and what nobody asks for."""

    __slots__ = ("_kept", "_unread", "places", "plan", "used")

    def __init__(self, header: Sequence[str], layout: Layout) -> None:
        self.places = {name: place for place, name in enumerate(header) if name}
        for path in layout.needed():
            if path not in self.places:
                raise PayloadRefused(NoticeCode.COLUMN_MISSING, f"column {path}")
        # Every row is asked for the same columns: one whose cells are their places tells which.
        plan, marks = planned(_Row([str(i) for i in range(len(header))], self.places), layout)
        self.plan = settled(plan, range(len(marks)))
        self.used = taking([int(mark) for mark in marks])
        read = {path for _, path in layout.reads()}
        names = [shown(name) if name else f"column {i + 1}" for i, name in enumerate(header)]
        kept = [i for i, name in enumerate(header) if name not in layout.ignored_fields]
        self._kept = [
            (place, f"[{_quoted(header[place])}, ")
            for place in sorted(kept, key=lambda place: (header[place], place))
        ]
        self._unread = [(names[place], place) for place in kept if header[place] not in read]

    def unread(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        """Return what nobody asked for of a row."""
        return [(name, cells[place]) for name, place in self._unread]

    def content(self, cells: Sequence[str]) -> str:
        """Return the content of a row as JSON."""
        content = [f"{head}{_quoted(cells[place])}]" for place, head in self._kept if cells[place]]
        return f"[{', '.join(content)}]"


class _Row:
    """One row. A column is read by the mapping as a whole, so nothing is marked here."""

    __slots__ = ("_cells", "_places")

    def __init__(self, cells: Sequence[str], places: Mapping[str, int]) -> None:
        self._cells, self._places = cells, places

    def texts(self, path: str, /) -> list[str]:
        place = self._places.get(path)
        return [] if place is None else [self._cells[place]]

    def groups(self, _path: str, /) -> Sequence[_Row]:
        return ()

    def account(self) -> Account:
        return Account(unread=(), content="")
