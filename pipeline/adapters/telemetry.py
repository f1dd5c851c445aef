"""Observes use cases: spans, durations, outcomes, log lines with digests, never a text.

Around a use case goes ``observed``, around a transaction ``span``; ``note`` says that something
happened. What may be said is numbers and plain words (ids, digests, codes); anything else is
replaced by ``other``. An exception is told by its type alone: its message may quote a record.
Without a collector named by the standard ``OTEL_`` variables nothing is recorded or sent.
"""

from __future__ import annotations

import functools
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from opentelemetry import metrics, trace
from opentelemetry.trace import Status, StatusCode

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

__all__ = ["configure", "note", "observed", "plain", "span"]

_LOG = logging.getLogger("blotter.line")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,127}")
_PREFIX = "blotter."
_FLUSH_MILLISECONDS = 2_000

_tracer = trace.get_tracer("blotter")
_meter = metrics.get_meter("blotter")
_seconds = _meter.create_histogram(
    "blotter.usecase.duration", unit="s", description="How long use cases took, by outcome."
)

P = ParamSpec("P")
R = TypeVar("R")


def plain(value: str | int) -> str | int:
    """Return a number or a plain word as it is, and ``other`` for anything else."""
    if isinstance(value, int) or _PLAIN.fullmatch(value):
        return value
    return "other"


def note(event: str, **said: str | int) -> None:
    """Log that something happened: a constant word, with numbers and plain words beside it."""
    fields = {name: plain(value) for name, value in said.items()}
    _LOG.info(event, extra={"blotter": fields})


@contextmanager
def span(name: str, **said: str | int) -> Iterator[None]:
    """Put a span around a block; what is raised in it is told by type and passes on."""
    attributes = {f"{_PREFIX}{key}": plain(value) for key, value in said.items()}
    with _tracer.start_as_current_span(
        f"{_PREFIX}{name}",
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR))
            current.set_attribute("error.type", type(error).__name__)
            raise


def observed(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Observe every call of a use case under a constant name."""

    def decorate(use_case: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(use_case)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            began, outcome = time.monotonic(), "done"
            try:
                with span(name):
                    return use_case(*args, **kwargs)
            except BaseException as error:
                outcome = type(error).__name__
                raise
            finally:
                took = time.monotonic() - began
                _seconds.record(took, {"usecase": name, "outcome": outcome})
                note(name, outcome=outcome, milliseconds=round(took * 1000))
                _flush()

        return call

    return decorate


def configure(environ: Mapping[str, str]) -> bool:
    """Send traces and metrics where the standard variables say; return whether anywhere.

    ``OTEL_EXPORTER_OTLP_ENDPOINT`` and its kin are read by the exporters themselves,
    ``OTEL_EXPORTER_OTLP_PROTOCOL`` chooses ``grpc`` or ``http/protobuf`` (as without it), and
    ``OTEL_SDK_DISABLED=true`` turns all off.
    """
    named = any(environ.get(name) for name in _ENDPOINTS)
    if not named or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return True
    resource = Resource.create({"service.name": environ.get("OTEL_SERVICE_NAME") or "blotter"})
    spans, figures = _exporters(environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"))
    tracing = TracerProvider(resource=resource)
    tracing.add_span_processor(BatchSpanProcessor(spans()))
    trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(
        MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(figures())])
    )
    return True


_ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)


def _exporters(protocol: str) -> tuple[Callable[[], SpanExporter], Callable[[], MetricExporter]]:
    """Return what makes the exporters of spans and of metrics."""
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import metric_exporter, trace_exporter

        return trace_exporter.OTLPSpanExporter, metric_exporter.OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http import metric_exporter as http_metrics
    from opentelemetry.exporter.otlp.proto.http import trace_exporter as http_traces

    return http_traces.OTLPSpanExporter, http_metrics.OTLPMetricExporter


def _flush() -> None:
    """Send what waits, as a task's process may end without an end of its own."""
    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
        flush = getattr(provider, "force_flush", None)
        if flush is not None:
            flush(_FLUSH_MILLISECONDS)
