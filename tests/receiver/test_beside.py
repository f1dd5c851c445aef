"""The receiver in the desk's process: pushes reach it, everything else reaches the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from elm_bluff import Line
from fastapi import FastAPI
from loopback import served
from pushing import body_of, key_of, push
from starlette.types import Message

from pipeline.desk import build_app
from pipeline.desk.state import Desk
from pipeline.receiver import Receiver, beside, build_receiver
from pipeline.receiver.bell import Bell
from pipeline.usecases.resources import open_resources


def test_pushes_go_to_the_receiver_and_all_else_to_the_desk(line: Line) -> None:
    seconds = iter(range(10_000))
    with open_resources(line.settings, now=line.at) as resources:
        receiver = Receiver(
            settings=line.settings,
            resources=resources,
            clock=lambda: line.at,
            seconds=lambda: float(next(seconds)),
            bell=Bell(lambda: None),
        )
        desk = Desk(
            settings=line.settings,
            store=resources.store,
            clock=lambda: line.at,
            secure=False,
            host="",
            oidc=None,
            ring=lambda: None,
        )
        both = beside(build_app(desk), build_receiver(receiver))
        with served(both) as url, httpx.Client(base_url=url) as client:
            answer = push(client, body_of("1", "2"), key_of(line).token)
            assert answer.status_code == 202
            unknown = client.post("/v1/agencies/elm-bluff/payloads", content=b"[]")
            assert unknown.headers["content-type"] == "application/problem+json"
            assert unknown.status_code == 401
            assert client.get("/log-on").status_code == 200
            assert client.get("/openapi.json").status_code == 404  # the receiver's own has one
            assert client.post("/v1/agencies", content=b"[]").status_code in {403, 404}


def test_both_are_started_and_stopped() -> None:
    told: list[str] = []

    def one(name: str) -> FastAPI:
        @asynccontextmanager
        async def life(_: FastAPI) -> AsyncIterator[None]:
            told.append(f"{name} up")
            yield
            told.append(f"{name} down")

        return FastAPI(lifespan=life)

    async def through() -> list[str]:
        said = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Message:
            return next(said)

        async def send(message: Message) -> None:
            told.append(str(message["type"]))

        await beside(one("desk"), one("receiver"))({"type": "lifespan"}, receive, send)
        return told

    assert asyncio.run(through()) == [
        *("receiver up", "desk up", "lifespan.startup.complete"),
        *("desk down", "receiver down", "lifespan.shutdown.complete"),
    ]
