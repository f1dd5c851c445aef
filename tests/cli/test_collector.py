"""What a collector of OpenTelemetry gets over the wire, and what the JSON log says beside it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

ROOT = Path(__file__).resolve().parents[2]
AGENCY = "cedar-hollow-fire"


class Collector(ThreadingHTTPServer):
    """Keeps every body it is sent, by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.bodies: list[tuple[str, bytes]] = []

    def of(self, path: str) -> list[bytes]:
        return [body for where, body in self.bodies if where == path]


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append((self.path, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_a_collector_gets_spans_and_durations_and_nobodys_words(
    collector: Collector, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "sample_feeds" / AGENCY, tmp_path / "agencies" / AGENCY)
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BLOTTER_HOME": str(tmp_path / "home"),
        "BLOTTER_PUBLIC": str(tmp_path / "public"),
        "BLOTTER_AGENCIES": str(tmp_path / "agencies"),
        "BLOTTER_LOG_FORMAT": "json",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_SERVICE_NAME": "blotter-test",
    }
    logged = ""
    for command in ("migrate", "pull", "walk"):
        code = "from pipeline.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, command],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        logged += done.stderr
    traces = [ExportTraceServiceRequest.FromString(body) for body in collector.of("/v1/traces")]
    spans = [
        span
        for each in traces
        for resource in each.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert {"blotter.pull", "blotter.walk"} <= {span.name for span in spans}
    assert b"blotter-test" in b"".join(collector.of("/v1/traces"))
    by_id = {span.span_id: span for span in spans}
    inner = [span for span in spans if span.parent_span_id]
    assert inner
    assert all(by_id[span.parent_span_id].trace_id == span.trace_id for span in inner)
    metrics = [ExportMetricsServiceRequest.FromString(b) for b in collector.of("/v1/metrics")]
    names = {
        metric.name
        for each in metrics
        for resource in each.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert "blotter.usecase.duration" in names

    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"pull", "walk"} <= {line["event"] for line in lines}
    said = logged.encode() + b"".join(body for _, body in collector.bodies)
    people = yaml.safe_load((ROOT / "sample_feeds/people.yml").read_text())
    words = sorted({str(w) for w in _leaves(people) if len(str(w)) > 5})
    assert len(words) > 50
    assert [word for word in words if word.encode() in said] == []


def _leaves(found: object) -> Iterator[object]:
    if isinstance(found, dict):
        for value in found.values():
            yield from _leaves(value)
    elif isinstance(found, list):
        for value in found:
            yield from _leaves(value)
    else:
        yield found
