"""One candidate: everything about it, its words while they are typed, one masked word.

Decides nothing. No page here shows a private text but the one word that was asked for and counted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, Response

from pipeline.adapters.store.desk_notes import look_at
from pipeline.desk.answers import viewed
from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.rooms.decisions import HOLDS
from pipeline.desk.rooms.queue import keys_of
from pipeline.desk.state import Desk, NotHere
from pipeline.model import May, Refused, RejectReason, VaultFailure
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.desk_view import PREVIEWS, CandidateView, preview, to_be
from pipeline.usecases.desk_words import check_draft, forget_draft, keep_draft
from pipeline.usecases.lift import lift, liftable
from pipeline.usecases.resources import current_policy, site_of
from pipeline.usecases.trials import find_trial

__all__ = ["room"]

room = Room()

_LOOK = timedelta(minutes=2)


@room.get("/candidates/{candidate_id}", May.SEE_QUEUE)
def candidate_page(
    request: Request, desk: DeskOf, who: Somebody, candidate_id: str
) -> HTMLResponse:
    """Show one candidate; others see that somebody looks at it."""
    view = viewed(desk, who, candidate_id)
    if who.account.may(May.DECIDE) and view.row.state == "pending":
        with desk.store.write() as tx:
            look_at(tx, candidate_id, who.account.name, now=desk.clock(), length=_LOOK)
    return _shown(request, desk, who, view)


@room.get("/candidates/{candidate_id}/channels/{channel}", May.SEE_QUEUE)
def channel_page(
    request: Request, desk: DeskOf, who: Somebody, candidate_id: str, channel: str
) -> HTMLResponse:
    """Show what a channel would carry, byte for byte but for the id nobody knows yet."""
    view = viewed(desk, who, candidate_id)
    policy = current_policy(desk.settings)
    alert = to_be(
        view.row, view.agency, view.live, lifetime=policy.alert_lifetime, now=desk.present()
    )
    files = preview(alert, channel, site=site_of(desk.settings), now=desk.present())
    return page(request, "channel.html", channel=channel, files=files)


@room.get("/areas/{agency_id}", May.SEE_QUEUE)
def areas(desk: DeskOf, who: Somebody, agency_id: str) -> Response:
    """Return an agency's published areas, the map's only base."""
    if not who.account.sees(agency_id):
        raise NotHere
    with desk.store.read() as tx:
        known = agency_id in {each for each, _ in desk.board.choices("")["agency"]}
        folder = desk.settings.agencies / agency_id
        if not known and not folder.is_dir():
            raise NotHere
        agency = agency_of(desk.settings, tx, agency_id)
    return Response(agency.location.areas.read_bytes(), media_type="application/geo+json")


@room.post("/candidates/{candidate_id}/draft", May.DECIDE)
def draft_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    candidate_id: str,
    headline: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    drop: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Keep words for later, if nothing in them may leak."""
    desk.require_seen(who.account, candidate_id)
    if drop:
        forget_draft(desk.store, candidate_id, editor=who.account.name)
        return page(request, "check.html", checked=None, kept=False)
    checked = keep_draft(
        desk.settings,
        candidate_id,
        editor=who.account.name,
        headline=headline,
        text=text,
        now=desk.present(),
    )
    return page(request, "check.html", checked=checked, kept=checked.passes)


@room.post("/candidates/{candidate_id}/check", May.DECIDE)
def check_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    candidate_id: str,
    headline: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Look at words while they are typed: leaks, words nothing explains, wording."""
    desk.require_seen(who.account, candidate_id)
    checked = check_draft(
        desk.settings, candidate_id, headline=headline, text=text, now=desk.present()
    )
    return page(request, "check.html", checked=checked, kept=False)


@room.post("/candidates/{candidate_id}/lift", May.OPEN_KEPT)
def lift_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    candidate_id: str,
    mask: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Show one masked word that nothing explained, or that is kept for the editor; counted."""
    desk.require_seen(who.account, candidate_id)
    remark, _, start = mask.partition(":")
    if not (mask.isascii() and len(mask) < 20 and remark.isdigit() and start.isdigit()):
        raise Refused("there is no such mask")
    if find_trial(desk.store, candidate_id) is not None:
        raise VaultFailure("the original was shredded; nobody can read it any more")
    word = lift(
        desk.settings,
        candidate_id,
        remark=int(remark),
        start=int(start),
        person=who.account.name,
        reason=reason,
        now=desk.present(),
    )
    # The one page of the desk that shows a word of an original; it is stored nowhere.
    return page(request, "lifted.html", word=word.expose())


def _shown(request: Request, desk: Desk, who: Visitor, view: CandidateView) -> HTMLResponse:
    partial = request.headers.get("hx-request") == "true"
    return page(
        request,
        "detail.html" if partial else "candidate.html",
        view=view,
        item=view.item,
        row=view.row,
        approvers=desk.names(view.row.approved_by),
        channels=PREVIEWS,
        reasons=tuple(RejectReason),
        holds=HOLDS,
        masks=[each for each in view.row.proposal.findings if liftable(each)],
        keys=keys_of(who),
        may_undo=view.row.settles_at is not None and view.row.settles_at > desk.clock(),
        headers={"etag": f'"{view.row.version}"'},
    )
