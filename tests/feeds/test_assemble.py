"""Folding: one row per unit becomes one record, and no text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.feeds import RefusedRecord, check_payload, read_payload, to_incident
from pipeline.model import PayloadRefused, SourceRecord

FIELDS = {
    "cfs_number": "call",
    "call_type": "type",
    "opened_at": "at",
    "address": "where",
    "restricted": "sensitive",
    "units": "unit",
}
HEADER = "call,unit,type,at,where,sensitive,note,caller,extra\n"


@pytest.fixture(scope="module")
def agency(make_agency):
    return make_agency(
        "table",
        fields=FIELDS,
        fold=True,
        remarks=({"text": "note"},),
        people=({"role": "caller", "name": ["caller"]},),
    )


def read(rows: list[str], agency):
    return read_payload((HEADER + "\n".join(rows)).encode(), agency)


ROWS = [
    "1,E1,FIRE,2026-06-09,null,no,SMOKE SEEN,Ada Examplesen,left",
    "2,E9,EMS,2026-06-09,9 Oak Ave,no,,,",
    "1,M2,EMS,2026-06-10,12 Alder Ct,yes,SMOKE SEEN,,left",
    "1,E1,FIRE,2026-06-10,14 Birch Ct,no,CLEARED,Bo Tester,",
]


def test_rows_of_one_key_become_one_record_in_order_of_appearance(agency, texts_of):
    reading = read(ROWS, agency)
    first, second = reading.records
    assert [(r.position, r.rows) for r in reading.records] == [(0, 3), (1, 1)]
    assert reading.rows == 4
    assert texts_of(second)["cfs_number"] == ("2",)
    assert texts_of(first) == {
        "cfs_number": ("1",),
        "call_type": ("FIRE", "EMS"),
        "opened_at": ("2026-06-09",),
        "restricted": ("no", "yes"),
        "units": ("E1", "M2"),
        "address": ("12 Alder Ct",),
    }
    assert [parts[0][1].expose() for parts in first.remarks] == ["SMOKE SEEN", "CLEARED"]
    assert [p[0][1].expose() for _, p in first.people] == ["Ada Examplesen", "Bo Tester"]
    assert {"14 Birch Ct", "left"} <= {v.expose() for v in first.private_values}
    assert [(n.field, n.count) for n in first.notices] == [("extra", 2)]


def test_a_folded_call_counts_its_units_and_keeps_any_restriction(agency, seal, received_at):
    found = to_incident(read(ROWS, agency).records[0], agency, seal=seal, received_at=received_at)
    assert (found.unit_count, found.restricted) == (2, True)


def test_rows_without_a_key_and_broken_rows_stand_alone(agency):
    reading = read([",E1,A,b,c,,,,", "1,E1", ",E2,A,b,c,,,,", ROWS[0]], agency)
    assert [(type(r), r.rows) for r in reading.records] == [
        (SourceRecord, 1), (RefusedRecord, 1), (SourceRecord, 1), (SourceRecord, 1),
    ]  # fmt: skip
    assert [r.position for r in reading.records] == [0, 1, 2, 3]


def test_the_order_of_rows_does_not_change_the_content(agency):
    one, two = (read(rows, agency).records for rows in (ROWS, ROWS[::-1]))
    assert one[0].content == two[0].content
    assert one[0].content != read(ROWS[:3], agency).records[0].content


@settings(max_examples=60)
@given(calls=st.lists(st.sampled_from(["1", "2", "3", ""]), max_size=12))
def test_every_row_is_in_exactly_one_record(calls, agency):
    reading = read([f"{call},E{i},A,b,c,,,," for i, call in enumerate(calls)], agency)
    assert reading.rows == len(calls) == sum(record.rows for record in reading.records)
    assert len(reading.records) == len(set(calls) - {""}) + calls.count("")


@pytest.mark.parametrize("fold", [True, False])
def test_a_check_counts_what_a_reading_holds(fold, make_agency):
    agency = make_agency("table", fields=FIELDS, fold=fold)
    body = (HEADER + "\n".join([*ROWS, "too,short", *ROWS, ""])).encode()
    reading = read_payload(body, agency)
    refused = [each.code.value for each in reading.records if isinstance(each, RefusedRecord)]
    assert check_payload(body, agency) == (len(reading.records), {"row-width": 1})
    assert refused == ["row-width"]
    assert len(reading.records) == (3 if fold else 9)


def test_a_check_writes_no_contents(monkeypatch, make_agency):
    def written(*_: object) -> str:
        raise AssertionError("a content was written")

    agency = make_agency("table", fields=FIELDS, fold=True)
    body = (HEADER + "\n".join(ROWS)).encode()
    monkeypatch.setattr("pipeline.feeds.draw._content", written)
    assert check_payload(body, agency) == (2, {})
    with pytest.raises(AssertionError, match="a content was written"):
        read_payload(body, agency)


def test_a_check_refuses_what_a_reading_refuses(make_agency):
    agency = make_agency("table", fields=FIELDS)
    for body in (b"", b"call,type\n1,FIRE\n", HEADER.encode() + b'1,"E1'):
        with pytest.raises(PayloadRefused) as read_as:
            read_payload(body, agency)
        with pytest.raises(PayloadRefused) as checked_as:
            check_payload(body, agency)
        assert (checked_as.value.code, checked_as.value.position) == (
            read_as.value.code,
            read_as.value.position,
        )
