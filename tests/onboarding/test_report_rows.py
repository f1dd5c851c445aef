"""Reports in columns are refused as labelled text; few records of many lines are doubted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_sample import made

from pipeline.model import NoticeCode, PayloadRefused
from pipeline.onboarding import read_sample
from pipeline.onboarding.report_rows import first_row


def report(pages: int, calls: int) -> str:
    """Return pages of calls in columns, under a day, with remarks and people below the rows."""
    text = ""
    for page in range(1, pages + 1):
        text += f"ELM BLUFF SHERIFF      DAY BOOK\r\nPREPARED: ELM07     PAGE {page}\r\n\r\n"
        text += f"DAY: 06/{page + 9:02}/2026   WATCH: {page}\r\n\r\n"
        text += (
            "EVENT     RECD CLRD TYPE       WHERE\r\n--------- ---- ---- ---------- ---------\r\n"
        )
        for n in range(calls):
            text += f"26-{page:02}{n:04} 14{n:02} 15{n:02} GAS LEAK   {n + 1}00 LARCH ST\r\n"
            text += "          RMK: SMELLED BEHIND HOUSE\r\n"
        text += "\f"
    return text


@pytest.mark.parametrize(("pages", "calls"), [(1, 4), (4, 10), (3, 7)])
def test_a_report_in_columns_is_refused_as_labelled_text(pages: int, calls: int) -> None:
    with pytest.raises(PayloadRefused) as caught:
        read_sample(report(pages, calls).encode())
    assert (caught.value.code, caught.value.position) == (NoticeCode.TABLE_NOT_PLAIN, "line 8")


def lines(first: str, count: int) -> str:
    return "".join(first.format(n=n) + " E1 EN ROUTE\n" for n in range(count))


@pytest.mark.parametrize(
    ("text", "records", "row"),
    [
        (lines("26-0010{n}", 4), 1, 1),
        (lines("F26-0010{n}", 8), 4, 1),
        (lines("26-0010{n}", 3), 1, None),  # may be one call's
        (lines("26-0010{n}", 7), 4, None),  # hardly more than records
        (lines("2026-06-1{n}", 8), 1, None),  # days
        (lines("14020{n}", 8), 1, None),  # clocks
        (lines("1200{n}", 8), 1, None),  # houses
        (lines("262-555-010{n}", 8), 1, None),  # telephones
        (lines("26-00100", 8), 1, None),  # one number again
        (lines("  26-0010{n}", 8), 1, None),
    ],
)
def test_numbers_of_calls_alone_make_rows(text: str, records: int, row: int | None) -> None:
    assert first_row(text, records) == row


def mail(notes: int) -> str:
    head = (
        "Call Type: GAS LEAK\nAddress: 12 LARCH ST\nReceived: 06/10/2026 14:02\nNumber: 26-00104\n"
    )
    return head + "Comments: SMELLED\n" + "BEHIND THE HOUSE\n" * notes


@pytest.mark.parametrize(("notes", "doubted"), [(3, False), (14, False), (30, True)])
def test_few_records_of_many_lines_are_doubted(notes: int, doubted: bool, tmp_path: Path) -> None:
    done = made(tmp_path, mail(notes).encode(), timezone="America/Chicago")
    told = f"records: {notes + 5} lines make only 1; look whether each is one call"
    assert (told in done.undecided) is doubted
    assert any(each.startswith("records: ") for each in done.undecided) is doubted
