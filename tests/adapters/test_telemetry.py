"""Logs, spans and metrics: what they tell of the line, and that they hold nobody's words."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from elm_bluff import CANARIES, build_line, call, published
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from pipeline.adapters import telemetry
from pipeline.adapters.json_logs import _OURS, JsonLines, set_up_logs
from pipeline.model import StoreFailure
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.settings import SAMPLES, load_settings
from pipeline.usecases.walk import walk_landed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that anybody logs, at any level, as JSON."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return exporter


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_no_canary_is_logged_or_traced_while_the_line_works(
    tmp_path: Path, logged: io.StringIO, spans: InMemorySpanExporter
) -> None:
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    line.deliver("a.csv", [call("1")])
    line.deliver_bytes("b.csv", b"Quillon Abernathwy, 920-555-0143")
    line.run()
    published(line)
    told = lines(logged)
    walked = [each for each in told if each["event"] == "payload-walked"]
    assert {len(each["payload"]) for each in walked} == {64}
    assert {each["agency"] for each in walked} == {"elm-bluff"}
    assert {"pull", "walk", "approve", "publish"} <= {each["event"] for each in told}
    names = {span.name for span in spans.get_finished_spans()}
    assert {"blotter.pull", "blotter.walk", "blotter.publish", "blotter.write"} <= names
    everything = logged.getvalue() + "".join(s.to_json() for s in spans.get_finished_spans())
    assert [c for c in CANARIES if c.lower() in everything.lower()] == []


def test_no_one_of_the_sample_feeds_is_logged(tmp_path: Path, logged: io.StringIO) -> None:
    from datetime import UTC, datetime

    from pipeline.usecases.resources import migrate

    settings = load_settings({"BLOTTER_HOME": str(tmp_path), "BLOTTER_AGENCIES": str(SAMPLES)})
    migrate(settings)
    now = datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert pull_agencies(settings, run_id="r", now=now).landed
    report = walk_landed(settings, now=now, agencies=["millbrook-pd", "cedar-hollow-fire"])
    assert report.counts.total() > 5
    canaries = yaml.safe_load((SAMPLES / "people.yml").read_text("utf-8"))["canaries"]
    assert len(canaries) > 10
    text = logged.getvalue().lower()
    assert text.count("payload-landed") > 5
    assert [each for each in canaries if str(each).lower() in text] == []


def test_an_exception_is_told_by_type_and_not_by_its_words(
    logged: io.StringIO, spans: InMemorySpanExporter
) -> None:
    @telemetry.observed("walk")
    def fails() -> None:
        raise StoreFailure("Quillon Abernathwy")

    with pytest.raises(StoreFailure):
        fails()
    (line,) = [each for each in lines(logged) if each["event"] == "walk"]
    assert line["outcome"] == "StoreFailure"
    (span,) = spans.get_finished_spans()
    assert span.attributes is not None
    assert span.attributes["error.type"] == "StoreFailure"
    assert span.events == ()
    assert "Quillon" not in logged.getvalue() + span.to_json()


@pytest.mark.parametrize("value", ["Quillon Abernathwy", "a\nb", "", "x" * 200, "418 Elm", "=1"])
def test_what_is_no_plain_word_is_said_as_other(logged: io.StringIO, value: str) -> None:
    telemetry.note("payload-walked", payload=value)
    (line,) = lines(logged)
    assert line["payload"] == "other"


def test_a_librarys_line_tells_its_place_and_nothing_it_said(logged: io.StringIO) -> None:
    try:
        int("Quillon Abernathwy")
    except ValueError:
        logging.getLogger("some.library").exception("cannot read %s", "Quillon")
    (line,) = lines(logged)
    assert line["event"].startswith("test_telemetry:")
    assert line["error"] == "ValueError"
    assert "Quillon" not in logged.getvalue()
    assert logged.getvalue().count("\n") == 1


def test_json_logs_are_set_up_once_and_only_when_asked() -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    levels = {each: each.level for each in (root, *map(logging.getLogger, _OURS))}
    assert not set_up_logs({}, io.StringIO())
    assert set_up_logs({"BLOTTER_LOG_FORMAT": "json"}, io.StringIO())
    assert set_up_logs({"BLOTTER_LOG_FORMAT": "json"}, io.StringIO())
    new = [each for each in root.handlers if each not in before]
    assert len(new) == 1
    root.removeHandler(new[0])
    for each, level in levels.items():
        each.setLevel(level)


@pytest.mark.parametrize(
    "environ", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_SDK_DISABLED": "true"}]
)
def test_nothing_is_sent_unless_a_collector_is_named(environ: dict[str, str]) -> None:
    assert telemetry.configure(environ) is False


LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
SAID = {
    "type(error).__name__",
    "agency",
    "why",  # safe by construction: the text of a BlotterError
    "child.name",
    "child.pid",
    "child.delay",
    "status",
}


def call_sites() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("pipeline", "dags"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    who = ast.unparse(node.func.value)
                    if node.func.attr in LEVELS and who in ("LOG", "_LOG", "logger", "logging"):
                        yield f"{path.name}:{node.lineno}", node


def test_every_line_that_is_logged_is_a_constant_with_known_words() -> None:
    sites = list(call_sites())
    assert len(sites) > 5
    for place, site in sites:
        if place.startswith("telemetry.py"):
            continue  # its fields are held to plain words
        first, *rest = site.args
        assert isinstance(first, ast.Constant), place
        assert {ast.unparse(each) for each in rest} <= SAID, place
