"""XML whose calls stand in two lists or under two names: all are read, none twice, none lost."""

from __future__ import annotations

import importlib

import pytest

from pipeline.feeds import cut as cutting
from pipeline.feeds import fields_outside, read_payload
from pipeline.feeds.cut import cut
from pipeline.feeds.xml_paths import ways
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

SHAPE = importlib.import_module("pipeline.feeds.xml_shape")
FIELDS = {"cfs_number": "Id", "call_type": "Type", "opened_at": "At", "address": "Where"}
LISTS = "/Feed/Active/Call | /Feed/Closed/Call"
NAMES = "/Feed/FireCall | /Feed/PoliceCall"


def record(n: int, name: str) -> str:
    """Return a call; the third of each name has a field that nobody asked for."""
    more = "<Beat>north side</Beat>" if n % 3 == 2 else ""
    return (
        f"<{name}><Id>26-{n:04d}</Id><Type>GAS LEAK</Type><At>2026-06-09T10:00:00</At>"
        f"<Where>{n} ELM ST</Where>{more}</{name}>\n"
    )


def in_lists(many: int) -> str:
    active, closed = ("".join(record(n, "Call") for n in range(k, many, 2)) for k in (0, 1))
    return (
        f"<Feed><Head>Elm Bluff</Head>\n<Active>{active}</Active>\n"
        f"<Made>today</Made><Closed>{closed}</Closed><Foot>end</Foot></Feed>"
    )


def in_names(many: int) -> str:
    both = "".join(record(n, ("FireCall", "PoliceCall")[n % 5 == 1]) for n in range(many))
    return f"<Feed><Head>Elm Bluff</Head>\n{both}<Foot>end</Foot></Feed>"


FORMS = {LISTS: in_lists, NAMES: in_names}


@pytest.fixture(params=FORMS, ids=["lists", "names"])
def way(request) -> str:
    return request.param


@pytest.fixture(params=["walked", "cut", "patterns"], autouse=True)
def _read(request, monkeypatch):
    """Read every record by walking it, by its shape, or by a pattern of it."""
    monkeypatch.setattr(SHAPE, "_OFTEN", 1 if request.param == "patterns" else 1_000_000)
    if request.param == "walked":
        monkeypatch.setattr(SHAPE, "_around", lambda _elements: None)
    SHAPE._shapes.cache_clear()
    yield
    SHAPE._shapes.cache_clear()


def numbers(reading, texts_of) -> list[str]:
    return [texts_of(record)["cfs_number"][0] for record in reading.records]


def test_all_are_read_in_the_order_of_the_document(way, make_agency, texts_of):
    agency = make_agency("xml", fields=FIELDS, records=way)
    reading = read_payload(FORMS[way](10).encode(), agency)
    order = [*range(0, 10, 2), *range(1, 10, 2)] if way == LISTS else list(range(10))
    assert numbers(reading, texts_of) == [f"26-{n:04d}" for n in order]
    assert [texts_of(r)["address"] for r in reading.records] == [(f"{n} ELM ST",) for n in order]
    assert [bool(r.notices) for r in reading.records] == [n % 3 == 2 for n in order]
    outside = {"/Feed/Head", "/Feed/Foot"} | ({"/Feed/Made"} if way == LISTS else set())
    assert {n.field for n in reading.notices} == outside
    assert set(fields_outside(FORMS[way](10).encode(), agency)) == outside


@pytest.mark.parametrize("block", [7, 300, 1 << 20])
def test_parts_of_a_bulk_file_hold_every_record_once(
    way, block, make_agency, monkeypatch, texts_of
):
    monkeypatch.setattr(cutting, "PART_BYTES", 500)
    agency = make_agency("xml", fields=FIELDS, records=way)
    body = FORMS[way](40).encode()
    whole = [r.content.expose() for r in read_payload(body, agency).records]
    parts = list(cut((body[i : i + block] for i in range(0, len(body), block)), agency))
    assert len(parts) > 5
    assert all(part.startswith(b"<Feed><Head>Elm Bluff</Head>") for part in parts)
    found = [r.content.expose() for part in parts for r in read_payload(part, agency).records]
    assert found == whole
    assert len(whole) == 40


def test_an_ignored_field_of_a_record_is_none_outside(way, make_agency):
    ignored = ("/Feed/Head", "/Feed/Foot", "/Feed/Made", "Beat")
    agency = make_agency("xml", fields=FIELDS, records=way, ignored_fields=ignored)
    reading = read_payload(FORMS[way](10).encode(), agency)
    assert (len(reading.records), reading.notices) == (10, ())
    assert not any(record.notices for record in reading.records)


@pytest.mark.parametrize(
    ("records", "text"),
    [
        (LISTS, "<Feed><Active/></Feed>"),
        (LISTS, "<Feed><Closed></Closed></Feed>"),
        (NAMES, "<Feed/>"),
    ],
)
def test_an_empty_list_of_either_is_a_quiet_feed(records, text, make_agency):
    reading = read_payload(text.encode(), make_agency("xml", fields=FIELDS, records=records))
    assert [n.code for n in reading.notices] == [NoticeCode.NO_RECORDS]


def test_another_document_is_no_quiet_feed(make_agency):
    agency = make_agency("xml", fields=FIELDS, records=LISTS)
    with pytest.raises(PayloadRefused) as caught:
        read_payload(b"<Feed><Other/></Feed>", agency)
    assert caught.value.code is NoticeCode.NO_RECORDS_PATH


def test_a_call_in_a_call_is_read_as_the_xpath_says(make_agency, texts_of):
    agency = make_agency("xml", fields=FIELDS, records="/Feed/FireCall | /Feed/FireCall/PoliceCall")
    text = in_names(1).replace("</FireCall>", record(7, "PoliceCall") + "</FireCall>")
    reading = read_payload(text.encode(), agency)
    assert numbers(reading, texts_of) == ["26-0000", "26-0007"]
    with pytest.raises(ConfigError, match="cut"):
        list(cut([text.encode()], agency))


def test_whether_a_list_says_that_its_calls_are_over_is_read(make_agency, texts_of):
    fields = FIELDS | {"closed": "boolean(parent::Closed)"}
    agency = make_agency("xml", fields=fields, records=LISTS)
    reading = read_payload(in_lists(4).encode(), agency)
    assert [texts_of(r)["closed"][0] for r in reading.records] == ["false", "false", "true", "true"]


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ("/A/B|/A/C", ["/A/B", "/A/C"]),
        ("/A/n:B", ["/A/n:B"]),
        ("/A/B[@x='|'] | /A/C", ["/A/B[@x='|'] | /A/C"]),
        ("//B | //C", ["//B | //C"]),
    ],
)
def test_plain_paths_alone_are_told_apart(records, found):
    assert ways(records) == found
