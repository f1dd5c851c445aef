"""Withdraws a public alert inside the caller's transaction: by editor or by rules.

From the commit on the alert's text is in no public state, its incident is withheld for good, and
every channel is due to be told. What the agency posted of the same case goes with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.candidates import withhold_open
from pipeline.adapters.store.cases import posts_of
from pipeline.adapters.store.memories import interrupt_walk, mark_sensitive
from pipeline.adapters.store.told import ToldAlert, save_retraction, told_of
from pipeline.audit import EntryKind
from pipeline.model import (
    Alert,
    Decision,
    IncidentRef,
    Retraction,
    RetractReason,
    Verb,
    WithdrawReason,
    WithholdReason,
)
from pipeline.publish import CHANNELS
from pipeline.usecases.decisions import RULES, record_decision

__all__ = ["CLOSURES", "SAME_CASE", "close_call", "close_case", "next_sent", "withdraw"]

SAME_CASE = "same-case"
"""Why a call is withheld for good whose case its feed, or a post, showed to be sensitive."""

_RETRACTED = "retracted"

CLOSURES = frozenset({SAME_CASE, _RETRACTED, RetractReason.SUBJECT_REQUEST.value})
"""Why a call was closed, where nothing it says is sensitive by itself."""


def next_sent(alert: Alert, now: datetime) -> datetime:
    """Return when the next message on an alert is sent: now, but later than the one before.

    A clock that was set back must never keep a correction or retraction from being told.
    """
    return max(now, alert.sent + timedelta(seconds=1))


def withdraw(
    tx: Tx,
    told: ToldAlert,
    *,
    editor: str,
    reason: RetractReason | WithdrawReason,
    now: datetime,
) -> None:
    """Retract an alert that is live, or over and listed, after its call is closed to others.

    Walks and editors under way find it closed. So do those of the agency's posts of the case, and
    what is told of them is retracted by the rules.

    Raises:
        Conflict: it is not public any more.
    """
    posts = close_case(tx, told.incident_ref, _RETRACTED)
    _retract(tx, told, editor=editor, reason=reason, now=now)
    for other in told_of(tx, posts):
        _retract(tx, other, editor=RULES, reason=WithdrawReason.SAME_CASE, now=now)


def _retract(
    tx: Tx,
    told: ToldAlert,
    *,
    editor: str,
    reason: RetractReason | WithdrawReason,
    now: datetime,
) -> None:
    alert, incident_ref, version = told.alert, told.incident_ref, told.newest + 1
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
            candidate_id=told.candidate_id,
            verb=Verb.RETRACT,
            editor=editor,
            at=now,
            reason=reason.value,
        ),
        kind=EntryKind.RETRACTION,
        agency_id=alert.agency_id,
        body={"alert": alert.alert_id, "version": version, "incident": incident_ref},
        alert_id=alert.alert_id,
    )
    save_retraction(
        tx,
        retraction,
        version=version,
        audit_index=index,
        channels=tuple(CHANNELS),
    )


def close_case(tx: Tx, incident_ref: IncidentRef, why: str) -> tuple[IncidentRef, ...]:
    """Close a call with what its agency posted of the case; return those posts."""
    posts = posts_of(tx, incident_ref)
    close_call(tx, incident_ref, why)
    for post in posts:
        close_call(tx, post, SAME_CASE)
    return posts


def close_call(tx: Tx, incident_ref: IncidentRef, why: str) -> None:
    """Withhold a call for good, whatever walks it or approves it at this moment.

    Rows are taken in the order of those who walk and approve (feed, candidates, incident, and the
    log after this): of two at once the second sees what the first did, and none waits for ever.
    """
    interrupt_walk(tx, incident_ref)
    withhold_open(tx, incident_ref, reason=WithholdReason.SENSITIVE_BEFORE.value, detail=why)
    mark_sensitive(tx, incident_ref, why)
