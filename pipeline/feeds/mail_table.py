"""Writes the table of a mail's HTML body as a table with a header line, one row per call.

In: decoded HTML. Out: the same table as delimited text, for the reader of tables to judge, and the
lines that stand around it. The header is the first row with more than a title in it, in ``<th>`` or
``<td>``. A table is plain, or nothing of the mail is read: a cell that spans others, a table in a
cell, a lone cell with text or text beside cells could be what was said of some call, and nobody
knows of which. It must never guess which column a cell belongs to, or leave out a word that the
page shows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.feeds.mail_html import parsed_page
from pipeline.feeds.mail_page import (
    CELLS,
    SILENT,
    cell_text,
    is_labelled_row,
    lines_of_page,
)
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["PageTable", "table_of_mail", "tables_of_page", "words_around"]

_SECTIONS: Final = frozenset({"thead", "tbody"})
_NO_ROWS: Final = frozenset({"caption", "colgroup", "col", "tfoot"})
_MARKED: Final = etree.XPath("boolean(self::th or parent::tr/parent::thead or .//b or .//strong)")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTable:
    """A plain table. ``marked``: its header is told from its rows by markup, too."""

    header: Row = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    marked: bool


def table_of_mail(text: str, columns: Collection[str], delimiter: str) -> tuple[str, Sequence[str]]:
    """Return the rows under every header that has ``columns``, below that header, and other lines.

    Tables without most of them are no calls, but words around them.

    Raises:
        PayloadRefused: a table with the columns is not plain, two such have other headers, one has
            most of them but not all, there is no such table, or the page itself is refused.
    """
    wanted = frozenset(columns)
    found: list[PageTable] = []
    read: list[etree._Element] = []
    page = _page(text)
    tables = list(page.iter("table"))
    for number, table in enumerate(tables, start=1):
        position = f"table {number}"
        _, cells = _heading(table)
        named = wanted.intersection(_shallow(cells))
        if named == wanted:
            found.append(_plain(table, position))
            read.append(table)
            if found[-1].header != found[0].header:
                raise PayloadRefused(NoticeCode.TABLE_NOT_PLAIN, position)
        elif 2 * len(named) > len(wanted):
            raise PayloadRefused(NoticeCode.COLUMN_MISSING, position)
    if not found:
        raise PayloadRefused(NoticeCode.COLUMN_MISSING if tables else NoticeCode.NO_RECORDS_PATH)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(found[0].header)
    writer.writerows(row for table in found for row in table.rows)
    return written.getvalue(), words_around(page, read)


def words_around(page: etree._Element, tables: Iterable[etree._Element]) -> Sequence[str]:
    """Return the lines of a page without the headers and rows of its tables, which it loses."""
    for table in tables:
        rows, cells = _heading(table)
        for row in [*rows, cells[0].getparent()]:
            if row is not None and (parent := row.getparent()) is not None:
                parent.remove(row)
    return [line for line in lines_of_page(page) if line]


def tables_of_page(text: str) -> tuple[PageTable, ...]:
    """Return every plain table of a page that has rows below a header.

    A table that begins with labels and values by turns has none.

    Raises:
        PayloadRefused: the page itself is refused.
    """
    found = []
    for table in _page(text).iter("table"):
        _, cells = _heading(table)
        if cells and (row := cells[0].getparent()) is not None and is_labelled_row(row):
            continue
        try:
            found.append(_plain(table, ""))
        except PayloadRefused:
            continue
    return tuple(table for table in found if table.rows)


def _page(text: str) -> etree._Element:
    root = parsed_page(text)
    etree.strip_elements(root, *SILENT, with_tail=False)
    return root


def _plain(table: etree._Element, position: str) -> PageTable:
    """Return a table's header and the rows below it; rows of nothing are none.

    Raises:
        PayloadRefused: it is not plain.
    """
    after, cells = _heading(table)
    header = tuple(_shallow(cells))
    plain = _is_only_rows(table) and not any(map(_spans, cells))
    rows: list[Row] = []
    for element in after:
        if not plain:
            break
        texts = tuple(_shallow(element))
        nested = next(element.iter("table"), None) is not None
        if nested or (any(texts) and (len(texts) == 1 or any(map(_spans, element)))):
            plain = False
        elif any(texts) and texts != header:  # long tables say their header again
            rows.append(texts)
    if not plain or not header or next(table.iterdescendants("table"), None) is not None:
        raise PayloadRefused(NoticeCode.TABLE_NOT_PLAIN, position)
    marked = all(_MARKED(cell) for cell in cells)
    return PageTable(header=header, rows=tuple(rows), marked=marked)


def _heading(table: etree._Element) -> tuple[Iterator[etree._Element], Sequence[etree._Element]]:
    """Return the rows below the header, and the header's cells; none where there is no header."""
    rows = _rows(table)
    for row in rows:
        cells = [cell for cell in row if cell.tag in CELLS]
        if sum(bool(text) for text in _shallow(cells)) > 1:
            return rows, cells
    return rows, ()


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _SECTIONS:
            yield from (row for row in child if row.tag == "tr")


def _shallow(cells: Iterable[etree._Element]) -> Iterator[str]:
    """Yield the texts of cells; nothing of one with a table in it."""
    for cell in cells:
        yield "" if next(cell.iter("table"), None) is not None else cell_text(cell)


def _spans(cell: etree._Element) -> bool:
    return any(cell.get(name, "1").strip() not in {"", "1"} for name in ("colspan", "rowspan"))


def _is_only_rows(table: etree._Element) -> bool:
    """Return whether all that a table holds is in its cells, title and foot."""
    for child in table:
        if child.tag in _SECTIONS:
            if not _holds_only(child, {"tr"}):
                return False
        elif child.tag != "tr" and child.tag not in _NO_ROWS:
            return False
    return _holds_only(table, None) and all(_holds_only(row, CELLS) for row in _rows(table))


def _holds_only(element: etree._Element, tags: Collection[str] | None) -> bool:
    """Return whether an element holds no text of its own, and no other children."""
    return not (element.text or "").strip() and all(
        (tags is None or child.tag in tags) and not (child.tail or "").strip() for child in element
    )
