"""Walks nothing, and says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep

from pipeline.usecases.settings import Settings


@dataclass(frozen=True)
class WalkReport:
    payloads: int
    counts: Mapping[str, int]
    failures: Mapping[str, str]


def walk_landed(
    settings: Settings,
    *,
    now: datetime,
    shard: int,
    of: int,
    agencies: Sequence[str] | None = None,
) -> WalkReport:
    assert now.tzinfo is not None
    settings.note("walk", shard=shard, of=of, agencies=list(agencies) if agencies else None)
    return WalkReport(1, {"pending": 30, "held": 4}, {})


def walk_along(
    settings: Settings, *, clock: Callable[[], datetime], over: Callable[[], bool]
) -> WalkReport:
    assert clock().tzinfo is not None
    end = monotonic() + 30
    while not (told := over()) and monotonic() < end:
        sleep(0.1)
    settings.note("along", over=told)
    return WalkReport(0, {}, {})
