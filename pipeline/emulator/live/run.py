"""Runs the emulator: servers, folder drops and pushes, until somebody stops it.

In: the plan and a folder. Out: nothing but traffic on the loopback and files below the folder. What
is pushed goes to one receiver with keys made for it.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import httpx
import uvicorn

from pipeline.emulator.live.certificate import loopback_certificate, server_context
from pipeline.emulator.live.hosts import loopback_hosts
from pipeline.emulator.live.imap import MailFolder, imap_server
from pipeline.emulator.live.plan import MAIL_SENDER, Planned, truth_of, write_folders
from pipeline.emulator.live.sftp import sftp_server
from pipeline.emulator.live.shows import page_at, shown
from pipeline.emulator.live.web import emulated_web

__all__ = ["SFTP_LOGIN", "emulate", "send_mail"]

SFTP_LOGIN = ("emulator", "emulated-word")
"""User and password of the loopback's SFTP server; nothing of value is behind it."""

_MEDIA = {b"<": "application/xml", b"[": "application/json", b"{": "application/json"}
_ROUND_SECONDS = 1.0


async def emulate(
    planned: Sequence[Planned],
    *,
    samples: Path,
    out: Path,
    rate: float,
    seed: str,
    port: int,
    sftp_port: int,
    imap_port: int,
    receiver: str = "",
    keys: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> None:
    """Write the folders and the truth below ``out``, and serve; with ``seconds``, for so long."""
    loop = asyncio.get_running_loop()
    began, ended = loop.time(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    files = out / ".served"
    for one in planned:
        if one.way == "sftp":
            (files / one.agency_id).mkdir(parents=True, exist_ok=True)
    files.mkdir(parents=True, exist_ok=True)
    app = emulated_web(planned, lambda: loop.time() - began, rate=rate, seed=seed)
    config = uvicorn.Config(app, log_level="critical", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    async with AsyncExitStack() as stack:
        hosts = stack.enter_context(loopback_hosts(len(planned), port))
        user, password = SFTP_LOGIN
        address = await stack.enter_async_context(
            sftp_server(
                files,
                user=user,
                password=password,
                port=sftp_port,
                names=[hosts.name(at) for at, one in enumerate(planned) if one.way == "sftp"],
            )
        )
        urls = {one.agency_id: hosts.url(number) for number, one in enumerate(planned)}
        boxes = {one.agency_id: MailFolder(password="") for one in planned if one.way == "mail"}
        pem, key = loopback_certificate(files, datetime.now(UTC))
        login = {user: MailFolder(password=password)}
        mail_port = await stack.enter_async_context(
            imap_server(login, server_context(pem, key), port=imap_port, boxes=boxes)
        )
        sftp = (address.port, address.known_hosts)
        write_folders(planned, samples, out, urls=urls, sftp=sftp, imap=mail_port)
        (out / ".truth.json").write_text(truth_of(planned), "utf-8")  # last: all is there now
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=receiver, timeout=20))
        serving = asyncio.create_task(server.serve(sockets=list(hosts.sockets)))
        told: dict[str, int] = {}
        while not ended.is_set() and (seconds is None or loop.time() - began < seconds):
            for one in planned:
                passed = one.since(loop.time() - began, rate)
                if one.way == "mail":
                    send_mail(one, passed, rate, seed, told, boxes[one.agency_id])
                    continue
                await _step(one, out, files, passed, rate, seed, told, client, keys)
            await asyncio.sleep(_ROUND_SECONDS)
        server.should_exit = True
        await serving


def send_mail(
    one: Planned, passed: float, rate: float, seed: str, told: dict[str, int], box: MailFolder
) -> None:
    """Mail an agency's next page, once it is time for it."""
    pages = [body for _, body in one.pages]
    number, _ = page_at(pages, passed, rate)
    if told.get(one.agency_id) == number:
        return
    told[one.agency_id] = number
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = MAIL_SENDER, "desk@example.org", "CAD page"
    message["Message-ID"] = f"<{one.agency_id}-{number}@emulated.example>"
    body = shown(pages, passed, rate, one.habit, f"{seed}{one.agency_id}")
    message.set_content(body.decode("utf-8", "replace"))
    box.messages.append(message.as_bytes())


async def _step(
    one: Planned,
    out: Path,
    files: Path,
    passed: float,
    rate: float,
    seed: str,
    told: dict[str, int],
    client: httpx.AsyncClient,
    keys: Mapping[str, str] | None,
) -> None:
    """Drop or push an agency's next page, once it is time for it."""
    pages = [body for _, body in one.pages]
    number, _ = page_at(pages, passed, rate)
    if one.way not in {"folder", "sftp", "push"} or told.get(one.agency_id) == number:
        return
    told[one.agency_id] = number
    body = shown(pages, passed, rate, one.habit, f"{seed}{one.agency_id}")
    if one.way == "push":
        token = (keys or {}).get(one.agency_id)
        if token:
            await _push(client, one.agency_id, token, body, number)
        return
    folder = files / one.agency_id if one.way == "sftp" else out / one.agency_id / "drop"
    name = one.pages[number % len(pages)][0]
    draft = folder / f".{name}.part"
    draft.write_bytes(body)
    os.replace(draft, folder / name)  # noqa: PTH105 (one file a change, never half of it)


async def _push(
    client: httpx.AsyncClient, agency_id: str, token: str, body: bytes, number: int
) -> None:
    media = _MEDIA.get(body.lstrip()[:1], "application/octet-stream")
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": media,
        "idempotency-key": f"page-{number}",
    }
    try:
        await client.post(f"/v1/agencies/{agency_id}/payloads", content=body, headers=headers)
    except httpx.HTTPError:
        return  # a receiver that is away is part of the show
