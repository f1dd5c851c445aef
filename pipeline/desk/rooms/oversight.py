"""Oversight, for compliance: leak budget, reveals, requests, holds, the month, the log.

Shows entries of the log, never an original. Whoever sees one agency alone sees none of it: what it
counts is of all agencies.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.audit.events import LogAttempt
from pipeline.audit.reveals import Verdict
from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import NotHere
from pipeline.evaluation.monthly import monthly_page
from pipeline.model import ConfigError, May, Refused
from pipeline.usecases.budget import resume_agency
from pipeline.usecases.holds import Scope, holds, lift_hold, place_hold
from pipeline.usecases.log_notes import note_attempt
from pipeline.usecases.log_state import log_state
from pipeline.usecases.monthly import month_of
from pipeline.usecases.receipts import check_log_files, make_receipt
from pipeline.usecases.requests import close_request, requests_list
from pipeline.usecases.reveal import reveals, review_reveal
from pipeline.usecases.sample_figures import ALL, audit_figures

__all__ = ["room", "whole"]

room = Room()


def whole(who: Visitor) -> None:
    """Let nobody in who sees one agency alone."""
    if who.account.agency_id:
        raise NotHere


@room.get("/oversight", May.OVERSEE)
def overview(request: Request, desk: DeskOf, who: Somebody) -> Response:
    """Show what needs somebody, and how often something private was missed."""
    if who.account.agency_id:
        return RedirectResponse("/oversight/redactions", 303)
    now = desk.present()
    return page(
        request,
        "oversight.html",
        figures=audit_figures(desk.settings),
        every=ALL,
        late_reveals=len(reveals(desk.settings, now=now, overdue=True)),
        late_requests=len(requests_list(desk.settings, now=now, overdue=True)),
        log=log_state(desk.store, desk.settings),
    )


@room.post("/oversight/resume", May.OVERSEE)
def resume(
    desk: DeskOf,
    who: Somebody,
    agency: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """End the pause of an agency, with a reason."""
    whole(who)
    resume_agency(desk.settings, agency, person=who.account.name, reason=reason, now=desk.present())
    return RedirectResponse("/oversight", 303)


@room.get("/oversight/reveals", May.OVERSEE)
def reveals_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """List who opened originals, why, and who looked at that."""
    whole(who)
    found = reveals(desk.settings, now=desk.present())
    return page(request, "reveals.html", found=found[::-1], verdicts=tuple(Verdict))


@room.post("/oversight/reveals", May.OVERSEE)
def review(
    desk: DeskOf,
    who: Somebody,
    index: Annotated[str, Form()] = "",
    verdict: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Write down what a second person finds of a reveal."""
    whole(who)
    if not (index.isascii() and index.isdigit() and len(index) < 16) or verdict not in set(Verdict):
        raise Refused("say which reveal, and what you find")
    review_reveal(
        desk.settings,
        int(index),
        person=who.account.name,
        verdict=Verdict(verdict),
        reason=reason,
        now=desk.present(),
    )
    return RedirectResponse("/oversight/reveals", 303)


@room.get("/oversight/requests", May.OVERSEE)
def requests_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """List requests of victims and subjects by deadline; what they gave stays in the vault."""
    whole(who)
    return page(request, "requests.html", found=requests_list(desk.settings, now=desk.present()))


@room.post("/oversight/requests", May.OVERSEE)
def close(
    desk: DeskOf,
    who: Somebody,
    request_id: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Close a request."""
    whole(who)
    close_request(
        desk.settings, request_id, person=who.account.name, reason=reason, now=desk.present()
    )
    return RedirectResponse("/oversight/requests", 303)


@room.get("/oversight/holds", May.OVERSEE)
def holds_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """List legal holds, those that last first."""
    whole(who)
    found = holds(desk.settings, every=True)
    return page(
        request, "holds.html", found=sorted(found, key=lambda each: each.lifted is not None)
    )


@room.post("/oversight/holds", May.OVERSEE)
def change_hold(
    desk: DeskOf,
    who: Somebody,
    hold_id: Annotated[str, Form()] = "",
    agency: Annotated[str, Form()] = "",
    candidate: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Lift a hold that is named, else place one of an agency or of a candidate's call."""
    whole(who)
    person, now = who.account.name, desk.present()
    if hold_id:
        lift_hold(desk.settings, hold_id, person=person, reason=reason, now=now)
    else:
        scope = Scope(agency=agency.strip() or None, candidate=candidate.strip() or None)
        place_hold(desk.settings, scope, person=person, reason=reason, now=now)
    return RedirectResponse("/oversight/holds", 303)


@room.get("/oversight/month", May.OVERSEE)
def month(request: Request, desk: DeskOf, who: Somebody, month: str = "") -> Response:
    """Hand out the month's report as a file that stands alone; without a month, ask for one."""
    whole(who)
    now = desk.present()
    if not month:
        return page(request, "month.html", newest=f"{now:%Y-%m}")
    text = monthly_page(month_of(desk.settings, month, now=now))
    return attachment(text.encode(), f"oversight-{month}.html", "text/html; charset=utf-8")


@room.get("/oversight/log", May.OVERSEE)
def log_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """Show the log's size, its published checkpoint and its keys."""
    whole(who)
    return page(request, "log.html", log=log_state(desk.store, desk.settings), checked=None)


@room.post("/oversight/log", May.OVERSEE)
def check(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """Recompute the whole log, after an entry that says who asked."""
    whole(who)
    detail = "fsck at the desk"
    note_attempt(
        desk.settings, LogAttempt.CHECKED, by=who.account.name, detail=detail, now=desk.clock()
    )
    try:
        found = check_log_files(desk.settings)
    except ConfigError as error:
        raise Refused(str(error)) from None
    return page(request, "log.html", log=log_state(desk.store, desk.settings), checked=found)


@room.get("/oversight/receipt", May.OVERSEE)
def receipt(desk: DeskOf, who: Somebody, alert: str = "") -> Response:
    """Hand out an alert's receipt, which proves offline what the log says of it."""
    whole(who)
    if not alert:
        raise Refused("give the alert's whole id")
    body = make_receipt(desk.settings, alert.strip())
    return attachment(body, "receipt.tlog-proof", "text/plain; charset=utf-8")


def attachment(body: bytes, name: str, kind: str) -> Response:
    """Return a file to be saved, never shown by the browser itself; ``name`` is our own."""
    return Response(
        body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'}
    )
