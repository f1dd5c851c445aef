"""Parses the HTML of a mail within limits, and never fetches, expands or runs anything.

In: decoded text. Out: its root. It must never pass on a page that the parser did not read to its
end, or begin on one that keeps it busy.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["MAX_ATTRIBUTES", "MAX_ELEMENTS", "parsed_page"]

MAX_ELEMENTS: Final = 50_000
MAX_ATTRIBUTES: Final = 256  # per element
_WIDE: Final = 2 * MAX_ATTRIBUTES  # characters of a tag, at least, with so many
_MOST_WORK: Final = 40_000_000  # squares of attributes; a tenth of a second
_MAX_MARKS: Final = 4 * MAX_ELEMENTS  # "<" in a page; beyond, nothing is parsed
_ENTITY: Final = re.compile(r"<!ENTITY", re.IGNORECASE)
_TOO_WIDE: Final = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")
_COUNT: Final = etree.XPath("count(//*)")


def parsed_page(text: str) -> etree._Element:
    """Return the root of a mail's HTML.

    Raises:
        PayloadRefused: it declares entities, is beyond a limit, or cannot be parsed to its end.
    """
    if _ENTITY.search(text):
        raise PayloadRefused(NoticeCode.DOCTYPE_PRESENT)
    if text.count("<") > _MAX_MARKS or _work(text) > _MOST_WORK:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, UnicodeEncodeError):
        root = None
    # Where the parser gives up (256 elements inside each other, ten million characters of text) it
    # still returns what it has; a fatal entry in its log is the only sign.
    log: Any = parser.error_log
    if any(entry.level_name == "FATAL" for entry in log):
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
    if root is None:
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED)
    count: Any = _COUNT(root)
    if count > MAX_ELEMENTS or _TOO_WIDE(root):
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
    return root


def _work(text: str) -> int:
    """Return what the parser may have to do for attributes, of which it compares each with all.

    Where a quote stands in a tag, its end may be one in a value: all up to the next tag counts.
    """
    work = 0
    for piece in text.split("<")[1:]:
        if len(piece) > _WIDE and not piece[0].isspace():
            tag = piece.partition(">")[0]
            if '"' in tag or "'" in tag:
                tag = piece
            work += max(len(tag.split()), tag.count("=")) ** 2
    return work
