"""Payload bytes to incidents: hardened carriers, one mapping, one account of every leaf.

In: the bytes of one payload and an ``Agency``. Out: a ``Reading`` of source records, and incidents
made of them. Both stay on the private side. Nothing here decides what is public, and no exception,
notice or position made here may hold a text from the payload.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from pipeline.agencies.agency import Agency, FormatKind
from pipeline.agencies.transport import Mailbox
from pipeline.feeds.assemble import Item, assemble, tally
from pipeline.feeds.canonical import to_incident
from pipeline.feeds.closing import Close, close_of
from pipeline.feeds.eido import eido_outside, read_eido
from pipeline.feeds.json import json_outside, read_json
from pipeline.feeds.json_lines import json_lines_outside, read_json_lines
from pipeline.feeds.labelled import read_labelled
from pipeline.feeds.layout import Layout, headers_of, layout_of
from pipeline.feeds.mail_head import taken_off
from pipeline.feeds.mail_page import is_page, text_of_mail
from pipeline.feeds.mail_subject import parted_subject
from pipeline.feeds.mail_table import table_of_mail
from pipeline.feeds.outside import Outer, Use
from pipeline.feeds.payload import decode
from pipeline.feeds.reading import Reading, RefusedRecord
from pipeline.feeds.table import read_table
from pipeline.feeds.xml import read_xml, xml_outside

__all__ = [
    "CARRIERS",
    "Close",
    "Reading",
    "RefusedRecord",
    "check_payload",
    "close_of",
    "fields_outside",
    "read_payload",
    "to_incident",
]

Carrier = Callable[[str, Layout], Iterator[Item]]
"""Reads decoded text by a layout; raises ``PayloadRefused`` and ``ConfigError`` only."""

CARRIERS: Final[Mapping[FormatKind, Carrier]] = MappingProxyType(
    {
        FormatKind.XML: read_xml,
        FormatKind.JSON: read_json,
        FormatKind.JSON_LINES: read_json_lines,
        FormatKind.TABLE: read_table,
        FormatKind.EIDO: read_eido,
        FormatKind.LABELLED: read_labelled,
    }
)

_PAGES: Final = frozenset({FormatKind.LABELLED, FormatKind.TABLE})
"""What the HTML of a mail may be read as."""


def read_payload(body: bytes, agency: Agency) -> Reading:
    """Return every record of ``body``, in order, each read or refused.

    Raises:
        PayloadRefused: the payload cannot be read at all; nothing of it was.
        ConfigError: a path or schema named in the agency file cannot be used.
    """
    drafts, layout = _drafts(body, agency)
    return assemble(drafts, layout)


_OUTSIDE: Final[Mapping[FormatKind, Callable[[str, Layout], Iterator[Outer]]]] = MappingProxyType(
    {
        FormatKind.XML: xml_outside,
        FormatKind.JSON: json_outside,
        FormatKind.JSON_LINES: json_lines_outside,
        FormatKind.EIDO: eido_outside,
    }
)


def fields_outside(body: bytes, agency: Agency) -> Mapping[str, Use]:
    """Return each field outside of the records, and what becomes of it; unread where one is.

    Raises:
        PayloadRefused, ConfigError: as :func:`read_payload`.
    """
    walk = _OUTSIDE.get(agency.format.kind)
    uses: dict[str, Use] = {}
    if walk is not None:
        for leaf in walk(decode(body, agency.format), layout_of(agency)):
            if uses.get(leaf.path) is not Use.UNREAD:
                uses[leaf.path] = leaf.use
    return uses


def check_payload(body: bytes, agency: Agency) -> tuple[int, Counter[str]]:
    """Return how many records ``body`` has, and the codes of those refused; make none of them.

    All of a reading is done but the records' own objects, which only a walk needs.

    Raises:
        PayloadRefused, ConfigError: as :func:`read_payload`.
    """
    drafts, layout = _drafts(body, agency)
    return tally(drafts, layout)


def _drafts(body: bytes, agency: Agency) -> tuple[Iterator[Item], Layout]:
    # A mail may hold nothing but HTML; anywhere else a web page is a failure that answers 200.
    kind = agency.format.kind
    mailed = kind in _PAGES and isinstance(agency.transport, Mailbox)
    text = decode(body, agency.format, page=mailed)
    layout = layout_of(agency)
    if not mailed:
        return CARRIERS[kind](text, layout), layout
    heads, text = taken_off(text, headers_of(agency))
    heads = parted_subject(heads, {path for _, path in layout.reads()})
    if kind is FormatKind.LABELLED:
        return read_labelled(text_of_mail(text), layout, heads), layout
    around: Sequence[str] = ()
    if is_page(text):
        text, around = table_of_mail(text, layout.needed(), layout.delimiter)
        layout = replace(layout, columns=(), widths=())  # a page's table has a header and cells
    return read_table(text, layout, around, heads), layout
