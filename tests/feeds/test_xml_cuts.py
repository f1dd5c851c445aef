"""What is cut out of a text by its labels is a value, or nothing; what is left over is private."""

from __future__ import annotations

import time
from html import escape

import pytest

from pipeline.feeds import read_payload
from pipeline.feeds.xml_cuts import Cut, cuts_in, left_over, place_of

DETAILS = "Details"


def ended(label: str, end: str) -> str:
    return f"substring-before(concat(substring-after({DETAILS}, '{label}'), '{end}'), '{end}')"


SIGNS = {
    "cfs_number": "@id",
    "call_type": ended("Type:", "; "),
    "opened_at": "At",
    "address": ended("Address:", "; "),
}
MARKUP = SIGNS | {
    "call_type": ended("Type:</b>", "<br/>"),
    "address": ended("Address:</b>", "<br/><b>Phone:"),
}


@pytest.fixture(scope="module")
def read(make_agency):
    def read_text(text, fields, **more):
        agency = make_agency(
            "xml",
            records="/Calls/Call",
            fields=fields,
            remarks=({"text": f"substring-after({DETAILS}, 'Remarks:')"},),
            people=({"role": "caller", "name": [ended("Caller:", "; ")]},),
            private_values=(DETAILS,),
            **more,
        )
        body = f"<Calls><Call id='9'><At>10:01</At><Details>{escape(text)}</Details></Call></Calls>"
        (record,) = read_payload(body.encode(), agency).records
        return record

    return read_text


def _private(record) -> list[str]:
    return [value.expose() for value in record.private_values]


WHOLE = "Type: GAS LEAK; Address: 12 OAK ST; Caller: WANDA QUILLFEATHER; Remarks: SMOKE; SEEN"


def test_values_are_cut_and_nothing_is_left_over(read, texts_of):
    record = read(WHOLE, SIGNS)
    said = texts_of(record)
    assert said["call_type"] + said["address"] == ("GAS LEAK", "12 OAK ST")
    assert record.remarks[0][0][1].expose() == "SMOKE; SEEN"
    assert record.people[0][1][0][1].expose() == "WANDA QUILLFEATHER"
    assert _private(record) == []
    assert record.notices == ()  # the whole text is accounted for


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"Caller Address: 9 ELM ST APT 4C; {WHOLE}", "9 ELM ST APT 4C"),  # a longer label
        (WHOLE.replace("Address: 12 OAK ST; ", "Caller Address: 9 ELM ST; "), "9 ELM ST"),
        (WHOLE.replace("WANDA", "ILSE; Address: 9 ELM ST; WANDA"), "9 ELM ST"),  # said twice
        (WHOLE.replace("OAK ST; ", "OAK ST;"), "12 OAK ST"),  # its sign is missing
        (WHOLE.replace("OAK ST; ", "OAK ST | Cell: 920-555-0110; "), "920-555-0110"),
        (WHOLE.replace("OAK ST; ", "OAK ST\nIlse Marchetti: says smoke; "), "says smoke"),
    ],
)
def test_what_holds_more_than_a_value_is_none_and_stays_private(read, texts_of, text, kept):
    record = read(text, SIGNS)
    assert "address" not in texts_of(record)
    assert kept in _private(record)
    assert texts_of(record)["call_type"] == ("GAS LEAK",)


def test_a_label_of_few_records_ends_a_value_in_markup(read, texts_of):
    text = "<b>Type:</b> GAS LEAK<br/><b>Address:</b> 12 OAK ST<br/>{}<b>Phone:</b> 920-555-0110"
    assert texts_of(read(text.format(""), MARKUP))["address"] == ("12 OAK ST",)
    record = read(text.format("<b>Caller:</b> WANDA QUILLFEATHER<br/>"), MARKUP)
    assert "address" not in texts_of(record)
    assert _private(record) == ["12 OAK ST", "WANDA QUILLFEATHER", "920-555-0110"]


def test_signs_of_html_and_clocks_part_nothing(read, texts_of):
    place = "MILL FEED &amp; SEED : 3 MILL RD, 10:04"
    text = f"<b>Type:</b> GAS LEAK<br/><b>Address:</b> {place}<br/><b>Phone:</b> 920-555-0110"
    said = texts_of(read(text, MARKUP))
    assert said["address"] == ("MILL FEED & SEED : 3 MILL RD, 10:04",)
    cut_short = read(WHOLE.replace("12 OAK ST", place), SIGNS)  # at the sign of "&amp;"
    assert "address" not in texts_of(cut_short)


def test_the_type_said_again_is_not_private(read):
    record = read(f"GAS LEAK; {WHOLE}; Gas Leak", SIGNS | {"address": "Where"})
    assert "GAS LEAK" not in _private(record)
    assert "12 OAK ST" in _private(record)


def test_a_single_word_that_is_left_over_is_not_taken_out_of_remarks(read):
    agency = "<b>Agency:</b> FIRE<br/>Sent for: WANDA QUILLFEATHER<br/>"
    text = f"{agency}<b>Type:</b> GAS LEAK<br/><b>Address:</b> 12 OAK ST<br/><b>Phone:</b> 911"
    kept = _private(read(text, MARKUP))
    assert "FIRE" not in kept
    assert "WANDA QUILLFEATHER" in kept


def test_a_text_that_is_also_read_whole_is_private_as_a_whole(make_agency):
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields=SIGNS,
        remarks=({"text": DETAILS},),
        private_values=(DETAILS,),
    )
    body = f"<Calls><Call id='9'><At>10:01</At><Details>{WHOLE}</Details></Call></Calls>"
    (record,) = read_payload(body.encode(), agency).records
    assert _private(record) == [WHOLE]


@pytest.mark.parametrize(
    ("path", "cut"),
    [
        ("substring-after(d, ' at ')", Cut("d", (" at ",), frozenset({" at "}))),
        ("substring-before(concat(t:a, ';'), ';')", Cut("t:a", (), frozenset({";"}))),
        (
            "substring-before(substring-after(substring-after(d, ';'), ';'), \"'\")",
            Cut("d", (";", ";"), frozenset({";", "'"})),
        ),
    ],
)
def test_how_an_xpath_cuts_is_read_from_it(path, cut):
    assert cuts_in([path, "d", "concat(a, 'b')", "count(Unit)"]) == {path: cut}


def test_parts_of_a_list_are_found_in_their_places():
    (cut,) = cuts_in(["substring-before(substring-after(d, ';'), ';')"]).values()
    assert place_of(" B", "A; B; C", cut) == (2, 4)
    (title,) = cuts_in(["substring-after(d, ' @ ')"]).values()
    assert place_of("12 OAK ST", "GAS LEAK @ 12 OAK ST", title) == (11, 20)
    assert place_of("ILSE @ 12 OAK ST", "GAS LEAK @ ILSE @ 12 OAK ST", title) is None
    assert left_over("GAS LEAK @ 12 OAK ST", [(0, 8), (11, 20)]) == ["@"]


def test_a_hostile_text_is_judged_in_no_more_than_its_length(read):
    started = time.process_time()
    for filling in ("\n" * 100_000, ";A " * 50_000, "<b" * 60_000, "a b: " * 30_000, "&" * 90_000):
        record = read(f"Type: GAS LEAK; Address: 1 OAK ST{filling}", SIGNS)
        assert len(record.private_values) <= 401
    assert time.process_time() - started < 5
