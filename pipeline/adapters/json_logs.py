"""Writes logs as one JSON object a line, with digests and codes, never with record text.

Lines of our own loggers keep their message, which is a constant or safe by construction, and the
fields :func:`~pipeline.adapters.telemetry.note` gave. Of a library's line only its logger, level
and place are told, since libraries quote their input. An exception is told by type and place.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
from opentelemetry import trace

__all__ = ["JsonLines", "set_up_logs"]

_OURS = ("blotter", "pipeline")


class JsonLines(logging.Formatter):
    """Formats a line; the result holds no line end, whatever was logged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.partition(".")[0] in _OURS:
            line["event"] = record.getMessage()
            line |= getattr(record, "blotter", {})
        else:
            line["event"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            if frames:
                line["place"] = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}"
        current = trace.get_current_span().get_span_context()
        if current.is_valid:
            line["trace"] = trace.format_trace_id(current.trace_id)
        return orjson.dumps(line, default=lambda _: "other").decode()


def set_up_logs(environ: Mapping[str, str], stream: TextIO) -> bool:
    """Log to a stream as JSON when ``BLOTTER_LOG_FORMAT`` is ``json``; return whether it is."""
    if environ.get("BLOTTER_LOG_FORMAT", "") != "json":
        return False
    root = logging.getLogger()
    if not any(isinstance(each.formatter, JsonLines) for each in root.handlers):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    return True
