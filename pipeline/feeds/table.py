"""Tables: rows as the csv module or fixed widths cut them, every cell accounted for.

In: decoded text and a layout. Out: drafts, and refusals of rows that are too wide or too short. The
header is the first of the top lines with every column that is needed; what stands above it, below
the last row, and on lines of pages between rows, as words around a mail's table do, is unread in
every row, for it may speak of any. Must never guess:
no types, no null texts, no repaired rows; a file that ends inside a quoted cell is refused whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from json.encoder import encode_basestring as _quoted
from types import MappingProxyType
from typing import Final

from pipeline.feeds.assemble import MAX_ROWS, Refusal
from pipeline.feeds.draw import Account, Draft, drawn, planned, settled, taking
from pipeline.feeds.fixed_widths import cells_at, fixed_rows, lines_as_words
from pipeline.feeds.layout import AROUND, Layout
from pipeline.feeds.mail_head import Heads
from pipeline.feeds.outer import parted
from pipeline.feeds.outside import Outside
from pipeline.feeds.page_lines import as_said, left_out, may_be_paged
from pipeline.feeds.table_header import DIGITS, MAX_ABOVE, Again, header_among, is_header
from pipeline.feeds.values import Cleaner, shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["read_table"]

_MAX_AROUND: Final = 100  # lines around a table
_MAX_WORDS: Final = 20_000  # characters of them: each is looked for in every row's remarks
_MAX_REPEATED: Final = 200_000  # times that such lines are said in all rows
_FEW: Final = 4  # columns of a table between whose rows, and below them, words may stand


def read_table(
    text: str, layout: Layout, around: Sequence[str] = (), heads: Heads = MappingProxyType({})
) -> Iterator[Draft | Refusal | Outside]:
    """Return one draft or refusal per row; ``around`` are lines that stood around the table.

    ``heads`` are fields of every row, as a mail's headers make them. Last come the lines of pages
    that stood between the rows, if any did.

    Raises:
        PayloadRefused: no header, the same column twice, a required column missing, broken quoting,
            too many rows, or too many words around the table; some as the rows are read.
        ConfigError: the mapping uses repeated groups, which a table has not.
    """
    if layout.groups():
        problem = "a table has no repeated groups, so `each` cannot be used"
        raise ConfigError(problem, remedy="Name columns instead.", path=layout.source)
    above, header, body = _opened(text, layout)
    below: list[str] = []
    if not layout.widths and len(header) >= _FEW:
        first, body, below = parted(body, layout.delimiter, above=bool(layout.columns))
        above += first
    paged: list[str] = []
    rows: Iterable[list[str]] = _rows(body, header, above, paged, layout)
    if layout.widths or (len(header) >= _FEW and may_be_paged(body)):
        rows = listed = _listed(rows)
        if not layout.widths:
            odd = Again(header, layout, layout.needed()).odd(listed)
            paged += left_out(listed, odd, header, (*above, *below))
    words = _words((*around, *above, *paged, *map(as_said, below)))
    return _drafts(rows, header, _Beside(heads, words, len(paged)), layout)


def _listed(rows: Iterable[list[str]]) -> list[list[str]]:
    """Return all rows; raises as :func:`read_table`."""
    found = list(islice(rows, 2 * MAX_ROWS + 1))
    if len(found) > 2 * MAX_ROWS:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"row {MAX_ROWS + 1}")
    return found


@dataclass(frozen=True, slots=True, repr=False)
class _Beside:
    """What stands behind the cells of every row, and how many lines of pages were left out."""

    heads: Heads
    words: Sequence[str]
    left_out: int


def _drafts(
    rows: Iterable[list[str]], header: list[str], more: _Beside, layout: Layout
) -> Iterator[Draft | Refusal | Outside]:
    """Yield the drafts of rows, by the header that each stands under; raises as its reader."""
    columns = _Columns(header, tuple(more.heads), more.words, layout)
    beside = [*more.heads.values(), *more.words]
    size = len(beside)
    clean = Cleaner(layout.nulls, layout.strip)
    again = Again(header, layout, layout.needed())
    at, count = again.at, more.left_out
    for number, row in enumerate(rows, start=1):
        if size and number * size > _MAX_REPEATED:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, AROUND)
        if at >= len(row) or row[at][:1] not in DIGITS:
            if not row:
                continue  # left out, and counted
            if other := again.header(row, number):
                count += 1
                if other != header:  # the same columns in another order, as joined files have
                    header = other
                    columns = _Columns(header, tuple(more.heads), more.words, layout)
                    again = Again(header, layout, layout.needed())
                    at = again.at
                continue
        if len(row) == len(header):
            if size:
                row += beside
            content = partial(columns.content, row)
            yield drawn(columns.plan, columns.used(row), columns.unread(row), content, clean)
        else:
            yield Refusal(code=NoticeCode.ROW_WIDTH)
    if count:
        yield Outside(page_lines=count)


def _opened(text: str, layout: Layout) -> tuple[list[str], list[str], str]:
    """Return the lines above the header, the column names and the text below them."""
    if layout.columns:
        return [], [name.strip() for name in layout.columns], text
    lines, needed = io.StringIO(text, newline=""), layout.needed()
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in _reader(lines, layout):
            if not row:
                continue
            rows.append(row)
            ends.append(lines.tell())
            if len(rows) > MAX_ABOVE or is_header(row, needed):
                break
    except csv.Error:
        pass  # the rows before it may have the header
    looked = lines_as_words(text, rows, ends, layout.widths) if layout.widths else rows
    place = header_among(looked, needed) if rows else 0
    header = [name.strip() for name in rows[place]] if rows else []
    if not any(header):
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, "line 1")
    lines.seek(ends[place])
    above = [" ".join(filter(None, map(str.strip, row))) for row in looked[:place]]
    return above, header, lines.read()


def _reader(lines: io.StringIO, layout: Layout) -> Iterator[list[str]]:
    """Return the rows of a table, between delimiters or at fixed places."""
    if not layout.widths:
        return csv.reader(lines, delimiter=layout.delimiter, strict=True)
    return (cells_at(line, layout.widths) for line in lines)


def _words(lines: Sequence[str]) -> list[str]:
    """Return the different lines that say something."""
    words = [line for line in dict.fromkeys(lines) if any(map(str.isalnum, line))]
    if len(words) > _MAX_AROUND or sum(map(len, words)) > _MAX_WORDS:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, AROUND)
    return words


def _rows(
    body: str, header: Sequence[str], above: Sequence[str], paged: list[str], layout: Layout
) -> Iterator[list[str]]:
    """Yield rows as they stand; blank lines are none. Lines of printed pages go to ``paged``."""
    if layout.widths:
        yield from fixed_rows(body, header, above, paged, layout)
        return
    reader = _reader(io.StringIO(body, newline=""), layout)
    try:
        for row in reader:
            if len(row) > 1 or (row and row[0].strip()):
                yield row
    except csv.Error:
        broken = True
    else:
        broken = False
    if broken:  # outside the handler: the message may quote the line
        line: int = getattr(reader, "line_num", 0)  # of the csv module's reader
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, f"line {line + 1}")


class _Columns:
    """Where each column of this payload's header stands, what is read, and what nobody asks for.

    What headers of a mail say, and the words around the table, stand behind the cells of every row.
    """

    __slots__ = ("_kept", "_unread", "places", "plan", "used")

    def __init__(
        self, header: Sequence[str], heads: Sequence[str], words: Sequence[str], layout: Layout
    ) -> None:
        named = [name for name in header if name]
        if len(set(named)) != len(named):
            twice = next(i for i, name in enumerate(header) if name and name in header[:i])
            raise PayloadRefused(NoticeCode.DUPLICATE_NAME, f"column {twice + 1}")
        self.places = {name: [place] for place, name in enumerate(header) if name}
        begin = len(header) + len(heads)
        last = range(begin, begin + len(words))
        behind = {name: [len(header) + n] for n, name in enumerate(heads)}
        behind |= {AROUND: list(last)} if words else {}
        for place in (place for name in behind for place in self.places.get(name, ())):
            raise PayloadRefused(NoticeCode.DUPLICATE_NAME, f"column {place + 1}")
        self.places |= behind
        for path in layout.needed():
            if path not in self.places:
                raise PayloadRefused(NoticeCode.COLUMN_MISSING, f"column {path}")
        # Every row is asked for the same columns: one whose cells are their places tells which.
        plan, marks = planned(_Row([str(i) for i in range(last.stop)], self.places), layout)
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
        # They count for no revision: the hour of a list stands in them, and every call is in it.
        for name, at in behind.items():
            if name not in read and name not in layout.ignored_fields:
                self._unread += [(name, place) for place in at]

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

    def __init__(self, cells: Sequence[str], places: Mapping[str, Sequence[int]]) -> None:
        self._cells, self._places = cells, places

    def texts(self, path: str, /) -> list[str]:
        return [self._cells[place] for place in self._places.get(path, ())]

    def groups(self, _path: str, /) -> Sequence[_Row]:
        return ()

    def account(self) -> Account:
        return Account(unread=(), content="")
