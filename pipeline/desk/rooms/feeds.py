"""Feeds, for engineers: how each goes, what is odd, what changed, its switches.

Opens no original and changes no agency's file.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.desk.drawing import stacked
from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk, NotHere
from pipeline.model import May, Refused
from pipeline.model.switch import Scope
from pipeline.usecases.feed_pages import BUCKETS, HOURS, feed_list, feed_page, known_feed
from pipeline.usecases.switches import switch_off, switch_on

__all__ = ["require_feed", "room"]

room = Room()


@room.get("/feeds", May.RUN_FEEDS)
def feeds_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """List feeds, most trouble first, and what is switched off."""
    lines, board = feed_list(desk.store, desk.settings, now=desk.clock())
    own = who.account.agency_id
    return page(
        request,
        "feeds.html",
        lines=[each for each in lines if who.account.sees(each.row.agency_id)],
        switches=[each for each in board.off if not own or each.name in ("", own)],
        scopes=[Scope.FEED, Scope.AGENCY] if own else list(Scope),
        kinds=BUCKETS,
        hours=HOURS,
        at=desk.clock(),
    )


@room.post("/feeds/switch", May.RUN_FEEDS)
def switch(
    desk: DeskOf,
    who: Somebody,
    scope: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    turn: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Switch off or on, with a reason; it counts within one poll."""
    if scope not in set(Scope):
        raise Refused("a switch is of a feed, an agency, a tier, or of all")
    wanted, name = Scope(scope), name.strip()
    if who.account.agency_id and (
        wanted not in (Scope.FEED, Scope.AGENCY) or name != who.account.agency_id
    ):
        raise NotHere
    if wanted in (Scope.FEED, Scope.AGENCY) and not known_feed(desk.store, desk.settings, name):
        raise Refused("there is no such agency here")
    change = {"off": switch_off, "on": switch_on}.get(turn)
    if change is None:
        raise Refused("a switch is turned off or on")
    change(desk.settings, wanted, name, person=who.account.name, reason=reason, now=desk.present())
    return RedirectResponse("/feeds", 303)


@room.get("/feeds/{agency_id}", May.RUN_FEEDS)
def one_feed(request: Request, desk: DeskOf, who: Somebody, agency_id: str) -> HTMLResponse:
    """Show one feed."""
    require_feed(desk, who, agency_id)
    found = feed_page(desk.store, desk.settings, agency_id, now=desk.clock())
    return page(
        request,
        "feed.html",
        f=found,
        kinds=BUCKETS,
        hours=HOURS,
        at=desk.clock(),
        chart=stacked(found.hours, BUCKETS),
    )


def require_feed(desk: Desk, who: Visitor, agency_id: str) -> None:
    """Refuse a feed that is not here, or not theirs.

    Raises:
        NotHere: both read the same.
    """
    if not who.account.sees(agency_id) or not known_feed(desk.store, desk.settings, agency_id):
        raise NotHere
