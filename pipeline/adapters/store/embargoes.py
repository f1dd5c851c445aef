"""An editor's embargo: before when nothing of an incident goes out.

Kept with the approval that set it, so that taking the approval back takes the embargo back. It must
never let anything out earlier, or later than the rules do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import approvals, candidates
from pipeline.model import Timing

__all__ = ["embargo_of", "embargoed"]


def embargo_of(tx: Tx, incident_ref: str) -> datetime | None:
    """Return the latest time before which an editor lets nothing of an incident out.

    It binds every candidate of the incident: a new revision or other words do not end it.
    """
    latest = (
        select(func.max(approvals.c.not_before))
        .join(candidates, candidates.c.candidate_id == approvals.c.candidate_id)
        .where(candidates.c.incident_ref == incident_ref)
    )
    until = tx.execute(latest).scalar_one_or_none()
    return None if until is None else datetime.fromisoformat(until)


def embargoed(timing: Timing, not_before: datetime | None) -> Timing:
    """Return a timing that opens no earlier than an embargo ends; its end stays where it is."""
    if not_before is None or timing.opens is None:
        return timing
    return replace(timing, opens=max(timing.opens, not_before))
