"""The desk in Chromium, by keyboard: what an editor does in a shift."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_browser import chromium, enter, serving, walked
from desk_served import Served
from elm_bluff import call
from playwright.sync_api import Browser, Page, expect

from pipeline.desk import build_app
from pipeline.desk.state import Desk
from pipeline.usecases.cards import Change, Wanted
from pipeline.usecases.queue import live_alerts

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
EVIL = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def fill(served: Served, number: int, kind: str = "GAS LEAK") -> None:
    served.line.deliver("a.csv", [call(str(n), kind, notes=f"odor, {kind}") for n in range(number)])
    walked(served.line)


def opened(browser: Browser, served: Served, address: str, name: str, **how: Any) -> Page:
    page = enter(browser, served, address, name, **how)
    page.goto("/queue")
    page.wait_for_selector("#detail article")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    return page


def sound(page: Page) -> None:
    """Nothing was asked of another site, no script failed."""
    assert page.foreign == []  # type: ignore[attr-defined]
    assert page.errors == []  # type: ignore[attr-defined]


def pending(served: Served) -> int:
    return len(served.line.pending())


def wait_for(what: Any, wanted: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while what() != wanted and time.monotonic() < end:
        time.sleep(0.05)
    assert what() == wanted


def test_a_whole_shift_by_keyboard(browser: Browser, served: Served) -> None:
    fill(served, 24)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        keys = page.keyboard
        expect(page.locator("#rows .line")).to_have_count(24)
        # Ten approvals, a key each; the next one is chosen by itself.
        for left in range(23, 13, -1):
            before = page.get_attribute("#detail article", "data-id")
            keys.press("a")
            expect(page.locator("#rows .line")).to_have_count(left)
            expect(page.locator(f'#detail article:not([data-id="{before}"])')).to_be_visible()
        assert pending(served) == 14
        # The last one is taken back.
        keys.press("u")
        expect(page.locator('.toast[data-verb="undone"]')).to_be_visible(timeout=10_000)
        wait_for(lambda: pending(served), 15)
        expect(page.locator("#rows .line")).to_have_count(15)
        # Five are rejected: r, then the reason's number.
        page.locator("#rows a.go-to").first.focus()
        for left in range(14, 9, -1):
            keys.press("j")
            page.wait_for_timeout(150)
            before = page.get_attribute("#rows .line.now", "data-key")
            expect(page.locator(f'#detail article[data-id="{before}"]')).to_be_visible()
            keys.press("r")
            keys.press("2")
            expect(page.locator("#rows .line")).to_have_count(left)
        wait_for(lambda: served.line.states().get("rejected"), 5)
        # One is put aside.
        page.wait_for_timeout(300)
        keys.press("h")
        keys.press("1")
        expect(page.locator("#rows .line")).to_have_count(9)
        # One gets other words.
        page.wait_for_timeout(400)
        keys.press("e")
        expect(page.locator("#words input[name=headline]")).to_be_focused()
        keys.press("Tab")
        keys.press("Control+a")
        keys.type("A gas leak is reported. Please avoid the area.")
        expect(page.locator("#check .good")).to_be_visible()
        keys.press("Tab")
        keys.press("Enter")
        expect(page.locator('.toast[data-verb="edited"]')).to_be_visible()
        # Letters typed into a field decide nothing.
        page.locator("#search").focus()
        keys.type("arx")
        assert served.line.states() == {"pending": 19, "rejected": 5}
        sound(page)


def test_news_come_within_two_seconds_and_after_a_break(browser: Browser, served: Served) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        served.line.deliver("b.csv", [call("90", "BRUSH FIRE")])
        walked(served.line.later(2))
        began = time.monotonic()
        expect(page.locator("#rows .line")).to_have_count(3, timeout=5_000)
        assert time.monotonic() - began < 2
        assert "new in the queue" in page.locator("#said").inner_text()
        page.context.set_offline(True)
        served.line.deliver("c.csv", [call("91", "BRUSH FIRE")])
        walked(served.line.later(4))
        page.context.set_offline(False)
        page.reload()
        expect(page.locator("#rows .line")).to_have_count(4)
        sound(page)


def test_the_stream_replays_what_a_reader_missed(served: Served) -> None:
    import httpx

    fill(served, 1)
    with serving(served) as address:
        served.desk.board.follow()
        seen = served.desk.board.index
        token = served.on("Ida Okwu").cookies["blotter-desk"]
        served.line.deliver("b.csv", [call("90", "BRUSH FIRE")])
        walked(served.line.later(2))
        wait_for(lambda: len(served.desk.board.ranked(Wanted())), 2)
        headers = {"last-event-id": str(seen), "cookie": f"blotter-desk={token}"}
        told = ""
        with httpx.stream("GET", f"{address}/stream", headers=headers, timeout=10) as answer:
            for piece in answer.iter_text():
                told += piece
                if "event: queue" in told:
                    break
        candidate = next(c for c in served.line.pending() if c in told)
        assert candidate


def test_a_desk_that_was_away_is_found_again_with_what_was_missed(
    browser: Browser, served: Served
) -> None:
    fill(served, 1)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        expect(page.locator("#rows .line")).to_have_count(1)
    expect(page.locator("#live")).to_have_attribute("data-state", "off")
    served.line.deliver("b.csv", [call("90", "BRUSH FIRE")])
    walked(served.line.later(2))
    desk = Desk(settings=served.line.settings, store=served.store, clock=served.clock)
    page.evaluate("window.same = true")
    with serving(replace(served, desk=desk, app=build_app(desk)), int(address.rpartition(":")[2])):
        expect(page.locator("#live")).to_have_attribute("data-state", "on", timeout=15_000)
        expect(page.locator("#rows .line")).to_have_count(2, timeout=15_000)
        assert page.evaluate("window.same") is True
        page.locator("#rows a.go-to").first.focus()
        page.keyboard.press("a")
        expect(page.locator('.toast[data-verb="approved"]')).to_be_visible()


def test_a_stream_takes_any_number_it_is_told_and_ends_with_the_session(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    monkeypatch.setattr("pipeline.desk.rooms.queue._CHECK_SECONDS", 0.0)
    ida = served.on("Ida Okwu")
    cookie = f"blotter-desk={ida.cookies['blotter-desk']}"
    with serving(served) as address:
        for odd in (b"\xb2", b"9" * 6_000, b"-1", b"1 2"):
            headers = {b"last-event-id": odd, b"cookie": cookie.encode()}
            with httpx.stream("GET", f"{address}/stream", headers=headers, timeout=10) as answer:
                assert answer.status_code == 200
                assert "event: hello" in next(answer.iter_text())
        # There is always something to tell, and nobody to tell it to any more.
        always = (Change(after=-1, index=0, came=(("a", "elm-bluff"),), went=()),)
        monkeypatch.setattr(type(served.desk.board), "since", lambda _self, _at: always)
        headers = {b"cookie": cookie.encode()}
        with httpx.stream("GET", f"{address}/stream", headers=headers, timeout=10) as answer:
            pieces = answer.iter_text()
            assert "event:" in next(pieces)
            assert ida.post("/log-off").status_code == 303
            for _ in pieces:
                pass
        gone = httpx.get(f"{address}/stream", headers=headers)
        assert (gone.status_code, gone.headers["location"]) == (303, "/log-on")


def test_two_editors_who_race_in_the_browser(browser: Browser, served: Served) -> None:
    fill(served, 1)
    with serving(served) as address:
        ida = opened(browser, served, address, "Ida Okwu")
        bo = opened(browser, served, address, "Bo Thorsgaard")
        expect(bo.locator(".lockline")).to_contain_text("Ida Okwu")
        bo.locator("#detail [data-act=edit]").click()
        bo.locator("#words textarea").fill("Gas is reported here.")
        ida.keyboard.press("a")
        expect(ida.locator('.toast[data-verb="approved"]')).to_be_visible()
        bo.locator("#words button.go").click()
        expect(bo.locator("#detail .problem h1")).to_contain_text("changed meanwhile")
        expect(bo.locator("#detail textarea")).to_have_value("Gas is reported here.")
        wait_for(lambda: served.line.states(), {"pending": 1})
        assert live_alerts(served.line.settings, now=served.clock()) == ()
        sound(ida)


def test_nothing_in_a_feed_or_a_name_becomes_code(browser: Browser, served: Served) -> None:
    served.line.change(about={"name": f"Elm Bluff {EVIL}"})
    smoke = "smoke from the roof, engine on the way"
    grass = (
        "grass fire along the highway fence, engine 4 flowing water, traffic slow,"
        " power company notified of the pole, road open"
    )
    served.line.deliver(
        "a.csv",
        [
            call("1", notes=f"{smoke} {EVIL}", address=EVIL, caller=EVIL),
            call("2", notes=f"{grass} hx-get=/log-off hx-trigger=load javascript:alert(1)"),
        ],
    )
    walked(served.line)
    assert served.line.pending()
    with serving(served) as address:
        page = opened(browser, served, address, "Sela Amaro")
        for query in (f"?q={EVIL}", "?tab=held", f"?agency={EVIL}", f"?tier={EVIL}&area={EVIL}"):
            page.goto(f"/queue{query}")
            page.wait_for_timeout(100)
            assert page.title() != "owned"
        for candidate in served.line.pending():
            page.goto(f"/candidates/{candidate}")
            page.wait_for_timeout(300)
            assert page.title() != "owned"
            assert page.locator("#detail img, #detail script, #detail [onerror]").count() == 0
        page.goto("/queue")
        page.locator(".views summary").click()
        page.locator(".views input[name=name]").fill(EVIL[:40])
        page.locator(".views button:has-text('Keep')").click()
        page.wait_for_load_state()
        assert page.title() != "owned"
        assert page.foreign == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, served: Served, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is absent: run tools/assets")
    fill(served, 3)
    with serving(served) as address:
        pages = {
            "Sela Amaro": ["/queue", "/queue?tab=held", "/metrics", "/me"],
            "Ada Moreau": ["/accounts"],
            "Enno Vries": ["/feeds", "/feeds/elm-bluff", "/feeds/elm-bluff/types"],
        }
        wrong = []
        for name, paths in pages.items():
            page = enter(browser, served, address, name, color_scheme=scheme, bypass_csp=True)
            for path in [*paths, "/log-on", "/nothing"]:
                page.goto(path)
                page.wait_for_timeout(400)
                if path == "/queue":
                    page.keyboard.press("e")
                    page.wait_for_timeout(600)
                page.add_script_tag(path=str(AXE))
                found = page.evaluate(
                    "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})"
                )
                wrong += [
                    (path, each["id"], each["impact"], each["nodes"][0]["html"][:150])
                    for each in found["violations"]
                    if each["impact"] in ("serious", "critical")
                ]
        assert wrong == []


def test_keys_can_be_changed_and_a_phone_reads_one_pane(browser: Browser, served: Served) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        page.keyboard.press("?")
        page.locator("#keys input[name=approve]").fill("p")
        page.locator("#keys button.go").click()
        page.wait_for_selector("#detail article")
        page.wait_for_timeout(300)
        page.keyboard.press("a")
        page.wait_for_timeout(300)
        assert page.locator(".toast").count() == 0
        page.keyboard.press("p")
        expect(page.locator('.toast[data-verb="approved"]')).to_be_visible()
        phone = enter(
            browser, served, address, "Bo Thorsgaard", viewport={"width": 360, "height": 700}
        )
        phone.goto("/queue")
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        phone.locator("a.go-to").first.click()
        expect(phone.locator("#list")).to_be_hidden()
        expect(phone.locator(".acts")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
