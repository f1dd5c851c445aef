"""Finds nothing wrong, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.usecases.settings import Settings


@dataclass(frozen=True)
class WatchReport:
    alarms: tuple[str, ...]


def watch(settings: Settings, *, now: datetime) -> WatchReport:
    assert now.tzinfo is not None
    settings.note("watch")
    return WatchReport(())
