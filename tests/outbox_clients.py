"""Receivers on loopback that keep what they take: a mail server and a webhook."""

from __future__ import annotations

import asyncio
import email
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

import httpx

from pipeline.adapters.outbound import post


@dataclass
class Mailbox:
    """A mail server on loopback that keeps what it takes."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"

    def links(self, purpose: str) -> list[str]:
        """Return the tokens of links for a purpose in the newest mail."""
        return re.findall(rf"/{purpose}/([0-9a-f.]+)", text_of(self.mails[-1]))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@dataclass
class Hook:
    """A webhook receiver on loopback that keeps what it takes."""

    taken: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    url: str = ""


async def post_here(url: str, body: bytes, headers: Mapping[str, str]) -> Any:
    """Post with loopback allowed, which no installation can ask for."""
    return await post(url, body, headers, allowed=("127.0.0.1",))


class Browser:
    """Asks an application for pages as a browser without JavaScript does."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._ask("POST", path, **{"data": {"x": "y"}, **more})

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="https://readers.elm-bluff.example"
            ) as client:
                return await client.request(method, path, **more)

        return asyncio.run(asked())
