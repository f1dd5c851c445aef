"""Puts a candidate aside, or takes it back; it stays pending, since nobody decided."""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.candidates import QueueRow
from pipeline.adapters.store.desk_notes import Hold, add_hold, drop_hold
from pipeline.audit import EntryKind
from pipeline.model import Conflict, Decision, Verb
from pipeline.usecases.decisions import named_editor, plain_reason, record_decision
from pipeline.usecases.desk import Decided, check_version, pending_row, resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["hold", "resume"]


def hold(
    settings: Settings, prefix: str, *, editor: str, reason: str, now: datetime, expected: str = ""
) -> Decided:
    """Put a pending candidate aside, with a reason others read; its record stays pending.

    Raises:
        Refused: no reason, or one with names or numbers in it.
        Conflict: it is not pending any more, or not as the editor saw it.
    """
    editor, reason = named_editor(editor), plain_reason(reason)
    with open_resources(settings, now=now) as resources:
        row = pending_row(resolve_candidate(resources, prefix))
        with resources.store.write() as tx:
            check_version(tx, row, expected)
            add_hold(tx, row.candidate_id, Hold(editor=editor, reason=reason, at=now))
            _record(tx, row, Verb.HOLD, editor, now, reason)
    return _decided(row)


def resume(settings: Settings, prefix: str, *, editor: str, now: datetime) -> Decided:
    """Take back what was put aside.

    Raises:
        Conflict: it is not aside any more.
    """
    editor = named_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        with resources.store.write() as tx:
            if not drop_hold(tx, row.candidate_id):
                raise Conflict("somebody took this back already")
            _record(tx, row, Verb.RESUME, editor, now, "")
    return _decided(row)


def _decided(row: QueueRow) -> Decided:
    return Decided(
        candidate_id=row.candidate_id,
        approvals=len(row.approved_by),
        approvals_needed=row.proposal.candidate.approvals_needed,
    )


def _record(
    tx: Tx,
    row: QueueRow,
    verb: Verb,
    editor: str,
    now: datetime,
    reason: str,
) -> None:
    candidate = row.proposal.candidate
    record_decision(
        tx,
        Decision(
            candidate_id=candidate.candidate_id, verb=verb, editor=editor, at=now, reason=reason
        ),
        kind=EntryKind.DECISION,
        agency_id=candidate.agency_id,
        body={"incident": candidate.ref},
    )
