"""Tells what a sample file is: carrier, encoding, where records stand, every leaf.

In: the bytes of a file somebody got from an agency. Out: a ``Sample`` of columns, one per kind of
leaf, in the words in which agency.yml names places. Bytes go through the same hardened readers as
a feed's do; a file they refuse is refused here. A sample holds private text: it must never be
printed, and only ``report`` may say anything about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.agencies.agency import FeedFormat, FormatKind
from pipeline.feeds.json import parse
from pipeline.feeds.json_lines import object_lines
from pipeline.feeds.labelled import labelled_records
from pipeline.feeds.layout import AROUND
from pipeline.feeds.mail_head import Heads
from pipeline.feeds.mail_page import text_of_mail
from pipeline.feeds.mail_table import table_of_mail
from pipeline.feeds.payload import decode
from pipeline.feeds.xml import parsed
from pipeline.model import NoticeCode, PayloadRefused
from pipeline.onboarding.around import around_json
from pipeline.onboarding.domains import with_names
from pipeline.onboarding.inline import inline_labels
from pipeline.onboarding.json_sample import json_records, leaves_of
from pipeline.onboarding.leaf import Column, Leaf, columns_of
from pipeline.onboarding.mailed import Mailed, table_of_calls, unpacked
from pipeline.onboarding.names import names_a_field
from pipeline.onboarding.one_line import LineForm, line_form, line_leaves
from pipeline.onboarding.report_rows import first_row
from pipeline.onboarding.rows_sample import Rows, rows_of
from pipeline.onboarding.table_sample import headers_alone, headless_sample, read_table_sample
from pipeline.onboarding.xml_sample import Spaces, xml_records

__all__ = ["ENCODINGS", "Sample", "decoded", "in_lines", "read_sample"]

MAX_BYTES: Final = 50_000_000
MAX_RECORDS: Final = 2_000
"""Records looked at: enough to know a format by, and done in seconds."""

_BRACKETED: Final = re.compile(r"\s*\[\s*(?!true\b|false\b|null\b)[A-Za-z]")  # as a banner is

ENCODINGS: Final = ("utf-8", "cp1252")
"""Tried in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file that was understood. ``body`` is the payload, without the mail it came in.

    ``heads`` are what that mail's headers say, and ``headers`` those that are kept with the body.
    ``around`` are paths from the root to what stands outside of the records, and ``columns_at`` is
    the place of the names of columns where records are lists. ``beside`` says that its mail has a
    page besides.
    """

    body: bytes = field(repr=False)
    suffix: str
    kind: FormatKind
    encoding: str
    records: str
    delimiter: str
    columns_named: tuple[str, ...]
    widths: tuple[int, ...]
    labels: tuple[str, ...]
    namespaces: Spaces
    count: int
    columns: tuple[Column, ...] = field(repr=False)
    mailed: Mailed = Mailed.NOT
    heads: Heads = field(default_factory=dict, repr=False)
    headers: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    columns_at: str = ""
    separator: str = ""
    beside: bool = False


def read_sample(body: bytes) -> Sample:
    """Return what a file is.

    Raises:
        PayloadRefused: no carrier can read it; the code says why.
    """
    if len(body) > MAX_BYTES:
        raise PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
    payload = unpacked(body)
    mailed, body = payload.mailed, payload.body
    sample = _read(body, mailed)
    return replace(sample, heads=payload.heads, beside=payload.beside)


def _read(body: bytes, mailed: Mailed) -> Sample:
    text, encoding = decoded(body, page=mailed is Mailed.PAGE)
    if mailed is Mailed.PAGE:
        return _page(body, text, encoding)
    head = text.lstrip()[:1]
    if head == "<":
        return _xml(body, text, encoding, mailed)
    if head in {"{", "["} and not _BRACKETED.match(text):
        return _json(body, text, encoding, mailed)
    return _flat(body, text, encoding, mailed)


def decoded(body: bytes, *, page: bool) -> tuple[str, str]:
    """Return the text of a body, and the encoding that it is in; raises as :func:`read_sample`."""
    form = FeedFormat(kind=FormatKind.XML, namespaces={}, max_bytes=MAX_BYTES)
    try:
        return decode(body, form, page=page), ENCODINGS[0]
    except PayloadRefused as refusal:
        if refusal.code is not NoticeCode.WRONG_ENCODING:
            raise
    wide = FeedFormat(kind=FormatKind.XML, namespaces={}, encodings=ENCODINGS, max_bytes=MAX_BYTES)
    return decode(body, wide, page=page), ENCODINGS[1]


def _xml(body: bytes, text: str, encoding: str, mailed: Mailed) -> Sample:
    records, spaces, leaves, around = xml_records(parsed(text))
    kind = FormatKind.XML
    found = _sample(body, ".xml", kind, encoding, mailed, leaves, records=records, spaces=spaces)
    return replace(found, around=around)


def _json(body: bytes, text: str, encoding: str, mailed: Mailed) -> Sample:
    try:
        document = parse(text)
        rows = rows_of(document)
        if rows is not None:
            return _rows(body, encoding, mailed, rows, document)
        records, leaves, around = json_records(document)
    except PayloadRefused as refusal:
        broken = refusal
    else:
        kind = FormatKind.JSON
        found = _sample(body, ".json", kind, encoding, mailed, leaves, records=records)
        named = with_names(found.columns, document)
        return replace(found, columns=named, around=around)
    lines = object_lines(text, MAX_RECORDS) if broken.code is NoticeCode.NOT_WELL_FORMED else None
    if lines is None:
        raise broken
    kind = FormatKind.JSON_LINES
    leaves = leaves_of(lines)
    return _sample(body, ".jsonl", kind, encoding, mailed, leaves, records="@")


def _rows(body: bytes, encoding: str, mailed: Mailed, rows: Rows, document: object) -> Sample:
    """Read records that are lists by the names that stand beside them."""
    kind, leaves = FormatKind.JSON, rows.leaves
    found = _sample(body, ".json", kind, encoding, mailed, leaves, records=rows.records)
    around = around_json(document, rows.rows)
    named = with_names(found.columns, document)
    return replace(found, columns=named, around=around, columns_at=rows.columns_at)


def _page(body: bytes, text: str, encoding: str) -> Sample:
    """Read the table of calls in a mail's HTML; else what labels it shows."""
    table = table_of_calls(text)
    if table is not None:
        around = _around(text, table.header)
        leaves = [_cells(table.header, row, around) for row in table.rows[:MAX_RECORDS]]
        return _sample(body, ".html", FormatKind.TABLE, encoding, Mailed.PAGE, leaves)
    leaves, labels = _labelled(text_of_mail(text))
    return _sample(body, ".html", FormatKind.LABELLED, encoding, Mailed.PAGE, leaves, labels=labels)


def _around(page: str, header: Sequence[str]) -> Sequence[str]:
    """Return the words around the table; none where the page is not read by all its columns."""
    try:
        return table_of_mail(page, header, ",")[1]
    except PayloadRefused:
        return ()


def _flat(body: bytes, text: str, encoding: str, mailed: Mailed) -> Sample:
    """Read a table where every line has as many cells as the header; else labelled text.

    Where lines have no labels either, they may be a table without a header.
    """
    found = read_table_sample(text)
    if found is None and (form := line_form([text])) is not None:
        (leaves,) = line_leaves([text], form)
        return in_lines(
            _sample(body, ".txt", FormatKind.LABELLED, encoding, mailed, []), form, leaves
        )
    found = found or headless_sample(text, paged=True)
    if found is None:
        try:
            leaves, labels = _labelled(text)
        except PayloadRefused as refusal:
            found = headless_sample(text) if refusal.code is NoticeCode.NO_RECORDS_PATH else None
            if found is None and headers_alone(text):
                raise PayloadRefused(NoticeCode.NO_RECORDS) from None
            if found is None:
                raise
        else:
            kind = FormatKind.LABELLED
            return _sample(body, ".txt", kind, encoding, mailed, leaves, labels=labels)
    leaves = [_cells(found.header, row, found.around) for row in found.rows[:MAX_RECORDS]]
    return _sample(
        body,
        ".tsv" if found.delimiter == "\t" else ".txt" if found.widths else ".csv",
        FormatKind.TABLE,
        encoding,
        mailed,
        leaves,
        delimiter=found.delimiter,
        columns_named=() if found.headed else tuple(found.header),
        widths=found.widths,
    )


def in_lines(sample: Sample, form: LineForm, leaves: Sequence[Sequence[Leaf]]) -> Sample:
    """Return a sample whose calls stand on one line each, with these leaves."""
    leaves = leaves[:MAX_RECORDS]
    return replace(
        sample,
        suffix=".txt",
        kind=FormatKind.LABELLED,
        delimiter=",",
        columns_named=(),
        labels=form.labels,
        separator=form.separator,
        count=len(leaves),
        columns=columns_of(leaves),
    )


def _labelled(text: str) -> tuple[list[list[Leaf]], tuple[str, ...]]:
    labels = inline_labels(text)
    records = labelled_records(text, labels, names_a_field)
    if (row := first_row(text, len(records))) is not None:
        raise PayloadRefused(NoticeCode.TABLE_NOT_PLAIN, f"line {row}")
    leaves = [
        [Leaf(path=label, text=text) for label, texts in record.items() for text in texts]
        for record in records[:MAX_RECORDS]
    ]
    return leaves, labels


def _cells(header: Sequence[str], row: Sequence[str], around: Sequence[str]) -> list[Leaf]:
    cells = [
        Leaf(path=name.strip(), text=text)
        for name, text in zip(header, row, strict=False)
        if name.strip()
    ]
    return cells + [Leaf(path=AROUND, text=text) for text in around]


def _sample(
    body: bytes,
    suffix: str,
    kind: FormatKind,
    encoding: str,
    mailed: Mailed,
    leaves: Sequence[Sequence[Leaf]],
    *,
    records: str = "",
    delimiter: str = ",",
    columns_named: tuple[str, ...] = (),
    widths: tuple[int, ...] = (),
    labels: tuple[str, ...] = (),
    spaces: Spaces = (),
) -> Sample:
    leaves = leaves[:MAX_RECORDS]
    return Sample(
        body=body,
        suffix=suffix,
        kind=kind,
        encoding=encoding,
        records=records,
        delimiter=delimiter,
        columns_named=columns_named,
        widths=widths,
        labels=labels,
        namespaces=spaces,
        count=len(leaves),
        columns=columns_of(leaves),
        mailed=mailed,
    )
