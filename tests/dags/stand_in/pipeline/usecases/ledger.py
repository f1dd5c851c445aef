"""A ledger that balances unless the test wants otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.usecases.settings import Settings


@dataclass(frozen=True)
class LedgerReport:
    balanced: bool


def ledger_report(settings: Settings, *, agency: str | None = None) -> LedgerReport:
    settings.note("ledger", agency=agency)
    return LedgerReport(settings.goes_wrong() != "unbalanced")
