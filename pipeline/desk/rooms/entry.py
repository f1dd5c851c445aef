"""Log-on, log-off, one-time links, and how somebody likes the desk."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.desk.guard import COOKIE, DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk
from pipeline.desk.words import LANGUAGES
from pipeline.model import Account, May, Refused, Role
from pipeline.usecases.accounts import invitation_for, save_preferences
from pipeline.usecases.log_on import (
    LoggedOn,
    accept,
    log_off,
    log_on_password,
    log_on_subject,
)

__all__ = ["home_of", "room"]

room = Room()

_HOME = {
    Role.AGENCY: "/agency",
    Role.EDITOR: "/queue",
    Role.SENIOR_EDITOR: "/queue",
    Role.COMPLIANCE: "/oversight",
    Role.ENGINEER: "/feeds",
    Role.ADMIN: "/accounts",
}


def home_of(account: Account) -> str:
    """Return where somebody begins."""
    return _HOME[account.role]


@room.get("/healthz", May.ENTER)
def healthz() -> HTMLResponse:
    """Say that the desk runs; nothing about what is in it."""
    return HTMLResponse("ok")


@room.get("/", May.ENTER)
def front(who: Somebody) -> RedirectResponse:
    """Send people to where they work."""
    return RedirectResponse(home_of(who.account) if who.known else "/log-on", 303)


@room.get("/log-on", May.ENTER)
def log_on_page(request: Request, desk: DeskOf) -> HTMLResponse:
    """Ask for name and password."""
    return _log_on(request, desk, "")


@room.post("/log-on", May.ENTER)
def log_on(
    request: Request,
    desk: DeskOf,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Open a session."""
    address = request.client.host if request.client else ""
    now = desk.clock()
    if desk.throttle.blocked(address, now):
        return _log_on(request, desk, "too many tries from here; wait five minutes", 429)
    try:
        opened = log_on_password(desk.store, name=name, password=password, now=now)
    except Refused as error:
        desk.throttle.failed(address, now)
        return _log_on(request, desk, str(error), 401)
    _end_former(request, desk)
    return _welcome(desk, opened)


@room.post("/log-off", May.OWN_ACCOUNT)
def leave(desk: DeskOf, who: Somebody) -> RedirectResponse:
    """End the session."""
    log_off(desk.store, who.token, by=who.account.name, now=desk.clock())
    answer = RedirectResponse("/log-on", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@room.get("/join/{token}", May.ENTER)
def join_page(request: Request, desk: DeskOf, token: str) -> HTMLResponse:
    """Let whoever has a one-time link choose a password."""
    found = invitation_for(desk.store, token, now=desk.clock())
    status = 200 if found else 404
    return page(request, "join.html", status=status, invitation=found, token=token, message="")


@room.post("/join/{token}", May.ENTER)
def join(
    request: Request,
    desk: DeskOf,
    token: str,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Make the account."""
    found = invitation_for(desk.store, token, now=desk.clock())
    message = "" if password == again else "the two passwords differ"
    if not message:
        try:
            opened = accept(desk.store, token, password=password, name=name, now=desk.clock())
        except Refused as error:
            message = str(error)
        else:
            _end_former(request, desk)
            return _welcome(desk, opened)
    return page(request, "join.html", status=422, invitation=found, token=token, message=message)


@room.get("/oidc/begin", May.ENTER)
async def oidc_begin(request: Request, desk: DeskOf) -> Response:
    """Send the visitor to the identity provider."""
    if desk.oidc is None:
        raise Refused("no identity provider is configured")
    scheme = "https" if desk.secure else "http"
    back = f"{scheme}://{request.headers['host']}/oidc/back"
    return await desk.oidc.begin(request, back)


@room.get("/oidc/back", May.ENTER)
async def oidc_back(request: Request, desk: DeskOf) -> Response:
    """Take in whom the provider vouches for."""
    if desk.oidc is None:
        raise Refused("no identity provider is configured")
    person = await desk.oidc.finish(request)
    opened = log_on_subject(
        desk.store, subject=person.subject, name=person.name, role=person.role, now=desk.clock()
    )
    _end_former(request, desk)
    # A page, not a redirect: a strict cookie is not sent on a chain another site began.
    answer = page(request, "entered.html", to=home_of(opened.account))
    _set_cookie(desk, answer, opened)
    return answer


@room.get("/me", May.OWN_ACCOUNT)
def me(request: Request) -> HTMLResponse:
    """Show how somebody likes the desk."""
    return page(request, "me.html", saved=False)


@room.post("/me", May.OWN_ACCOUNT)
def change_me(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    language: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Keep language and theme."""
    if language in ("", *LANGUAGES) and theme in ("", "light", "dark"):
        who.preferences.update(language=language, theme=theme)
        save_preferences(desk.store, who.account.account_id, json.dumps(who.preferences))
    return page(request, "me.html", saved=True)


def _log_on(request: Request, desk: Desk, message: str, status: int = 200) -> HTMLResponse:
    label = "" if desk.oidc is None else desk.oidc.label
    return page(request, "log_on.html", status=status, message=message, oidc=label)


def _end_former(request: Request, desk: Desk) -> None:
    """End the session this browser came with: it gets a new one, and nobody keeps the old one."""
    visitor: Visitor = request.state.visitor
    if visitor.known:
        log_off(desk.store, visitor.token, by=visitor.account.name, now=desk.clock())


def _welcome(desk: Desk, opened: LoggedOn) -> Response:
    answer = RedirectResponse(home_of(opened.account), 303)
    _set_cookie(desk, answer, opened)
    return answer


def _set_cookie(desk: Desk, answer: Response, opened: LoggedOn) -> None:
    answer.set_cookie(
        COOKIE, opened.token, httponly=True, samesite="strict", secure=desk.secure, path="/"
    )
