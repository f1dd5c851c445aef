"""Withdrawing a published alert at an editor's word."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.alerts import load_alert
from pipeline.model import CandidateId, IncidentRef, Refused, RetractReason
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import RULES, withdraw

__all__ = ["retract"]


def retract(
    settings: Settings, alert_id: str, *, editor: str, now: datetime, reason: RetractReason
) -> str:
    """Retract a live alert; return its id. Every channel is due to be told.

    Raises:
        Refused: no such live alert, or no named editor.
        Conflict: somebody else retracted it at the same moment.
    """
    if not editor.strip() or editor.strip().lower() == RULES:
        raise Refused("a retraction needs a named editor; set BLOTTER_EDITOR or give --editor")
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        found = load_alert(tx, alert_id)
        if found is None:
            raise Refused(f"no live alert {alert_id[:40]!r}; `blotter alerts` lists them")
        alert, incident_ref, candidate_id = found
        withdraw(
            tx,
            alert,
            incident_ref=IncidentRef(incident_ref),
            candidate_id=CandidateId(candidate_id),
            editor=editor,
            reason=reason,
            now=now,
        )
    return alert_id
