"""Labels inside the texts of XML records, where values hold colons and signs of HTML."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree

from pipeline.agencies import load_agency, schemas_folder
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.onboarding import Sample, read_sample
from pipeline.usecases.onboard import OnboardReport, Request, onboard
from pipeline.usecases.settings import load_settings

ZONE = "America/Chicago"
PLACES = (
    "22 LARCH ST",
    "HWY 9 / STATE ROUTE 2, &lt;rural&gt;",  # escaped before it was put into HTML
    "MILL FEED &amp; SEED : 3 MILL RD",  # what only one place says before a colon
    "400 BLK PINE CT",
)
GATE = "<br />GATE: BY THE BARN OF THE NEIGHBOR"
TYPES = ("GAS - Gas Leak", "BURG - Burglary", "WIRES - Wires Down")


def feed(count: int = 8, times: int = 1, *, remarks_first: bool = False) -> bytes:
    """Return invented calls; those of a number come ``times`` times, the newest first.

    With ``remarks_first`` each second one has remarks, and begins with them.
    """
    root = etree.Element("feed", nsmap={None: "http://www.w3.org/2005/Atom"})
    for n in range(count):
        for revision in range(times, 0, -1):
            cells = {
                "Call #": f"26-{7000 + n}",
                "Nature": TYPES[n % 3],
                "Received": f"06/{14 + n % 9}/2026 9:4{n % 10}:02 PM",
                "Closed": "06/24/2026 10:05:00 PM" if n % 2 else None,
                "Location": PLACES[n % 4],
                "Caller": "THISTLEWOOD, JORUN",
                "Units": "&nbsp;" if n % 3 else "E1, T2",
                "Remarks": f"SMOKE SHOWS BEHIND HOUSE {n}{GATE if n < 2 else ''}",
            }
            if remarks_first:
                remarks = cells.pop("Remarks")
                cells = {"Remarks": None if n % 2 else remarks, **cells}
            rows = "".join(
                f"<tr><td><b>{name}:</b></td><td>{text}</td></tr>"
                for name, text in cells.items()
                if text is not None
            )
            entry = etree.SubElement(root, "entry")
            etree.SubElement(entry, "id").text = f"tag:elm-bluff.example:26-{7000 + n}:r{revision}"
            etree.SubElement(entry, "title").text = f"{TYPES[n % 3]} - {PLACES[n % 4]}"
            etree.SubElement(entry, "published").text = f"2026-06-25T05:50:{n:02d}Z"
            etree.SubElement(entry, "updated").text = f"2026-06-25T05:5{revision}:{n:02d}Z"
            etree.SubElement(entry, "summary", type="html").text = f"<table>{rows}</table>"
    return etree.tostring(root)


def texts(sample: Sample, name: str) -> list[str]:
    column = next(each for each in sample.columns if each.name == name)
    return [text for row in column.rows for text in row]


def made(tmp_path: Path, body: bytes) -> OnboardReport:
    (tmp_path / "sample").write_bytes(body)
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    request = Request(
        agency_id="elm-bluff-pd", samples=(tmp_path / "sample",), timezone=ZONE, into=tmp_path
    )
    return onboard(settings, request, now=datetime(2026, 6, 26, tzinfo=UTC))


def test_what_one_value_says_before_a_colon_ends_no_other() -> None:
    assert texts(read_sample(feed()), "location") == [*PLACES, *PLACES]


def test_a_label_of_half_the_records_ends_the_value_before_it() -> None:
    received = texts(read_sample(feed()), "received")

    assert len(received) == 8
    assert all(each.endswith(":02 PM") for each in received)


def test_what_several_values_say_before_a_colon_is_no_label_without_its_markup() -> None:
    assert set(texts(read_sample(feed(times=3)), "location")) == set(PLACES)


def test_a_remark_is_cut_as_a_whole() -> None:
    (first, *_) = texts(read_sample(feed()), "remarks")

    assert first == f"SMOKE SHOWS BEHIND HOUSE 0{GATE}"


def test_remarks_that_half_the_records_begin_with_are_remarks() -> None:
    remarks = texts(read_sample(feed(remarks_first=True)), "remarks")

    assert [each.partition("<")[0] for each in remarks] == [
        f"SMOKE SHOWS BEHIND HOUSE {n}" for n in (0, 2, 4, 6)
    ]


def test_calls_in_html_are_counted_by_their_number_and_dated_by_what_they_say(
    tmp_path: Path,
) -> None:
    body = feed(times=2)

    report = made(tmp_path, body)

    assert report.dialect == "own"  # the common form would date a call by its publication
    assert "a:summary" in {each.path for each in report.inferred.private}  # what is left over
    assert "a:summary" not in {each.path for each in report.inferred.ignored}
    agency = load_agency(report.folder, dialects=schemas_folder())
    records = [r for r in read_payload(body, agency).records if not isinstance(r, RefusedRecord)]
    fields = [{name: said[0].expose() for name, said in r.canonical} for r in records]
    assert len(fields) == 16
    assert len({each["cfs_number"] for each in fields}) == 8
    assert {each["opened_at"][-2:] for each in fields} == {"PM"}
    assert {each["address"] for each in fields} == {html.unescape(each) for each in PLACES}
    assert report.trial.states["superseded stale-revision"] == 8
    assert ZoneInfo(ZONE) == agency.timezone


def test_terms_and_their_definitions_are_labels_and_values_whatever_signs_stand_in_them() -> None:
    calls = []
    for n in range(6):
        where = "&mdash;" if n == 4 else f"{n + 12} Larch St &#8211; Barn"
        cells = {"Event #": f"26-{7000 + n}", "Where": where, "Current State": "Pending"}
        pairs = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in cells.items())
        calls.append(f"<dl class='evt'>{pairs}</dl>")
    items = "".join(f"<item><t>Call</t><d><![CDATA[{call}]]></d></item>" for call in calls)

    sample = read_sample(f"<rss><channel>{items}</channel></rss>".encode())

    assert texts(sample, "event #") == [f"26-{7000 + n}" for n in range(6)]
    assert texts(sample, "where")[0] == "12 Larch St &#8211; Barn"
    assert texts(sample, "where")[4] == "&mdash;"
