"""Samples of reports in pages: what stands between the rows is no call, and read by its header."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_sample import made

from pipeline.agencies import load_agency, schemas_folder
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.model import NoticeCode
from pipeline.onboarding import read_sample

NAMES = ("Call #", "Reported", "Nature", "Address", "Complainant", "Comments")
ORDER = (4, 2, 1, 5, 0, 3)
KINDS = ("Gas Leak", "Burglary", "Noise Complaint", "Wires Down")


def cells(n: int) -> tuple[str, ...]:
    said = f"SMELLED BEHIND HOUSE {n}"
    at = f"6/{n % 28 + 1}/26 {n % 12 + 1}:{n % 60:02} PM"
    return (f"S26-{n:05}", at, KINDS[n % 4], f"{n}00 LARCH ST", "THISTLEWOOD, JORUN", said)


def report(*, swapped: bool) -> str:
    text = ""
    for page in range(1, 7):
        order = ORDER if swapped and page % 2 == 0 else tuple(range(6))
        text += "Elm Bluff Sheriff\t\nCalls for Service - Daily Log\n"
        text += "\t".join(NAMES[i] for i in order) + "\n"
        rows = (cells(page * 10 + n) for n in range(10))
        text += "".join("\t".join(row[i] for i in order) + "\n" for row in rows)
        text += f"Total Calls:\t10\nPage {page} of 6\tPrinted 6/30/26 7:02 AM\n"
    return text


@pytest.mark.parametrize("swapped", [False, True])
def test_a_report_in_pages_is_known_and_read_whole(swapped: bool, tmp_path: Path) -> None:
    body = report(swapped=swapped).encode()
    sample = read_sample(body)
    assert sample.count == 60
    numbers = next(c for c in sample.columns if c.path == "Call #")
    assert [row[0] for row in numbers.rows] == [cells(n)[0] for n in range(10, 70)]

    done = made(tmp_path, body, timezone="America/Chicago")
    agency = load_agency(done.folder, dialects=schemas_folder())
    mapped = {field.value: spec.paths for field, spec in agency.fields.items()}
    assert (
        mapped
        | {
            "cfs_number": ("Call #",),
            "call_type": ("Nature",),
            "opened_at": ("Reported",),
            "address": ("Address",),
        }
        == mapped
    )
    reading = read_payload(body, agency)
    assert len(reading.records) == 60
    assert not any(isinstance(record, RefusedRecord) for record in reading.records)
    # five headers again, ten titles again, six totals, six feet
    assert [(n.code, n.count) for n in reading.notices] == [(NoticeCode.PAGE_LINES, 27)]


def test_a_printed_list_in_pages_is_known(tmp_path: Path) -> None:
    widths = (12, 20, 18, 18)

    def line(*texts: str) -> str:
        pairs = zip(texts, (*widths, 0), strict=True)
        return "".join(f"{text:{width}}" for text, width in pairs) + "\n"

    text = ""
    for page in range(1, 5):
        text += f"Elm Bluff Daily Log             Page {page} of 4\n\n"
        text += line("Call #", "Reported", "Nature", "Address", "Comments")
        for n in range(page * 10, page * 10 + 5):
            number, at, kind, street, _, said = cells(n)
            text += line(number, at, kind, street, said)
            text += line("", "", "", "", f"SINCE 3 DAYS, {n} PEOPLE")
        text += "Printed: 6/30/26 7:02 AM\n"
    sample = read_sample(text.encode())
    assert (sample.count, sample.widths) == (20, widths)
    done = made(tmp_path, text.encode(), timezone="America/Chicago")
    reading = read_payload(text.encode(), load_agency(done.folder, dialects=schemas_folder()))
    assert len(reading.records) == 20
    assert not any(isinstance(record, RefusedRecord) for record in reading.records)
