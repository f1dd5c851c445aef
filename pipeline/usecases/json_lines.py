"""Reads the lines of a pipe, one JSON object each, and writes an answer under the same id.

In go bytes, out come fields and the id as JSON again, whatever JSON value it was: the two pipes
give it back alike. A line that cannot be read says why instead; no line raises. It never logs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

__all__ = ["Row", "answered", "read_row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: its fields and its id as JSON; ``fault`` says why there is none, else is empty."""

    id: str = "null"
    fields: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


def read_row(line: bytes) -> Row:
    """Return the line's fields and id; numbers of any size and any nesting come back as they were.

    What JSON has no word for (NaN, infinity, a number too large) makes the line no JSON.
    """
    try:
        row = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        name = json.dumps(row.get("id")) if isinstance(row, dict) else "null"
    except (ValueError, RecursionError):
        return Row(fault="the line is no JSON")
    if not isinstance(row, dict):
        return Row(fault="the line is no JSON object")
    return Row(id=name, fields=row)


def answered(row: Row, answer: Mapping[str, Any]) -> bytes:
    """Return the answer as one line of JSON, its first field the id as it came."""
    return b'{"id":' + row.id.encode("ascii") + b"," + orjson.dumps(answer)[1:] + b"\n"


def _no_number(_: str) -> float:
    raise ValueError("JSON has no such number")


def _finite(written: str) -> float:
    value = float(written)
    return value if math.isfinite(value) else _no_number(written)
