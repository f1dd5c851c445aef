"""Who is there, whether they may, and whether the request is their own.

Every route has this guard before it (``room.Room``). Unknown visitors are sent to the log-on, known
ones without the right are refused, and what changes something needs the session's token and this
site's own origin. Nothing here reads a candidate.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request

from pipeline.adapters.passwords import same
from pipeline.desk.state import Desk
from pipeline.model import Account, May, Role
from pipeline.usecases.log_notes import note_refused_read
from pipeline.usecases.log_on import session_of

__all__ = [
    "COOKIE",
    "NOBODY",
    "DeskOf",
    "Forbidden",
    "NotLoggedOn",
    "Somebody",
    "Visitor",
    "desk_of",
    "guard",
    "still_on",
]

COOKIE = "blotter-desk"
_OF_THE_LOG = frozenset({May.SEE_METRICS, May.OVERSEE})
"""What pages made of the log's entries ask for; the log says who was refused."""
NOBODY = Account(account_id="", name="", role=Role.AGENCY, active=False)


class NotLoggedOn(Exception):
    """Nobody is logged on; the visitor is sent to the log-on."""


class Forbidden(Exception):
    """The visitor is known and may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever sent this request; ``token`` and ``csrf`` are their session's."""

    account: Account
    token: str = ""
    csrf: str = ""
    preferences: dict[str, Any]

    @property
    def known(self) -> bool:
        """Whether somebody is logged on."""
        return bool(self.account.account_id)


def desk_of(request: Request) -> Desk:
    """Return the desk this application serves."""
    desk: Desk = request.app.state.desk
    return desk


def guard(may: May, method: str) -> Callable[..., None]:
    """Return the dependency that stands before a route."""

    def look(request: Request) -> Visitor:
        visitor = _visitor(request)
        request.state.visitor = visitor
        if may is not May.ENTER:
            if not visitor.known:
                raise NotLoggedOn
            if not visitor.account.may(may):
                if may in _OF_THE_LOG:
                    _note_refused(request, visitor)
                raise Forbidden
        return visitor

    def page(request: Request) -> None:
        look(request)

    def action(request: Request, csrf: Annotated[str, Form()] = "") -> None:
        _check_origin(request)
        visitor = look(request)
        sent = request.headers.get("x-csrf", csrf)
        if visitor.known and not same(sent, visitor.csrf):
            raise Forbidden

    return page if method == "GET" else action


def _note_refused(request: Request, visitor: Visitor) -> None:
    desk = desk_of(request)
    detail = request.scope["route"].path
    note_refused_read(desk.store, by=visitor.account.name, detail=detail, now=desk.clock())


def still_on(desk: Desk, token: str) -> bool:
    """Return whether a session is still open; asking does not keep it open."""
    return session_of(desk.store, token, now=desk.clock(), touch=False) is not None


def _visitor(request: Request) -> Visitor:
    desk = desk_of(request)
    token = request.cookies.get(COOKIE, "")
    # What a page asks for by itself does not count as somebody being there.
    touch = "x-quiet" not in request.headers and request.url.path != "/stream"
    found = session_of(desk.store, token, now=desk.clock(), touch=touch) if token else None
    if found is None:
        return Visitor(account=NOBODY, preferences={})
    return Visitor(
        account=found.row.account,
        token=token,
        csrf=found.csrf,
        preferences=json.loads(found.row.preferences),
    )


def _check_origin(request: Request) -> None:
    """Refuse what another site's page sent; a program that names no origin has no cookie either."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden


def _somebody(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


DeskOf = Annotated[Desk, Depends(desk_of)]
Somebody = Annotated[Visitor, Depends(_somebody)]
