"""The line with a mail server and a webhook receiver on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from elm_bluff import Line, build_line
from outbox_clients import Hook, Mailbox

from pipeline.usecases.settings import MailSettings


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, MailSettings]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield (
            box,
            MailSettings(
                server="127.0.0.1", port=port, security="none", sender="alerts@elm-bluff.example"
            ),
        )
    finally:
        controller.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(kept.status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(tmp_path: Path, mailbox: tuple[Mailbox, MailSettings]) -> Line:
    """The line, with a mail server and an address for links."""
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    settings = replace(
        line.settings,
        mail=mailbox[1],
        subscriptions_url="https://readers.elm-bluff.example",
        site_url="https://alerts.elm-bluff.example",
    )
    return replace(line, settings=settings)


@pytest.fixture
def sqlite_line(tmp_path: Path) -> Line:
    """The line on SQLite, without mail."""
    return build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
