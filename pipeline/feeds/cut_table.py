"""Cuts a bulk table between rows; every part begins with the lines down to its header.

In: blocks of bytes and a layout. Out: bodies. A row ends where the csv module says, so that line
breaks inside quotes cut nothing. Where rows of one call are folded, rows of one key that follow
each other stay in one part. Must never change a byte of a row.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from pipeline.feeds.layout import Layout
from pipeline.feeds.table_header import DIGITS, MAX_ABOVE, Again, is_header
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["WIDE_MARKS", "cut_table", "split_lines"]

MAX_ROW: Final = 4 * 1024 * 1024
"""Bytes of one row, of the header, or of the rows of one folded call."""

_MARK: Final = codecs.BOM_UTF8.decode("latin-1")
WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a file begins whose bytes cannot be cut."""


def cut_table(blocks: Iterable[bytes], layout: Layout, size: int) -> Iterator[bytes]:
    """Yield parts of about ``size`` bytes, each with the header and what stands above it.

    Raises:
        PayloadRefused: no header, UTF-16, or a row beyond :data:`MAX_ROW`; a header among the rows
            that lacks what is needed.
    """
    lines = _Lines(blocks)
    # Bytes stand for characters here: every encoding accepted keeps quotes and delimiters alone.
    rows = csv.reader(lines, delimiter=layout.delimiter)
    header, above, named, rest = _header(rows, lines, layout)
    if not header or (above + named).startswith(WIDE_MARKS):
        code = NoticeCode.NOT_WELL_FORMED if not header else NoticeCode.WRONG_ENCODING
        raise PayloadRefused(code, "line 1")
    under = _Under([name.removeprefix(_MARK).strip() for name in header], above + named, layout)
    if not above and named.startswith(codecs.BOM_UTF8):
        above = codecs.BOM_UTF8  # it decides how every part is read
    part = [rest]
    held = len(rest)
    last: list[str] | None = None
    for row in _rows(rows):
        try:
            other = under.another(row, rows.line_num)
        except PayloadRefused:
            yield under.head + b"".join(part)
            raise
        if other is not None:
            yield under.head + b"".join(part)
            part, held, last = [], 0, None
            under = _Under(other, above + lines.taken(), layout)
            continue
        keys = under.keys
        key = [row[place] for place in keys if place < len(row)]
        if held >= size and not (keys and key == last):
            yield under.head + b"".join(part)
            part, held = [], 0
        raw = lines.taken()
        part.append(raw)
        held += len(raw)
        last = key
        if held > MAX_ROW:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {rows.line_num}")
    part.append(lines.taken())  # a quote that never closes: its part is refused by the reader
    if any(part) or not held:
        yield under.head + b"".join(part)


class _Under:
    """The header that rows stand under, and the bytes that say it in every part."""

    __slots__ = ("_again", "head", "keys", "names")

    def __init__(self, names: list[str], head: bytes, layout: Layout) -> None:
        self.names, self.head = names, head
        self.keys = _key_places(names, layout)
        self._again = Again(names, layout, _ascii_needed(layout))

    def another(self, row: list[str], line: int) -> list[str] | None:
        """Return the names of a header that stands in the place of a row, if it is another one."""
        at = self._again.at
        if not row or (at < len(row) and row[at][:1] in DIGITS):
            return None
        found = self._again.header(row, line)
        return found if found and found != self.names else None


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows; one that the csv module cannot read counts as empty and keeps its bytes."""
    while True:
        try:
            yield next(rows)
        except csv.Error:
            yield []
        except StopIteration:
            return


def _header(
    rows: Iterator[list[str]], lines: _Lines, layout: Layout
) -> tuple[list[str], bytes, bytes, bytes]:
    """Return the column names, the bytes above them, theirs, and those of rows read in vain.

    Where no line names the columns that are needed, the first is the header; the reader refuses
    each part. Names beyond ASCII are not looked for, since bytes stand for characters.
    """
    if layout.columns:
        return list(layout.columns), b"", b"", b""
    needed = _ascii_needed(layout)
    seen: list[bytes] = []
    first: list[str] = []
    for row in islice((row for row in _rows(rows) if row), MAX_ABOVE + 1):
        seen.append(lines.taken())
        if is_header([name.removeprefix(_MARK) for name in row], needed):
            return row, b"".join(seen[:-1]), seen[-1], b""
        first = first or row
    return first, b"", b"".join(seen[:1]), b"".join(seen[1:])


def _ascii_needed(layout: Layout) -> list[str]:
    """Return the columns that are needed and looked for: bytes stand for characters here."""
    return [name for name in layout.needed() if name.isascii()]


def _key_places(header: list[str], layout: Layout) -> list[int]:
    """Return the columns that name a call, where rows of one call are folded; else none."""
    if not layout.fold:
        return []
    paths = {path for _, spec in layout.named if spec.field in layout.key for path in spec.paths}
    return [place for place, name in enumerate(header) if name in paths]


class _Lines:
    """The lines of the file as the csv module asks for them, and their bytes since last asked."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._lines = split_lines(blocks)
        self._taken: list[bytes] = []
        self._held = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._taken.append(line)
        self._held += len(line)
        if self._held > MAX_ROW:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
        return line.decode("latin-1")

    def taken(self) -> bytes:
        """Return the bytes read since this was last asked."""
        found = b"".join(self._taken)
        self._taken, self._held = [], 0
        return found


def split_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file, each with its line feed.

    Raises:
        PayloadRefused: one is longer than :data:`MAX_ROW`.
    """
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > MAX_ROW:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
        for line in lines:
            yield line + b"\n"
    if rest:
        yield rest
