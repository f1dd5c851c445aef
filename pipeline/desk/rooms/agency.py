"""An agency's own room: what became of what it sent, what is public, what it posts itself.

Never readers, subscribers or another agency: there is no name of an agency in its path. What is
posted goes to the vault and is never shown here again.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk, NotHere
from pipeline.model import BlotterError, ConfigError, May, Refused
from pipeline.usecases.portal import DAYS, portal
from pipeline.usecases.post import MOST_TEXT, NOTHING, Draft, choices_of, post, posts

__all__ = ["room"]

room = Room()

_NO_FILES = "your agency is not set up here; nothing can be posted"
_LOG = logging.getLogger(__name__)


@room.get("/agency", May.SEE_OWN_AGENCY)
def own_agency(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """Show the visitor's own agency."""
    agency_id = _own(who)
    found = portal(desk.store, desk.settings, agency_id, now=desk.present(), clock=desk.clock())
    return page(
        request,
        "agency.html",
        p=found,
        days=DAYS,
        at=desk.clock(),
        posts=posts(desk.store, agency_id),
        posted="posted" in request.query_params,
    )


@room.get("/agency/post", May.SEE_OWN_AGENCY)
def post_form(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """Show the form for a call, or for a request for assistance."""
    asks = request.query_params.get("kind") == "request"
    return _form(request, desk, who, asks=asks)


@room.post("/agency/post", May.SEE_OWN_AGENCY)
def post_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    kind: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
    call_type: Annotated[str, Form()] = "",
    area: Annotated[str, Form()] = "",
    began: Annotated[str, Form()] = "",
    ended: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    """Land it; what was not taken is shown again to whoever typed it, with the reason."""
    if kind not in ("alert", "request"):
        raise Refused("post a call, or a request for assistance")
    draft = Draft(
        asks=kind == "request",
        case=case,
        call_type=call_type,
        area=area,
        began=began,
        ended=ended,
        text=text,
    )
    agency_id = _own(who)
    try:
        post(desk.settings, agency_id, draft, by=who.account.name, now=desk.present())
    except Refused as error:
        return _form(request, desk, who, asks=draft.asks, draft=draft, error=str(error))
    except ConfigError:
        # What is wrong with the files is for engineers; the form says that there is nothing to do.
        return _form(request, desk, who, asks=draft.asks, draft=draft, error=_NO_FILES)
    return RedirectResponse("/agency?posted", 303, background=BackgroundTask(_ring, desk))


def _ring(desk: Desk) -> None:
    """Tell the line; where nobody hears it, the post waits for the next walk."""
    try:
        desk.ring()
    except BlotterError as error:
        _LOG.warning("nobody could be told of a post", extra={"failure": type(error).__name__})


def _form(
    request: Request,
    desk: Desk,
    who: Visitor,
    *,
    asks: bool,
    draft: Draft | None = None,
    error: str = "",
) -> HTMLResponse:
    agency_id = _own(who)
    agency, offered = None, NOTHING
    with suppress(ConfigError):
        agency, offered = choices_of(desk.settings, desk.store, agency_id)
    return page(
        request,
        "post.html",
        status=422 if error else 200,
        asks=asks,
        draft=draft,
        error=error,
        agency=agency,
        offered=offered,
        most=MOST_TEXT,
    )


def _own(who: Visitor) -> str:
    if not who.account.agency_id:
        raise NotHere
    return who.account.agency_id
