"""Presidio behind its fences: complete or failed, offline, silent, the same every time."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.adapters.presidio import (
    ENTITIES,
    MAX_CHARACTERS,
    PresidioDetector,
    _LateEngine,
    presidio_detector,
)
from pipeline.model import DetectorFailure, Entity, Finding, Operator, Policy, PolicyVersion
from pipeline.redact.sources import sources_version

PUMPS = ("1", "a", "a.", "a@", "@", "x@a-", "1.", ":", "1:", "http://", "4111 ", "5550143 ", "(")


def policy(seconds: float = 2.0) -> Policy:
    return Policy(
        version=PolicyVersion("test"),
        categories={},
        operators=dict.fromkeys(Entity, Operator.PLACEHOLDER),
        detector_timeout=timedelta(seconds=seconds),
        payload_retention=timedelta(hours=72),
        alert_lifetime=timedelta(hours=48),
        minimum_area_radius_m=150.0,
    )


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    return presidio_detector(policy())


@pytest.mark.parametrize(
    ("value", "entity"),
    [
        ("920-555-0143", Entity.PHONE),
        ("(920) 555 0143", Entity.PHONE),
        ("9205550143", Entity.PHONE),
        ("555-0143", Entity.PHONE),
        ("zz.q@foo.example", Entity.EMAIL),
        ("zz@no-such-top-level.invalidtld", Entity.EMAIL),
        ("521-44-1234", Entity.SSN),
        ("4111 1111 1111 1111", Entity.FINANCIAL),
        ("203.0.113.7", Entity.IP_ADDRESS),
        ("https://foo.example/a?b=c", Entity.URL),
        ("A12345678", Entity.LICENSE),
    ],
)
def test_a_value_is_found_whole_and_in_our_words(
    value: str, entity: Entity, detector: PresidioDetector
) -> None:
    ((*findings,),) = detector.find([f"caller gave {value} twice"])
    covered = [f for f in findings if f.entity is entity and f.start <= 12]
    assert [each.end for each in covered] == [12 + len(value)]
    assert covered[0].recognizer_version == "2.2.366"


def test_a_missing_space_is_no_web_address(detector: PresidioDetector) -> None:
    assert detector.find(["crew on scene.no injuries"]) == ((),)


def test_findings_come_per_text_in_order_and_sorted(detector: PresidioDetector) -> None:
    texts = ["smoke", "call 920-555-0143 or zz@foo.example", ""]
    first = detector.find(texts)
    assert [len(each) for each in first] == [0, 2, 0]
    assert first[1] == tuple(sorted(first[1]))
    assert first == detector.find(texts) == presidio_detector(policy()).find(texts)


def test_the_version_names_everything_that_may_produce_a_finding(
    detector: PresidioDetector,
) -> None:
    presidio, ours, words = detector.version.split(";")
    assert (presidio, ours) == ("presidio-2.2.366", f"redact-{sources_version()}")
    assert len(words) == len("vocab-01234567")


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    ((finding,),) = presidio_detector(policy()).find(["write zz.q@foo.example"])
    assert finding.entity is Entity.EMAIL


def test_no_logger_ever_says_a_word_of_a_text(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    detector = presidio_detector(policy())
    for name in ("", "presidio-analyzer", "decision_process", "tldextract", "phonenumbers"):
        caplog.set_level(logging.DEBUG, logger=name)
    logging.getLogger("presidio-analyzer").disabled = False
    detector.find(["Quillfeather zz.quillfeather@foo.example 920-555-0143"])
    logging.getLogger("presidio-analyzer").warning("quillfeather")
    assert "uillfeather" not in caplog.text + "".join(capfd.readouterr())
    assert "0143" not in caplog.text


def test_an_oversized_text_is_a_failure(detector: PresidioDetector) -> None:
    assert detector.find(["a" * MAX_CHARACTERS]) == ((),)
    with pytest.raises(DetectorFailure, match="oversized"):
        detector.find(["smoke", "a" * (MAX_CHARACTERS + 1)])


def test_a_time_out_inside_a_pattern_is_a_failure_not_a_skip() -> None:
    from presidio_analyzer import Pattern, PatternRecognizer

    from pipeline.adapters import presidio_engine

    slow = PatternRecognizer("URL", name="Slow", patterns=[Pattern("slow", r"(x+x+)+y", 0.9)])
    deadline = presidio_engine._Deadline()
    presidio_engine._fence(slow, deadline)
    deadline.set(0.05)
    began = time.monotonic()
    with pytest.raises(DetectorFailure, match="timeout"):
        slow.analyze("x" * 5_000, ["URL"])
    assert time.monotonic() - began < 1


def test_no_time_at_all_is_a_failure() -> None:
    with pytest.raises(DetectorFailure, match="timeout"):
        presidio_detector(policy(seconds=0.0)).find(["smoke"])


def test_every_pattern_stands_behind_the_fence_and_taking_it_away_is_a_failure() -> None:
    from pipeline.adapters.presidio_engine import FencedEngine

    engine = FencedEngine()
    assert len(engine._patterns) >= 10
    engine._patterns[0].compiled_regex = None
    with pytest.raises(DetectorFailure, match="unfenced"):
        engine.examine("smoke", 2.0)


@pytest.mark.parametrize("size", [1_000, 4_000, 16_000])
@pytest.mark.parametrize("pump", PUMPS)
def test_a_pumped_text_is_done_or_failed_within_two_seconds(
    pump: str, size: int, detector: PresidioDetector
) -> None:
    began = time.monotonic()
    outcome = "complete"
    try:
        detector.find([(pump * size)[:size]])
    except DetectorFailure as failure:
        outcome = failure.kind
    assert outcome in {"complete", "timeout"}
    assert time.monotonic() - began < 2.5


class _Stub:
    def __init__(self, *answers: object) -> None:
        self._answers = answers

    def load(self, texts: Sequence[str]) -> None:
        pass

    def examine(self, text: str, seconds: float) -> list[object]:
        if self._answers and isinstance(self._answers[0], Exception):
            raise self._answers[0]
        return list(self._answers)


def _answer(entity: str, start: int, end: int) -> SimpleNamespace:
    return SimpleNamespace(
        entity_type=entity,
        start=start,
        end=end,
        score=0.5,
        recognition_metadata={"recognizer_name": "Stub"},
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_answer("NEW_ENTITY", 0, 2), "unknown-entity"),
        (_answer("URL", 0, 99), "bad-offsets"),
        (_answer("URL", 2, 2), "bad-offsets"),
        (ValueError("Quillfeather"), "library-error"),
        (RecursionError("Quillfeather"), "library-error"),
    ],
)
def test_what_presidio_should_not_answer_is_a_failure_without_words(
    answer: object, kind: str
) -> None:
    detector = PresidioDetector(_Stub(answer), presidio_version="x", seconds=1.0)  # type: ignore[arg-type]
    with pytest.raises(DetectorFailure) as failure:
        detector.find(["Quillfeather"])
    assert failure.value.kind == kind
    assert failure.value.__suppress_context__ or failure.value.__context__ is None


def test_repeated_answers_count_once() -> None:
    stub = _Stub(_answer("URL", 3, 5), _answer("URL", 0, 2), _answer("URL", 3, 5))
    detector = PresidioDetector(stub, presidio_version="x", seconds=1.0)  # type: ignore[arg-type]
    ((*findings,),) = detector.find(["abcdef"])
    assert [(each.start, each.end) for each in findings] == [(0, 2), (3, 5)]
    assert all(isinstance(each, Finding) for each in findings)


def test_every_entity_the_engine_may_name_is_mapped() -> None:
    from pipeline.adapters.presidio_engine import FencedEngine

    assert set(FencedEngine()._entities) == set(ENTITIES)


def test_importing_the_adapter_does_not_import_presidio() -> None:
    code = "import sys, pipeline.adapters.presidio; print('presidio_analyzer' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "text",
    [
        "call 920 555 0143 now",
        "call +1 (920) 555-0143 x 12",
        "cb 555.0143",
        "ssn 521 44 1234 given",
        "card 4111-1111-1111-1111",
        "from 203.0.113.7 and 2001:db8:0:0:0:0:0:7 and ::1",
        "lic A123-4567-8901-02",
        "see WWW.foo.example/x",
        "mail zz.q@foo.example",
    ],
)
def test_what_is_not_tried_could_not_have_matched(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.adapters import presidio_needs

    quick = presidio_detector(policy()).find([text])
    monkeypatch.setattr(presidio_needs, "_NEEDED", {})
    assert quick == presidio_detector(policy()).find([text])
    assert quick[0]


def test_presidio_is_loaded_for_a_text_that_could_hold_something() -> None:
    detector = presidio_detector(policy())
    late = detector._examiner
    assert isinstance(late, _LateEngine)
    detector.load(["smoke from the roof at 12:30"])
    assert detector.find(["smoke from the roof at 12:30"]) == ((),)
    assert late._engine is None
    detector.load(["smoke", "cb 555.0143"])
    assert late._engine is not None


def test_a_text_without_signs_asks_no_recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.adapters import presidio_engine

    engine = presidio_engine.FencedEngine()
    monkeypatch.setattr(engine, "_analyzed", None)
    assert engine.examine("smoke from the roof, 2 engines on scene at 12:30", 2.0) == []


def test_the_answers_are_those_of_presidios_own_loop() -> None:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    from pipeline.adapters import presidio_engine

    own = presidio_engine.FencedEngine()
    loop = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=presidio_engine._recognizers()),
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
    )
    gold = Path(__file__).resolve().parents[1] / "redact" / "gold" / "development.jsonl"
    texts = [json.loads(line)["text"] for line in gold.read_text("utf-8").splitlines()]
    found = [_spans(own.examine(text, 2.0)) for text in texts]
    assert sum(map(len, found)) > 50
    assert found == [_spans(loop.analyze(text, "en", score_threshold=0.3)) for text in texts]


def _spans(recognized: Sequence[Any]) -> list[tuple[int, int, str, float]]:
    return sorted((each.start, each.end, each.entity_type, each.score) for each in recognized)
