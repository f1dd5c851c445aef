"""One quarantined payload, for engineers: its form, tried again, or put aside.

Shows forms alone, letters as x and digits as 9; an original is opened by ``blotter reveal``.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk, NotHere
from pipeline.model import May, Refused
from pipeline.usecases.quarantine import Look, discard, look, replay

__all__ = ["room"]

room = Room()

_PATH = "/feeds/{agency_id}/quarantine/{payload_id}"


@room.get(_PATH, May.RUN_FEEDS)
def quarantine_page(
    request: Request, desk: DeskOf, who: Somebody, agency_id: str, payload_id: str
) -> HTMLResponse:
    """Show why it could not be read, and the form of what stands there."""
    found = _look(desk, who, agency_id, payload_id)
    return page(request, "quarantine.html", q=found, done=None)


@room.post(f"{_PATH}/replay", May.RUN_FEEDS)
def replay_it(
    request: Request, desk: DeskOf, who: Somebody, agency_id: str, payload_id: str
) -> HTMLResponse:
    """Walk it again by today's agency file; what is read is not quarantined any more."""
    found = _look(desk, who, agency_id, payload_id)
    done = replay(desk.settings, found.payload_id, person=who.account.name, now=desk.present())
    return page(request, "quarantine.html", q=found, done=done)


@room.post(f"{_PATH}/discard", May.RUN_FEEDS)
def discard_it(
    desk: DeskOf,
    who: Somebody,
    agency_id: str,
    payload_id: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Put it aside for good, with a reason; it stays counted."""
    found = _look(desk, who, agency_id, payload_id)
    discard(
        desk.settings,
        found.payload_id,
        record=None,
        person=who.account.name,
        reason=reason,
        now=desk.present(),
    )
    return RedirectResponse(f"/feeds/{agency_id}", 303)


def _look(desk: Desk, who: Visitor, agency_id: str, payload_id: str) -> Look:
    if not who.account.sees(agency_id):
        raise NotHere
    try:
        found = look(desk.settings, payload_id, now=desk.present())
    except Refused:
        raise NotHere from None
    if found.agency_id != agency_id:
        raise NotHere
    return found
