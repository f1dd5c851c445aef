"""Printed lists and joined files: lines that go on, headers in another order; never misread."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pipeline.feeds import RefusedRecord, read_payload, to_incident
from pipeline.feeds import cut as cutting
from pipeline.feeds.cut import cut
from pipeline.model import NoticeCode, PayloadRefused, RecordRefused

CANARY = "Wanda Quillfeather"
FIELDS = {"cfs_number": "Call", "call_type": "Type", "opened_at": "Time", "address": "Where"}
WIDTHS = (10, 18, 16, 20)
HEAD = f"{'Call':10}{'Time':18}{'Type':16}{'Where':20}Notes\n"


@pytest.fixture(scope="module")
def fixed(make_agency):
    return make_agency("table", fields=FIELDS, remarks=({"text": "Notes"},), widths=WIDTHS)


@pytest.fixture(scope="module")
def table(make_agency):
    return make_agency("table", fields=FIELDS, remarks=({"text": "Notes"},))


def line(call: str = "", at: str = "", kind: str = "", where: str = "", notes: str = "") -> str:
    return f"{call:10}{at:18}{kind:16}{where:20}{notes}\n"


def call(n: int, **more: str) -> str:
    said = {"kind": "FIRE", "where": "12 ELM ST", "notes": "smoke", **more}
    return line(f"26-{n:04d}", "2026-06-09 10:00", **said)


def outcomes(reading, texts_of) -> list[str]:
    return [
        r.code.value if isinstance(r, RefusedRecord) else texts_of(r)["cfs_number"][0]
        for r in reading.records
    ]


def notes(record) -> str:
    return " ".join(v.expose() for parts in record.remarks for p, v in parts if p == "text")


def test_a_line_that_goes_on_is_added_column_by_column(fixed, texts_of):
    text = HEAD + call(1, kind="STRUCTURE FIRE", where="1200 N MARTIN LUTHER") + line(
        kind="W/ ENTRAPMENT", where="KING BLVD", notes=f"from {CANARY}"
    ) + line(notes="at home") + call(2)  # fmt: skip
    first, second = read_payload(text.encode(), fixed).records
    assert texts_of(first) == {
        "cfs_number": ("26-0001",),
        "opened_at": ("2026-06-09 10:00",),
        "call_type": ("STRUCTURE FIRE W/ ENTRAPMENT",),
        "address": ("1200 N MARTIN LUTHER KING BLVD",),
    }
    assert notes(first) == f"smoke from {CANARY} at home"
    assert texts_of(second)["cfs_number"] == ("26-0002",)
    assert first.notices == second.notices == ()


def test_a_blank_line_before_a_line_that_goes_on_hinders_nothing(fixed):
    text = HEAD + call(1) + "\n" + line(notes="and flames") + "\n" + call(2)
    first, second = read_payload(text.encode(), fixed).records
    assert (notes(first), notes(second)) == ("smoke and flames", "smoke")


@pytest.mark.parametrize(
    "told",
    [
        f"      {CANARY} SAYS A CHILD IS INSIDE AND THE DOOR IS LOCKED, NOBODY ANSWERS\n",
        f"{CANARY} SAYS A CHILD IS INSIDE\n",
        "Remarks: child inside\n",
    ],
)
def test_a_story_below_a_row_refuses_the_row_for_nobody_knows_its_column(told, fixed, texts_of):
    reading = read_payload((HEAD + call(1) + told + call(2)).encode(), fixed)
    assert outcomes(reading, texts_of) == ["row-width", "26-0002"]
    assert reading.rows == 2


@pytest.mark.parametrize(
    "foot",
    ["-" * 60 + "\nEND OF REPORT\n", "\nEND OF REPORT FOR THE DISPATCH CENTER OF ELM BLUFF\n"],
)
def test_a_foot_apart_from_the_rows_hinders_none_and_is_no_call(
    foot, fixed, texts_of, seal, received_at
):
    first, last = read_payload((HEAD + call(1) + foot).encode(), fixed).records
    assert texts_of(first)["cfs_number"] == ("26-0001",)
    assert notes(first) == "smoke"
    if not isinstance(last, RefusedRecord):
        with pytest.raises(RecordRefused):
            to_incident(last, fixed, seal=seal, received_at=received_at)


def test_pages_that_say_title_and_header_again_are_read_through(fixed, texts_of):
    title = "Calls of the day\n"
    text = title + HEAD + call(1) + "\f" + title + HEAD + call(2) + title + HEAD + call(3)
    reading = read_payload(text.encode(), fixed)
    assert outcomes(reading, texts_of) == ["26-0001", "26-0002", "26-0003"]


def test_a_row_without_its_time_is_no_line_that_goes_on(fixed, texts_of):
    text = HEAD + call(1) + line("26-0002", "", "GAS", "9 OAK ST") + call(3)
    reading = read_payload(text.encode(), fixed)
    assert outcomes(reading, texts_of) == ["26-0001", "26-0002", "26-0003"]
    assert "opened_at" not in texts_of(reading.records[1])


def test_nothing_goes_on_before_the_first_row(fixed, texts_of):
    reading = read_payload((HEAD + line(notes="of the call") + call(1)).encode(), fixed)
    assert len(reading.records) == 2
    assert "cfs_number" not in texts_of(reading.records[0])
    assert notes(reading.records[1]) == "smoke"


@pytest.mark.parametrize(
    "other",
    [
        f"{'Time':18}{'Call':10}{'Type':16}{'Where':20}Notes\n",
        f"{'Call':10}{'Type':16}{'Time':18}{'Where':20}Notes\n",
        f"{'Unit':10}{'Call':18}{'Status':16}Where\n",
    ],
)
def test_another_header_in_a_printed_list_refuses_it_whole(other, fixed, told):
    text = HEAD + call(1) + "\n" + other + call(2, notes=CANARY)
    with pytest.raises(PayloadRefused) as caught:
        read_payload(text.encode(), fixed)
    assert (caught.value.code, caught.value.position) == (NoticeCode.TABLE_NOT_PLAIN, "line 3")
    assert CANARY not in told(caught.value)


def test_a_call_with_twenty_thousand_lines_takes_linear_time(fixed):
    text = HEAD + call(1) + line(notes="more of it") * 20_000
    began = time.process_time()
    (record,) = read_payload(text.encode(), fixed).records
    assert notes(record).count("more") == 20_000
    assert time.process_time() - began < 5


ROW = "26-1,2026-06-09 10:00,FIRE,12 ELM ST,smoke\n"
HEADER = "Call,Time,Type,Where,Notes\n"
SWAPPED = "Where,Type,Call,Time,Notes\n"
OTHER = f"9 OAK ST,GAS,26-2,2026-06-09 11:00,{CANARY}\n"


def test_a_header_in_another_order_is_obeyed(table, texts_of):
    reading = read_payload((HEADER + ROW + SWAPPED + OTHER + HEADER + ROW).encode(), table)
    one, two, three = reading.records
    assert texts_of(two) == {
        "cfs_number": ("26-2",),
        "opened_at": ("2026-06-09 11:00",),
        "call_type": ("GAS",),
        "address": ("9 OAK ST",),
    }
    assert notes(two) == CANARY
    assert texts_of(one) == texts_of(three)


def test_a_header_with_more_columns_is_obeyed_and_they_are_unread(table):
    wider = "Beat," + HEADER
    text = HEADER + ROW + wider + "north side," + ROW + ROW
    one, two, three = read_payload(text.encode(), table).records
    assert one.notices == ()
    assert [n.field for n in two.notices] == ["Beat"]
    assert [v.expose() for v in two.private_values] == ["north side"]
    assert isinstance(three, RefusedRecord)


@pytest.mark.parametrize(
    "other",
    ["Unit,Call,Where,Status,Notes\n", "Type,Where,Notes,x,Beat\n", "Call,Time,Kind,Where,Notes\n"],
)
def test_a_header_without_what_is_needed_refuses_the_file(other, table, told):
    with pytest.raises(PayloadRefused) as caught:
        read_payload((HEADER + ROW + other + OTHER).encode(), table)
    assert (caught.value.code, caught.value.position) == (NoticeCode.TABLE_NOT_PLAIN, "row 2")
    assert CANARY not in told(caught.value)


def test_a_header_that_names_a_column_twice_is_refused(table):
    with pytest.raises(PayloadRefused) as caught:
        read_payload((HEADER + ROW + "Call,Time,Type,Where,Where\n" + ROW).encode(), table)
    assert caught.value.code is NoticeCode.DUPLICATE_NAME


def test_a_row_that_says_the_name_of_a_column_is_a_row(table, texts_of):
    rows = "26-2,,Type,Where,\n" + "26-3,2026-06-09 10:00,Type,Where,Notes\n"
    reading = read_payload((HEADER + ROW + rows.replace("26-2,,Type,Where", "26-2,,Type,1 A ST"))
                           .encode(), table)  # fmt: skip
    assert [texts_of(r)["cfs_number"] for r in reading.records] == [("26-1",), ("26-2",), ("26-3",)]


def blocks(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("block", [13, 4096])
@pytest.mark.parametrize("above", ["", "Calls of the day\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_parts_of_a_bulk_file_stand_under_their_own_header(
    block, above, mark, table, monkeypatch, texts_of
):
    monkeypatch.setattr(cutting, "PART_BYTES", 150)
    body = (mark + above + HEADER + ROW * 9 + SWAPPED + OTHER * 9 + HEADER + ROW * 9).encode()
    whole = [texts_of(r) for r in read_payload(body, table).records]
    parts = list(cut(blocks(body, block), table))
    assert len(parts) > 6
    readings = [read_payload(part, table) for part in parts]
    assert [texts_of(r) for reading in readings for r in reading.records] == whole
    unread = {n.field for reading in readings for r in reading.records for n in r.notices}
    assert unread == ({"words around"} if above else set())


def test_cutting_stops_at_a_header_without_what_is_needed_and_yields_what_was_before(
    table, monkeypatch
):
    monkeypatch.setattr(cutting, "PART_BYTES", 150)
    body = (HEADER + ROW * 9 + "Unit,Call,Where\n" + OTHER * 9).encode()
    made: list[bytes] = []
    with pytest.raises(PayloadRefused) as caught:
        made.extend(cut([body], table))
    assert caught.value.code is NoticeCode.TABLE_NOT_PLAIN
    assert sum(len(read_payload(part, table).records) for part in made) == 9


def test_a_repeated_header_beyond_ascii_stops_no_cutting(make_agency, monkeypatch):
    monkeypatch.setattr(cutting, "PART_BYTES", 150)
    agency = make_agency("table", fields={**FIELDS, "call_type": "Art\u00e9"})
    header = HEADER.replace("Type", "Art\u00e9")
    body = (header + ROW * 9 + header + ROW * 9).encode()
    parts = list(cut([body], agency))
    assert sum(len(read_payload(part, agency).records) for part in parts) == 18
