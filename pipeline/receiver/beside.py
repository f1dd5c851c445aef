"""Serves the receiver beside another application, in one process and at one address.

In: two applications. Out: one. What is asked below ``/v1/agencies/`` goes to the receiver and
nothing else does; the other application's fences and sessions never see a push, nor the receiver a
session. Where senders show client certificates the receiver needs a process of its own: this one
believes what a proxy says of the peer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PREFIX", "beside"]

PREFIX = "/v1/agencies/"


def beside(other: FastAPI, receiver: FastAPI) -> ASGIApp:
    """Return the application that is both; it starts and stops both."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in (receiver, other):
                await stack.enter_async_context(each.router.lifespan_context(each))
            yield

    alive = Starlette(lifespan=life)

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await alive(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await receiver(scope, receive, send)
        else:
            await other(scope, receive, send)

    return both
