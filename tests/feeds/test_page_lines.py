"""Reports in pages: headers again, titles, stamps, totals between rows are no calls, and told."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds import cut as cutting
from pipeline.feeds.page_lines import as_said, folded, is_page_line, sifted
from pipeline.model import NoticeCode

FIELDS = {"cfs_number": "Call", "call_type": "Type", "opened_at": "Time", "address": "Where"}
NAMES = ("Call", "Time", "Type", "Where", "Beat", "Notes")
HEADER = "\t".join(NAMES) + "\n"
SWAPPED = "Notes\tWhere\tTime\tBeat\tType\tCall\n"
TITLE = "Elm Bluff Dispatch Center\t\nFrom: 6/9/26 12:00 AM\tTo: 6/9/26 11:59 PM\n"
STAMP = "Printed: 6/10/26 7:02 AM\tBy: Wanda Quillfeather\n"


@pytest.fixture(scope="module")
def table(make_agency):
    return make_agency("table", fields=FIELDS, remarks=({"text": "Notes"},), delimiter="\t")


def row(n: int, *, swapped: bool = False) -> str:
    cells = (f"26-{n:04d}", "6/9/26 10:00 AM", "GAS LEAK", f"{n} ELM ST", "N2", "smoke seen")
    if swapped:
        cells = (cells[5], cells[3], cells[1], cells[4], cells[2], cells[0])
    return "\t".join(cells) + "\n"


def page(number: int, *, of: int, header: str = HEADER) -> str:
    return f"Page {number - 1} of {of}\n{STAMP}\n{TITLE}{header}" if number > 1 else TITLE + header


REPORT = (
    page(1, of=3) + row(1) + row(2) + "Total calls:\t2\n" + page(2, of=3) + row(3) + row(4)
    + page(3, of=3, header=SWAPPED) + row(5, swapped=True) + "Grand Total\t\t\t\t\t5\nPage 3 of 3\n"
)  # fmt: skip


def numbers(reading, texts_of) -> list[str]:
    return [
        r.code.value if isinstance(r, RefusedRecord) else texts_of(r)["cfs_number"][0]
        for r in reading.records
    ]


def test_calls_alone_are_records_under_whichever_header_they_stand(table, texts_of):
    reading = read_payload(REPORT.encode(), table)
    assert numbers(reading, texts_of) == [f"26-{n:04d}" for n in range(1, 6)]
    last = texts_of(reading.records[4])
    assert (last["call_type"], last["address"]) == (("GAS LEAK",), ("5 ELM ST",))
    assert reading.rows == 5


def test_what_pages_say_is_unread_in_every_row_but_their_numbers_and_counts(table):
    reading = read_payload(REPORT.encode(), table)
    said = [
        "Elm Bluff Dispatch Center",
        "From: 6/9/26 12:00 AM To: 6/9/26 11:59 PM",
        "Printed: 6/10/26 7:02 AM By: Wanda Quillfeather",
    ]
    for record in reading.records:
        assert [v.expose() for v in record.around] == said
        assert ("words around", 3) in {(n.field, n.count) for n in record.notices}


def test_lines_left_out_are_counted_headers_among_them(table):
    reading = read_payload(REPORT.encode(), table)
    # of two pages: number, stamp, two titles, header; two totals; the last page's number is below
    assert [(n.code, n.count) for n in reading.notices] == [(NoticeCode.PAGE_LINES, 12)]


def test_a_report_of_hundreds_of_pages_is_read(table, texts_of):
    text = "".join(page(n, of=300) + row(n) for n in range(1, 301))
    reading = read_payload(text.encode(), table)
    assert numbers(reading, texts_of) == [f"26-{n:04d}" for n in range(1, 301)]


def test_parts_of_a_report_say_the_same_calls(table, monkeypatch, texts_of):
    monkeypatch.setattr(cutting, "PART_BYTES", 400)
    parts = list(cutting.cut([REPORT.encode()], table))
    assert len(parts) > 2
    found = [n for part in parts for n in numbers(read_payload(part, table), texts_of)]
    assert found == [f"26-{n:04d}" for n in range(1, 6)]


@pytest.mark.parametrize(
    "torn",
    [
        "26-0003",
        "26-0003\t6/9/26 10:00 AM\n",
        "FROM THE ROOF\n",
        "2603\n",
        "SEE PAGE 2 OF THE REPORT\n",
        "PRINTED ON THE WALL\n",
    ],
)
def test_what_may_be_left_of_a_row_is_refused_as_one(torn, table, texts_of):
    text = HEADER + row(1) + torn.rstrip("\n") + "\n" + row(2)
    reading = read_payload(text.encode(), table)
    assert numbers(reading, texts_of) == ["26-0001", "row-width", "26-0002"]


def test_a_foot_is_known_by_saying_it_again_beside_the_pages_number(table, texts_of):
    foot = "For official use of Elm Bluff\n"
    text = "".join(row(n) + foot + page(n + 1, of=3) for n in (1, 2)) + row(3)
    reading = read_payload((HEADER + text).encode(), table)
    assert numbers(reading, texts_of) == ["26-0001", "26-0002", "26-0003"]
    once = HEADER + row(1) + foot + page(2, of=2) + row(2)
    assert numbers(read_payload(once.encode(), table), texts_of)[1] == "row-width"


def test_padded_lines_of_pages_are_none_of_its_rows(make_agency, texts_of):
    table = make_agency("table", fields=FIELDS)
    text = (
        "Call,Time,Type,Where\n26-1,2026-06-09 10:00,GAS,1 ELM ST\n"
        'Page 1 of 2,,,\n"Printed: June 9, 2026 17:02",,,\n,,,\nCall,Time,Type,Where\n'
        "26-2,2026-06-09 10:10,GAS,2 ELM ST\nTotal,2,,\n26-3,2026-06-09 10:10,GAS,2 ELM ST\n"
    )
    reading = read_payload(text.encode(), table)
    empty = [r for r in reading.records if "cfs_number" not in texts_of(r)]
    assert len(empty) == 1  # a row of nothing is judged as a row
    assert numbers_of(reading, texts_of) == ["26-1", "26-2", "26-3"]


def numbers_of(reading, texts_of) -> list[str]:
    return [texts_of(r)["cfs_number"][0] for r in reading.records if "cfs_number" in texts_of(r)]


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        (["Page 2 of 7"], True),
        (["- 2 of 7 -"], True),
        (["Elm Bluff", "Page: 2"], True),
        (["Run Date: 6/9/26 10:00"], True),
        (["Report Generated on 2026-06-09"], True),
        (["44 calls listed"], True),
        (["Sub-Total", "", "12"], True),
        (["-----", "====="], True),
        (["Total for Unit S22:", "4"], True),
        (["PAGE 2 OFFICERS TO MEET"], False),
        (["Totaled car", "12 ELM ST"], False),
        (["RUN OVER 3 DOGS"], False),
        (["26-0001"], False),
        (["2 of the dogs"], False),
    ],
)
def test_lines_are_told_by_their_form(said, is_one):
    assert is_page_line([cell for cell in said if cell], ()) is is_one


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Page 2 of 7", ""),
        ("Total calls for 6/9/26: 44", ""),
        ("Elm Bluff Page 2 of 7", "Elm Bluff"),
        ("Total for Wanda Quillfeather: 12", "Total for Wanda Quillfeather: 12"),
    ],
)
def test_numbers_of_pages_and_counts_say_nothing_of_anybody(line, said):
    assert as_said(line) == said


def test_nothing_is_a_page_line_where_no_form_tells_one():
    rows = [["one thing"], ["one thing"], ["1", "2", "3", "4"]]
    assert sifted(rows, range(3), "abcd", ()) == {}


WIDTHS = (10, 18, 16, 20)


def fixed_line(*cells: str) -> str:
    return (
        "".join(f"{cell:{width}}" for cell, width in zip(cells, (*WIDTHS, 0), strict=False)) + "\n"
    )


FIXED = fixed_line("Call", "Time", "Type", "Where", "Notes")


def fixed_row(n: int) -> str:
    return fixed_line(f"26-{n:04d}", "2026-06-09 10:00", "GAS LEAK", f"{n} ELM ST", "smoke")


@pytest.fixture(scope="module")
def fixed(make_agency):
    return make_agency("table", fields=FIELDS, remarks=({"text": "Notes"},), widths=WIDTHS)


@pytest.mark.parametrize(
    "lines",
    [
        "Page 1 of 2\n",
        f"{'':24}Page 1 of 2\n",
        "\f",
        "Printed 6/9/26 17:02          Page 1\n",
        "Total calls: 1\n",
        "CAD LOG                    6/10/26\n",
    ],
)
def test_lines_of_pages_in_a_printed_list_are_no_calls(lines, fixed, texts_of):
    title = "CAD LOG                    6/9/26\n"
    text = title + FIXED + fixed_row(1) + lines + FIXED + fixed_row(2)
    reading = read_payload(text.encode(), fixed)
    assert numbers(reading, texts_of) == ["26-0001", "26-0002"]
    assert [n.code for n in reading.notices] == [NoticeCode.PAGE_LINES]
    assert reading.notices[0].count == (1 if lines == "\f" else 2)


def test_a_story_that_begins_like_a_stamp_stays_with_its_call(fixed):
    told = fixed_line("", "", "", "", "printed: 6/9/26 on his shirt")
    (record,) = read_payload((FIXED + fixed_row(1) + told).encode(), fixed).records
    said = [v.expose() for parts in record.remarks for p, v in parts if p == "text"]
    assert said == ["smoke printed: 6/9/26 on his shirt"]


@pytest.mark.parametrize(
    "told",
    [
        fixed_line("", "", "", "", "3 men at 1200 block"),
        fixed_line("", "", "W/ 3 PATIENTS", "APT 4", ""),
        fixed_line("", "in 1900 house", "", "", ""),
    ],
)
def test_a_line_that_goes_on_with_numbers_in_it_is_no_record(told, fixed, texts_of):
    text = FIXED + fixed_row(1) + told + fixed_row(2)
    reading = read_payload(text.encode(), fixed)
    assert numbers(reading, texts_of) == ["26-0001", "26-0002"]


def test_a_row_without_number_whose_time_is_written_as_others_are_is_a_row(fixed, texts_of):
    lone = fixed_line("", "2026-06-09 10:20", "GAS LEAK", "9 ELM ST", "")
    reading = read_payload((FIXED + fixed_row(1) + lone + fixed_row(2)).encode(), fixed)
    assert len(reading.records) == 3
    assert "cfs_number" not in texts_of(reading.records[1])


def test_where_times_stand_in_no_column_a_number_begins_a_row(make_agency, dated_mailbox, texts_of):
    fields = {"cfs_number": "Call", "call_type": "Type", "opened_at": "mail date"}
    agency = replace(make_agency("table", fields=fields, widths=WIDTHS), transport=dated_mailbox)
    text = "Date: 2026-06-09T10:00:00+00:00\n\n" + FIXED + fixed_row(1) + fixed_line(
        "", "", "W/ 3 PATIENTS"
    )  # fmt: skip
    (record,) = read_payload(text.encode(), agency).records
    assert texts_of(record)["call_type"] == ("GAS LEAK W/ 3 PATIENTS",)


@pytest.mark.parametrize(
    "line",
    [
        "12 calls " * 20_000 + "x",
        "total " * 20_000 + "x",
        "page" + " " * 100_000 + "x",
        "-" * 100_000 + "x",
        "1 " * 60_000 + "x",
        "report " * 20_000 + "x",
        "9" * 100_000,
    ],
)
def test_lines_of_any_length_are_judged_at_once(line):
    began = time.process_time()
    is_page_line([line], ())
    as_said(line)
    folded(line)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("row", ["1\t\t\t\t\t\n", "one word\n", "Page 2 of 7\n", "-----\n"])
def test_many_short_lines_take_linear_time(row, table):
    body = (HEADER + row * 90_000).encode()
    began = time.process_time()
    read_payload(body, table)
    assert time.process_time() - began < 10
