"""Builds the payloads that are measured: the emulator's invented calls, repeated with new numbers.

In: how many records are wanted. Out: a feed, as many of its records as fit the agency's own limit.
The same bytes every time. Every number is new, so nothing is a duplicate or a revision; texts do
repeat, which no part of the walk gains from: nothing there remembers a text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.emulator.casts import load_cast
from pipeline.emulator.samples import good_payloads

__all__ = ["FEEDS", "ROOT", "Feed"]

ROOT = Path(__file__).resolve().parent.parent

_NIEM = "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"
_NUMBER = f"{{{_NIEM}}}ActivityIdentification/{{{_NIEM}}}IdentificationID"
_FIRST_CALL_ID = 700_000
_ROOM = 0.97  # of the agency's limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Payloads of one agency, and how many records they hold."""

    title: str
    agency: Agency
    bodies: tuple[bytes, ...]
    records: int

    @property
    def size(self) -> int:
        """Bytes of all payloads."""
        return sum(map(len, self.bodies))


def service_calls(records: int) -> Feed:
    """Return one NIEM-like message with many calls."""
    agency, payloads = _sample("cedar-hollow-fire")
    roots = [etree.fromstring(body) for body in payloads.values()]
    latest = {call.findtext(_NUMBER): call for root in roots for call in root}
    message = deepcopy(roots[0])
    message[:] = []

    def copies() -> Iterator[tuple[Any, int]]:
        for turn in count():
            for number, call in latest.items():
                again: Any = deepcopy(call)
                again.find(_NUMBER).text = f"{number}-{turn:04d}"
                yield again, len(etree.tostring(again))

    chosen = _fitting(copies(), records, agency)
    message.extend(chosen)
    body = etree.tostring(message, xml_declaration=True, encoding="utf-8")
    return Feed(title="XML, one file", agency=agency, bodies=(body,), records=len(chosen))


def call_files(records: int) -> Feed:
    """Return Tyler-like files, one call each."""
    agency, payloads = _sample("juniper-falls-pd")
    latest = {_between(body, b"<CallId>", b"</CallId>"): body for body in payloads.values()}
    bodies = [
        body.replace(b"<CallId>%b<" % old, b"<CallId>%d<" % (_FIRST_CALL_ID + number))
        for number, (old, body) in zip(range(records), _forever(latest.items()), strict=False)
    ]
    return Feed(title="XML, a file a call", agency=agency, bodies=tuple(bodies), records=records)


def json_rows(records: int) -> Feed:
    """Return one answer of a Socrata-like service."""
    agency, payloads = _sample("port-amity-pd")
    rows = [row for body in payloads.values() for row in json.loads(body)]
    # A row of nothing but null forms is there on purpose; it would be quarantined.
    latest = {row["cad_number"]: row for row in rows if "call_type_original" in row}

    def copies() -> Iterator[tuple[dict[str, object], int]]:
        for turn, row in enumerate(_forever(latest.values())):
            again = row | {"id": str(turn), "cad_number": f"{row['cad_number']}-{turn:05d}"}
            yield again, len(json.dumps(again, indent=1)) + 2

    chosen = _fitting(copies(), records, agency)
    body = json.dumps(chosen, indent=1).encode()
    return Feed(title="JSON", agency=agency, bodies=(body,), records=len(chosen))


def table_rows(records: int) -> Feed:
    """Return one table with a row a call."""
    return _table("millbrook-pd", "Call No", "CSV", records, encoding="cp1252")


def unit_rows(records: int) -> Feed:
    """Return one table with a row a unit, whose rows are folded into calls."""
    return _table("san-tomas-ems", "CallNumber", "CSV, a row a unit", records, encoding="utf-8")


def _table(agency_id: str, key: str, title: str, records: int, *, encoding: str) -> Feed:
    agency, payloads = _sample(agency_id)
    latest: dict[str, list[dict[str, str]]] = {}
    for body in payloads.values():
        rows: dict[str, list[dict[str, str]]] = {}
        for row in csv.DictReader(io.StringIO(body.decode(encoding), newline="")):
            if None not in row:  # a row too wide is there on purpose; pandas alone cannot read it
                rows.setdefault(row[key], []).append(row)
        latest |= rows
    columns = min((list(rows[0]) for rows in latest.values()), key=len)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()

    def copies() -> Iterator[tuple[None, int]]:
        for turn, rows in enumerate(_forever(latest.values())):
            before = text.tell()
            writer.writerows([row | {key: f"{row[key]}-{turn:05d}"} for row in rows])
            yield None, text.tell() - before

    written = len(_fitting(copies(), records, agency))
    body = text.getvalue().encode(encoding)
    return Feed(title=title, agency=agency, bodies=(body,), records=written)


def _sample(agency_id: str) -> tuple[Agency, dict[str, bytes]]:
    folder = ROOT / "sample_feeds" / agency_id
    agency = load_agency(folder, dialects=schemas_folder())
    return agency, good_payloads(load_cast(agency_id))


def _fitting(copies: Iterator[tuple[Any, int]], records: int, agency: Agency) -> list[Any]:
    """Return at most ``records`` items whose sizes together stay below the agency's limit."""
    left = agency.format.max_bytes * _ROOM
    chosen = []
    for item, size in islice(copies, records):
        chosen.append(item)
        left -= size
        if left < size:
            break
    return chosen


def _forever(items: Any) -> Iterator[Any]:
    while True:
        yield from items


def _between(body: bytes, start: bytes, end: bytes) -> bytes:
    return body.split(start, 1)[1].split(end, 1)[0]


FEEDS: Mapping[str, Callable[[int], Feed]] = {
    "xml": service_calls,
    "xml-files": call_files,
    "json": json_rows,
    "csv": table_rows,
    "csv-units": unit_rows,
}
