"""Tables: what is refused, which rows are quarantined, and that every cell is accounted for."""

from __future__ import annotations

import time

import pytest

from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds.layout import layout_of
from pipeline.feeds.table import read_table
from pipeline.model import ConfigError, NoticeCode, PayloadRefused, SourceRecord

CANARY = "Wanda Quillfeather"
FIELDS = {"cfs_number": "id", "call_type": "type", "opened_at": "at", "address": "where"}
HEADER = "id,type,at,where\n"


@pytest.fixture(scope="module")
def agency(make_agency):
    return make_agency("table", fields=FIELDS)


def read(text: str, agency):
    return read_payload(text.encode(), agency)


def outcomes(reading) -> list[str]:
    return [
        record.code.value if isinstance(record, RefusedRecord) else "read"
        for record in reading.records
    ]


def test_cells_stay_texts(agency, texts_of):
    text = HEADER + '007,NA,2026-06-09 10:00:00,"1 Alder Ct, Apt ""B""\nrear"\n1e3,1.50,x, true \n'
    first, second = read(text, agency).records
    assert texts_of(first) == {
        "cfs_number": ("007",),
        "opened_at": ("2026-06-09 10:00:00",),
        "address": ('1 Alder Ct, Apt "B"\nrear',),
    }
    assert texts_of(second) == {
        "cfs_number": ("1e3",),
        "call_type": ("1.50",),
        "opened_at": ("x",),
        "address": ("true",),
    }


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ends, agency):
    reading = read(f"{HEADER}1,A,b,c\n2,A,b,c".replace("\n", ends), agency)
    assert outcomes(reading) == ["read", "read"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["1,A,b,c,d", "2,A,b,c"], ["row-width", "read"]),
        (["1,A,b,c", "2,A,b"], ["read", "row-width"]),
        (["1", "2,A,b,c"], ["row-width", "read"]),
        (["1,A,b,c,d,e,f,g", "2,A,b,c,d,e,f,g"], ["row-width", "row-width"]),
        (["1,A,b,c", "1,A,b,c,d,e,f,g", "2,A,b,c"], ["read", "row-width", "read"]),
        (["1,A,b,c", "", "   ", "2,A,b,c"], ["read", "read"]),
        (["1,A,b,c"] + ["2,A,b"] * 3, ["read"] + ["row-width"] * 3),
        (["1,,,", ",,,"], ["read", "read"]),
    ],
)
def test_a_row_of_another_width_is_quarantined_alone(rows, expected, agency):
    reading = read(HEADER + "\n".join(rows) + "\n", agency)
    assert outcomes(reading) == expected
    assert [record.position for record in reading.records] == list(range(len(expected)))
    assert reading.rows == len(expected)


def test_a_truncated_last_row_is_quarantined(agency):
    assert outcomes(read(HEADER + "1,A,b,c\n2,A", agency)) == ["read", "row-width"]


def test_widths_are_told_across_chunks(agency):
    rows = ["1,A,b,c"] * 5003 + ["2,A,b"] + ["3,A,b,c,d"] + ["4,A,b,c"] * 5000
    reading = read(HEADER + "\n".join(rows), agency)
    wrong = [r.position for r in reading.records if isinstance(r, RefusedRecord)]
    assert wrong == [5003, 5004]
    assert reading.rows == len(rows)


def test_a_missing_column_is_named_as_the_agency_file_names_it(agency):
    with pytest.raises(PayloadRefused) as refused:
        read("id,at,where\n", agency)
    assert refused.value.position == "column type"


def test_an_optional_column_may_be_missing(agency):
    assert outcomes(read("id,type,at\n1,A,b\n", agency)) == ["read"]


def test_a_header_alone_is_a_quiet_feed(agency):
    reading = read(HEADER, agency)
    assert reading.records == ()
    assert [notice.code for notice in reading.notices] == [NoticeCode.NO_RECORDS]


def test_unread_columns_are_notices_and_private_values(agency):
    text = "id,type,at,where,Called By,920-555-0143,,open\n1,A,b,c,Ada Examplesen,zzz,rest,yes\n"
    (record,) = read(text, agency).records
    assert {n.field for n in record.notices} == {"Called By", "…", "column 7", "open"}
    assert [v.expose() for v in record.private_values] == ["Ada Examplesen", "zzz", "rest"]


def test_an_empty_unread_cell_is_no_notice(agency):
    (record,) = read("id,type,at,where,extra\n1,A,b,c,null\n", agency).records
    assert record.notices == ()


def test_ignored_columns_are_dropped_from_notices_private_values_and_content(make_agency):
    agency = make_agency("table", fields=FIELDS, ignored_fields=("seen",))
    one, two = (
        read(f"id,type,at,where,seen\n1,A,b,c,{seen}\n", agency).records[0]
        for seen in ("monday", "tuesday")
    )
    assert (one.notices, one.private_values) == ((), ())
    assert one.content == two.content


def test_a_mapped_column_wins_over_an_ignored_one(make_agency, texts_of):
    agency = make_agency("table", fields=FIELDS, ignored_fields=("where",))
    one, two = (read(f"{HEADER}1,A,b,{street}\n", agency).records[0] for street in ("Oak", "Elm"))
    assert texts_of(one)["address"] == ("Oak",)
    assert one.content != two.content


def test_content_leaves_the_order_of_columns_and_empty_new_columns_aside(agency):
    one = read("id,type,at,where\n1,A,b,c\n", agency).records[0]
    two = read("new,where,at,type,id\n,c,b,A,1\n", agency).records[0]
    three = read("id,type,at,where\n1,A,c,b\n", agency).records[0]
    assert one.content == two.content != three.content


def test_strip_characters_and_the_agencys_nulls_are_taken_off(make_agency, texts_of):
    agency = make_agency("table", fields=FIELDS, strip="'", nulls=("Not Given",), delimiter="\t")
    text = "id\ttype\tat\twhere\n' 7 '\t'A'\t'1900-01-01 00:00:00'\t'NOT GIVEN'\n"
    (record,) = read(text, agency).records
    assert texts_of(record) == {"cfs_number": ("7",), "call_type": ("A",)}


def test_remarks_and_people_come_from_columns(make_agency):
    agency = make_agency(
        "table",
        fields=FIELDS,
        remarks=({"text": "note", "at": "noted", "restriction": "secret"},),
        people=({"role": "caller", "name": ["first", "last"], "phone": ["phone"]},),
    )
    text = (
        "id,type,at,where,note,noted,secret,first,last,phone\n"
        "1,A,b,c,SMOKE SEEN,2026-06-09,no,Wanda,Quillfeather,920-555-0143\n"
        "2,A,b,c,,2026-06-09,yes,null,,\n"
        "3,A,b,c,CODE 12,,EMD,Null,Example,\n"
    )
    first, second, third = read(text, agency).records
    assert [[p for p, _ in parts] for parts in first.remarks] == [["text", "at"]]
    assert [t.expose() for _, t in first.people[0][1]] == [CANARY, "920-555-0143"]
    assert (second.remarks, second.people) == ((), ())
    assert [[p for p, _ in parts] for parts in third.remarks] == [["text", "restricted"]]
    assert [t.expose() for _, t in third.people[0][1]] == ["Null Example"]


def test_a_table_has_no_groups(make_agency):
    agency = make_agency("table", fields=FIELDS, remarks=({"each": "x", "text": "y"},))
    with pytest.raises(ConfigError, match="each"):
        read(HEADER, agency)


def test_a_draft_shows_nothing_of_a_row(agency):
    text = f"{HEADER}1,A,b,{CANARY}\n"
    (draft,) = read_table(text, layout_of(agency))
    assert CANARY in draft.content()
    assert CANARY not in f"{draft} {draft!r} {draft.content!r}"


def test_formulas_and_markup_are_only_texts(agency, texts_of):
    text = HEADER + "=1+1,<script>,{{x}},@SUM(A1)\n"
    (record,) = read(text, agency).records
    assert isinstance(record, SourceRecord)
    assert texts_of(record)["cfs_number"] == ("=1+1",)


TITLE = "Active calls,,,\nprinted by Wanda Quillfeather at 17:00\n\nCALL,,,PLACE\n"


def test_lines_above_the_header_are_no_rows_and_unread_in_every_row(agency):
    first, second = read(TITLE + HEADER + "1,A,b,c\n2,A,b,c\n", agency).records

    words = ["Active calls", "printed by Wanda Quillfeather at 17:00", "CALL PLACE"]
    assert [[v.expose() for v in r.private_values] for r in (first, second)] == [words, words]
    assert [(n.code, n.field, n.count) for n in first.notices] == [
        (NoticeCode.UNREAD_FIELD, "words around", 3)
    ]


@pytest.mark.parametrize(
    ("above", "code", "position"),
    [
        ("0,A,b,c\n", NoticeCode.COLUMN_MISSING, "column id"),  # as full as a row: perhaps one
        ("0,A,b\n" * 21, NoticeCode.COLUMN_MISSING, "column id"),
        ("0,A,b,c,d,e\n", NoticeCode.COLUMN_MISSING, "column id"),
        ('"a" b\n', NoticeCode.NOT_WELL_FORMED, "line 1"),
    ],
)
def test_a_header_is_not_looked_for_below_rows_or_far_below(above, code, position, agency):
    with pytest.raises(PayloadRefused) as caught:
        read(above + HEADER + "1,A,b,c\n", agency)
    assert (caught.value.code, caught.value.position) == (code, position)


def test_a_header_that_is_said_again_is_no_row(agency):
    assert outcomes(read(HEADER + "1,A,b,c\n" + HEADER + "2,A,b,c\n", agency)) == ["read", "read"]


def test_a_table_without_a_header_has_the_columns_its_agency_names(make_agency, texts_of):
    named = make_agency("table", fields=FIELDS, columns=("id", "type", "at", "where", "by"))

    reading = read("1,A,b,c,Wanda\n2,A,b,c\n", named)

    assert outcomes(reading) == ["read", "row-width"]
    assert texts_of(reading.records[0])["address"] == ("c",)
    assert [n.field for n in reading.records[0].notices] == ["by"]


FIXED = """\
ACTIVE INCIDENTS           PAGE 1

id   type      at        where
---- --------- --------- ------
1    GAS LEAK  10:00     3 MILL LN, REAR
2    MVA       10:05
"""


def test_a_table_of_fixed_widths_is_cut_at_them(make_agency, texts_of):
    fixed = make_agency("table", fields=FIELDS, widths=(5, 10, 10))

    first, second = read(FIXED, fixed).records

    assert texts_of(first) == {
        "cfs_number": ("1",),
        "call_type": ("GAS LEAK",),
        "opened_at": ("10:00",),
        "address": ("3 MILL LN, REAR",),
    }
    assert "address" not in texts_of(second)
    assert [v.expose() for v in first.private_values] == ["ACTIVE INCIDENTS PAGE 1"]


def test_a_number_that_outgrew_its_fixed_width_is_not_cut_to_anothers(make_agency):
    fixed = make_agency("table", fields=FIELDS, widths=(5, 10, 10))
    rows = "".join(f"{number:<5}MVA       10:05\n" for number in (9998, 9999, 100001, 100002))
    read_rows = outcomes(read(FIXED + rows, fixed))
    assert read_rows == ["read"] * 4 + ["row-width"] * 2


def test_columns_without_space_between_them_are_read(make_agency, texts_of):
    fixed = make_agency("table", fields=FIELDS, widths=(5, 10, 10))
    rows = "".join(f"{number}MVA       10:05\n" for number in (10001, 10002, 10003))
    records = read("id   type      at        where\n" + rows, fixed).records
    assert [texts_of(record)["cfs_number"] for record in records] == [
        ("10001",),
        ("10002",),
        ("10003",),
    ]


def test_words_around_are_not_repeated_without_end(agency):
    body = "".join(f"title {n}\n" for n in range(20)) + HEADER + "1,A,b,c\n" * 10_001
    with pytest.raises(PayloadRefused) as caught:
        read(body, agency)
    assert (caught.value.code, caught.value.position) == (
        NoticeCode.LIMIT_EXCEEDED,
        "words around",
    )


def test_blank_lines_above_a_header_cost_little(agency):
    started = time.process_time()
    assert outcomes(read("\n" * 1_000_000 + HEADER + "1,A,b,c\n", agency)) == ["read"]
    assert time.process_time() - started < 2
