"""Invented feeds of shapes that no dialect has, and what a person would map them to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

TYPES = (
    *("STRUCTURE FIRE", "TRAFFIC COLLISION WITH INJURY", "MEDICAL AID", "GAS LEAK", "FIRE ALARM"),
    *("BURGLARY", "NOISE COMPLAINT", "WIRES DOWN", "VEHICLE FIRE", "LOCKOUT ZZ9"),
)
STREETS = ("OAK ST", "MAPLE AVE", "W 3RD ST", "STATE ROUTE 9", "PINE CT")
NAMES = ("Ilse Marchetti", "Jorun Thistlewood", "Petra Vasquez")
FIRST = datetime(2026, 6, 9, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Bytes of a feed, and the right places: canonical field to paths."""

    body: bytes
    kind: str
    fields: dict[str, list[str]]
    remark: str
    repair: tuple[str, ...] = ()
    fold: bool = False
    dialect: str = "own"
    key: tuple[str, ...] = ("cfs_number",)


def calls(count: int = 30) -> list[dict[str, Any]]:
    """Return calls of one day, different in every field."""
    return [
        {
            "no": f"26-{4000 + n:06d}",
            "type": TYPES[n % len(TYPES)],
            "at": FIRST + timedelta(minutes=13 * n),
            "up": FIRST + timedelta(minutes=13 * n + 4),
            "house": str(100 * (n + 1)),
            "street": STREETS[n % len(STREETS)],
            "lat": round(44.5 + n / 1000, 5),
            "lon": round(-88.0 - n / 900, 5),
            "unit": ("E1", "M2", "T3")[n % 3],
            "caller": NAMES[n % 3],
            "phone": f"920-555-01{n % 90 + 10}",
            "text": f"Caller {NAMES[n % 3]} says smoke shows behind house {n}, call 920-555-0123",
        }
        for n in range(count)
    ]


def atom() -> Shape:
    entries = "".join(
        f"<entry><id>urn:cad:{c['no']}</id><title>{c['type'].title()}</title>"
        f"<updated>{c['up'].isoformat()}</updated><published>{c['at'].isoformat()}</published>"
        f"<summary>{c['text']}</summary><georss:point>{c['lat']} {c['lon']}</georss:point></entry>"
        for c in calls()
    )
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss">'
        f"<title>Active</title><id>urn:x</id>{entries}</feed>"
    )
    fields = {
        "cfs_number": ["a:id"],
        "call_type": ["a:title"],
        "opened_at": ["a:published | a:updated[not(../a:published)]"],
        "revised_at": ["a:updated"],
        "point": ["georss:point | georss:where/gml:Point/gml:pos"],
    }
    return Shape(
        body=body.encode(),
        kind="xml",
        fields=fields,
        remark="a:summary|a:content//text()",
        dialect="atom-calls",
    )


def titled_atom() -> Shape:
    """Titles that say what and where; a summary and HTML that say it again, one by labels."""
    entries = "".join(
        f"<entry><id>tag:cad/{c['no']}</id><title>{c['type']} at {c['house']} {c['street']}</title>"
        f"<updated>{c['up'].isoformat()}</updated><published>{c['at'].isoformat()}</published>"
        f"<summary>{c['type']} at {c['house']} {c['street']} [Elm Bluff #{c['no']}]</summary>"
        f'<category label="{c["type"]}" term="{c["type"]}"/>'
        f"<georss:point>{c['lat']} {c['lon']}</georss:point>"
        f'<content type="html">&lt;dl&gt;&lt;dt&gt;Call Type:&lt;/dt&gt;&lt;dd&gt;{c["type"]}'
        f"&lt;/dd&gt;&lt;dt&gt;Address:&lt;/dt&gt;&lt;dd&gt;{c['house']} {c['street']}&lt;/dd&gt;"
        "&lt;/dl&gt;</content></entry>"
        for c in calls()
    )
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss">'
        f"<title>Dispatches</title><id>urn:x</id>{entries}</feed>"
    )
    typed = "substring-after(a:content, 'Call Type:</dt><dd>')"
    fields = {
        "cfs_number": ["a:id"],
        "call_type": [f"substring-before(concat({typed}, '</dd>'), '</dd>')"],
        "address": ["substring-after(a:title, ' at ')"],
        "opened_at": ["a:published"],
        "revised_at": ["a:updated"],
        "point": ["georss:point"],
    }
    return Shape(body=body.encode(), kind="xml", fields=fields, remark="")


def rss() -> Shape:
    """Dates as mails write them, with the zone by name."""
    items = "".join(
        f"<item><title>{c['type']} at {c['house']} {c['street']}</title>"
        f"<pubDate>{c['at']:%a, %d %b %Y %H:%M:%S} CDT</pubDate><guid>{c['no']}</guid>"
        f"<geo:lat>{c['lat']}</geo:lat><geo:long>{c['lon']}</geo:long>"
        f"<description>{c['text']}</description></item>"
        for c in calls()
    )
    body = (
        '<rss version="2.0" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><channel>'
        f"<title>Calls</title><link>http://elm-bluff.example</link>{items}</channel></rss>"
    )
    fields = {
        "cfs_number": ["guid"],
        "call_type": ["substring-before(title, ' at ')"],
        "address": ["substring-after(title, ' at ')"],
        "opened_at": ["pubDate"],
        "latitude": ["geo:lat"],
        "longitude": ["geo:long"],
    }
    return Shape(body=body.encode(), kind="xml", fields=fields, remark="description")


def counter() -> Shape:
    """A page of active calls whose number begins again each day; no zeros before hours."""
    rows = "".join(
        f'<CALL INCIDENT="{n + 11}"><ENTRYTIME>{c["at"].month}/{c["at"].day}/{c["at"].year} '
        f"{c['at']:%I:%M:%S %p}</ENTRYTIME><DESC>{c['type']}</DESC>"
        f"<LOCATION>{c['house']} {c['street']}</LOCATION><SECTOR>{'II' * (n % 2)}I</SECTOR>"
        f"<REMARK>{c['text']}</REMARK><LAT>{c['lat']}</LAT><LON>{c['lon']}</LON></CALL>"
        for n, c in enumerate(calls())
    )
    fields = {
        "cfs_number": ["@INCIDENT"],
        "call_type": ["DESC"],
        "opened_at": ["ENTRYTIME"],
        "address": ["LOCATION"],
        "district": ["SECTOR"],
    }
    return Shape(
        body=f"\ufeff<CALLS>{rows}</CALLS>".encode(),
        kind="xml",
        fields=fields,
        remark="REMARK",
        key=("cfs_number", "opened_at"),
    )


def portal() -> Shape:
    """An open-data export: no number, offsets of two digits, address and point in one cell."""
    lines = ["call_timestamp,calldescription,block,location,comments"]
    lines += [
        f'{c["at"]:%Y/%m/%d %H:%M:%S}+00,{c["type"]},{c["house"]} {c["street"]},"{c["house"]} '
        f'{c["street"]}\nELM BLUFF, WI\n({c["lat"]}, {c["lon"]})","{c["text"]}"'
        for c in calls()
    ]
    fields = {
        "call_type": ["calldescription"],
        "opened_at": ["call_timestamp"],
        "address": ["block"],
        "point": ["location"],
    }
    return Shape(
        body="\n".join(lines).encode(),
        kind="table",
        fields=fields,
        remark="comments",
        key=("opened_at", "call_type", "address"),
    )


def pager() -> Shape:
    """All labels on one line, with no more than a space before each."""
    lines = [
        f"CALL:{c['type']} ADDR:{c['house']} {c['street']} CITY:ELM BLUFF ID:{c['no']} PRI:1 "
        f"DATE:{c['at']:%m/%d/%Y} TIME:{c['at']:%H:%M:%S} LAT:{c['lat']} LON:{c['lon']} "
        f"UNIT:{c['unit']} Cross Streets:A ST/B ST INFO:{c['text']}"
        for c in calls()
    ]
    fields = {
        "cfs_number": ["ID"],
        "call_type": ["CALL"],
        "opened_at": ["DATE", "TIME"],
        "address": ["ADDR"],
        "latitude": ["LAT"],
        "longitude": ["LON"],
        "units": ["UNIT"],
        "priority": ["PRI"],
    }
    return Shape(body="\n".join(lines).encode(), kind="labelled", fields=fields, remark="INFO")


def columned() -> Shape:
    """A printed form: labels in columns, filled with dots, ``Date- `` as well as ``Priority:``."""
    blocks = [
        f"Incident Number  : {c['no']}                 ORI: 12030         Station:  \n"
        f"Incident Type  . : {c['type']}            Priority: 1  \n"
        f"Incident Location: {c['house']} {c['street']}                   Venue: ELM\n\n"
        f"Call Time- {c['at']:%H:%M:%S}                 Date- {c['at']:%m/%d/%Y}  \n"
        f"Dispatch - {c['up']:%H:%M:%S}     En-route-              On-scene-         \n\n"
        f"Lat: {c['lat']}     Lon: {c['lon']}\n"
        f"Phone Number: {c['phone']}                Call Source:  TEL \n\n"
        f"Caller. . . : {c['caller']}\n\nNarrative :  {c['text']} \n"
        for c in calls()
    ]
    fields = {
        "cfs_number": ["Incident Number"],
        "call_type": ["Incident Type"],
        "opened_at": ["Date", "Call Time"],
        "address": ["Incident Location"],
        "priority": ["Priority"],
    }
    return Shape(
        body=("-" * 40 + "\n").join(blocks).encode(),
        kind="labelled",
        fields=fields,
        remark="Narrative",
    )


def active_calls() -> Shape:
    rows = "".join(
        f'<Call Inum="{c["no"]}"><Nature>{c["type"]}</Nature>'
        f"<CallTime>{c['at']:%m/%d/%Y %H:%M:%S}</CallTime><Addr>{c['house']} {c['street']}</Addr>"
        f"<X>{c['lon']}</X><Y>{c['lat']}</Y><Caller><Name>{c['caller']}</Name>"
        f"<Phone>{c['phone']}</Phone></Caller><Units><Unit>{c['unit']}</Unit><Unit>B1</Unit></Units>"
        f"<Comments>{c['text']}</Comments></Call>"
        for c in calls()
    )
    fields = {
        "cfs_number": ["@Inum"],
        "call_type": ["Nature"],
        "opened_at": ["CallTime"],
        "address": ["Addr"],
        "latitude": ["Y"],
        "longitude": ["X"],
        "units": ["Units/Unit"],
    }
    body = f"<ActiveCalls>{rows}</ActiveCalls>".encode()
    return Shape(body=body, kind="xml", fields=fields, remark="Comments")


def county() -> Shape:
    """Date and clock apart, street in parts, coordinates under each other's name, cp1252."""
    lines = ["Event #;Evt Date;Evt Time;Problem;Street No;Street Name;Latitude;Longitude;Narrative"]
    lines += [
        f"{c['no']};{c['at']:%d.%m.%Y};{c['at']:%H:%M};{c['type']};{c['house']};{c['street']};"
        f"{c['lon']};{c['lat']};{c['text']} \u20ac"
        for c in calls()
    ]
    fields = {
        "cfs_number": ["Event #"],
        "call_type": ["Problem"],
        "opened_at": ["Evt Date", "Evt Time"],
        "address": ["Street No", "Street Name"],
        "latitude": ["Longitude"],
        "longitude": ["Latitude"],
    }
    return Shape(
        body="\r\n".join(lines).encode("cp1252"), kind="table", fields=fields, remark="Narrative"
    )


def unit_rows() -> Shape:
    """One row per unit, coordinates times a million, the longitude without its sign."""
    lines = ["INCIDENT_NUMBER,DATE,TIME,CALL_TYPE_DESC,BLOCK_ADDRESS,X_COORD,Y_COORD,UNIT,NOTES"]
    lines += [
        f"{c['no']},{c['at']:%m/%d/%Y},{c['at']:%H%M},{c['type']},{c['house']} {c['street']},"
        f'{int(-c["lon"] * 1e6)},{int(c["lat"] * 1e6)},{unit},"{c["text"]}"'
        for c in calls()
        for unit in ("E1", "M4")
    ]
    fields = {
        "cfs_number": ["INCIDENT_NUMBER"],
        "call_type": ["CALL_TYPE_DESC"],
        "opened_at": ["DATE", "TIME"],
        "address": ["BLOCK_ADDRESS"],
        "point": ["Y_COORD", "X_COORD"],
        "units": ["UNIT"],
    }
    body = "\n".join(lines).encode()
    return Shape(body=body, kind="table", fields=fields, remark="NOTES", fold=True)


MAILED_FIELDS = {
    "cfs_number": ["Incident No"],
    "call_type": ["Call Type"],
    "opened_at": ["Received"],
    "address": ["Location"],
    "latitude": ["Lat"],
    "longitude": ["Lon"],
    "units": ["Units"],
}


def mail() -> Shape:
    head = (
        "From: cad@elm-bluff.example\r\nSubject: CAD page\r\nMessage-ID: <1@elm-bluff.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    blocks = [
        "\r\n".join(
            (
                f"Incident No: {c['no']}",
                f"Call Type: {c['type']}",
                f"Received: {c['at']:%m/%d/%Y %I:%M:%S %p}",
                f"Location: {c['house']} {c['street']}",
                f"Lat: {c['lat']}",
                f"Lon: {-c['lon']}",
                f"Units: {c['unit']}",
                f"Caller: {c['caller']}",
                f"Callback: {c['phone']}",
                f"Remarks: {c['text']}",
            )
        )
        for c in calls()
    ]
    body = (head + "\r\n----------\r\n".join(blocks)).encode()
    return Shape(
        body=body, kind="labelled", fields=MAILED_FIELDS, remark="Remarks", repair=("unsigned",)
    )


PAGE_HEAD = (
    "From: cad@elm-bluff.example\r\nSubject: Calls\r\nMessage-ID: <2@elm-bluff.example>\r\n"
    "MIME-Version: 1.0\r\n"
)
MAILED = {
    "Incident No": "no",
    "Call Type": "type",
    "Received": "at",
    "Location": "where",
    "Lat": "lat",
    "Lon": "lon",
    "Units": "unit",
    "Caller": "caller",
    "Callback": "phone",
    "Remarks": "text",
}


def _mailed_calls() -> list[dict[str, Any]]:
    return [
        c | {"at": f"{c['at']:%m/%d/%Y %I:%M:%S %p}", "where": f"{c['house']} {c['street']}"}
        for c in calls()
    ]


def mail_table() -> Shape:
    """A mail of plain text that says nothing and a page whose table has a row per call."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{c[key]}</td>" for key in MAILED.values()) + "</tr>\r\n"
        for c in _mailed_calls()
    )
    names = "".join(f"<td><b>{name}</b></td>" for name in MAILED)
    page = (
        "<html><body><table><tr><td><h2>Elm Bluff</h2></td></tr><tr><td>\r\n"
        f"<table border=1><tr><td colspan=10>CALLS</td></tr><tr>{names}</tr>\r\n{rows}</table>\r\n"
        "</td></tr></table><p>Do not answer this mail.</p></body></html>\r\n"
    )
    body = (
        f"{PAGE_HEAD}Content-Type: multipart/alternative; boundary=XX\r\n\r\n"
        "--XX\r\nContent-Type: text/plain\r\n\r\nThis mail needs a program that shows pages.\r\n"
        f"--XX\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}--XX--\r\n"
    ).encode()
    return Shape(body=body, kind="table", fields=MAILED_FIELDS, remark="Remarks")


def mail_page() -> Shape:
    """A mail of nothing but a page, with a table of labels and values for each call."""
    blocks = "".join(
        "<table>"
        + "".join(f"<tr><td>{name}</td><td>{c[key]}</td></tr>" for name, key in MAILED.items())
        + "</table>\r\n"
        for c in _mailed_calls()
    )
    head = f"{PAGE_HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n"
    body = f"{head}<html><body>{blocks}</body></html>".encode()
    return Shape(body=body, kind="labelled", fields=MAILED_FIELDS, remark="Remarks")


def mail_pairs() -> Shape:
    """A plain text that says nothing beside a page: two labels in a row, and a log below a title.

    The first row could be a header, were it not for its bold labels.
    """
    names = {"Call Type": "type", "Town": "town"} | MAILED
    del names["Remarks"]
    pairs = list(names.items())
    blocks = []
    for c in _mailed_calls():
        c |= {"town": "ELM BLUFF"}
        cells = [f"<td><b>{name}</b></td><td>{c[key]}</td>" for name, key in pairs]
        rows = "".join(f"<tr>{''.join(cells[n : n + 2])}</tr>\r\n" for n in range(0, len(cells), 2))
        log = f"<table><tr><td>{c['up']:%H:%M:%S}</td><td>{c['text']}</td></tr></table>\r\n"
        blocks.append(f"<table>\r\n{rows}</table><p><b>Remarks</b></p>{log}")
    body = (
        f"{PAGE_HEAD}Content-Type: multipart/alternative; boundary=XX\r\n\r\n"
        "--XX\r\nContent-Type: text/plain\r\n\r\nThis mail needs a program that shows pages.\r\n"
        "--XX\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"<html><body>{''.join(blocks)}</body></html>\r\n--XX--\r\n"
    ).encode()
    return Shape(body=body, kind="labelled", fields=MAILED_FIELDS, remark="Remarks")


def nested() -> Shape:
    """Records three levels down, times in milliseconds, names nobody standardised."""
    rows = [
        {
            "event": {
                "no": c["no"],
                "kind": c["type"],
                "opened_ts": int(c["at"].timestamp() * 1000),
                "lastChange": int(c["up"].timestamp() * 1000),
            },
            "where": {"addr": f"{c['house']} {c['street']}", "geo": [c["lon"], c["lat"]]},
            "rp": {"first": c["caller"].split()[0], "last": c["caller"].split()[1]},
            "log": [{"t": int(c["up"].timestamp() * 1000), "msg": c["text"]}],
            "assigned": ["E1", "M2"],
        }
        for c in calls()
    ]
    fields = {
        "cfs_number": ["event.no"],
        "call_type": ["event.kind"],
        "opened_at": ["event.opened_ts"],
        "revised_at": ["event.lastChange"],
        "address": ["where.addr"],
        "latitude": ["where.geo[1]"],
        "longitude": ["where.geo[0]"],
        "units": ["assigned[]"],
    }
    body = json.dumps({"meta": {"count": 30}, "data": {"calls": rows}}).encode()
    return Shape(body=body, kind="json", fields=fields, remark="msg")


def described_rss() -> Shape:
    """A description of HTML whose labels say all that counts."""
    items = "".join(
        f"<item><title>{c['type'].title()}</title><guid>{c['no']}</guid>"
        f"<pubDate>{c['up']:%a, %d %b %Y %H:%M:%S} -0500</pubDate><description><![CDATA["
        f"<b>Type:</b> {c['type']}<br/><b>Address:</b> {c['house']} {c['street']}<br/>"
        f"<b>Received:</b> {c['at']:%m/%d/%Y %H:%M}<br/><b>Caller:</b> {NAMES[n % 3]}<br/>"
        f"<b>Comments:</b> {c['text']}]]></description>"
        f"<georss:point>{c['lat']} {c['lon']}</georss:point></item>"
        for n, c in enumerate(calls())
    )
    body = (
        '<rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel>'
        f"<title>Active</title>{items}</channel></rss>"
    )

    def cut(label: str) -> list[str]:
        behind = f"substring-after(description, '{label}:</b>')"
        return [f"substring-before(concat({behind}, '<br/>'), '<br/>')"]

    return Shape(
        body=body.encode(),
        kind="xml",
        fields={
            "cfs_number": ["guid"],
            "call_type": cut("Type"),
            "address": cut("Address"),
            "opened_at": cut("Received"),
            "point": ["georss:point"],
        },
        remark="substring-after(description, 'Comments:</b>')",
    )


def extended_atom() -> Shape:
    """An Atom feed in which all that counts stands in elements of the vendor's own."""
    entries = "".join(
        f"<entry><id>urn:uuid:{c['no']}</id><title>{c['type']}</title>"
        f"<updated>{c['up'].isoformat()}</updated>"
        f'<x:call xmlns:x="urn:example:cad" number="{c["no"]}"><x:nature>{c["type"]}</x:nature>'
        f"<x:received>{c['at'].isoformat()}</x:received>"
        f"<x:address>{c['house']} {c['street']}</x:address><x:log>{c['text']}</x:log></x:call>"
        f"<georss:where><gml:Point><gml:pos>{c['lat']} {c['lon']}</gml:pos></gml:Point>"
        "</georss:where></entry>"
        for c in calls()
    )
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss" '
        f'xmlns:gml="http://www.opengis.net/gml"><title>t</title><id>urn:x</id>{entries}</feed>'
    )
    fields = {
        "cfs_number": ["x:call/@number"],
        "call_type": ["x:call/x:nature"],
        "opened_at": ["x:call/x:received"],
        "address": ["x:call/x:address"],
        "point": ["georss:where/gml:Point/gml:pos"],
    }
    return Shape(body=body.encode(), kind="xml", fields=fields, remark="x:call/x:log")


def attributes() -> Shape:
    """Attributes alone, by abbreviations; the day is said once, above all calls."""
    rows = "".join(
        f'<C evt="{c["no"]}" nat="{c["type"]}" tm="{c["at"]:%H:%M:%S}" '
        f'loc="{c["house"]} {c["street"]}" lat="{c["lat"]}" lng="{c["lon"]}" cmt="{c["text"]}"/>'
        for c in calls()
    )
    fields = {
        "cfs_number": ["@evt"],
        "call_type": ["@nat"],
        "opened_at": ["ancestor::Log/@day", "@tm"],
        "address": ["@loc"],
        "latitude": ["@lat"],
        "longitude": ["@lng"],
    }
    body = f'<Log day="2026-06-09"><Calls>{rows}</Calls></Log>'.encode()
    return Shape(body=body, kind="xml", fields=fields, remark="@cmt")


PRINTED = ("Incident", "Received", "Nature", "Location", "Lat", "Lon", "Comments")
PRINTED_FIELDS = {
    "cfs_number": ["Incident"],
    "call_type": ["Nature"],
    "opened_at": ["Received"],
    "address": ["Location"],
    "latitude": ["Lat"],
    "longitude": ["Lon"],
}


def _printed() -> list[list[str]]:
    return [
        [c["no"], f"{c['at']:%m/%d/%y %H:%M}", c["type"], f"{c['house']} {c['street']}",
         str(c["lat"]), str(c["lon"]), c["text"].replace(",", "")]
        for c in calls()
    ]  # fmt: skip


def titled() -> Shape:
    """Two titles and a line of groups above the header; times as a spreadsheet writes them."""
    above = ["Elm Bluff active calls,,,,,,", "printed 5 PM", "CALL,,,PLACE,,,"]
    rows = [",".join(row) for row in _printed()]
    body = "\n".join([*above, ",".join(PRINTED), *rows]).encode()
    return Shape(body=body, kind="table", fields=PRINTED_FIELDS, remark="Comments")


def fixed_widths() -> Shape:
    """A printed list: columns by place, a rule below the header, a title above."""
    widths = (14, 16, 32, 24, 10, 11)
    lines = [PRINTED, ["-" * 6] * 7, *_printed()]
    body = "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True))
        for row in lines
    )
    return Shape(
        body=f"ELM BLUFF ACTIVE INCIDENTS              PAGE 1\n\n{body}\n".encode(),
        kind="table",
        fields=PRINTED_FIELDS,
        remark="Comments",
    )


def continued() -> Shape:
    """A printed list whose comments go on in lines of their own, title and header on each page."""
    title, header, *rest = fixed_widths().body.decode().partition("\n\n")[2].splitlines()
    begin = header.index("Comments") if "Comments" in header else title.index("Comments")
    lines = []
    for row in (row for row in [header, *rest] if row.strip(" -")):
        first, _, more = row[begin:].partition(" says ")
        lines += [row[:begin] + first, " " * begin + f"says {more}"] if more else [row]
    pages = [[title, *lines[n : n + 14]] for n in range(0, len(lines), 14)]
    text = "\n\f".join("\n".join(page) for page in pages)
    return Shape(body=text.encode(), kind="table", fields=PRINTED_FIELDS, remark="Comments")


_TOLD = {
    "no": "Incident Number",
    "type": "Nature",
    "at": "Time Received",
    "place": "Address",
    "lat": "Latitude",
    "lon": "Longitude",
    "unit": "Unit",
    "caller": "Caller Name",
    "phone": "Callback",
    "text": "Narrative",
}


def told_names(pair: str, path: str, around: str = "<Calls>{}</Calls>", records: int = 30) -> Shape:
    """XML in which every field is the same element, and a value tells its name."""
    rows = []
    for c in calls(records):
        row = {**c, "place": f"{c['house']} {c['street']}", "at": c["at"].isoformat()}
        cells = "".join(pair.format(name, row[key]) for key, name in _TOLD.items())
        rows.append(f"<Call>{cells}</Call>")
    names = {
        "cfs_number": "no",
        "call_type": "type",
        "opened_at": "at",
        "address": "place",
        "latitude": "lat",
        "longitude": "lon",
        "units": "unit",
    }
    return Shape(
        body=around.format("".join(rows)).encode(),
        kind="xml",
        fields={field: [path.format(_TOLD[key])] for field, key in names.items()},
        remark=path.format("Narrative"),
    )


def told_by_attribute() -> Shape:
    return told_names(
        '<Col name="{}">{}</Col>',
        "Col[@name='{}']",
        "<Report><Run><By>Sunrise Shift</By></Run><Rows>{}</Rows></Report>",
    )


def told_beside_value() -> Shape:
    return told_names('<Field id="{}" value="{}"/>', "Field[@id='{}']/@value")


def told_by_member() -> Shape:
    """Structures of XML-RPC, in a namespace."""
    return told_names(
        "<member><name>{}</name><value><string>{}</string></value></member>",
        "x:member[x:name='{}']/x:value/x:string",
        '<methodCall xmlns="urn:example:x" xmlns:x="urn:example:x">{}</methodCall>',
    )


def told_by_child() -> Shape:
    return told_names("<Item><Label>{}</Label><Value>{}</Value></Item>", "Item[Label='{}']/Value")


def told_again() -> Shape:
    """Pairs in a namespace, some of which come again; texts beside values, and no time as 1900."""
    rows = []
    for n, c in enumerate(calls()):
        over = c["up"].isoformat() if n % 2 else "1900-01-01T00:00:00"
        pairs = [("EventNo", c["no"]), ("Nature", c["type"]), ("DateReceived", c["at"].isoformat())]
        pairs += [("DateCleared", over), ("HouseNo", c["house"]), ("Street", c["street"])]
        pairs += [("Latitude", c["lat"]), ("Longitude", c["lon"]), ("ContactName", c["caller"])]
        pairs += [("Unit", unit) for unit in (c["unit"], "B7", "L2")[: 1 + n % 3]]
        fields = "".join(f'<Field name="{name}" value="{value}"/>' for name, value in pairs)
        notes = (c["text"], "Second line")[: 1 + n % 2]
        fields += "".join(f'<Field name="Remarks">{note}</Field>' for note in notes)
        rows.append(f"<Record>{fields}</Record>")
    head = '<Header><Field name="Agency" value="Elm"/><Field name="Rows" value="30"/></Header>'
    names = {"cfs_number": "EventNo", "call_type": "Nature", "opened_at": "DateReceived"}
    names |= {"closed_at": "DateCleared", "latitude": "Latitude", "longitude": "Longitude"}
    path = "n1:Field[@name='{}']"
    fields = {field: [f"{path.format(name)}/@value"] for field, name in names.items()}
    street = [f"{path.format(name)}/@value" for name in ("HouseNo", "Street")]
    return Shape(
        body=f'<Export xmlns="urn:example:y">{head}{"".join(rows)}</Export>'.encode(),
        kind="xml",
        fields={**fields, "address": street, "units": [f"{path.format('Unit')}/@value"]},
        remark=path.format("Remarks"),
    )


def json_lines() -> Shape:
    """An event stream: one object a line, a key over what it says, the newest last."""
    lines = [
        json.dumps(
            {
                "callNumber": c["no"],
                "callType": c["type"],
                "receivedAt": c["at"].isoformat(),
                "location": {"address": f"{c['house']} {c['street']}", "lat": c["lat"]},
                "lon": c["lon"],
                "units": [c["unit"]],
                "caller": {"name": c["caller"], "phone": c["phone"]},
                "narrative": c["text"],
            }
        )
        for c in calls()
    ]
    return Shape(
        body="\n".join(lines).encode(),
        kind="json-lines",
        fields={
            "cfs_number": ["callNumber"],
            "call_type": ["callType"],
            "opened_at": ["receivedAt"],
            "address": ["location.address"],
            "latitude": ["location.lat"],
            "longitude": ["lon"],
            "units": ["units[]"],
        },
        remark="narrative",
    )


SHAPES: dict[str, Callable[[], Shape]] = {
    "atom": atom,
    "titled-atom": titled_atom,
    "rss": rss,
    "counter": counter,
    "portal": portal,
    "pager": pager,
    "columned": columned,
    "active-calls": active_calls,
    "county": county,
    "unit-rows": unit_rows,
    "mail": mail,
    "mail-table": mail_table,
    "mail-page": mail_page,
    "mail-pairs": mail_pairs,
    "nested": nested,
    "described-rss": described_rss,
    "extended-atom": extended_atom,
    "attributes": attributes,
    "titled": titled,
    "fixed-widths": fixed_widths,
    "continued": continued,
    "json-lines": json_lines,
    "told-by-attribute": told_by_attribute,
    "told-beside-value": told_beside_value,
    "told-by-child": told_by_child,
    "told-by-member": told_by_member,
    "told-again": told_again,
}
