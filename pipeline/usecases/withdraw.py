"""Withdrawing a live alert, inside the caller's transaction: by an editor, or by the rules.

From the commit on the alert's text is in no public state, its incident is withheld for good, and
every channel is due to be told.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import save_retraction
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import add_decision, withhold_open
from pipeline.adapters.store.memories import mark_sensitive
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    Alert,
    CandidateId,
    Decision,
    IncidentRef,
    Retraction,
    RetractReason,
    Verb,
    WithholdReason,
)
from pipeline.publish import CHANNELS

__all__ = ["RULES", "withdraw"]

RULES = "rules"
"""The name under which the rules themselves decide; no person may use it."""


def withdraw(
    tx: Tx,
    alert: Alert,
    *,
    incident_ref: IncidentRef,
    candidate_id: CandidateId,
    editor: str,
    reason: RetractReason,
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
        sent=now,
        previous=(*alert.previous, alert.sent),
    )
    body = {
        "alert": alert.alert_id,
        "version": alert.version + 1,
        "incident": incident_ref,
        "by": editor,
        "reason": reason.value,
    }
    entry = Entry(kind=EntryKind.RETRACTION, at=now, agency_id=alert.agency_id, body=body)
    index = append(tx, [entry])
    decision = Decision(
        candidate_id=candidate_id, verb=Verb.RETRACT, editor=editor, at=now, reason=reason.value
    )
    add_decision(tx, decision, audit_index=index, alert_id=alert.alert_id)
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
