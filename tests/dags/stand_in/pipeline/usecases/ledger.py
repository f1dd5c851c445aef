"""A ledger that balances unless the test wants otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.usecases.settings import Settings


@dataclass(frozen=True)
class LedgerReport:
    balanced: bool


def ledger_report(settings: Settings, *, now: datetime, agency: str | None = None) -> LedgerReport:
    assert now.tzinfo is not None
    settings.note("ledger", agency=agency)
    return LedgerReport(settings.goes_wrong() != "unbalanced")
