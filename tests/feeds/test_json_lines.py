"""JSON Lines: every line is accounted for, and a broken one says nothing of the others."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from pipeline.feeds import RefusedRecord, check_payload, fields_outside, read_payload
from pipeline.feeds import cut as cutting
from pipeline.feeds.cut import cut
from pipeline.feeds.json_lines import object_lines, read_json_lines
from pipeline.feeds.layout import layout_of
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

CANARY = "Wanda Quillfeather"
FIELDS = {"cfs_number": "id", "call_type": "type", "opened_at": "at"}
BROKEN = {
    "truncated": f'{{"id": "{CANARY}',
    "two objects": f'{{"id": "{CANARY}"}} {{"id": 2}}',
    "a name twice": f'{{"id": "{CANARY}", "id": 2}}',
    "a list": f'[{{"id": "{CANARY}"}}]',
    "a text": f'"{CANARY}"',
    "nothing": "null",
    "too deep": '{"a":' * 65 + f'"{CANARY}"' + "}" * 65,
    "far too deep": "[" * 100_000,
    "no number": '{"id": NaN}',
    "lone surrogate": '{"id": "\\ud800"}',
    "no JSON": CANARY,
}


@pytest.fixture(scope="module")
def agency(make_agency):
    return make_agency("json-lines", records="@", fields=FIELDS)


def line(number: int, **more: object) -> str:
    return json.dumps({"id": number, "type": "FIRE", "at": "2026-06-09T10:00:00-05:00", **more})


def numbers(reading, texts_of) -> list[str]:
    return [
        r.code.value if isinstance(r, RefusedRecord) else texts_of(r)["cfs_number"][0]
        for r in reading.records
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\n\n", "\n \t\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_each_line_is_a_record(ends, last, agency, texts_of):
    reading = read_payload((ends.join(map(line, (1, 2, 3))) + last).encode(), agency)
    assert numbers(reading, texts_of) == ["1", "2", "3"]
    assert reading.rows == 3


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_is_quarantined_alone_with_its_number(name, agency, texts_of):
    text = "\n".join([line(1), "", BROKEN[name], line(4)])
    reading = read_payload(text.encode(), agency)
    assert numbers(reading, texts_of) == ["1", "line-broken", "4"]
    (refused,) = (r for r in reading.records if isinstance(r, RefusedRecord))
    assert (refused.position, refused.rows, refused.field) == (1, 1, "line 3")
    assert reading.rows == 3
    assert CANARY not in repr(refused)
    assert check_payload(text.encode(), agency) == (3, {"line-broken": 1})


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_no_line_of_which_can_be_read_is_another_format(name, agency, told):
    with pytest.raises(PayloadRefused) as caught:
        read_payload(f"\n{BROKEN[name]}\n{BROKEN[name]}\n".encode(), agency)
    assert (caught.value.code, caught.value.position) == (NoticeCode.NOT_WELL_FORMED, "line 2")
    assert CANARY not in told(caught.value)


def test_an_indented_document_is_no_json_lines(agency):
    with pytest.raises(PayloadRefused):
        read_payload(json.dumps([{"id": 1}, {"id": 2}], indent=1).encode(), agency)


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x1c", "\x0b"])
def test_what_breaks_a_line_elsewhere_stands_in_a_text_here(sign, agency, texts_of):
    text = json.dumps({"id": f"1{sign}2", "type": "A"}, ensure_ascii=False)
    if sign in "\x1c\x0b":
        text = text.replace(f"\\u{ord(sign):04x}", sign)
        assert sign in text
        expected = ["line-broken", "3"]  # a control character, which JSON does not allow
    else:
        expected = [f"1{sign}2", "3"]
    assert numbers(read_payload(f"{text}\n{line(3)}".encode(), agency), texts_of) == expected


def test_every_leaf_of_a_line_is_accounted_for(agency):
    (record,) = read_payload(line(1, crew=[{"name": CANARY}]).encode(), agency).records
    assert [n.field for n in record.notices] == ["crew[].name"]
    assert [value.expose() for value in record.private_values] == [CANARY]


def test_records_may_stand_deeper_in_each_line(make_agency, texts_of):
    agency = make_agency("json-lines", records="calls", fields=FIELDS)
    lines = [
        f'{{"calls": [{line(1)}, {line(2)}]}}',
        '{"calls": []}',
        '{"beat": 7}',
        f'{{"calls": [7, {line(3)}]}}',
    ]
    reading = read_payload("\n".join(lines).encode(), agency)
    assert numbers(reading, texts_of) == ["1", "2", "line-broken", "record-invalid", "3"]


def test_a_schema_is_of_one_record(make_agency, tmp_path, texts_of):
    schema = tmp_path / "call.schema.json"
    schema.write_text(json.dumps({"properties": {"id": {"type": "integer"}}}))
    agency = make_agency("json-lines", records="@", fields=FIELDS, schema=schema)
    reading = read_payload(f'{{"id": "{CANARY}"}}\n{line(2)}'.encode(), agency)
    assert numbers(reading, texts_of) == ["record-invalid", "2"]


def test_lines_of_one_call_are_joined_where_the_agency_file_says_so(make_agency, texts_of):
    fields = {**FIELDS, "units": "unit"}
    agency = make_agency("json-lines", records="@", fields=fields, fold=True)
    text = "\n".join([line(1, unit="E1"), line(2, unit="M2"), "{", line(1, unit="T3")])
    one, two, broken = read_payload(text.encode(), agency).records
    assert texts_of(one)["units"] == ("E1", "T3")
    assert (one.rows, two.rows, broken.rows) == (2, 1, 1)


def test_lines_are_read_one_by_one_in_flat_memory(agency):
    text = "\n".join(line(n, text=[["x" * 9] * 9] * 9) for n in range(800))
    layout = layout_of(agency)
    next(read_json_lines(text, layout))
    tracemalloc.start()
    count = sum(1 for _ in read_json_lines(text, layout))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 800
    assert most < len(text)  # the parsed lines would take several times as much


@pytest.mark.usefixtures("no_collection")
def test_half_a_million_broken_lines_are_refused_fast(agency):
    began = time.process_time()
    with pytest.raises(PayloadRefused) as caught:
        read_payload(b"{\n" * 500_000, agency)
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{line(1)}\n{line(2)}", 2),
        (f"{line(1)}\n{{\n{line(3)}", 2),
        (f"{{\n{line(2)}\n{line(3)}", None),
        (f"{line(1)}\n{{\n{{", None),
        (json.dumps({"calls": [{"id": 1}]}, indent=1), None),
        ("id,type\n1,FIRE", None),
    ],
)
def test_a_text_is_json_lines_where_the_first_and_most_lines_are_objects(text, count):
    found = object_lines(text, 100)
    assert (found if found is None else len(found)) == count


def blocks(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("block", [7, 1000])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_bulk_file_is_cut_between_lines(block, mark, agency, monkeypatch, texts_of):
    monkeypatch.setattr(cutting, "PART_BYTES", 200)
    lines = [line(n) for n in range(20)]
    lines[7] = BROKEN["truncated"]
    body = mark + "\n".join(lines).encode()
    made = list(cut(blocks(body, block), agency))
    assert len(made) > 3
    assert all(part.startswith(mark) for part in made)
    assert mark + b"".join(part.removeprefix(mark) for part in made) == body
    found = [number for part in made for number in numbers(read_payload(part, agency), texts_of)]
    assert found == numbers(read_payload(body, agency), texts_of)
    assert found.count("line-broken") == 1


def test_blank_lines_behind_a_bulk_file_are_no_payload(agency, monkeypatch):
    monkeypatch.setattr(cutting, "PART_BYTES", 10)
    body = "\n".join(map(line, (1, 2))).encode() + b"\n"
    assert b"".join(cut([body + b"\n \r\n"], agency)) == body
    assert list(cut([b"\n"], agency)) == [b"\n"]


def test_a_bulk_file_of_joined_lines_is_not_cut(make_agency):
    agency = make_agency("json-lines", records="@", fields=FIELDS, fold=True)
    with pytest.raises(ConfigError, match="cannot be cut"):
        list(cut([b"{}"], agency))


def test_a_bulk_file_in_wide_characters_or_with_an_endless_line_is_refused(agency):
    with pytest.raises(PayloadRefused) as caught:
        list(cut([line(1).encode("utf-16")], agency))
    assert caught.value.code is NoticeCode.WRONG_ENCODING
    with pytest.raises(PayloadRefused) as caught:
        list(cut([b"x" * 1_000_000] * 5, agency))
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED


@pytest.mark.parametrize("each", [1, 100])
@pytest.mark.parametrize("around", [True, False])
def test_kinds_of_leaves_are_bounded_over_all_lines(each, around, make_agency):
    agency = make_agency("json-lines", records="calls" if around else "@", fields=FIELDS)
    lines = []
    for n in range(0, 10_100, each):
        more = {f"k{n + m}": "x" for m in range(each)}
        lines.append(json.dumps({"calls": [], **more}) if around else line(n, **more))
    few = "\n".join(lines[: 9_000 // each]).encode()
    assert read_payload(few, agency).rows == (0 if around else few.count(b"\n") + 1)
    for read in (read_payload, check_payload, *([fields_outside] if around else [])):
        with pytest.raises(PayloadRefused) as caught:
            read("\n".join(lines).encode(), agency)
        assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
