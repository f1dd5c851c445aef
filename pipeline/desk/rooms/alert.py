"""One live alert: correct its words, or withdraw it from every channel."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from pipeline.adapters.store.candidates import QueueRow, find_candidate
from pipeline.desk.answers import answer_conflict, answer_decided, seen_version
from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk, NotHere
from pipeline.model import Alert, Conflict, May, Refused, RetractReason
from pipeline.usecases.correct import correct
from pipeline.usecases.deliver import deliver_due
from pipeline.usecases.desk_view import PREVIEWS, alert_view, preview
from pipeline.usecases.publish import publish_due
from pipeline.usecases.resources import site_of
from pipeline.usecases.retract import retract

__all__ = ["room"]

room = Room()


@room.get("/alerts/{alert_id}", May.SEE_QUEUE)
def alert_page(request: Request, desk: DeskOf, who: Somebody, alert_id: str) -> HTMLResponse:
    """Show what the public reads, and the ways to change it."""
    found = alert_view(desk.store, desk.settings, alert_id)
    if found is None or not who.account.sees(found[0].agency_id):
        raise NotHere
    alert, row, agency, wordings = found
    return page(
        request,
        "alert.html",
        alert=alert,
        row=row,
        agency=agency,
        templates=wordings,
        channels=PREVIEWS,
        reasons=tuple(RetractReason),
    )


@room.get("/alerts/{alert_id}/channels/{channel}", May.SEE_QUEUE)
def alert_channel(
    request: Request, desk: DeskOf, who: Somebody, alert_id: str, channel: str
) -> HTMLResponse:
    """Show what a channel carries of this alert."""
    alert = _alert(desk, who, alert_id)
    files = preview(alert, channel, site=site_of(desk.settings), now=desk.present())
    return page(request, "channel.html", channel=channel, files=files)


@room.post("/alerts/{alert_id}/correct", May.DECIDE)
def correct_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    alert_id: str,
    headline: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    if_match: Annotated[str, Header()] = "",
    version: Annotated[str, Form()] = "",
) -> Response:
    """Propose other words for what the public reads, as its editor saw it."""
    _alert(desk, who, alert_id)
    expected = seen_version(if_match, version)
    try:
        done = correct(
            desk.settings,
            alert_id,
            editor=who.account.name,
            now=desk.present(),
            headline=headline,
            text=text,
            expected=expected,
        )
    except Conflict as error:
        seen = _seen(desk, alert_id, expected)
        return answer_conflict(request, desk, seen, str(error), (headline, text))
    return answer_decided(request, "corrected", alert_id, done, undo_s=0)


@room.post("/alerts/{alert_id}/retract", May.DECIDE)
def retract_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    alert_id: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Withdraw an alert; it is told at once, without an undo window."""
    _alert(desk, who, alert_id)
    if reason not in {each.value for each in RetractReason}:
        raise Refused("choose a reason")
    retract(
        desk.settings,
        alert_id,
        editor=who.account.name,
        now=desk.present(),
        reason=RetractReason(reason),
    )
    publish_due(desk.settings, now=desk.present(), clock=desk.clock())
    # Receivers and readers hear of it now, not with the next round; what fails is tried again then.
    tell = BackgroundTask(deliver_due, desk.settings, now=desk.present())
    if request.headers.get("hx-request") != "true":
        return RedirectResponse("/queue?tab=retracted", 303, background=tell)
    answer = page(
        request,
        "toast.html",
        verb="retracted",
        number=1,
        moved=0,
        candidate_id="",
        undo=0,
        what="",
        decided=None,
        headers={"hx-trigger": '{"decided": {"ids": ["' + alert_id + '"]}}'},
    )
    answer.background = tell
    return answer


def _seen(desk: Desk, alert_id: str, candidate_id: str) -> QueueRow:
    """Return the wording of this alert that an editor saw; today's where there was none such."""
    found = alert_view(desk.store, desk.settings, alert_id)
    if found is None:
        raise NotHere
    with desk.store.read() as tx:
        seen = find_candidate(tx, candidate_id)
    of_it = seen is not None and seen.proposal.candidate.ref == found[1].proposal.candidate.ref
    return seen if seen is not None and of_it else found[1]


def _alert(desk: Desk, who: Visitor, alert_id: str) -> Alert:
    found = alert_view(desk.store, desk.settings, alert_id)
    if found is None or not who.account.sees(found[0].agency_id):
        raise NotHere
    return found[0]
