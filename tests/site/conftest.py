"""An invented site in a folder, served to a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from invented_site import AT, rendered, served, written
from playwright.sync_api import Browser, sync_playwright

from pipeline.emulator.site import Invented, invent
from pipeline.publish import Site


@pytest.fixture(scope="session")
def site() -> Site:
    return Site(title="Larkspur alerts", base_url="https://alerts.example/", author="The Desk")


@pytest.fixture(scope="session")
def invented(site: Site) -> Invented:
    return invent(12, at=AT, site=site)


@pytest.fixture(scope="session")
def files(invented: Invented) -> dict[str, bytes]:
    return {file.path: file.body for file in rendered(invented)}


@pytest.fixture(scope="session")
def address(invented: Invented, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    written(folder, rendered(invented))
    with served(folder) as url:
        yield url


# Not for the session: while it is open a loop runs in this thread, and nothing else could run one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield started
        started.close()
