"""Takes an approval or rejection back, by its maker, while nothing of it was sent."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.candidates import find_candidate
from pipeline.adapters.store.desk_work import lock_row, reopen, take_back_approval
from pipeline.adapters.store.history import last_decision
from pipeline.audit import EntryKind
from pipeline.model import Conflict, Decision, Refused, Verb
from pipeline.usecases.decisions import editor_key, named_editor, record_decision, same_editor
from pipeline.usecases.desk import Decided
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings

__all__ = ["undo"]


def undo(
    settings: Settings, candidate_id: str, *, editor: str, now: datetime, clock: datetime
) -> Decided:
    """Take back the editor's own last decision; the candidate is pending again.

    ``clock`` is the time the undo window is measured by.

    Raises:
        Refused: the last decision is somebody else's.
        Conflict: the window is over, it went out, or somebody decided since.
    """
    editor = named_editor(editor)
    with open_database(settings) as store, store.write() as tx:
        row = lock_row(tx, candidate_id)
        if row is None or row.settles_at is None or row.settles_at <= clock:
            raise Conflict("it is too late to take this back; correct or retract it")
        verb, by = last_decision(tx, candidate_id)
        if not same_editor(by, editor):
            raise Refused("only who decided can take it back")
        if verb == Verb.REJECT.value:
            reopen(tx, candidate_id)
        else:
            take_back_approval(tx, candidate_id, editor_key(editor))
        candidate = row.proposal.candidate
        record_decision(
            tx,
            Decision(candidate_id=candidate.candidate_id, verb=Verb.UNDO, editor=editor, at=now),
            kind=EntryKind.DECISION,
            agency_id=candidate.agency_id,
            body={"incident": candidate.ref, "undone": verb},
        )
        after = find_candidate(tx, candidate_id) or row
    return Decided(
        candidate_id=candidate_id,
        approvals=len(after.approved_by),
        approvals_needed=candidate.approvals_needed,
    )
