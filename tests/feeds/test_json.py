"""JSON payloads: what is refused, what is read, and that every leaf is accounted for."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds.json import parse
from pipeline.model import ConfigError, NoticeCode, PayloadRefused, PersonRole, SourceRecord

CANARY = "Wanda Quillfeather"
FIELDS = {"cfs_number": "id", "call_type": "types", "opened_at": "opened"}
CALL = {"id": 7, "types": ["FIRE", "EMS"], "opened": "2026-06-09T10:00:00-05:00"}


@pytest.fixture(scope="module")
def agency(make_agency):
    return make_agency("json", records="calls", fields=FIELDS)


def body(*calls: object) -> bytes:
    return json.dumps({"calls": calls}).encode()


def only(reading):
    (record,) = reading.records
    return record


def private(record) -> list[str]:
    return [value.expose() for value in record.private_values]


def unread(record) -> dict[str, int]:
    assert {n.code for n in record.notices} <= {NoticeCode.UNREAD_FIELD}
    return {n.field: n.count for n in record.notices}


def test_a_call_is_read_and_its_numbers_become_text(agency, texts_of):
    assert texts_of(only(read_payload(body(CALL), agency))) == {
        "cfs_number": ("7",),
        "call_type": ("FIRE", "EMS"),
        "opened_at": ("2026-06-09T10:00:00-05:00",),
    }


def test_huge_integers_keep_every_digit(agency, texts_of):
    number = 123456789012345678901234567890123
    assert texts_of(only(read_payload(body({**CALL, "id": number}), agency)))["cfs_number"] == (
        str(number),
    )


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (1.5, "1.5"), (-3, "-3"), ("x", "x")]
)
def test_every_scalar_has_one_text(value, text, make_agency, texts_of):
    agency = make_agency("json", records="calls", fields={**FIELDS, "priority": "p"})
    record = only(read_payload(body({**CALL, "p": value}), agency))
    assert texts_of(record)["priority"] == (text,)


def test_null_is_no_leaf(agency):
    record = only(read_payload(body({**CALL, "new": None, "other": {"x": None}}), agency))
    assert (record.notices, record.private_values) == ((), ())


def test_unread_leaves_are_notices_by_path_and_private_values(agency):
    call = {
        **CALL,
        "crew": [{"name": "Ada Examplesen"}, {"name": "Bo Tester"}],
        "deep": {"very": {"phone": 9205550143}},
        "flag": True,
        "short": "ab",
    }
    record = only(read_payload(body(call), agency))
    assert unread(record) == {"crew[].name": 2, "deep.very.phone": 1, "flag": 1, "short": 1}
    assert private(record) == ["Ada Examplesen", "Bo Tester", "9205550143"]


@pytest.mark.parametrize(
    "key", ["920-555-0143", "wanda@mail.example", "Wanda, Quillfeather", "x" * 41, "", "наме"]
)
def test_an_unusual_name_is_not_shown(key, agency):
    record = only(read_payload(body({**CALL, "by": {key: "left"}}), agency))
    assert unread(record) == {"by.…": 1}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("people[?role=='caller'].name", ["Bo Tester"]),
        ("people[0].name", ["Bo Tester"]),
        ("people[:1].name", ["Bo Tester"]),
        ("people[-1].name", ["Ada Examplesen"]),
        ("people[].name", []),
        ("people[*].name | [0]", ["Bo Tester"]),
        ("people[].[name]", []),
        ("missing || people[0].name", ["Bo Tester"]),
        ("to_string(people)", ["Ada Examplesen", "Bo Tester"]),
        ("length(people)", ["Ada Examplesen", "Bo Tester"]),
        ("starts_with(people, 'a')", ["Ada Examplesen", "Bo Tester"]),
    ],
)
def test_only_what_an_expression_really_took_counts_as_read(path, left, make_agency):
    agency = make_agency(
        "json",
        records="calls",
        fields={**FIELDS, "priority": path},
        ignored_fields=("people[].role",),
    )
    people = [{"role": "caller", "name": "Ada Examplesen"}, {"role": "seen", "name": "Bo Tester"}]
    record = only(read_payload(body({**CALL, "people": people}), agency))
    assert private(record) == left


def test_groups_are_read_part_by_part(make_agency):
    agency = make_agency(
        "json",
        records="calls",
        fields=FIELDS,
        remarks=(
            {
                "each": "notes[]",
                "text": "text",
                "at": "at",
                "restriction": "confidential",
            },
        ),
        people=(
            {"role": "caller", "name": ["caller"], "phone": ["phones"]},
            {"role": "staff", "each": "units[].crew[]", "name": ["last", "first"]},
        ),
        private_values=("plates",),
    )
    call = {
        **CALL,
        "notes": [
            {"text": "SMOKE SEEN", "at": "2026-06-09T10:01:00", "confidential": False},
            {"text": "GATE CODE 12", "confidential": True, "by": "Cy Sample"},
        ],
        "caller": CANARY,
        "phones": ["920-555-0143", "920-555-0144"],
        "units": [{"crew": [{"first": "Di", "last": "Example"}]}, {"crew": [{"last": "Null"}]}],
        "plates": ["ABC 123", ""],
    }
    record = only(read_payload(body(call), agency))
    remarks = [{part: text.expose() for part, text in parts} for parts in record.remarks]
    assert remarks == [
        {"text": "SMOKE SEEN", "at": "2026-06-09T10:01:00"},
        {"text": "GATE CODE 12", "restricted": "yes"},
    ]
    people = [(role, {p: t.expose() for p, t in parts}) for role, parts in record.people]
    assert people == [
        (PersonRole.CALLER, {"name": CANARY, "phone": "920-555-0143"}),
        (PersonRole.CALLER, {"phone": "920-555-0144"}),
        (PersonRole.STAFF, {"name": "Example Di"}),
    ]
    assert private(record) == ["ABC 123", "Cy Sample"]
    assert unread(record) == {"notes[].by": 1}


def test_ignored_fields_are_dropped_with_everything_below_only_when_asked(make_agency):
    agency = make_agency(
        "json", records="calls", fields=FIELDS, ignored_fields=("deep.**", "plain", "list[].x")
    )
    call = {**CALL, "deep": {"a": [{"b": "one"}]}, "plain": ["gone"], "list": [{"x": "gone"}]}
    first = only(read_payload(body(call), agency))
    assert (first.notices, first.private_values) == ((), ())
    moved = {**CALL, "deep": {"c": "two"}, "plain": {"inner": "left"}}
    second = only(read_payload(body(moved), agency))
    assert unread(second) == {"plain.inner": 1}
    third = only(read_payload(body({**CALL, "deep": "other"}), agency))
    assert third.content == first.content


def test_a_mapped_field_wins_over_an_ignored_one(make_agency, texts_of):
    agency = make_agency(
        "json",
        records="calls",
        fields={**FIELDS, "address": "place.street"},
        ignored_fields=("place.**", "types"),
    )
    one, two = (
        only(read_payload(body({**CALL, "place": {"street": street, "x": "y"}}), agency))
        for street in ("Oak", "Elm")
    )
    assert texts_of(one)["address"] == ("Oak",)
    assert texts_of(one)["call_type"] == ("FIRE", "EMS")
    assert one.content != two.content


@pytest.mark.parametrize("path", ["a[0]", "a[?b].c", "length(a)", "a[:1]"])
def test_ignored_fields_name_places_only(path, make_agency):
    agency = make_agency("json", records="calls", fields=FIELDS, ignored_fields=(path,))
    with pytest.raises(ConfigError, match="ignored"):
        read_payload(body(CALL), agency)


def test_content_leaves_the_order_of_names_aside_and_nothing_else(agency):
    same = dict(reversed(CALL.items()))
    other = {**CALL, "types": ["EMS", "FIRE"]}
    contents = [only(read_payload(body(c), agency)).content.expose() for c in (CALL, same, other)]
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize(
    ("records", "document", "count"),
    [
        ("@", [CALL, CALL], 2),
        ("@", CALL, 1),
        ("features[].attributes", {"features": [{"attributes": CALL}]}, 1),
        ("calls", {"calls": []}, 0),
    ],
)
def test_records_are_found_by_path(records, document, count, make_agency):
    agency = make_agency("json", records=records, fields=FIELDS)
    reading = read_payload(json.dumps(document).encode(), agency)
    assert (len(reading.records), reading.rows) == (count, count)
    assert bool(reading.notices) is (count == 0)


@pytest.mark.parametrize("document", ["{}", '{"calls": null}', '{"calls": 3}', "[]", '"x"', "null"])
def test_a_missing_records_path_is_refused(document, agency):
    with pytest.raises(PayloadRefused) as refused:
        read_payload(document.encode(), agency)
    assert refused.value.code is NoticeCode.NO_RECORDS_PATH


def test_a_record_that_is_no_object_is_refused_alone(agency):
    reading = read_payload(body(CALL, CANARY, CALL), agency)
    assert [type(r) for r in reading.records] == [SourceRecord, RefusedRecord, SourceRecord]
    assert reading.records[1] == RefusedRecord(position=1, rows=1, code=NoticeCode.RECORD_INVALID)
    assert reading.rows == 3


def test_depth_64_is_still_read():
    assert parse("[" * 64 + "]" * 64) is not None


SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "notes": {"items": {"properties": {"text": {"maxLength": 20}}}},
    },
}


@pytest.fixture
def with_schema(make_agency, tmp_path):
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(SCHEMA))
    return make_agency("json", records="calls", fields=FIELDS, schema=path)


def test_a_record_that_breaks_the_schema_is_refused_alone_by_path(with_schema):
    bad = {**CALL, "notes": [{"text": "ok"}, {"text": CANARY * 3}]}
    reading = read_payload(body(CALL, bad, {"x": CANARY}, {**CALL, "id": CANARY}), with_schema)
    refused = [r for r in reading.records if isinstance(r, RefusedRecord)]
    assert [(r.position, r.code.value, r.field) for r in refused] == [
        (1, "record-invalid", "notes[].text"),
        (2, "record-invalid", ""),
        (3, "record-invalid", "id"),
    ]
    assert CANARY not in repr(reading)


def test_a_schema_that_never_ends_refuses_the_record(with_schema):
    with_schema.format.schema.write_text('{"$ref": "#"}')
    record = only(read_payload(body(CALL), with_schema))
    assert record.code is NoticeCode.RECORD_INVALID


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


@settings(max_examples=150)
@given(tree=st.dictionaries(st.text(max_size=8), _TREES, max_size=5))
def test_every_leaf_of_any_record_is_a_notice_or_null(tree, agency):
    record = only(read_payload(body({"extra": tree}), agency))

    def leaves(value) -> list[str]:
        if isinstance(value, dict):
            return [leaf for item in value.values() for leaf in leaves(item)]
        if isinstance(value, list):
            return [leaf for item in value for leaf in leaves(item)]
        return [] if value is None else [str(value).strip()]

    nulls = {"", "na", "n/a", "nan", "nil", "none", "null", "0:0"}
    texts = [leaf for leaf in leaves(tree) if not leaf.startswith(("1800-01-01", "1900-01-01"))]
    counted = sum(1 for leaf in texts if leaf.casefold() not in nulls)
    assert sum(notice.count for notice in record.notices) == counted


@pytest.mark.shared
def test_the_json_test_suite_is_judged_strictly(shared, make_agency, told):
    agency = make_agency("json", records="@", fields=FIELDS)
    paths = sorted((shared / "corpora" / "json_testsuite" / "test_parsing").glob("*.json"))
    unsuitable = {"no-records-path", "duplicate-name"}
    outcomes: dict[str, str] = {}
    for path in paths:
        try:
            read_payload(path.read_bytes(), agency)
        except PayloadRefused as refused:
            told(refused)
            outcomes[path.name] = refused.code.value
        else:
            outcomes[path.name] = "read"
    accepted = {name for name, outcome in outcomes.items() if outcome == "read"}
    assert not {name for name in accepted if name.startswith("n_")}
    good = {outcome for name, outcome in outcomes.items() if name.startswith("y_")}
    assert good == unsuitable | {"read"}
    assert Counter(name[0] for name in outcomes) == {"n": 188, "y": 95, "i": 35}


def test_more_kinds_of_leaves_than_any_mapping_has_are_refused_at_once(make_agency):
    agency = make_agency("json", fields={"cfs_number": "id", "call_type": "t", "opened_at": "at"},
                         records="@")  # fmt: skip
    body = json.dumps([{f"k{n}": n for n in range(10_001)}]).encode()
    with pytest.raises(PayloadRefused) as caught:
        read_payload(body, agency)
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED


@pytest.mark.parametrize(
    ("kind", "records", "body"),
    [
        ("json", "@", "[" + "{}," * 100_000 + "{}]"),
        ("xml", "/c/d", "<c>" + "<d/>" * 100_001 + "</c>"),
    ],
)
def test_more_records_than_are_read_are_refused_before_the_first_is(
    kind, records, body, make_agency, monkeypatch
):
    monkeypatch.setattr("pipeline.feeds.json.JsonRecord", None)
    monkeypatch.setattr("pipeline.feeds.xml.XmlRecord", None)
    fields = {"cfs_number": "id", "call_type": "t", "opened_at": "at"}
    agency = make_agency(kind, fields=fields, records=records)
    with pytest.raises(PayloadRefused) as caught:
        read_payload(body.encode(), agency)
    assert (caught.value.code, caught.value.position) == (
        NoticeCode.LIMIT_EXCEEDED,
        "row 100001",
    )


ROWS = {"names": [{"name": "id"}, {"name": "types"}, {"name": "opened"}, {"name": "log"}]}
OPENED = "2026-06-09T10:00:00-05:00"


@pytest.fixture(scope="module")
def listing(make_agency):
    remarks = ({"each": "log", "text": "[1]", "at": "[0]"},)
    return make_agency(
        "json",
        records="rows",
        columns_at="names[].name",
        fields=FIELDS,
        remarks=remarks,
        ignored_fields=("$.names[].name",),
    )


def test_records_that_are_lists_are_read_by_the_names_the_payload_gives(listing, texts_of):
    rows = [[7, "FIRE", OPENED, [[OPENED, "smoke shows"]]], [8, "EMS", OPENED, None]]
    payload = json.dumps({**ROWS, "rows": rows}).encode()

    reading = read_payload(payload, listing)

    first, second = reading.records
    assert texts_of(first)["cfs_number"] == ("7",)
    assert texts_of(second)["call_type"] == ("EMS",)
    assert [dict(r)["text"].expose() for r in first.remarks] == ["smoke shows"]
    assert not [n for r in reading.records for n in r.notices]
    assert reading.notices == ()  # the names are ignored, the rows are no part of the envelope
    # Other names, in another order: read by them, and by no position.
    turned = {"names": list(reversed(ROWS["names"])), "rows": [row[::-1] for row in rows]}
    again = read_payload(json.dumps(turned).encode(), listing)
    assert [texts_of(r) for r in again.records] == [texts_of(r) for r in reading.records]


def test_a_row_of_another_width_is_refused_alone(listing):
    rows = [[7, "FIRE", OPENED, None], [8, "EMS", OPENED], {"id": 9}]
    reading = read_payload(json.dumps({**ROWS, "rows": rows}).encode(), listing)
    _, *refused = reading.records
    assert not isinstance(reading.records[0], RefusedRecord)
    assert [(type(r), r.code) for r in refused] == [(RefusedRecord, NoticeCode.ROW_WIDTH)] * 2


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (None, NoticeCode.NO_RECORDS_PATH),
        ([{"name": 5}, {"name": "id"}], NoticeCode.NO_RECORDS_PATH),
        ([{"name": "id"}, {"name": "id"}], NoticeCode.DUPLICATE_NAME),
    ],
)
def test_rows_without_names_of_their_own_are_refused_whole(names, code, listing):
    payload = json.dumps({"names": names, "rows": [[7, "FIRE"]]}).encode()
    with pytest.raises(PayloadRefused) as caught:
        read_payload(payload, listing)
    assert caught.value.code is code
