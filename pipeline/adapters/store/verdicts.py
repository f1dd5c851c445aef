"""Outcomes in the ledger's words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import (
    Candidate,
    Duplicate,
    Held,
    LedgerState,
    Outcome,
    Quarantined,
    Stale,
    Withheld,
)

__all__ = ["CARRIED", "OPEN_CANDIDATES", "Verdict", "verdict"]

# What a candidate's state means for the record that carries it.
CARRIED = {
    "pending": LedgerState.PENDING,
    "waiting": LedgerState.PENDING,  # approved, and not yet due
    "approved": LedgerState.PUBLISHED,
    "rejected": LedgerState.REJECTED,
    "withheld": LedgerState.WITHHELD,
    "superseded": LedgerState.SUPERSEDED,
}

OPEN_CANDIDATES = tuple(state for state, at in CARRIED.items() if at is LedgerState.PENDING)
"""States of candidates whose record is still pending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An outcome in the ledger's words."""

    state: LedgerState
    reason: str = ""
    detail: str = ""


def verdict(outcome: Outcome) -> Verdict:
    """Say an outcome in the ledger's words; total over every kind of state."""
    match outcome.state:
        case Candidate():
            return Verdict(state=LedgerState.PENDING)
        case Held(reason=reason, detail=detail):
            return Verdict(state=LedgerState.HELD, reason=reason.value, detail=detail)
        case Withheld(reason=why, detail=detail):
            return Verdict(state=LedgerState.WITHHELD, reason=why.value, detail=detail)
        case Quarantined(code=code, field=name):
            return Verdict(state=LedgerState.QUARANTINED, reason=code.value, detail=name)
        case Duplicate():
            return Verdict(state=LedgerState.DUPLICATE)
        case Stale():
            return Verdict(state=LedgerState.SUPERSEDED, reason="stale-revision")
