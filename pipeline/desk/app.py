"""Builds the desk's application of its rooms; refuses a route that has no rule."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from pipeline.desk.answers import NoVersion
from pipeline.desk.guard import NOBODY, Forbidden, NotLoggedOn, Visitor
from pipeline.desk.headers import Fence
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.rooms import (
    accounts,
    agency,
    alert,
    candidate,
    decisions,
    entry,
    feeds,
    metrics,
    oversight,
    quarantine,
    queue,
    redactions,
    samples,
    types,
)
from pipeline.desk.state import Desk, NotHere
from pipeline.model import BlotterError, Conflict, May, Refused

__all__ = ["ROOMS", "build_app"]

ROOMS: Sequence[Room] = (
    entry.room,
    queue.room,
    candidate.room,
    decisions.room,
    alert.room,
    feeds.room,
    types.room,
    quarantine.room,
    agency.room,
    oversight.room,
    samples.room,
    redactions.room,
    metrics.room,
    accounts.room,
)
"""Every room. Another one is added here, and in the navigation by its ``May``."""

_HERE = Path(__file__).parent
_ASSETS = _HERE.parent / "assets"


def build_app(desk: Desk) -> FastAPI:
    """Return the application; nothing of it is public but the log-on and its styles."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(desk.board.follow)
        news = asyncio.create_task(desk.news.run(desk.send))
        yield
        news.cancel()

    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, title="Blotter desk", lifespan=life
    )
    app.state.desk = desk
    app.state.rules = {}
    for room in ROOMS:
        app.include_router(room.router)
        app.state.rules.update(room.rules)
    app.mount("/static", StaticFiles(directory=_HERE / "static"))
    app.mount("/assets", StaticFiles(directory=_ASSETS, check_dir=False))
    _check_rules(app, app.state.rules)
    _tell_errors(app)
    if desk.oidc is not None:
        # Holds state and nonce between here and the provider; the session itself is the store's.
        app.add_middleware(
            SessionMiddleware,
            secret_key=secrets.token_hex(32),
            session_cookie="blotter-oidc",
            max_age=600,
            same_site="lax",
            https_only=desk.secure,
        )
    app.add_middleware(Fence, secure=desk.secure, host=desk.host)
    return app


def _check_rules(app: FastAPI, rules: Mapping[tuple[str, str], May]) -> None:
    for route in app.routes:
        if isinstance(route, Mount) and route.path in ("/static", "/assets"):
            continue
        if not isinstance(route, APIRoute):
            raise TypeError(f"{route} is no route of a room")
        for method in route.methods:
            if (method, route.path) not in rules:
                raise TypeError(f"{method} {route.path} has no rule")


def _tell_errors(app: FastAPI) -> None:
    @app.exception_handler(NotLoggedOn)
    def _unknown(request: Request, _: Exception) -> Response:
        if request.headers.get("hx-request") == "true":
            return Response(status_code=401, headers={"hx-redirect": "/log-on"})
        return RedirectResponse("/log-on", 303)

    @app.exception_handler(Forbidden)
    def _forbidden(request: Request, _: Exception) -> HTMLResponse:
        return _problem(request, 403, "")

    @app.exception_handler(NoVersion)
    def _no_version(request: Request, _: Exception) -> HTMLResponse:
        return _problem(request, 428, "a decision names the version it is on (If-Match)")

    @app.exception_handler(BlotterError)
    def _told(request: Request, error: Exception) -> HTMLResponse:
        status = 422 if isinstance(error, Refused) else 409 if isinstance(error, Conflict) else 503
        return _problem(request, status, str(error))

    @app.exception_handler(NotHere)
    def _not_here(request: Request, _: Exception) -> HTMLResponse:
        return _problem(request, 404, "")

    @app.exception_handler(404)
    def _missing(request: Request, _: Exception) -> HTMLResponse:
        return _problem(request, 404, "")


def _problem(request: Request, status: int, message: str) -> HTMLResponse:
    if not hasattr(request.state, "visitor"):
        request.state.visitor = Visitor(account=NOBODY, preferences={})
    return page(request, "problem.html", status=status, code=status, message=message)
