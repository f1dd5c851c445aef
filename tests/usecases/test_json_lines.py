"""An id is given back as it came by both pipes, and no line is a crash."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.usecases.json_lines import answered, read_row
from pipeline.usecases.sensitivity import answers
from pipeline.usecases.settings import load_settings
from pipeline.usecases.types import judge_lines

IDS = [
    "null",
    "true",
    "0",
    "-0.5",
    "1.0",
    "123456789012345678901234567890",
    '"a\\u00e9\\ud800"',
    '{"case": [1, {"x": null}], "": ""}',
    "[]",
    "[" * 400 + "]" * 400,
]
NO_JSON = [
    b"",
    b"{bad",
    b"\xff\xfe",
    b'{"id": NaN}',
    b'{"id": 1e999}',
    b'{"id": ' + b"9" * 5000 + b"}",
    b'{"id": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
]


def both_told(lines: list[bytes]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return what the two pipes answer to each line."""
    types = judge_lines(load_settings(os.environ), lines)
    return [
        (json.loads(one), json.loads(other))
        for one, other in zip(answers(lines), types, strict=True)
    ]


def test_both_pipes_give_back_an_id_of_any_kind_as_it_came() -> None:
    lines = [f'{{"id": {name}, "code": "FIRE", "narrative": "tree"}}'.encode() for name in IDS]
    for name, pair in zip(IDS, both_told(lines), strict=True):
        for told in pair:
            assert told["id"] == json.loads(name)
            assert type(told["id"]) is type(json.loads(name))


def test_a_line_that_is_no_json_is_answered_by_both_pipes_as_sensitive() -> None:
    for pair in both_told(NO_JSON):
        for told in pair:
            assert told["id"] is None
            assert told["sensitive"] is True
            assert told["reasons"][0] == "not judged: the line is no JSON"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_what_is_read_is_what_is_answered(value: object) -> None:
    row = read_row(json.dumps({"id": value}).encode())
    assert json.loads(answered(row, {"sensitive": True})) == {"id": value, "sensitive": True}
