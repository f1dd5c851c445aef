"""Streams of records: one answer a line, and what nobody could judge is sensitive."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from pipeline.model import Refused
from pipeline.usecases.sensitivity import answers, evaluated

UNREADABLE = [
    b"{bad",
    b"",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b'{"id": 4}',
    b'{"id": 4, "narrative": ["a"]}',
    b'{"id": 4, "call_type": {"a": 1}, "narrative": "tree down"}',
    b'{"id": 4, "call_type": " ", "narrative": null}',
    b'{"id": 4, "narrative": "' + b"[" * 3,
]


@pytest.mark.parametrize("line", UNREADABLE)
def test_a_line_nobody_can_judge_is_answered_as_sensitive(line: bytes) -> None:
    (answer,) = answers([line])
    told = orjson.loads(answer)
    assert told["sensitive"] is True
    assert told["reasons"][0].startswith("not judged: ")


def test_every_line_gets_one_answer_in_its_order_with_its_id() -> None:
    lines = [b'{"id": "a", "narrative": "tree down"}', b"{", b'{"id": 2, "call_type": "DV"}']
    told = [orjson.loads(each) for each in answers(lines)]
    assert [each["id"] for each in told] == ["a", None, 2]
    assert [each["sensitive"] for each in told] == [False, True, True]
    assert set(told[0]) == {"id", "sensitive", "categories", "reasons"}


def test_an_answer_comes_before_the_next_line_is_asked_for() -> None:
    def lines():  # type: ignore[no-untyped-def]
        yield b'{"id": 1, "call_type": "DV"}'
        raise AssertionError("read ahead")

    assert orjson.loads(next(answers(lines())))["id"] == 1


def test_a_number_as_call_type_is_read_as_its_digits() -> None:
    (answer,) = answers([b'{"id": 1, "call_type": 5150}'])
    assert orjson.loads(answer)["categories"] == ["mental-health"]


def test_a_gold_file_that_cannot_be_read_is_refused_without_its_text(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"id": "x", "narrative": "secret words"}\n')
    with pytest.raises(Refused, match="line 1: not a gold case") as refused:
        evaluated(file)
    assert "secret" not in str(refused.value)
    with pytest.raises(Refused, match="cannot be read"):
        evaluated(tmp_path / "none")
