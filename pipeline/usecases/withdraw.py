"""Withdraws a live alert inside the caller's transaction: by editor or by rules.

From the commit on the alert's text is in no public state, its incident is withheld for good, and
every channel is due to be told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import save_retraction
from pipeline.adapters.store.candidates import withhold_open
from pipeline.adapters.store.memories import mark_sensitive
from pipeline.audit import EntryKind
from pipeline.model import (
    Alert,
    CandidateId,
    Decision,
    IncidentRef,
    Retraction,
    RetractReason,
    Verb,
    WithdrawReason,
    WithholdReason,
)
from pipeline.publish import CHANNELS
from pipeline.usecases.decisions import record_decision

__all__ = ["next_sent", "withdraw"]


def next_sent(alert: Alert, now: datetime) -> datetime:
    """Return when the next message on an alert is sent: now, but later than the one before.

    A clock that was set back must never keep a correction or retraction from being told.
    """
    return max(now, alert.sent + timedelta(seconds=1))


def withdraw(
    tx: Tx,
    alert: Alert,
    *,
    incident_ref: IncidentRef,
    candidate_id: CandidateId,
    editor: str,
    reason: RetractReason | WithdrawReason,
    now: datetime,
) -> None:
    """Retract a live alert.

    Raises:
        Conflict: it is not live any more.
    """
    retraction = Retraction(
        alert_id=alert.alert_id,
        agency_id=alert.agency_id,
        agency_name=alert.agency_name,
        category=alert.facts.category,
        sent=next_sent(alert, now),
        previous=(*alert.previous, alert.sent),
    )
    index = record_decision(
        tx,
        Decision(
            candidate_id=candidate_id,
            verb=Verb.RETRACT,
            editor=editor,
            at=now,
            reason=reason.value,
        ),
        kind=EntryKind.RETRACTION,
        agency_id=alert.agency_id,
        body={"alert": alert.alert_id, "version": alert.version + 1, "incident": incident_ref},
        alert_id=alert.alert_id,
    )
    save_retraction(
        tx,
        retraction,
        version=alert.version + 1,
        audit_index=index,
        channels=tuple(CHANNELS),
    )
    mark_sensitive(tx, incident_ref, "retracted")
    withhold_open(
        tx,
        incident_ref,
        reason=WithholdReason.SENSITIVE_BEFORE.value,
        detail="retracted",
    )
