"""Accounts: who may do what here. For administrators, who see no candidate."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse

from pipeline.desk.guard import DeskOf, Somebody
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk
from pipeline.model import May, Refused, Role
from pipeline.usecases.accounts import accounts_list, disable, enable, give_role, invite

__all__ = ["room"]

room = Room()


@room.get("/accounts", May.MANAGE_ACCOUNTS)
def accounts_page(request: Request, desk: DeskOf) -> HTMLResponse:
    """List everybody."""
    return _accounts(request, desk)


@room.post("/accounts/invite", May.MANAGE_ACCOUNTS)
def invite_somebody(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    agency: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Show a one-time link, once."""
    token = invite(
        desk.store,
        name=name,
        role=_role(role),
        agency_id=agency.strip(),
        by=who.account.name,
        now=desk.clock(),
    )
    scheme = "https" if desk.secure else "http"
    link = f"{scheme}://{request.headers['host']}/join/{token}"
    return _accounts(request, desk, link=link, invited=name)


@room.post("/accounts/role", May.MANAGE_ACCOUNTS)
def change_role(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    agency: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Give somebody another role."""
    give_role(
        desk.store,
        name=name,
        role=_role(role),
        agency_id=agency.strip(),
        by=who.account.name,
        now=desk.clock(),
    )
    return _accounts(request, desk)


@room.post("/accounts/state", May.MANAGE_ACCOUNTS)
def change_state(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    name: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Shut an account, or open it again."""
    change = {"disabled": disable, "active": enable}.get(state)
    if change is None:
        raise Refused("an account is active or disabled")
    change(desk.store, name=name, by=who.account.name, now=desk.clock())
    return _accounts(request, desk)


def _accounts(request: Request, desk: Desk, *, link: str = "", invited: str = "") -> HTMLResponse:
    everybody = accounts_list(desk.store)
    return page(
        request,
        "accounts.html",
        link=link,
        invited=invited,
        accounts=everybody,
        roles=tuple(Role),
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Refused("there is no such role") from None
