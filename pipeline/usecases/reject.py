"""Turning a candidate down, with a coded reason."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.candidates import (
    close_candidate,
)
from pipeline.adapters.store.desk_work import restore_told, settle_until
from pipeline.adapters.telemetry import observed
from pipeline.audit import EntryKind
from pipeline.model import (
    Decision,
    LedgerState,
    RejectReason,
    Verb,
)
from pipeline.usecases.correct import told_before
from pipeline.usecases.decisions import named_editor, record_decision
from pipeline.usecases.desk import Decided, check_version, resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["reject"]


@observed("reject")
def reject(
    settings: Settings,
    prefix: str,
    *,
    editor: str,
    now: datetime,
    reason: RejectReason,
    expected: str = "",
    settles: datetime | None = None,
) -> Decided:
    """Turn a candidate down, also one that is approved and waits for its time.

    A correction that is turned down leaves the alert as it was told. ``expected`` is the version
    the editor saw; until ``settles`` they may take the rejection back.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: no such candidate, or no named editor.
    """
    editor = named_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        candidate = row.proposal.candidate
        with resources.store.write() as tx:
            check_version(tx, row, expected)
            told = told_before(tx, row)
            if told:
                restore_told(tx, row.candidate_id, told)
            else:
                close_candidate(
                    tx,
                    row.candidate_id,
                    state="rejected",
                    ledger=LedgerState.REJECTED,
                    reason=reason.value,
                    waiting=row.state == "waiting",
                )
            if settles is not None and not told:
                settle_until(tx, row.candidate_id, settles)
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
        candidate_id=row.candidate_id,
        approvals=0,
        approvals_needed=candidate.approvals_needed,
        settles=None if told else settles,
    )
