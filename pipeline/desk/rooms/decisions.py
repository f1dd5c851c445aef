"""The decisions on one candidate, each on the version its editor saw.

Reads a form and calls a use case. There is no route here that approves more than one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from pipeline.desk.answers import CaseOf, answer_decided
from pipeline.desk.guard import DeskOf, Somebody
from pipeline.desk.room import Room
from pipeline.model import May, Refused, RejectReason, Verb
from pipeline.usecases.approve import approve
from pipeline.usecases.edit import edit
from pipeline.usecases.hold import hold, resume
from pipeline.usecases.merge import merge
from pipeline.usecases.reject import reject
from pipeline.usecases.trials import find_trial, take_back_answer
from pipeline.usecases.undo import undo

__all__ = ["HOLDS", "room"]

room = Room()

HOLDS = {
    "agency": "waiting for an answer of the agency",
    "colleague": "a colleague is asked about this",
    "more": "more is to come, too early to tell",
}
"""Why something is put aside, as others read it."""


@room.post("/candidates/{candidate_id}/approve", May.DECIDE)
def approve_it(case: CaseOf, not_before: Annotated[str, Form()] = "") -> Response:
    """Approve; sent once the undo window is over, and not before an embargo ends."""
    embargo = _embargo(not_before)
    return case.decide(
        "approved",
        Verb.APPROVE,
        lambda: approve(
            case.desk.settings,
            case.candidate_id,
            editor=case.editor,
            now=case.now,
            expected=case.expected,
            settles=case.settles,
            not_before=embargo,
        ),
    )


@room.post("/candidates/{candidate_id}/reject", May.DECIDE)
def reject_it(case: CaseOf, reason: Annotated[str, Form()] = "") -> Response:
    """Turn down, with a coded reason."""
    if reason not in {each.value for each in RejectReason}:
        raise Refused("choose a reason")
    return case.decide(
        "rejected",
        Verb.REJECT,
        lambda: reject(
            case.desk.settings,
            case.candidate_id,
            editor=case.editor,
            now=case.now,
            reason=RejectReason(reason),
            expected=case.expected,
            settles=case.settles,
        ),
        reason=reason,
    )


@room.post("/candidates/{candidate_id}/hold", May.DECIDE)
def hold_it(case: CaseOf, reason: Annotated[str, Form()] = "") -> Response:
    """Put aside."""
    if reason not in HOLDS:
        raise Refused("choose a reason")
    return case.decide(
        "held",
        Verb.HOLD,
        lambda: hold(
            case.desk.settings,
            case.candidate_id,
            editor=case.editor,
            reason=HOLDS[reason],
            now=case.now,
            expected=case.expected,
        ),
    )


@room.post("/candidates/{candidate_id}/merge", May.DECIDE)
def merge_it(case: CaseOf, alert: Annotated[str, Form()] = "") -> Response:
    """Say that a live alert tells this already; the alert's new words wait for somebody else."""
    return case.decide(
        "merged",
        Verb.MERGE,
        lambda: merge(
            case.desk.settings,
            case.candidate_id,
            alert,
            editor=case.editor,
            now=case.now,
            expected=case.expected,
        ),
    )


@room.post("/candidates/{candidate_id}/edit", May.DECIDE)
def edit_it(
    case: CaseOf, headline: Annotated[str, Form()] = "", text: Annotated[str, Form()] = ""
) -> Response:
    """Propose other words; somebody else approves them."""
    return case.decide(
        "edited",
        Verb.EDIT,
        lambda: edit(
            case.desk.settings,
            case.candidate_id,
            editor=case.editor,
            now=case.now,
            headline=headline,
            text=text,
            expected=case.expected,
        ),
        typed=(headline, text),
    )


@room.post("/candidates/{candidate_id}/resume", May.DECIDE)
def resume_it(request: Request, desk: DeskOf, who: Somebody, candidate_id: str) -> Response:
    """Take back what was put aside."""
    desk.require_seen(who.account, candidate_id)
    done = resume(desk.settings, candidate_id, editor=who.account.name, now=desk.present())
    return answer_decided(request, "resumed", candidate_id, done, undo_s=0)


@room.post("/candidates/{candidate_id}/undo", May.DECIDE)
def undo_it(request: Request, desk: DeskOf, who: Somebody, candidate_id: str) -> Response:
    """Take the last decision back."""
    desk.require_seen(who.account, candidate_id)
    editor, clock = who.account.name, desk.clock()
    trial = find_trial(desk.store, candidate_id)
    if trial is not None:
        done = take_back_answer(desk.store, trial, editor=editor, since=clock - desk.undo)
    else:
        done = undo(desk.settings, candidate_id, editor=editor, now=desk.present(), clock=clock)
    return answer_decided(request, "undone", candidate_id, done, undo_s=0)


def _embargo(text: str) -> datetime | None:
    """Return what the form's time field says, in the agency's local time; None for an empty one."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:40])
    except ValueError:
        raise Refused("this is no time") from None
