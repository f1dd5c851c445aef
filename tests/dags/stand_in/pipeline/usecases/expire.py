"""Shreds nothing, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.usecases.settings import Settings


@dataclass(frozen=True)
class ExpireReport:
    shredded: int
    alerts: int


def expire_due(settings: Settings, *, now: datetime) -> ExpireReport:
    assert now.tzinfo is not None
    settings.note("expire")
    return ExpireReport(7, 1)
