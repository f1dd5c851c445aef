"""A desk on a port of its own, and Chromium before it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from desk_served import Served
from elm_bluff import Line
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium")


@contextmanager
def serving(served: Served, port: int = 0) -> Iterator[str]:
    """Serve on a port, or a free one, until the end; yield the address."""
    config = uvicorn.Config(
        served.app, host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        # Not forced: a file on its way is sent to its end and closed; streams, which have
        # none, are ended after the second of grace.
        server.should_exit = True
        thread.join(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install the package chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--use-gl=swiftshader"]
        )
        yield browser
        browser.close()


def enter(browser: Browser, served: Served, address: str, name: str, **how: object) -> Page:
    """Return a page of somebody who is logged on; requests elsewhere are noted and stopped."""
    return enter_with(browser, served.on(name).cookies["blotter-desk"], address, **how)


def enter_with(browser: Browser, token: str, address: str, **how: object) -> Page:
    """Return a page of whoever has a session already."""
    context: BrowserContext = browser.new_context(base_url=address, **how)  # type: ignore[arg-type]
    context.add_cookies([{"name": "blotter-desk", "value": token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    foreign: list[str] = []
    errors: list[str] = []

    def look(route: object) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url.startswith((address, "data:", "blob:")):
            route.continue_()  # type: ignore[attr-defined]
        else:
            foreign.append(url)
            route.abort()  # type: ignore[attr-defined]

    page.route("**/*", look)  # type: ignore[arg-type]
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None,
    )
    page.foreign, page.errors = foreign, errors  # type: ignore[attr-defined]
    return page


def walked(line: Line) -> None:
    """Pull and walk in a thread of its own: the browser's loop runs in this one."""
    thread = threading.Thread(target=line.run)
    thread.start()
    thread.join()
