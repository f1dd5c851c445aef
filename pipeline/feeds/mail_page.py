"""Writes the HTML body of a mail as labelled text, for mails that bring nothing else.

In: decoded text. Out: lines, or the text itself where it is no HTML. A row of a table with two
cells is a label and its value, one of more is several where markup or colons tell all labels; line
breaks and blocks end lines, a rule or an empty line ends a record. A bold title right above a log
of clocks and texts is its label; what stands below a table of values is words behind. Scripts,
styles and comments say nothing. It must never pass on a label that no markup or sign tells. Tables
with a header row are ``mail_table``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml import etree

from pipeline.feeds.layout import BEHIND
from pipeline.feeds.mail_html import parsed_page
from pipeline.feeds.mail_links import MANY, short_text, shown_point
from pipeline.model import NoticeCode, PayloadRefused

__all__ = [
    "CELLS",
    "SILENT",
    "cell_text",
    "has_table",
    "is_labelled_row",
    "is_page",
    "lines_of_page",
    "says_nothing",
    "text_of_mail",
]


# How a mail's HTML begins; a plain text may begin with "<", too, but not with one of these.
_BEGINS: Final = re.compile(
    r"\s*+<(?:!doctype\s+html|html|head|body|meta|style|div|table|p|span|font|center|pre|br|b|h\d|ul)"
    r"[\s/>]",
    re.IGNORECASE,
)
SILENT: Final = frozenset(("script", "style", "head", "title", "template", "object", "svg", "math"))
"""Elements that show nothing of what they hold."""
_BLOCKS: Final = frozenset(
    (
        *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt"),
        *("fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li"),
        *("main", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead"),
        *("tr", "ul"),
    )
)
CELLS: Final = frozenset({"td", "th"})
"""Elements of a table's row."""
_LABELLED: Final = (":", "=", "-")
_TITLES: Final = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
_NAME: Final = re.compile(r"[A-Za-z][\w #/().&'-]{0,38}")  # of a label that has no colon
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?")
_LIGHT: Final = etree.XPath(  # text of an element that is not bold; a hard space is none
    "boolean(.//text()[normalize-space(translate(., '\xa0', ' '))]"
    "[not(ancestor::b or ancestor::strong or ancestor::th)])"
)
_TABLE: Final = re.compile(r"<table[\s>]", re.IGNORECASE)
# A digit may be of a call, and these signs part labels, cells, columns or a document.
_SAYS: Final = re.compile(r"\d|[:=;|<>{}\[\]\t]|-\s")
_END: Final = "\x1f"  # of a table of values; a page's own is taken out
_LABELS: Final = re.compile(r"[A-Za-z][^:=]{0,39}[:=](?!//)|-----")
_RULE: Final = "-----"
_EDGE: Final = "\v"  # of a block: it ends a line that has begun, and writes no empty one
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")


def text_of_mail(text: str) -> str:
    """Return the labelled text of a mail's body.

    Raises:
        PayloadRefused: it is HTML that declares entities, says nothing, is beyond a limit, or
            cannot be parsed to its end.
    """
    if not is_page(text):
        return text
    lines = lines_of_page(parsed_page(text))
    if not any(lines):
        raise PayloadRefused(NoticeCode.EMPTY_PAYLOAD)
    return "\n".join(lines)


def lines_of_page(root: etree._Element) -> list[str]:
    """Return the lines that a page shows, or what is left of one; some are empty."""
    return list(_lines("".join(_written(root))))


def is_page(text: str) -> bool:
    """Return whether a mail's text is HTML."""
    return _BEGINS.match(text) is not None


def says_nothing(plain: str, page: str) -> bool:
    """Return whether a mail's plain part is only a word about its page, which has a table.

    A part with a digit, a label or a sign that parts anything says something.
    """
    return _SAYS.search(plain) is None and has_table(page)


def has_table(page: str) -> bool:
    """Return whether a mail's text is HTML with a table."""
    return is_page(page) and _TABLE.search(page) is not None


def _lines(written: str) -> Iterator[str]:
    below = False  # a table of values, to the last of which no more belongs
    for part in written.split(_EDGE):
        *ended, last = part.split("\n")
        for line in [*ended, last] if last.strip(" ") else ended:
            if line == _END:
                below = True
                continue
            text = " ".join(line.split())  # a line of nothing but a hard space is an empty one
            if below and text:
                below = False
                if not _LABELS.match(text):
                    yield f"{BEHIND}:"
            yield text


def _written(element: etree._Element) -> Iterator[str]:
    """Yield the text of an element in pieces: ``\\n`` breaks a line, ``_EDGE`` ends one if begun.

    Elements are at most 256 deep, so that this may call itself.
    """
    tag = str(element.tag)
    if tag in SILENT:
        return
    if tag == "br":
        yield "\n"
        return
    if tag == "hr":
        yield f"{_EDGE}{_RULE}{_EDGE}"
        return
    if tag == "tr" and (cells := _cells(element)):
        yield f"{_EDGE}{_row(element, cells)}{_EDGE}"
        return
    if tag == "a" and (shown := _on_a_map(element)):
        yield shown
        return
    if tag in _TITLES and (title := _title(element)):
        yield f"{_EDGE}{title}:{_EDGE}"
        return
    edge = _EDGE if tag in _BLOCKS else ""
    yield edge
    yield _shown(element.text, kept=tag == "pre")
    for child in element:
        yield from _written(child)
        yield _shown(child.tail, kept=tag == "pre")
    yield f"{edge}\n" if tag == "table" else edge  # an empty line behind each table
    if tag == "table" and _has_values(element):
        yield f"{_END}{_EDGE}"


def _on_a_map(link: etree._Element) -> str:
    """Return where a link to a map points: in a cell its value, else a line with its label."""
    parent, found = link.getparent(), shown_point(link)
    if found is None or parent is None or parent.tag not in _BLOCKS:
        return ""
    return found[1] if parent.tag in CELLS else f"{_EDGE}{found[0]}: {found[1]}{_EDGE}"


def _has_values(table: etree._Element) -> bool:
    """Return whether one of a table's first rows has several cells."""
    rows = islice(table.iter("tr"), MANY)
    return any(sum(cell.tag in CELLS for cell in row) > 1 for row in rows)


def _shown(text: str | None, *, kept: bool) -> str:
    """Return text as a page shows it: line breaks in it are space, unless it is preformatted."""
    if not text:
        return ""
    text = text.replace(_END, " ")
    return text.replace(_EDGE, " ") if kept else _SPACE.sub(" ", text)


def _cells(row: etree._Element) -> list[str]:
    """Return the texts of a row's cells, each on one line; none for a row that only lays out.

    A label and a small table of neither labels nor values, such as one of units, are a pair.
    """
    cells = [each for each in row if each.tag in CELLS]
    inner = next((each for cell in cells for each in cell.iter("table", "hr")), None)
    if inner is not None and not (len(cells) == 2 and _is_value(cells[0], inner)):
        return []
    return [cell_text(cell) for cell in cells]


def _is_value(label: etree._Element, inner: etree._Element) -> bool:
    """Return whether a table or rule inside of the cell behind ``label`` is its value alone."""
    name = short_text(label)
    if not name or not _NAME.fullmatch(name.rstrip(":")) or inner.tag != "table":
        return False
    rows = list(islice(inner.iter("tr"), MANY))
    if len(rows) == MANY or next(inner.iterdescendants("table", "hr"), None) is not None:
        return False
    return all(len(row) != 2 and not is_labelled_row(row) for row in rows)


def cell_text(cell: etree._Element) -> str:
    """Return the text of a cell on one line."""
    return " ".join("".join(_written(cell)).split())  # edges are space, too


def _row(row: etree._Element, cells: list[str]) -> str:
    if len(cells) == 2 and cells[0]:
        return _pair(*cells)
    pairs = list(zip(cells[::2], cells[1::2], strict=False))
    told = len(cells) % 2 == 0 and all(each.endswith(_LABELLED) or not each for each, _ in pairs)
    if told or is_labelled_row(row):
        return _EDGE.join(_pair(*pair) for pair in pairs if any(pair))
    return " | ".join(filter(None, cells))


def is_labelled_row(row: etree._Element) -> bool:
    """Return whether markup tells the cells of a row as labels and values by turns, two or more.

    Where all that could be values is marked, too, the row is a header or emphasis: nobody can tell.
    """
    cells = [each for each in row if each.tag in CELLS]
    texts = [cell_text(cell) for cell in cells]
    pairs = list(zip(cells[::2], texts[::2], texts[1::2], strict=False))
    if len(cells) < 4 or len(cells) % 2 or not any(texts[::2]):
        return False
    if not all(_is_label(*each) for each in pairs):
        return False
    values = [cell for cell, text in zip(cells[1::2], texts[1::2], strict=True) if text]
    if all(cell.tag == "th" for cell in cells[1::2]):
        return False
    return not values or any(_LIGHT(cell) for cell in values)


def _is_label(cell: etree._Element, label: str, value: str) -> bool:
    if not label:
        return not value
    return label.endswith(_LABELLED) or (_NAME.fullmatch(label) is not None and not _LIGHT(cell))


def _title(block: etree._Element) -> str:
    """Return the bold title of a log, a table of clocks and texts right below; else nothing.

    Without it the log would be more of what the last label above says.
    """
    table = block.getnext()
    if table is None or table.tag != "table" or (block.tail or "").strip():
        return ""
    title = short_text(block)
    if (
        title is None
        or not _NAME.fullmatch(title)
        or (_LIGHT(block) and not str(block.tag).startswith("h"))
    ):
        return ""
    return title if _is_log(table) else ""


def _is_log(table: etree._Element) -> bool:
    logged = False
    for row in table.iter("tr"):
        cells = _cells(row)
        logged = len(cells) == 2 and _CLOCK.fullmatch(cells[0]) is not None
        if not logged:
            break
    return logged


def _pair(label: str, value: str) -> str:
    if not label:
        return value
    return f"{label} {value}" if label.endswith(_LABELLED) else f"{label}: {value}"
