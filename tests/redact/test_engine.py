"""The engine unites recognizers, and any doubt about one of them is a failure, not an answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.model import DetectorFailure, Entity, Finding, ModelVersion
from pipeline.redact.engine import DispatchEngine
from pipeline.redact.reading import Reading

NAME = Finding(
    start=3,
    end=8,
    entity=Entity.PERSON,
    recognizer="x",
    recognizer_version="1",
    score=0.9,
    reason="a name",
)
TEXT = "RP QUILL LEFT"


class Silent:
    version = ModelVersion("silent-1")

    def load(self, texts: Sequence[str]) -> None:
        pass

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        return tuple(() for _ in texts)


class Answering:
    """A recognizer that gives the same answer for the last reading, nothing for others."""

    name = "answering"
    version = "1"

    def __init__(self, *answer: Finding, short: bool = False) -> None:
        self.answer = answer
        self.short = short

    def find(self, readings: Sequence[Reading]) -> tuple[tuple[Finding, ...], ...]:
        answers = ((),) * (len(readings) - 1) + (self.answer,)
        return answers[1:] if self.short else answers


class Clock:
    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def engine(*recognizers: Answering, step: float = 0.0) -> DispatchEngine:
    return DispatchEngine(recognizers, Silent(), seconds=2.0, longest=99, clock=Clock(step))


def test_what_one_recognizer_found_stays_found() -> None:
    assert engine(Answering(NAME), Answering()).find([TEXT]) == ((NAME,),)


def test_the_version_names_all_that_may_find() -> None:
    assert engine(Answering()).version == "silent-1;answering-1"


def test_offsets_are_those_of_the_text_as_it_came() -> None:
    (found,) = engine(Answering(NAME)).find(["RP QU\u200bI\u200bLL LEFT"])
    assert [(each.start, each.end) for each in found] == [(3, 10)]


def test_a_recognizer_that_leaves_a_text_out_is_a_failure() -> None:
    with pytest.raises(DetectorFailure, match="bad-count"):
        engine(Answering(NAME, short=True)).find([TEXT])


def test_a_finding_beyond_the_text_is_a_failure() -> None:
    with pytest.raises(DetectorFailure, match="bad-offsets"):
        engine(Answering(NAME)).find(["RP"])


def test_a_late_recognizer_is_a_failure() -> None:
    with pytest.raises(DetectorFailure, match="timeout"):
        engine(Answering(), step=2.1).find([TEXT])


def test_a_text_too_long_is_a_failure_before_anything_looks_at_it() -> None:
    class Untouched(Answering):
        def find(self, readings: Sequence[Reading]) -> tuple[tuple[Finding, ...], ...]:
            raise AssertionError("looked at")

    with pytest.raises(DetectorFailure, match="oversized"):
        engine(Untouched()).find(["a" * 100])


def test_many_texts_have_the_time_of_one_record_together() -> None:
    with pytest.raises(DetectorFailure, match="timeout"):
        engine(Answering(), step=2.1).find([TEXT] * 50)


def test_loading_is_not_the_first_text_s_time() -> None:
    class Slow(Answering):
        calls = 0

        def find(self, readings: Sequence[Reading]) -> tuple[tuple[Finding, ...], ...]:
            Slow.calls += 1
            clock.now += 60.0 if Slow.calls == 1 else 0.0
            return super().find(readings)

    clock = Clock(0.1)
    detector = DispatchEngine([Slow()], Silent(), seconds=2.0, longest=99, clock=clock)
    assert detector.find([TEXT]) == ((),)
    assert Slow.calls == 2
