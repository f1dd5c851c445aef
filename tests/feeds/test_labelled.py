"""Labelled text: which labels of a line count, and what becomes of two calls in one."""

from __future__ import annotations

import pytest

from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds.labelled import labelled_records
from pipeline.model import NoticeCode
from pipeline.onboarding.names import names_a_field

FIELDS = {
    "cfs_number": "Call Number",
    "call_type": "Call Type",
    "opened_at": "Received",
    "address": "Address",
}
ONE = (
    "Call Number: 26-1\nCall Type: GAS LEAK\nReceived: 10:01\nAddress: 12 OAK ST\nRemarks: SMOKE\n"
)
OTHER = (
    "Call Number: 26-2\nCall Type: BURGLARY\nReceived: 10:09\nAddress: 7 ELM ST\nRemarks: DOOR\n"
)
BACKWARDS = "".join(reversed(OTHER.splitlines(keepends=True)))
HEADLESS = OTHER.partition("\n")[2]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "NATURE..: 52D3G  ALARMS - COMMERCIAL FIRE",
            {"NATURE": ["52D3G  ALARMS - COMMERCIAL FIRE"]},
        ),
        ("Type: THEFT | LARCENY - RETAIL", {"Type": ["THEFT | LARCENY - RETAIL"]}),
        ("Type: GAS LEAK  Caller - ADA", {"Type": ["GAS LEAK"], "Caller": ["ADA"]}),
        ("Address: 1 ELM ST  Apt- 4C", {"Address": ["1 ELM ST"], "Apt": ["4C"]}),
        ("Time - 10:05  Alarm - FIRE", {"Time": ["10:05"], "Alarm": ["FIRE"]}),
        ("Type: MEDS      Priority: 1", {"Type": ["MEDS"], "Priority": ["1"]}),
    ],
)
def test_a_dash_behind_a_colon_parts_only_at_a_label_that_is_known(line, told):
    assert labelled_records(line, (), names_a_field) == [told]


def test_the_agency_files_own_labels_are_known_behind_a_colon():
    line = "Nature: FIRE  Barn No - 7"
    assert labelled_records(line) == [{"Nature": ["FIRE  Barn No - 7"]}]
    assert labelled_records(line, (), {"Barn No"}.__contains__) == [
        {"Nature": ["FIRE"], "Barn No": ["7"]}
    ]


@pytest.fixture(scope="module")
def agency(make_agency):
    return make_agency("labelled", fields=FIELDS, remarks=({"text": "Remarks"},))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (ONE + OTHER, "cfs_number"),  # no line between them
        (f"{ONE}\n{BACKWARDS}", "cfs_number"),  # another label first
        (f"{ONE}\n{HEADLESS}", "opened_at"),  # without its first label
        (f"From: cad@elm.example\n\n{ONE}\n{OTHER}", "cfs_number"),  # behind a forward's head
        (f"{ONE}-- \nCall Number: 26-2 is the old one\n", "cfs_number"),
    ],
)
def test_a_record_that_says_its_number_or_its_time_in_two_ways_is_refused(agency, text, field):
    (record,) = read_payload(text.encode(), agency).records
    refused = RefusedRecord(position=0, rows=1, code=NoticeCode.CALLS_MIXED, field=field)
    assert record == refused


@pytest.mark.parametrize("between", ["\n", "-----\n"])
def test_calls_that_a_line_parts_are_two(agency, texts_of, between):
    records = read_payload(f"{ONE}{between}{OTHER}".encode(), agency).records
    assert [texts_of(record)["cfs_number"] for record in records] == [("26-1",), ("26-2",)]


def test_a_number_that_is_said_again_is_one(agency, texts_of):
    text = f"{ONE}Call Number:  26-1\nReceived: 10:01\nCall Type: FIRE\n"
    (record,) = read_payload(text.encode(), agency).records
    assert texts_of(record)["call_type"] == ("GAS LEAK", "FIRE")


def test_a_field_of_the_key_tells_calls_apart_as_well(make_agency):
    agency = make_agency("labelled", fields=FIELDS, key=("opened_at", "address"))
    text = ONE + "Address: 7 ELM ST\n"
    (record,) = read_payload(text.encode(), agency).records
    assert (record.code, record.field) == (NoticeCode.CALLS_MIXED, "address")
