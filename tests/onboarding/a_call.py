"""One invented call of plain fields, and what is inferred of a payload made of such."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.onboarding import infer, read_sample
from pipeline.onboarding.choice import Inferred

FIRST = datetime(2026, 6, 9, 18, 4, 9, tzinfo=UTC)
TYPES = ("STRUCTURE FIRE", "GAS LEAK", "WIRES DOWN")
STREETS = ("OAK ST", "MAPLE AVE", "PINE CT")


def known(text: str) -> float:
    return 0.9 if text.upper() in TYPES else 0.0


def found_in(
    body: bytes, marks: dict[str, str] | None = None, knows: Callable[[str], float] = known
) -> tuple[Inferred, dict[str, list[str]]]:
    inferred = infer(read_sample(body), ZoneInfo("America/Chicago"), marks or {}, knows)
    return inferred, {c.field.value: list(c.paths) for c in inferred.fields}


def at(n: int) -> datetime:
    return FIRST + timedelta(minutes=11 * n)


def call(n: int, **more: Any) -> dict[str, Any]:
    return {
        "CallNumber": f"26-{4000 + n:06d}",
        "CallType": TYPES[n % 3],
        "Received": at(n).isoformat(),
        "Address": f"{n + 12} {STREETS[n % 3]}",
        "Remarks": f"CALLER WANDA QUILLFEATHER SEES SMOKE BEHIND HOUSE {n}",
    } | more


def dumped(document: object) -> bytes:
    return json.dumps(document).encode()
