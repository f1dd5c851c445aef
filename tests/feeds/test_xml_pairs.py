"""XML whose fields are told by a value, as in ``<Col name="Nature">``: read by that name."""

from __future__ import annotations

import time

import pytest

from pipeline.feeds import read_payload
from pipeline.model import NoticeCode, PayloadRefused

CANARY = "Wanda Quillfeather"
FORMS = {
    "text": ("Col[@name='{}']", '<Col name="{}">{}</Col>'),
    "attribute": ("Field[@id='{}']/@value", '<Field id="{}" value="{}"/>'),
    "child": ("F[Name='{}']/Value", "<F><Name>{}</Name><Value>{}</Value></F>"),
    "deeper": ("X/Data[@name='{}']/value", '<X><Data name="{}"><value>{}</value></Data></X>'),
}
FIELDS = {"cfs_number": "Inc No", "call_type": "Nature", "opened_at": "Rcvd/Date"}
CALL = {"Inc No": "26-7", "Nature": "FIRE", "Rcvd/Date": "2026-06-09T10:00:00-05:00"}


def agency_of(make_agency, form: str, fields=FIELDS, **more):
    path = FORMS[form][0]
    mapped = {field: path.format(name) for field, name in fields.items()}
    return make_agency("xml", records="/Calls/Call", fields=mapped, **more)


def body(form: str, *calls: dict[str, str]) -> bytes:
    pair = FORMS[form][1]
    rows = ("".join(pair.format(*item) for item in call.items()) for call in calls)
    return f"<Calls>{''.join(f'<Call>{row}</Call>' for row in rows)}</Calls>".encode()


def unread(record) -> list[str]:
    return [n.field for n in record.notices if n.code is NoticeCode.UNREAD_FIELD]


def private(record) -> list[str]:
    return [value.expose() for value in record.private_values]


@pytest.mark.parametrize("form", FORMS)
def test_fields_are_read_by_the_names_that_values_tell(form, make_agency, texts_of):
    agency = agency_of(make_agency, form)
    first, second = read_payload(
        body(form, CALL, dict(reversed({**CALL, "Inc No": "26-8"}.items()))), agency
    ).records
    assert texts_of(first) == {
        "cfs_number": ("26-7",),
        "call_type": ("FIRE",),
        "opened_at": (CALL["Rcvd/Date"],),
    }
    assert texts_of(second) == {**texts_of(first), "cfs_number": ("26-8",)}
    assert (unread(first), private(first)) == ([], [])


@pytest.mark.parametrize("form", FORMS)
def test_an_unread_one_is_told_by_its_name_and_searched_for(form, make_agency):
    agency = agency_of(make_agency, form)
    call = {**CALL, "Caller": CANARY, "Nature of it": "", "Beat 4471": "north side"}
    (record,) = read_payload(body(form, call), agency).records
    path = FORMS[form][0]
    assert unread(record) == sorted([path.format("Caller"), path.format("…")])
    assert sorted(private(record)) == sorted([CANARY, "north side"])  # and no name


@pytest.mark.parametrize("form", FORMS)
def test_one_is_ignored_by_its_name_and_all_of_them_without(form, make_agency, texts_of):
    path = FORMS[form][0]
    call = {**CALL, "Caller": CANARY, "Agency": "Elm Bluff"}
    one = agency_of(make_agency, form, ignored_fields=(path.format("Agency"),))
    (record,) = read_payload(body(form, call), one).records
    assert unread(record) == [path.format("Caller")]
    whole = path.replace("[@name='{}']", "").replace("[@id='{}']", "").replace("[Name='{}']", "")
    every = agency_of(make_agency, form, ignored_fields=(whole,))
    (record,) = read_payload(body(form, call), every).records
    assert unread(record) == []
    assert texts_of(record)["call_type"] == ("FIRE",)


@pytest.mark.parametrize("form", FORMS)
def test_a_name_that_no_path_can_say_is_unread_with_its_value(form, make_agency):
    agency = agency_of(make_agency, form)
    call = {**CALL, f"{CANARY}'s": "at home", "": "nameless"}
    (record,) = read_payload(body(form, call), agency).records
    assert {CANARY + "'s", "at home", "nameless"} <= set(private(record))
    assert CANARY not in "".join(unread(record))


@pytest.mark.parametrize("form", ["text", "attribute", "deeper"])
def test_a_name_that_comes_twice_gives_two_values(form, make_agency, texts_of):
    agency = agency_of(make_agency, form)
    twice = body(form, CALL).replace(b"</Call>", body(form, {"Nature": "GAS"})[13:-8])
    (record,) = read_payload(twice, agency).records
    assert texts_of(record)["call_type"] == ("FIRE", "GAS")


def test_an_element_that_tells_two_names_is_refused(make_agency, told):
    agency = agency_of(make_agency, "child")
    two = f"<F><Name>Nature</Name><Name>{CANARY}</Name><Value>FIRE</Value></F></Call>"
    with pytest.raises(PayloadRefused) as caught:
        read_payload(body("child", CALL).replace(b"</Call>", two.encode()), agency)
    assert caught.value.code is NoticeCode.DUPLICATE_NAME
    assert CANARY not in told(caught.value)


def test_a_name_in_parts_is_read_as_a_whole(make_agency, texts_of):
    agency = agency_of(make_agency, "child")
    raw = body("child", CALL).replace(b"<Name>Nature</Name>", b"<Name>Nat<i>ure</i></Name>")
    (record,) = read_payload(raw, agency).records
    assert texts_of(record)["call_type"] == ("FIRE",)


def test_a_changed_name_is_a_changed_call(make_agency):
    agency = agency_of(make_agency, "text")
    one, other = (
        read_payload(body("text", {**CALL, name: "north"}), agency).records[0].content.expose()
        for name in ("Beat", "Zone")
    )
    assert one != other


def test_pairs_in_repeated_groups_are_read_by_name(make_agency):
    agency = agency_of(
        make_agency,
        "text",
        people=({"role": "person", "each": "Who", "name": ["Col[@name='Name']"]},),
    )
    people = "".join(
        f'<Who><Col name="Name">{name}</Col><Col name="Plate">{n}QX 114</Col></Who>'
        for n, name in enumerate((CANARY, "Bo Tester"))
    )
    raw = body("text", CALL).replace(b"</Call>", f"{people}</Call>".encode())
    (record,) = read_payload(raw, agency).records
    assert [[(p, v.expose()) for p, v in parts] for _, parts in record.people] == [
        [("name", CANARY)],
        [("name", "Bo Tester")],
    ]
    assert unread(record) == ["Who/Col[@name='Plate']"]
    assert {"0QX 114", "1QX 114"} <= set(private(record))


def test_names_are_told_in_a_namespace_too(make_agency, texts_of):
    path = "k:Data[@name='{}']/k:value"
    agency = make_agency(
        "xml",
        records="/k:kml/k:Placemark",
        namespaces={"k": "urn:example:kml"},
        fields={field: path.format(name) for field, name in FIELDS.items()},
    )
    pairs = {**CALL, "Caller": CANARY}
    inner = "".join(f'<Data name="{n}"><value>{v}</value></Data>' for n, v in pairs.items())
    raw = f'<kml xmlns="urn:example:kml"><Placemark>{inner}</Placemark></kml>'
    (record,) = read_payload(raw.encode(), agency).records
    assert texts_of(record)["call_type"] == ("FIRE",)
    assert unread(record) == ["Data[@name='Caller']/value"]


def test_values_in_attributes_and_texts_are_read_beside_each_other(make_agency, texts_of):
    """Of ``<Field name="Remarks">text</Field>`` and ``<Field name="Unit" value="E1"/>``."""
    path = "Field[@id='{}']/@value"
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields={
            **{field: path.format(name) for field, name in FIELDS.items()},
            "units": path.format("Unit"),
            "closed_at": path.format("Cleared"),
        },
        remarks=({"text": "Field[@id='Remarks']"},),
    )
    more = '<Field id="Unit" value="E1"/><Field id="Unit" value="M2"/>'
    more += '<Field id="Cleared" value="1900-01-01T00:00:00"/>'
    more += f'<Field id="Remarks">{CANARY} called</Field><Field id="Remarks">second</Field></Call>'
    (record,) = read_payload(
        body("attribute", CALL).replace(b"</Call>", more.encode()), agency
    ).records
    assert texts_of(record)["units"] == ("E1", "M2")
    assert "closed_at" not in texts_of(record)
    assert [text.expose() for parts in record.remarks for _, text in parts] == [
        f"{CANARY} called",
        "second",
    ]
    assert unread(record) == []


def test_elements_of_which_two_things_tell_names_are_searched_by_xpath(make_agency, texts_of):
    fields = {
        "cfs_number": "Col[@name='Inc No']",
        "call_type": "Col[@key='Nature']",
        "opened_at": "Col[@name='Rcvd/Date']",
    }
    agency = make_agency("xml", records="/Calls/Call", fields=fields)
    raw = body("text", CALL).replace(b'name="Nature"', b'key="Nature"')
    (record,) = read_payload(raw, agency).records
    assert texts_of(record)["call_type"] == ("FIRE",)


def test_a_path_of_all_names_reads_them_all_beside_paths_of_one(make_agency, texts_of):
    fields = {**{f: FORMS["text"][0].format(n) for f, n in FIELDS.items()}, "units": "Col"}
    agency = make_agency("xml", records="/Calls/Call", fields=fields)
    (record,) = read_payload(body("text", {**CALL, "Unit": "E1"}), agency).records
    assert texts_of(record)["units"] == (*CALL.values(), "E1")
    assert unread(record) == []


@pytest.mark.parametrize("form", ["text", "attribute"])
def test_a_payload_of_endless_different_names_is_refused_fast(form, make_agency):
    agency = agency_of(make_agency, form)
    hostile = body(form, {**CALL, **{f"n{n}": CANARY for n in range(100_000)}})
    began = time.process_time()
    with pytest.raises(PayloadRefused) as caught:
        read_payload(hostile, agency)
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
    assert time.process_time() - began < 5


def test_pairs_that_nest_too_deep_are_refused(make_agency):
    agency = agency_of(make_agency, "text")
    deep = '<Col name="Nature">' * 100 + "</Col>" * 100
    with pytest.raises(PayloadRefused) as caught:
        read_payload(f"<Calls><Call>{deep}</Call></Calls>".encode(), agency)
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
