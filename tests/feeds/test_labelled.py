"""Labelled text: which labels of a line count, what ends a text, and two calls in one."""

from __future__ import annotations

from dataclasses import replace

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


PEOPLE = ({"role": "caller", "name": ["Caller"], "phone": ["Phone"]},)
ROW = "<tr><td><b>Address</b></td><td>12 OAK ST</td></tr><tr>{}<td><b>Phone</b></td>{}</tr>"
NAMED = "<td><b>Caller</b></td><td>WANDA QUILLFEATHER</td>"


@pytest.fixture(scope="module")
def mailed(make_agency, dated_mailbox):
    made = make_agency("labelled", fields=FIELDS, remarks=({"text": "Remarks"},), people=PEOPLE)
    return replace(made, transport=dated_mailbox)


def _read(agency, body):
    (record,) = read_payload(f"Date: 2026-06-09T10:05:00+00:00\n\n{body}".encode(), agency).records
    return record


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (ROW.format(NAMED, ""), ["WANDA QUILLFEATHER"]),  # a cell is missing
        (
            ROW.format(NAMED.replace("<b>Caller</b>", ""), "<td>920-555-0110</td>"),
            ["WANDA QUILLFEATHER", "920-555-0110"],
        ),
        (
            ROW.format(NAMED.replace("<b>Caller</b>", "Caller"), "<td>920-555-0110</td>"),
            ["WANDA QUILLFEATHER", "920-555-0110"],
        ),
    ],
)
def test_a_row_that_is_not_quite_labels_and_values_is_no_part_of_the_address(
    mailed, texts_of, row, kept
):
    head = "".join(f"{line}<br>" for line in ONE.splitlines()[:3])
    record = _read(mailed, f"<html><body>{head}<table>{row}</table></body></html>")
    assert texts_of(record)["address"] == ("12 OAK ST",)
    assert [value.expose() for value in record.private_values][: len(kept)] == kept
    assert [(n.field, n.count) for n in record.notices if n.field != "mail date"] == [
        ("words behind", len(kept))
    ]
    assert not record.around  # it is of this call: a sensitive word in it counts


def test_what_stands_below_a_fact_is_kept_and_below_a_text_goes_on(agency, texts_of):
    lines = ONE.splitlines()
    text = "\n".join([*lines[:4], "home of Wanda", "", "ELM BLUFF", lines[4], "BEHIND HOUSE"])
    (record,) = read_payload(text.encode(), agency).records
    assert texts_of(record)["address"] == ("12 OAK ST",)
    assert [text.expose() for _, text in record.remarks[0]] == ["SMOKE BEHIND HOUSE"]
    assert {value.expose() for value in record.private_values} == {"home of Wanda", "ELM BLUFF"}


def test_a_facts_text_may_stand_on_the_next_line_but_behind_no_empty_one(agency, texts_of):
    (record,) = read_payload(ONE.replace("12 OAK", "\n  12 OAK").encode(), agency).records
    assert texts_of(record)["address"] == ("12 OAK ST",)
    (record,) = read_payload(ONE.replace("12 OAK", "\n\nWANDA").encode(), agency).records
    assert "address" not in texts_of(record)
    assert [value.expose() for value in record.private_values] == ["WANDA ST"]


def test_flags_and_labels_that_are_also_texts_keep_their_further_lines(make_agency, texts_of):
    fields = FIELDS | {"restricted": "Hold"}
    agency = make_agency("labelled", fields=fields, remarks=({"text": "Call Type"},))
    text = ONE.replace("LEAK", "LEAK\nINSIDE") + "Hold: no\nsee note\n"
    (record,) = read_payload(text.encode(), agency).records
    assert texts_of(record)["call_type"] == ("GAS LEAK INSIDE",)
    assert texts_of(record)["restricted"] == ("no see note",)


def test_words_behind_are_told_apart_up_to_a_bound(agency):
    lines = [f"word {n}" for n in range(1_000)]
    (record,) = read_payload((ONE[:-15] + "\n".join(["", *lines])).encode(), agency).records
    kept = [value.expose() for value in record.private_values]
    assert len(kept) == 200
    assert " ".join(kept) == " ".join(lines)
