"""Calls of one line each: parted, labelled or by position, dated by the mail that brought them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds import read_payload, to_incident
from pipeline.feeds.one_line import label_of, lines_of_calls, parted_records, parts_of
from pipeline.feeds.times import parse_time
from pipeline.model import NoticeCode, PayloadRefused

CHICAGO = ZoneInfo("America/Chicago")
LABELS = ("CAD MSG", "CFS", "RCVD", "UNITS", "RP")
LINE = (
    "CAD MSG: *D ALARM; 12 OAK ST; ELM BLUFF;; CFS 26-0104; RCVD 14:02; UNITS E1,E2;"
    " RP WANDA QUILLFEATHER; SMOKE SEEN; CALL BACK WANDA QUILLFEATHER"
)
FIELDS = {
    "cfs_number": "CFS",
    "call_type": "CAD MSG",
    "opened_at": {"paths": ["mail date", "RCVD"], "presence": "required"},
    "address": "part 2",
    "units": "UNITS",
}


@pytest.fixture(scope="module")
def agency(make_agency, dated_mailbox):
    made = make_agency(
        "labelled",
        fields=FIELDS,
        remarks=({"text": "rest"},),
        people=({"role": "caller", "name": ["RP"]},),
        labels=LABELS,
        separator=";",
        times=("mail-date %H:%M",),
    )
    return replace(made, transport=dated_mailbox)


def body(text: str, date: str = "2026-06-09T19:05:10+00:00") -> bytes:
    return f"Date: {date}\n\n{text}\n".encode()


def test_a_line_is_parted_into_labels_positions_and_the_rest(agency, texts_of, seal, received_at):
    (record,) = read_payload(body(LINE), agency).records
    assert texts_of(record) == {
        "cfs_number": ("26-0104",),
        "call_type": ("*D ALARM",),
        "opened_at": ("2026-06-09T19:05:10+00:00 14:02",),
        "address": ("12 OAK ST",),
        "units": ("E1,E2",),
    }
    assert [t.expose() for parts in record.remarks for _, t in parts] == [
        "SMOKE SEEN; CALL BACK WANDA QUILLFEATHER"
    ]
    assert [(n.field, n.count) for n in record.notices] == [("part 3", 1)]  # the town
    incident = to_incident(record, agency, seal=seal, received_at=received_at)
    assert incident.opened_at == datetime(2026, 6, 9, 19, 2, tzinfo=UTC)
    assert incident.people[0].name.expose() == "WANDA QUILLFEATHER"


def test_every_part_is_somewhere_and_positions_stay_where_a_part_is_empty():
    label = label_of(LABELS)
    parts = parts_of(LINE, ";", label, rest=True)
    assert parts["part 3"] == ["ELM BLUFF"]
    assert "part 4" not in parts
    flat = parts_of(LINE, ";", label, rest=False)
    assert (flat["part 9"], flat["part 10"]) == (
        ["SMOKE SEEN"],
        ["CALL BACK WANDA QUILLFEATHER"],
    )


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("CAD MSG: *D ALARM | 12 OAK ST | CFS: 26-0104 | RCVD=14:02", "|"),
        ("CAD MSG *D ALARM - 12 OAK ST - CFS 26-0104 - RCVD  14:02", " - "),
    ],
)
def test_other_separators_and_signs_behind_labels_are_read(line, separator):
    (told,) = parted_records(line, separator, LABELS, rest=True)
    assert told == {
        "CAD MSG": ["*D ALARM"],
        "part 2": ["12 OAK ST"],
        "CFS": ["26-0104"],
        "RCVD": ["14:02"],
    }


def test_a_word_that_only_begins_like_a_label_is_none():
    told = parts_of("CFS 26-1;RPM TOO HIGH;UNITSX;RP", ";", label_of(LABELS), rest=False)
    assert told == {"CFS": ["26-1"], "part 2": ["RPM TOO HIGH"], "part 3": ["UNITSX"]}


def test_stars_before_the_first_label_are_a_part_of_their_own():
    (told,) = parted_records("**CANCEL** CFS 26-1;RP ADA;SHED", ";", LABELS, rest=True)
    assert told == {"starred": ["**CANCEL**"], "CFS": ["26-1"], "RP": ["ADA"], "rest": ["SHED"]}


def test_stars_before_a_word_that_is_no_label_stay_with_it():
    told = parts_of("*D ALARM* SHED;CFS 26-1;RP ADA", ";", label_of(LABELS), rest=True)
    assert told == {"part 1": ["*D ALARM* SHED"], "CFS": ["26-1"], "RP": ["ADA"]}


def test_a_label_that_stands_twice_keeps_both():
    told = parts_of("CFS 26-1;RP ADA;RP BEN", ";", label_of(LABELS), rest=True)
    assert told["RP"] == ["ADA", "BEN"]


def test_lines_that_go_on_and_lines_around_are_told_apart():
    second = LINE.replace("26-0104", "26-0105")
    text = f"[EXTERNAL]\n\n{LINE}\nAND FLAMES; OUT BACK; NOW\n{second}\n\n-- \nJoint Dispatch\n"
    lines, around = lines_of_calls(text, ";", label_of(LABELS))
    assert lines == [f"{LINE} AND FLAMES; OUT BACK; NOW", second]
    assert around == ["[EXTERNAL]", "Joint Dispatch"]


def test_words_around_are_unread_in_every_call(agency):
    text = f"{LINE}\n{LINE.replace('0104', '0105')}\n\nSent by Wanda Quillfeather\n"
    reading = read_payload(body(text), agency)
    assert len(reading.records) == 2
    for record in reading.records:
        assert ("words around", 1) in [(n.field, n.count) for n in record.notices]
        assert "Sent by Wanda Quillfeather" in {v.expose() for v in record.private_values}


@pytest.mark.parametrize("text", ["no parts at all", "one; two", "-----"])
def test_a_text_without_parts_is_refused(text, agency, told):
    with pytest.raises(PayloadRefused) as caught:
        read_payload(body(text), agency)
    assert caught.value.code is NoticeCode.NO_RECORDS_PATH
    assert text not in told(caught.value)


def test_parts_without_end_are_refused(agency):
    with pytest.raises(PayloadRefused) as caught:
        read_payload(body(LINE + ";x" * 2_000), agency)
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED


@pytest.mark.parametrize(
    ("mailed", "clock", "opened"),
    [
        ("2026-06-09T19:05:10+00:00", "14:02", "2026-06-09T19:02:00"),
        ("2026-06-09T14:05:10-05:00", "14:02", "2026-06-09T19:02:00"),
        ("2026-06-10T05:01:00+00:00", "23:58", "2026-06-10T04:58:00"),  # the day before, at home
        ("2026-06-10T04:58:00+00:00", "00:03", "2026-06-10T05:03:00"),  # its clock is ahead
        ("2026-06-10T04:58:00+00:00", "00:20", "2026-06-09T05:20:00"),  # no clock is so far ahead
        ("2026-06-10T09:00:00+00:00", "14:00", "2026-06-09T19:00:00"),  # a late mail
        ("2026-11-01T12:00:00+00:00", "02:30", "2026-11-01T08:30:00"),  # clocks went back
        ("2026-01-01T06:10:00+00:00", "23:59", "2026-01-01T05:59:00"),  # the year before
    ],
)
def test_a_clock_is_dated_by_its_mail_in_the_agencys_zone(mailed, clock, opened):
    moment = parse_time(f"{mailed} {clock}", CHICAGO, ("mail-date %H:%M",))
    assert moment is not None
    assert moment.at == datetime.fromisoformat(f"{opened}+00:00")
    assert moment.odd is None


@pytest.mark.parametrize(
    "text",
    ["14:02", "2026-06-09T19:05:10 14:02", "2026-06-09T19:05:10+00:00 25:02", "soon 14:02"],
)
def test_a_clock_without_a_mails_instant_is_no_time(text):
    assert parse_time(text, CHICAGO, ("mail-date %H:%M",)) is None


def test_a_clock_in_the_hour_that_comes_twice_is_told():
    moment = parse_time("2026-11-01T07:40:00+00:00 01:30", CHICAGO, ("mail-date %H:%M",))
    assert moment is not None
    assert moment.odd is NoticeCode.AMBIGUOUS_TIME


@given(st.text(alphabet="aB1 ;:CFSRP\n-", max_size=120), st.booleans())
def test_nothing_said_is_lost(text: str, rest: bool) -> None:
    try:
        found = parted_records(text, ";", ("CFS", "RP"), rest=rest)
    except PayloadRefused:
        return
    said = {}
    for told in found:
        for name, texts in told.items():
            if name != "words around" or told is found[0]:
                said.setdefault(name, []).extend(texts)
    letters = sorted("".join(c for texts in said.values() for t in texts for c in t if c in "aB1"))
    assert letters == sorted(c for c in text if c in "aB1")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("CFS:a;b;c\nCFS:d;e\nCFS:f;g;h", ("CFS", "RCVD")),
        ("FIRE;1 OAK;x\nMVA;2 ELM\nEMS;3 ASH;z", ()),
    ],
)
def test_a_call_of_few_parts_is_no_part_of_the_one_before_it(text, labels):
    assert lines_of_calls(text, ";", label_of(labels)) == (text.split("\n"), [])


def test_a_line_without_a_separator_goes_on_with_its_call():
    calls, around = lines_of_calls("FIRE;1 OAK;x\nand a half\nMVA;2 ELM", ";", label_of(()))
    assert (calls, around) == (["FIRE;1 OAK;x and a half", "MVA;2 ELM"], [])
