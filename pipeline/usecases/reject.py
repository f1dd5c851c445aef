"""Turning a candidate down, with a coded reason."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import (
    add_decision,
    close_candidate,
)
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    Decision,
    LedgerState,
    RejectReason,
    Verb,
)
from pipeline.usecases.desk import Decided, check_editor, resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["reject"]


def reject(
    settings: Settings, prefix: str, *, editor: str, now: datetime, reason: RejectReason
) -> Decided:
    """Turn a candidate down.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: no such candidate, or no named editor.
    """
    check_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        candidate = row.proposal.candidate
        with resources.store.write() as tx:
            close_candidate(
                tx,
                row.candidate_id,
                state="rejected",
                ledger=LedgerState.REJECTED,
                reason=reason.value,
            )
            body = {
                "candidate": row.candidate_id,
                "incident": candidate.ref,
                "verb": Verb.REJECT.value,
                "by": editor,
                "reason": reason.value,
            }
            entry = Entry(kind=EntryKind.DECISION, at=now, agency_id=candidate.agency_id, body=body)
            index = append(tx, [entry])
            decision = Decision(
                candidate_id=candidate.candidate_id,
                verb=Verb.REJECT,
                editor=editor,
                at=now,
                reason=reason.value,
            )
            add_decision(tx, decision, audit_index=index)
    return Decided(
        candidate_id=row.candidate_id, approvals=0, approvals_needed=candidate.approvals_needed
    )
