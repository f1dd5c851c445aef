"""What all carriers do alike: refuse with a code and tell nothing, and know whose mistake it is."""

from __future__ import annotations

import json
import time

import pytest

from pipeline.feeds import read_payload
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

CANARY = "Wanda Quillfeather"
NS = "urn:example:calls"
HEADER = "id,type,at,where\n"
CALL = f"<Call><Id>7</Id><Caller>{CANARY}</Caller></Call>"
BOMB = '<!DOCTYPE a [<!ENTITY x "Wanda Quillfeather"><!ENTITY y "&x;&x;">]><a>&y;</a>'
MANY = " ".join(f"a{i}='{CANARY}'" for i in range(257))

JSON = {
    "truncated": (f'{{"calls": [{{"id": "{CANARY}', NoticeCode.NOT_WELL_FORMED),
    "nan": (f'{{"calls": ["{CANARY}", NaN]}}', NoticeCode.NOT_WELL_FORMED),
    "infinity": (f'{{"calls": ["{CANARY}", -Infinity]}}', NoticeCode.NOT_WELL_FORMED),
    "overflow": (f'{{"calls": ["{CANARY}", 1e999]}}', NoticeCode.NOT_WELL_FORMED),
    "single quotes": (f"{{'calls': '{CANARY}'}}", NoticeCode.NOT_WELL_FORMED),
    "two documents": (f'{{"calls": "{CANARY}"}} {{}}', NoticeCode.NOT_WELL_FORMED),
    "lone surrogate": (f'{{"calls": "{CANARY} \\ud800"}}', NoticeCode.NOT_WELL_FORMED),
    "raw control character": (f'{{"calls": "{CANARY}\x01"}}', NoticeCode.NOT_WELL_FORMED),
    "xml": (f"<calls>{CANARY}</calls>", NoticeCode.NOT_WELL_FORMED),
    "plain text": (CANARY, NoticeCode.NOT_WELL_FORMED),
    "duplicate": (f'{{"{CANARY}": 1, "{CANARY}": 2}}', NoticeCode.DUPLICATE_NAME),
    "duplicate inside": (
        f'{{"calls": [{{"a": "{CANARY}", "\\u0061": 2}}]}}',
        NoticeCode.DUPLICATE_NAME,
    ),
    "too deep": ("[" * 65 + f'"{CANARY}"' + "]" * 65, NoticeCode.LIMIT_EXCEEDED),
    "far too deep": ("[" * 100_000 + f'"{CANARY}"' + "]" * 100_000, NoticeCode.LIMIT_EXCEEDED),
    "long integer": (f'{{"calls": ["{CANARY}", {"9" * 5000}]}}', NoticeCode.NOT_WELL_FORMED),
    "huge text": (json.dumps({"calls": [{"a": CANARY * 20_000}]}), NoticeCode.LIMIT_EXCEEDED),
    "many leaves": (
        json.dumps({"calls": [{"a": [CANARY[:1]] * 200_001}]}),
        NoticeCode.LIMIT_EXCEEDED,
    ),
}

XML = {
    "truncated": (f"<Calls xmlns='{NS}'>{CALL[:-10]}", NoticeCode.NOT_WELL_FORMED),
    "mismatched": (f"<Wanda><Quillfeather>{CANARY}</Wanda>", NoticeCode.NOT_WELL_FORMED),
    "twice the attribute": (f"<a Wanda='1' Wanda='{CANARY}'/>", NoticeCode.NOT_WELL_FORMED),
    "undeclared entity": (f"<a>{CANARY} &Wanda;</a>", NoticeCode.NOT_WELL_FORMED),
    "undeclared prefix": (f"<Wanda:a>{CANARY}</Wanda:a>", NoticeCode.NOT_WELL_FORMED),
    "control character": (f"<a>{CANARY}\x01</a>", NoticeCode.NOT_WELL_FORMED),
    "plain text": (CANARY, NoticeCode.NOT_WELL_FORMED),
    "json": (f'{{"a": "{CANARY}"}}', NoticeCode.NOT_WELL_FORMED),
    "second root": (f"<a/><b>{CANARY}</b>", NoticeCode.NOT_WELL_FORMED),
    "entity bomb": (BOMB, NoticeCode.DOCTYPE_PRESENT),
    "lower case": (f"<!doctype a SYSTEM 'x'><a>{CANARY}</a>", NoticeCode.DOCTYPE_PRESENT),
    "after comment": (f"<!-- {CANARY} --><!DOCTYPE a><a/>", NoticeCode.DOCTYPE_PRESENT),
    "entity in text": (f"<a><![CDATA[<!ENTITY x '{CANARY}'>]]></a>", NoticeCode.DOCTYPE_PRESENT),
    "too deep": ("<a>" * 65 + CANARY + "</a>" * 65, NoticeCode.LIMIT_EXCEEDED),
    "far too deep": ("<a>" * 5000 + CANARY + "</a>" * 5000, NoticeCode.NOT_WELL_FORMED),
    "another document": (f"<Error><Wanda>{CANARY}</Wanda></Error>", NoticeCode.NO_RECORDS_PATH),
    "without namespace": (f"<Calls>{CALL}</Calls>", NoticeCode.NO_RECORDS_PATH),
    "huge text": (
        f"<Calls xmlns='{NS}'><Call><Id>{CANARY * 20000}</Id></Call></Calls>",
        NoticeCode.LIMIT_EXCEEDED,
    ),
    "huge attribute": (
        f"<Calls xmlns='{NS}'><Call x='{CANARY * 20000}'/></Calls>",
        NoticeCode.LIMIT_EXCEEDED,
    ),
    "many attributes": (
        f"<Calls xmlns='{NS}'><Call {MANY}/></Calls>",
        NoticeCode.LIMIT_EXCEEDED,
    ),
    "many elements": (
        f"<Calls xmlns='{NS}'><Call>{'<x/>' * 200_000}{CANARY}</Call></Calls>",
        NoticeCode.LIMIT_EXCEEDED,
    ),
}

TABLE = {
    "duplicate column": (f"id,type,at,type\n1,{CANARY},b,c\n", NoticeCode.DUPLICATE_NAME),
    "column missing": (f"id,type,{CANARY},where\n1,A,b,c\n", NoticeCode.COLUMN_MISSING),
    "no header": (f"1,A,b,{CANARY}\n", NoticeCode.COLUMN_MISSING),
    "other delimiter": (f"id;type;at;where\n1;A;b;{CANARY}\n", NoticeCode.COLUMN_MISSING),
    "json": (f'[{{"id": "{CANARY}"}}]', NoticeCode.COLUMN_MISSING),
    "empty header": (",,,\n", NoticeCode.NOT_WELL_FORMED),
    "open quote": (f'{HEADER}1,A,b,c\n2,A,b,"{CANARY}\n3,A,b,c\n', NoticeCode.NOT_WELL_FORMED),
    "open quote in header": (f'id,type,at,"where\n{CANARY}', NoticeCode.NOT_WELL_FORMED),
    "endless cell": (f"{HEADER}1,A,b,{CANARY * 20000}\n", NoticeCode.NOT_WELL_FORMED),
    "endless header": (f"id,type,at,{CANARY * 20000}\n", NoticeCode.NOT_WELL_FORMED),
}

MALFORMED = {"json": JSON, "xml": XML, "table": TABLE}
CASES = [
    pytest.param(kind, text, code, id=f"{kind}-{name}")
    for kind, cases in MALFORMED.items()
    for name, (text, code) in cases.items()
]
FIELDS = {
    "json": {"cfs_number": "id", "call_type": "types", "opened_at": "opened"},
    "xml": {"cfs_number": "c:Id", "call_type": "c:Type", "opened_at": "c:Opened"},
    "table": {"cfs_number": "id", "call_type": "type", "opened_at": "at", "address": "where"},
}
FORMS = {
    "json": {"records": "calls"},
    "xml": {"records": "/c:Calls/c:Call", "namespaces": {"c": NS}},
    "table": {},
}
SOUND = {
    "json": b'{"calls": [{"id": 7, "types": ["FIRE"], "opened": "2026-06-09T10:00:00-05:00"}]}',
    "xml": f"<Calls xmlns='{NS}'><Call><Id>7</Id></Call></Calls>".encode(),
}


@pytest.fixture
def made(make_agency):
    def make(kind, *, fields=(), **form):
        required = {"cfs_number", "call_type", "opened_at"} if kind == "xml" else set()
        specs = {
            name: {"path": path, "presence": "required" if name in required else "optional"}
            for name, path in {**FIELDS[kind], **dict(fields)}.items()
        }
        return make_agency(kind, fields=specs, **FORMS[kind], **form)

    return make


@pytest.mark.parametrize(("kind", "text", "code"), CASES)
def test_a_malformed_payload_is_refused_with_its_code_and_tells_nothing(
    kind, text, code, made, told
):
    with pytest.raises(PayloadRefused) as refused:
        read_payload(text.encode(), made(kind))
    assert refused.value.code is code
    for canary in ("Wanda", "Quillfeather"):
        assert canary not in told(refused.value)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *(("json", path) for path in ("a[", "a b", "", "nope(")),
        *(("xml", path) for path in ("c:Id[", "z:Id", "nope(.)", "")),
    ],
)
def test_an_unusable_path_is_our_mistake(kind, path, made):
    assert read_payload(SOUND[kind], made(kind)).rows == 1
    with pytest.raises(ConfigError, match=r"agency\.yml"):
        read_payload(SOUND[kind], made(kind, fields={"priority": path}))


REMOTE = '{"$ref": "http://127.0.0.1:1/x"}'


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        *(("json", text) for text in ("", "{", '{"type": 3}', '{"$ref": "other.json"}', REMOTE)),
        *(("xml", text) for text in ("", "<a/>", "no schema")),
        ("json", None),
        ("xml", None),
    ],
)
def test_an_unusable_schema_is_our_mistake_and_not_the_agencys(kind, content, made, tmp_path):
    path = tmp_path / "feed.schema"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"feed\.schema"):
        read_payload(SOUND[kind], made(kind, schema=path))


def test_lines_without_a_label_are_joined_in_no_more_than_their_time(make_agency):
    agency = make_agency(
        "labelled",
        fields={"cfs_number": "id", "call_type": "t", "opened_at": "a"},
        remarks=({"text": "r"},),
    )
    started = time.process_time()
    (record,) = read_payload(b"r: 1\n" + b"y\n" * 200_000, agency).records
    assert len(record.remarks[0][0][1].expose()) == 400_001
    assert time.process_time() - started < 2
