"""The form of a feed's connection, filled in in a browser before a real Airflow."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from desk_browser import chromium
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
INFO = "[apache_airflow_provider]\nprovider_info = blotter_provider:get_provider_info\n"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ninvented\n-----END OPENSSH PRIVATE KEY-----"
WORD = "word-of-ours"


@pytest.fixture(scope="module")
def airflow(
    launch: Callable[..., Any], halt: Callable[[Any], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """An Airflow without DAGs, with the package installed as a provider."""
    folder = tmp_path_factory.mktemp("form")
    info = folder / "site" / "blotter-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: blotter\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(INFO)
    (folder / "dags").mkdir()
    path = os.pathsep.join(str(each) for each in (info.parent, ROOT, ROOT / "dags" / "provider"))
    dags = ("--dags", str(folder / "dags"))
    running = launch(folder / "airflow", folder / "blotter", *dags, PYTHONPATH=path)
    try:
        yield running
    finally:
        halt(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(airflow: Any, browser: Browser) -> Page:
    """Airflow's list of connections, before the administrator."""
    opened = browser.new_page(base_url=airflow.url)
    opened.set_default_timeout(20_000)
    opened.goto("/connections")
    opened.fill("input[name=username]", "admin")
    opened.fill(
        "input[name=password]", json.loads((airflow.home / "passwords.json").read_text())["admin"]
    )
    opened.keyboard.press("Enter")
    return opened


def form(page: Page) -> Locator:
    """Open the form and choose our type."""
    page.get_by_role("button", name="Add Connection").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("Dispatch")
    page.get_by_role("option", name="Dispatch feed (Blotter)").click()
    return dialog


def names(dialog: Locator) -> set[str]:
    fields = dialog.locator("input[name], textarea[name]")
    return {str(each.get_attribute("name")) for each in fields.all()}


def test_the_form_asks_for_what_a_feed_needs_in_its_own_words(page: Page) -> None:
    dialog = form(page)
    expect(dialog.get_by_text("Password or token", exact=True)).to_be_visible()
    expect(dialog.get_by_text("User", exact=True)).to_be_visible()
    shown = {"connection_id", "description", "login", "password", "element_private_key"}
    assert names(dialog) == shown
    dialog.get_by_role("button", name="Extra Fields", exact=True).click()
    expect(dialog.get_by_text("Private key", exact=True)).to_be_visible()
    expect(dialog.get_by_text("OpenSSH or PEM key without a passphrase")).to_be_visible()


def test_what_is_typed_is_kept_sealed_and_not_shown_again(page: Page, airflow: Any) -> None:
    dialog = form(page)
    dialog.locator("input[name=connection_id]").fill("larkspur")
    dialog.locator("input[name=login]").fill("walker")
    dialog.locator("input[name=password]").fill(WORD)
    dialog.get_by_role("button", name="Extra Fields", exact=True).click()
    dialog.locator("textarea[name=element_private_key]").fill(KEY)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="larkspur")).to_be_visible()

    with sqlite3.connect(airflow.home / "airflow.db") as database:
        ((kind, login, password, extra),) = database.execute(
            "select conn_type, login, password, extra from connection where conn_id = 'larkspur'"
        )
    seal = Fernet(
        json.loads((airflow.home / "secrets.json").read_text())["AIRFLOW__CORE__FERNET_KEY"]
    )
    assert (kind, login, seal.decrypt(password.encode())) == (
        "blotter_feed",
        "walker",
        WORD.encode(),
    )
    assert json.loads(seal.decrypt(extra.encode()))["private_key"] == KEY
    assert airflow.files_with(WORD) == ()
    assert airflow.files_with("invented") == ()

    with airflow.api() as api:
        told = json.dumps(api.call("GET", "/api/v2/connections/larkspur"))
    assert WORD not in told
    assert "invented" not in told
    page.reload()
    page.get_by_role("row", name="larkspur").get_by_role("button", name="Edit Connection").click()
    again = page.get_by_role("dialog")
    expect(again.locator("input[name=login]")).to_have_value("walker")
    assert WORD not in page.content()
    assert "invented" not in page.content()
