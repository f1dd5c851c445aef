"""The envelope of a payload: what is outside of records is told by its path, kept nowhere."""

from __future__ import annotations

import json
import time
from itertools import product

import pytest

from pipeline.feeds import check_payload, fields_outside, read_payload
from pipeline.feeds.drift import measured
from pipeline.model import NoticeCode, PayloadRefused

CANARY = "Wanda Quillfeather"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
FIELDS = {"cfs_number": "Id", "call_type": "Type", "opened_at": "At"}
CALL = "<Call><Id>{}</Id><Type>FIRE</Type><At>2026-06-09T10:00:00-05:00</At></Call>"
SPACES = {"s": SOAP}


def soap(header: str = "", calls: str = "", of: str = "", beside: str = "") -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{header}</s:Header><s:Body>{beside}'
        f"<Calls{of}>{calls or CALL.format(1)}</Calls></s:Body></s:Envelope>"
    ).encode()


@pytest.fixture
def xml(make_agency):
    def make(*ignored: str, **more):
        plain = {"records": "/s:Envelope/s:Body/Calls/Call", "namespaces": SPACES}
        fields = {**FIELDS, **more.pop("fields", {})}
        return make_agency("xml", fields=fields, ignored_fields=ignored, **{**plain, **more})

    return make


@pytest.fixture
def js(make_agency):
    def make(*ignored: str, records: str = "data.calls", kind: str = "json"):
        fields = {"cfs_number": "id", "call_type": "type", "opened_at": "at"}
        return make_agency(kind, records=records, fields=fields, ignored_fields=ignored)

    return make


def told(reading) -> dict[str, int]:
    """Notices of the whole; none of any record."""
    assert all(not record.notices for record in reading.records)
    return {n.field: n.count for n in reading.notices if n.code is NoticeCode.UNREAD_FIELD}


def test_texts_and_attributes_around_xml_records_are_told_and_kept_nowhere(xml):
    body = soap(f"<By>{CANARY}</By><No>7</No><No>8</No>", of=f' run="{CANARY}"', beside="<X/>word")
    reading = read_payload(body, xml())
    assert told(reading) == {
        "/Envelope/Header/By": 1,
        "/Envelope/Header/No": 2,
        "/Envelope/Body": 1,
        "/Envelope/Body/Calls/@run": 1,
    }
    (record,) = reading.records
    assert record.private_values == ()
    assert CANARY not in record.content.expose()


def test_what_stands_between_and_behind_records_is_told(xml):
    calls = f"{CALL.format(1)}lost<Count>2</Count>{CALL.format(2)}"
    reading = read_payload(soap(calls=calls), xml())
    assert told(reading) == {"/Envelope/Body/Calls": 1, "/Envelope/Body/Calls/Count": 1}
    assert len(reading.records) == 2


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        (("/s:Envelope/s:Header/By",), {"/Envelope/Header/No", "/Envelope/Body/Calls/@run"}),
        (("/s:Envelope/s:Header/**",), {"/Envelope/Body/Calls/@run"}),
        (("/s:Envelope/**",), set()),
        (("//@run", "//By", "//No"), set()),
        (("/*[local-name()='Envelope']/*[local-name()='Header']/**", "//@run"), set()),
        (("By", "No", "@run"), {"/Envelope/Header/By", "/Envelope/Header/No",
                                "/Envelope/Body/Calls/@run"}),
    ],
)  # fmt: skip
def test_paths_from_the_root_ignore_it(ignored, left, xml, texts_of):
    body = soap(f"<By>{CANARY}</By><No>7</No>", of=' run="x"')
    reading = read_payload(body, xml(*ignored))
    assert set(told(reading)) == left
    assert texts_of(reading.records[0])["call_type"] == ("FIRE",)


def test_a_path_from_the_root_into_records_ignores_there_as_ever(xml):
    agency = xml("/s:Envelope/s:Body/Calls/Call/Secret")
    body = soap(calls=CALL.format(1).replace("</Call>", f"<Secret>{CANARY}</Secret></Call>"))
    (record,) = read_payload(body, agency).records
    assert (record.notices, record.private_values) == ((), ())


def test_what_a_mapping_reads_around_a_record_is_mapped(xml, texts_of):
    agency = xml(fields={"district": "ancestor::Calls/@beat", "priority": "/s:Envelope/s:Header/P"})
    body = soap("<P>1</P><Q>2</Q>", of=' beat="north" of="x"')
    reading = read_payload(body, agency)
    assert set(told(reading)) == {"/Envelope/Header/Q", "/Envelope/Body/Calls/@of"}
    assert texts_of(reading.records[0])["district"] == ("north",)
    assert {path: use.value for path, use in fields_outside(body, agency).items()} == {
        "/Envelope/Header/P": "mapped",
        "/Envelope/Header/Q": "unread",
        "/Envelope/Body/Calls/@beat": "mapped",
        "/Envelope/Body/Calls/@of": "unread",
    }


def test_each_parents_day_is_mapped_where_records_have_several_parents(make_agency):
    agency = make_agency(
        "xml",
        records="/Days/Day/Call",
        fields={**FIELDS, "district": "../@of"},
    )
    body = f'<Days><Day of="a">{CALL.format(1)}</Day><Day of="b">{CALL.format(2)}</Day></Days>'
    assert told(read_payload(body.encode(), agency)) == {}


def test_an_envelope_hinders_no_reading_by_shape(xml, monkeypatch):
    from pipeline.feeds import xml as reader

    walked = []
    real = reader.XmlRecord
    monkeypatch.setattr(reader, "XmlRecord", lambda *given: walked.append(1) or real(*given))
    calls = "".join(CALL.format(n) for n in range(20))
    agency = xml("/s:Envelope/s:Header/**")
    reading = read_payload(soap("<By>x</By>", calls=calls), agency)
    assert (len(reading.records), walked, told(reading)) == (20, [], {})


def test_leaves_around_json_records_are_told_and_kept_nowhere(js):
    document = {
        "meta": {"count": 1, "by": CANARY, "none": None, "blank": " "},
        "data": {
            "calls": [{"id": 1, "type": "FIRE", "at": "2026-06-09T10:00:00-05:00"}],
            "units": [{"id": "E1"}, {"id": "M2"}],
            "tags": ["a", "b"],
        },
    }
    reading = read_payload(json.dumps(document).encode(), js())
    assert told(reading) == {
        "$.meta.count": 1,
        "$.meta.by": 1,
        "$.data.units[].id": 2,
        "$.data.tags[]": 2,
    }
    (record,) = reading.records
    assert record.private_values == ()
    ignoring = js("$.meta.**", "$.data.units[].id", "$.data.tags")
    assert told(read_payload(json.dumps(document).encode(), ignoring)) == {}
    uses = fields_outside(json.dumps(document).encode(), js("$.meta.count"))
    assert uses["$.meta.count"].value == "ignored"
    assert uses["$.meta.by"].value == "unread"


def test_ignored_names_of_records_do_not_reach_the_envelope_nor_the_other_way(js):
    call = {"id": 1, "type": "FIRE", "at": "2026-06-09T10:00:00-05:00", "meta": {"by": CANARY}}
    body = json.dumps({"meta": {"by": CANARY}, "data": {"calls": [call]}}).encode()
    reading = read_payload(body, js("meta.by"))
    assert told(reading) == {"$.meta.by": 1}
    (record,) = read_payload(body, js("$.meta.by")).records
    assert [n.field for n in record.notices] == ["meta.by"]
    assert [v.expose() for v in record.private_values] == [CANARY]


def test_records_that_a_filter_leaves_out_are_told(js):
    calls = [
        {"id": 1, "type": "FIRE", "at": "2026-06-09T10:00:00-05:00"},
        {"id": 2, "type": "TEST", "at": "2026-06-09T10:00:00-05:00"},
    ]
    agency = js(records="data.calls[?type!='TEST']")
    reading = read_payload(json.dumps({"data": {"calls": calls}}).encode(), agency)
    assert set(told(reading)) == {"$.data.calls[].id", "$.data.calls[].type", "$.data.calls[].at"}


def test_records_that_an_expression_makes_stand_nowhere_and_nothing_is_told(js):
    document = {"data": {"a": {"id": 1, "type": "FIRE", "at": "2026-06-09T10:00:00-05:00"}}}
    agency = js(records="data.a.{id: id, type: type, at: at}")
    assert told(read_payload(json.dumps(document).encode(), agency)) == {}


def test_each_line_has_an_envelope(js):
    agency = js(records="calls", kind="json-lines")
    call = {"id": 1, "type": "FIRE", "at": "2026-06-09T10:00:00-05:00"}
    lines = [json.dumps({"v": n, "by": CANARY, "calls": [{**call, "id": n}]}) for n in range(3)]
    body = "\n".join([*lines, "{"]).encode()
    assert told_lines(read_payload(body, agency)) == {"$.v": 3, "$.by": 3}
    assert {path: use.value for path, use in fields_outside(body, agency).items()} == {
        "$.v": "unread",
        "$.by": "unread",
    }


def told_lines(reading) -> dict[str, int]:
    return {n.field: n.count for n in reading.notices if n.code is NoticeCode.UNREAD_FIELD}


def test_odd_names_are_not_shown(js, xml):
    document = {CANARY + " 920-555-0143": 1, "4471": 2, "data": {"calls": []}}
    assert set(told(read_payload(json.dumps(document).encode(), js()))) == {"$.…"}
    body = soap("<Beat4471>x</Beat4471>")
    assert set(told(read_payload(body, xml()))) == {"/Envelope/Header/…"}


def test_drift_counts_what_is_unread_outside(xml, seal, received_at):
    agency = xml()
    body = soap(f"<By>{CANARY}</By>")
    counts = measured(read_payload(body, agency), agency, received_at, seal)
    assert counts["unread", "/Envelope/Header/By"] == 1
    assert CANARY not in str(counts)


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_a_quiet_feed_has_an_envelope_too(kind, xml, js):
    if kind == "xml":
        reading = read_payload(soap("<By>x</By>", calls=" "), xml())
        assert told(reading) == {"/Envelope/Header/By": 1}
    else:
        reading = read_payload(b'{"by": 1, "data": {"calls": []}}', js())
        assert told(reading) == {"$.by": 1}
    assert NoticeCode.NO_RECORDS in {n.code for n in reading.notices}


def test_a_check_of_a_bulk_file_counts_records_alone(xml):
    assert check_payload(soap("<By>x</By>"), xml()) == (1, {})


NAMES = ["".join(letters) for letters in product("abcdefghijklmnopqrstuvwxyz", repeat=3)]
HOSTILE = {
    "many places": ("xml", "".join(f"<{name}>x</{name}>" for name in NAMES)),
    "deep": ("xml", "<a>" * 100 + "x" + "</a>" * 100),
    "many keys": ("json", ", ".join(f'"a{n}": 1' for n in range(20_000))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_envelope_is_refused(name, xml, js):
    kind, text = HOSTILE[name]
    body = soap(text) if kind == "xml" else f'{{{text}, "data": {{"calls": []}}}}'.encode()
    with pytest.raises(PayloadRefused) as caught:
        read_payload(body, xml() if kind == "xml" else js())
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED


@pytest.mark.parametrize("kind", ["xml", "json"])
@pytest.mark.usefixtures("no_collection")
def test_a_large_envelope_takes_linear_time(kind, xml, js):
    many = 100_000
    body = (
        soap("<u>E1</u>" * many)
        if kind == "xml"
        else json.dumps({"units": ["E1"] * many, "data": {"calls": []}}).encode()
    )
    began = time.process_time()
    reading = read_payload(body, xml() if kind == "xml" else js())
    assert set(told(reading).values()) == {many}
    assert time.process_time() - began < 5


OUTWARD = ("../Type", "ancestor::Calls/Type", "/s:Envelope/s:Body/Calls/Type")


@pytest.mark.parametrize("path", OUTWARD)
@pytest.mark.usefixtures("no_collection")
def test_what_all_records_share_is_not_searched_anew_for_each(path, xml):
    many = 20_000
    call = CALL.replace("<Type>FIRE</Type>", "")
    calls = "<Type>GAS LEAK</Type>" + "".join(map(call.format, range(many)))
    agency = xml(fields={"call_type": path})
    began = time.process_time()
    reading = read_payload(soap(calls=calls), agency)
    assert time.process_time() - began < 5
    assert len(reading.records) == many
    assert {dict(r.canonical)["call_type"][0].expose() for r in reading.records} == {"GAS LEAK"}
    assert told(reading) == {}
