"""Turning a candidate down, with a coded reason."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.candidates import (
    close_candidate,
)
from pipeline.audit import EntryKind
from pipeline.model import (
    Decision,
    LedgerState,
    RejectReason,
    Verb,
)
from pipeline.usecases.decisions import named_editor, record_decision
from pipeline.usecases.desk import Decided, resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["reject"]


def reject(
    settings: Settings, prefix: str, *, editor: str, now: datetime, reason: RejectReason
) -> Decided:
    """Turn a candidate down, also one that is approved and waits for its time.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: no such candidate, or no named editor.
    """
    editor = named_editor(editor)
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
                waiting=row.state == "waiting",
            )
            record_decision(
                tx,
                Decision(
                    candidate_id=candidate.candidate_id,
                    verb=Verb.REJECT,
                    editor=editor,
                    at=now,
                    reason=reason.value,
                ),
                kind=EntryKind.DECISION,
                agency_id=candidate.agency_id,
                body={"incident": candidate.ref},
            )
    return Decided(
        candidate_id=row.candidate_id, approvals=0, approvals_needed=candidate.approvals_needed
    )
