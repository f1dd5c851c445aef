"""Every line gets one answer, in order, and nothing of an unreadable one comes back."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from pipeline.model import Held, HoldReason
from pipeline.usecases.redact_lines import MAX_LINE, answers, lines
from pipeline.usecases.redact_texts import RedactedText, Redactor


class Slow(io.RawIOBase):
    """A source that gives one piece a read, as a pipe does."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read1(self, size: int, /) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def answered(*pieces: bytes) -> list[dict[str, Any]]:
    told = [each.body for each in answers(Slow(*pieces), Redactor())]
    return [json.loads(line) for line in b"".join(told).splitlines()]


def test_a_line_is_answered_with_its_id_and_offsets_of_the_input() -> None:
    text = "\u00c9 rp Zebulon Quillfeather at door"
    asked = {"id": "a", "text": text, "known": {"caller_name": "Zebulon Quillfeather"}}
    (line,) = answered(json.dumps(asked).encode() + b"\n")
    assert list(line) == ["id", "redacted", "findings", "held"]
    assert (line["id"], line["held"]) == ("a", None)
    assert "Quillfeather" not in line["redacted"]
    covered = {at for each in line["findings"] for at in range(each["start"], each["end"])}
    start = text.index("Zebulon")
    assert set(range(start, text.index(" at door"))) <= covered
    assert set(line["findings"][0]) == {"start", "end", "entity", "detector", "score", "reason"}


@pytest.mark.parametrize(
    ("line", "number", "why"),
    [
        (b"quillfeather", None, "not-json"),
        (b"", None, "empty-line"),
        (b'["quillfeather"]', None, "not-an-object"),
        (b'{"id": 7}', 7, "no-text"),
        (b'{"id": 7, "text": null}', 7, "no-text"),
        (b'{"id": 7, "text": "quillfeather", "known": ["a"]}', 7, "bad-known"),
        (b'{"id": 7, "text": "quillfeather", "known": {"caller_phone": 5}}', 7, "bad-known"),
        (b'{"id": {"a": "quillfeather"}, "text": "x"}', None, "bad-id"),
        (b'{"id": 7, "text": "\xff"}', None, "not-json"),
        (b'{"id": 7, "text": "\\ud800"}', None, "not-json"),
    ],
)
def test_an_unreadable_line_is_held_without_its_text(line: bytes, number: Any, why: str) -> None:
    good = b'{"id": 1, "text": "fire"}'
    before, told, after = answered(b"\n".join([good, line, good, b""]))
    assert told == {"id": number, "redacted": None, "findings": [], "held": why}
    assert before["redacted"] == after["redacted"] == "fire"


def test_known_values_may_be_missing_or_null() -> None:
    known = {"caller_name": None, "caller_phone": None}
    asked = [{"id": 1, "text": "fire"}, {"text": "fire", "known": None}]
    asked.append({"id": 3, "text": "fire", "known": known})
    told = answered("\n".join(map(json.dumps, asked)).encode())
    assert [(each["id"], each["redacted"]) for each in told] == [
        (1, "fire"),
        (None, "fire"),
        (3, "fire"),
    ]


def test_a_held_text_is_answered_without_text() -> None:
    class Holding:
        def redact_many(
            self, texts: Sequence[str], known: Sequence[Mapping[str, str | None] | None] | None
        ) -> Iterator[RedactedText | Held]:
            return iter([Held(reason=HoldReason.DETECTOR, detail="timeout")] * len(texts))

    (told,) = answers(Slow(b'{"id": 1, "text": "quillfeather"}'), Holding())
    assert json.loads(told.body) == {
        "id": 1,
        "redacted": None,
        "findings": [],
        "held": "detector: timeout",
    }
    assert (told.held, told.unread) == (1, 0)


def test_what_came_is_answered_before_more_is_waited_for() -> None:
    source = Slow(b'{"id": 1, "text": "fire"}\n{"id"', b': 2, "text": "smoke"}\n')
    told = answers(source, Redactor())
    assert json.loads(next(told).body)["id"] == 1
    assert len(source._pieces) == 1
    assert json.loads(next(told).body)["id"] == 2


def test_a_line_too_long_is_never_kept_in_memory_and_the_next_is_read() -> None:
    piece = b"x" * 60_000
    source = Slow(*[piece] * 40, b"x\nafter\n")
    assert list(lines(source)) == [[None, b"after"]]
    assert list(lines(Slow(*[piece] * 40))) == [[None]]
    assert 40 * len(piece) > MAX_LINE


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_lines_do_not_depend_on_how_they_arrive(size: int) -> None:
    body = b"one\n\ntwo\r\nthree"
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    read = [line for arrived in lines(Slow(*pieces)) for line in arrived]
    assert read == [b"one", b"", b"two\r", b"three"]
