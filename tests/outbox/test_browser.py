"""A reader's whole way in a real browser, with a real mail server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from desk_browser import chromium
from elm_bluff import Line, call, published
from loopback import served as serving
from outbox_clients import Mailbox, text_of
from playwright.sync_api import Browser, Page
from readers_served import ADDRESS, deliver

from pipeline.adapters.mail_sender import MailSender
from pipeline.subscriptions.app import build_app
from pipeline.subscriptions.fence import Pace
from pipeline.usecases.settings import MailSettings

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@dataclass
class Service:
    """The service on loopback at a moment that a test moves on."""

    line: Line
    address: str = ""

    def app(self) -> Any:
        return build_app(
            self.line.settings,
            clock=lambda: self.line.at,
            mailer=MailSender.of(self.line.settings.mail),
            pace=Pace(most=1_000, within=timedelta(hours=1)),
        )

    def at(self, moment: str) -> None:
        """Move on to a moment, and send what is due by then."""
        self.line = replace(self.line, at=datetime.fromisoformat(moment))
        aside(lambda: deliver(self.line))

    def tell(self, name: str, **values: str) -> None:
        """Let a call come in, be approved and go out."""

        def run() -> None:
            self.line.deliver(f"{name}.csv", [call(name, **values)])
            self.line.run()
            published(self.line)
            deliver(self.line)

        aside(run)


def aside(step: Callable[[], Any]) -> None:
    """Run in a thread of its own: the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(step).result()


@pytest.fixture
def service(served: Line) -> Iterator[Service]:
    # The address of links is known only when the port is.
    found = Service(served)
    holder: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await holder["app"](scope, receive, send)

    with serving(app) as address:
        settings = replace(served.settings, subscriptions_url=address)
        found.line, found.address = replace(served, settings=settings), address
        holder["app"] = found.app()
        yield found


def asked(page: Page, service: Service, **choices: str) -> None:
    page.goto(f"{service.address}/?area=elm-bluff/north-side")
    assert page.get_by_label("North Side").is_checked()
    assert not page.get_by_label("South Side").is_checked()
    page.get_by_label("E-mail").fill(ADDRESS)
    page.get_by_label("When").select_option(choices.pop("rhythm", "urgent"))
    for name, value in choices.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Ask for alerts").click()
    assert "Look into your mail" in page.inner_text("h1")


def confirmed(page: Page, service: Service, box: Mailbox) -> None:
    aside(lambda: deliver(service.line))
    (token,) = box.links("confirm")
    page.goto(f"{service.address}/confirm/{token}")
    page.get_by_role("button", name="Yes, send me alerts").click()
    assert page.inner_text("h1") == "Confirmed"


def told(box: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for mail in box.mails]


def test_a_readers_whole_way_on_a_phone(
    service: Service, browser: Browser, mailbox: tuple[Mailbox, MailSettings]
) -> None:
    box = mailbox[0]
    page = browser.new_context(**PHONE, java_script_enabled=False).new_page()
    asked(page, service, quiet_from="22:00", quiet_to="07:00", digest="18:30")
    confirmed(page, service, box)

    # Noon there: at once. At eleven in the night: not before seven.
    service.tell("1")
    assert [subject for subject in told(box) if "Reported" in subject] == told(box)[-1:]
    service.at("2026-03-03T05:00:00+00:00")
    service.tell("2", opened="2026-03-02 21:30:00", kind="GAS LEAK")
    before = len(box.mails)
    service.at("2026-03-03T12:59:00+00:00")
    assert len(box.mails) == before
    service.at("2026-03-03T13:00:00+00:00")
    assert len(box.mails) == before + 1
    assert "Gas" in told(box)[-1]

    # The link in its foot: what is kept, a change to a daily mail, and a copy of it all.
    (token,) = box.links("manage")
    page.goto(f"{service.address}/manage/{token}")
    assert page.locator("#quiet_from").input_value() == "22:00"
    assert page.locator("#digest").input_value() == "18:30"
    page.get_by_label("When").select_option("daily")
    page.get_by_role("button", name="Save").click()
    assert page.inner_text("h1") == "Saved"
    page.goto(f"{service.address}/manage/{token}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Everything we keep of you").click()
    kept = json.loads(Path(saved.value.path()).read_text())
    assert (kept["address"], kept["rhythm"], kept["quiet"]) == (ADDRESS, "daily", [1320, 420])
    assert kept["daily_mail_at"] == 18 * 60 + 30

    service.at("2026-03-03T18:00:00+00:00")
    service.tell("3", opened="2026-03-03 11:20:00")
    before = len(box.mails)
    service.at("2026-03-04T00:29:00+00:00")
    assert len(box.mails) == before
    service.at("2026-03-04T00:30:00+00:00")
    service.at("2026-03-04T00:31:00+00:00")
    assert [subject[:8] for subject in told(box)[before:]] == ["1 alert "]

    # A mail program's own button (RFC 8058), which is no browser and follows no page.
    digest = box.mails[-1]
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(digest["List-Unsubscribe"]).strip("<>")
    assert httpx.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    page.goto(f"{service.address}/manage/{token}")
    assert page.inner_text("h1") == "Not found"
    page.context.close()


def test_a_reader_erases_everything_and_gets_one_last_mail(
    service: Service, browser: Browser, mailbox: tuple[Mailbox, MailSettings]
) -> None:
    box = mailbox[0]
    page = browser.new_context(**PHONE).new_page()
    asked(page, service)
    confirmed(page, service, box)
    service.tell("1")
    (token,) = box.links("manage")
    page.goto(f"{service.address}/manage/{token}")
    page.get_by_role("button", name="Erase everything").click()
    assert page.inner_text("h1") == "Erased"
    assert "erased" in text_of(box.mails[-1])
    before = len(box.mails)
    service.at("2026-03-02T18:30:00+00:00")
    service.tell("2", kind="GAS LEAK")
    assert len(box.mails) == before
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_form_fits_and_hinders_nobody(
    width: int, scheme: str, service: Service, browser: Browser
) -> None:
    if not AXE.is_file():
        pytest.skip("no axe: tools/assets fetches it")
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{service.address}/?area=elm-bluff/north-side")
    page.locator("summary", has_text="Only some kinds").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(each["id"], len(each["nodes"])) for each in found["violations"]] == []
    context.close()
