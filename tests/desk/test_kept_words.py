"""Nothing on an open page takes an editor's words or place away; an empty tab shows nothing old."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from desk_browser import chromium, enter, enter_with, serving, walked
from desk_served import PASSWORD, Served
from elm_bluff import call
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

WORDS = "A gas leak is reported. Please avoid the area."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def fill(served: Served, number: int) -> None:
    served.line.deliver("a.csv", [call(str(n), "GAS LEAK") for n in range(number)])
    walked(served.line)


def opened(browser: Browser, served: Served, address: str, name: str) -> Page:
    page = enter(browser, served, address, name)
    page.goto("/queue")
    page.wait_for_selector("#detail article")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    return page


def type_words(page: Page) -> None:
    page.locator("#detail [data-act=edit]").click()
    page.locator("#words textarea").fill(WORDS)
    expect(page.locator("#check .good")).to_be_visible()


def test_a_tab_shows_its_own_first_line_and_an_empty_one_nothing(
    browser: Browser, served: Served
) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        for tab in ("Published", "Draft", "Rejected"):
            page.locator("nav.tabs a", has_text=tab).click()
            expect(page.locator("#list .empty")).to_be_visible()
            expect(page.locator("#detail article")).to_have_count(0)
            expect(page.locator("#detail .empty")).to_be_visible()
            page.locator("nav.tabs a", has_text="Pending").click()
            expect(page.locator("#detail article")).to_be_visible()
            key = page.get_attribute("#rows .line.now", "data-key")
            assert page.get_attribute("#detail article", "data-id") == key
        # A search that finds nothing leaves nothing old beside it, either.
        page.locator("#search").fill("nowhere at all")
        expect(page.locator("#detail .empty")).to_be_visible()
        assert page.locator("#search").evaluate("e => e === document.activeElement")
        # The last one is decided: what is left says so.
        page.locator("#search").fill("")
        expect(page.locator("#rows .line")).to_have_count(2)
        page.locator("#rows a.go-to").first.click()
        for left in (1, 0):
            expect(page.locator("#detail article")).to_be_visible()
            page.keyboard.press("a")
            expect(page.locator("#rows .line")).to_have_count(left)
        expect(page.locator("#detail .empty")).to_be_visible()
        assert page.errors == []  # type: ignore[attr-defined]


def test_news_that_were_asked_for_before_a_tab_do_not_bring_back_what_was_left(
    browser: Browser, served: Served
) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        news: list[Route] = []

        def hold(route: Route) -> None:
            if route.request.headers.get("x-quiet"):
                news.append(route)
            else:
                route.continue_()

        page.route("**/queue?**", hold)
        page.keyboard.press("a")
        for _ in range(500):
            if news:
                break
            page.wait_for_timeout(20)
        assert news
        page.locator("nav.tabs a", has_text="Rejected").click()
        here = page.locator("nav.tabs [aria-current=page]")
        expect(here).to_contain_text("Rejected")
        for route in news:
            with suppress(PlaywrightError):  # the browser has called it off
                route.continue_()
        page.wait_for_timeout(500)
        expect(here).to_contain_text("Rejected")
        expect(page.locator("#detail article")).to_have_count(0)
        # What comes after it is about the tab that is open.
        page.unroute("**/queue?**")
        with page.expect_request("**/queue?*tab=rejected*"):
            served.line.deliver("b.csv", [call("90", "BRUSH FIRE")])
            walked(served.line.later(2))
        assert page.errors == []  # type: ignore[attr-defined]


def test_news_that_come_while_a_tab_is_pressed_do_not_swallow_the_click(
    browser: Browser, served: Served
) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        page.locator("nav.tabs a", has_text="Rejected").hover()
        page.mouse.down()
        with page.expect_response("**/queue?*tab=pending*"):
            served.line.deliver("b.csv", [call("90", "BRUSH FIRE")])
            walked(served.line.later(2))
        page.wait_for_timeout(200)
        page.mouse.up()
        expect(page.locator("nav.tabs [aria-current=page]")).to_contain_text("Rejected")
        # What came meanwhile is there once the pointer is let go.
        expect(page.locator("nav.tabs a", has_text="Pending")).to_contain_text("3")
        assert page.errors == []  # type: ignore[attr-defined]


def test_a_mark_stays_on_what_was_seen_when_news_draw_the_list_anew(
    browser: Browser, served: Served
) -> None:
    served.line.deliver("a.csv", [call(str(n), "ROBBERY") for n in range(3)])
    walked(served.line)
    with serving(served) as address:
        page = opened(browser, served, address, "Sela Amaro")
        ida = served.on("Ida Okwu")
        for box in page.locator("#rows .mark input").all():
            box.check()
        changed = page.locator("#rows .line").last.get_attribute("data-key") or ""
        seen = ida.get(f"/candidates/{changed}").headers["etag"]
        url = f"/candidates/{changed}/approve"
        assert ida.post(url, headers={"if-match": seen}).status_code == 303
        line = page.locator(f'#rows .line[data-key="{changed}"]')
        expect(line).to_contain_text("1 of 2")
        # What changed has lost its mark, the others have theirs, the focus is where it was.
        expect(line.locator("input")).not_to_be_checked()
        expect(page.locator("#rows .mark :checked")).to_have_count(2)
        assert page.evaluate("Boolean(document.activeElement.closest('#rows .line'))")
        page.locator(".bulk select").select_option("unclear")
        page.locator(".bulk button").click()
        expect(page.locator(".toast")).to_contain_text("2 rejected")
        expect(page.locator("#rows .line")).to_have_count(1)
        assert served.line.states() == {"pending": 1, "rejected": 2}


def test_words_that_were_not_sent_are_left_only_on_purpose(
    browser: Browser, served: Served
) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        asked: list[str] = []
        page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        type_words(page)
        mine = page.get_attribute("#detail article", "data-id")
        page.locator("#rows .line:not(.now) a.go-to").click()
        page.wait_for_timeout(500)
        assert ["not sent" in each for each in asked] == [True]
        assert page.get_attribute("#detail article", "data-id") == mine
        assert page.get_attribute("#rows .line.now", "data-key") == mine
        expect(page.locator("#words textarea")).to_have_value(WORDS)
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator("#rows .line:not(.now) a.go-to").click()
        expect(page.locator(f'#detail article:not([data-id="{mine}"])')).to_be_visible()
        # What is kept as a draft is left without a question.
        page.on("dialog", lambda dialog: (asked.append("again"), dialog.dismiss()))
        type_words(page)
        page.locator("#words button", has_text="Keep as draft").click()
        expect(page.locator("#check")).to_contain_text("Kept as a draft")
        page.locator("#rows .line:not(.now) a.go-to").click()
        expect(page.locator(f'#detail article[data-id="{mine}"]')).to_be_visible()
        assert asked[1:] == []
        expect(page.locator("nav.tabs a", has_text="Draft")).to_contain_text("0")
        page.reload()
        expect(page.locator("nav.tabs a", has_text="Draft")).to_contain_text("1")


def test_logged_off_elsewhere_keeps_the_words_and_sends_them_after_a_log_on(
    browser: Browser, served: Served
) -> None:
    fill(served, 1)
    with serving(served) as address:
        ida = served.on("Ida Okwu")
        page = enter_with(browser, ida.cookies["blotter-desk"], address)
        page.goto("/queue")
        page.wait_for_selector("#detail article")
        type_words(page)
        assert ida.post("/log-off").status_code == 303
        page.locator("#words button.go").click()
        expect(page.locator("#problem")).to_contain_text("You are logged off")
        expect(page.locator("#words textarea")).to_have_value(WORDS)
        with page.context.expect_page() as waiting:
            page.locator("#problem a").click()
        other = waiting.value
        other.fill("[name=name]", "Ida Okwu")
        other.fill("[name=password]", PASSWORD)
        other.keyboard.press("Enter")
        other.wait_for_selector("#desk")
        other.close()
        page.bring_to_front()
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator("#problem")).to_be_empty()
        page.locator("#words button.go").click()
        expect(page.locator('.toast[data-verb="edited"]')).to_be_visible()
        assert served.line.states() == {"pending": 1}
        assert page.foreign == []  # type: ignore[attr-defined]


def test_an_open_queue_of_a_session_that_ended_goes_to_the_log_on(
    browser: Browser, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.desk.rooms.queue._CHECK_SECONDS", 0.0)
    fill(served, 1)
    with serving(served) as address:
        ida = served.on("Ida Okwu")
        page = enter_with(browser, ida.cookies["blotter-desk"], address)
        page.goto("/queue")
        expect(page.locator("#live")).to_have_attribute("data-state", "on")
        ida.post("/log-off")
        page.wait_for_url("**/log-on", timeout=20_000)


def test_after_a_conflict_the_words_go_on_to_what_is_there_now(
    browser: Browser, served: Served
) -> None:
    served.line.deliver("a.csv", [call("1", "ROBBERY")])
    walked(served.line)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        page.locator("#detail [data-act=edit]").click()
        page.locator("#words textarea").fill("A robbery is reported.")
        bo = served.on("Bo Thorsgaard")
        (candidate,) = served.line.pending()
        seen = bo.get(f"/candidates/{candidate}").headers["etag"]
        url = f"/candidates/{candidate}/edit"
        words = {"headline": "A robbery is reported", "text": "Please avoid the area."}
        assert bo.post(url, data=words, headers={"if-match": seen}).status_code == 303
        page.locator("#words button.go").click()
        expect(page.locator("#detail .problem h1")).to_contain_text("changed meanwhile")
        expect(page.locator("#detail .diff ins").first).to_be_visible()
        page.locator("#detail [data-carry]").click()
        expect(page.locator("#words textarea")).to_have_value("A robbery is reported.")
        expect(page.locator("#detail .pub-text")).to_contain_text("Please avoid the area.")
        page.locator("#words button.go").click()
        expect(page.locator('.toast[data-verb="edited"]')).to_be_visible()
        (now,) = served.line.pending()
        assert now != candidate


def test_the_check_stands_under_the_words_once_and_a_pane_begins_at_its_top(
    browser: Browser, served: Served
) -> None:
    fill(served, 2)
    with serving(served) as address:
        page = opened(browser, served, address, "Ida Okwu")
        page.locator("#detail [data-act=edit]").click()
        before = page.locator("#words button.go").bounding_box()
        type_words(page)
        # What the check says moves no button from under a finger.
        assert before
        assert page.locator("#words button.go").bounding_box() == before
        page.locator("#words textarea").fill(f"{WORDS} The suspect is gone.")
        expect(page.locator("#check .warn")).to_have_count(1)
        page.locator("#words textarea").fill(WORDS)
        expect(page.locator("#check p")).to_have_count(1)
        page.locator("#words button", has_text="Keep as draft").click()
        expect(page.locator("#check p")).to_have_text("Kept as a draft.")
        page.locator("#detail").evaluate("e => e.scrollTo(0, 300)")
        page.locator("#rows .line:not(.now) a.go-to").click()
        first = page.get_attribute("#rows .line:not(.now)", "data-key")
        expect(page.locator(f'#detail article:not([data-id="{first}"])')).to_be_visible()
        assert page.locator("#detail").evaluate("e => e.scrollTop") == 0
        page.keyboard.press("a")
        expect(page.locator(".toast .what-it-was")).to_contain_text("Gas or fuel leak")
        served.clock.move(seconds=30)
        page.goto("/queue?tab=published")
        expect(page.locator("nav.tabs [aria-current=page]")).to_contain_text("Published")
        page.locator("#rows a.go-to").first.click(timeout=15_000)
        expect(page.locator("#detail article[data-state=published]")).to_be_visible()
        page.locator("#words textarea").fill(WORDS)
        expect(page.locator("#check .good")).to_be_visible()
        expect(page.locator("#toasts .good")).to_have_count(0)


def test_a_phone_opens_at_the_top_and_goes_back_to_where_it_was(
    browser: Browser, served: Served
) -> None:
    fill(served, 24)
    with serving(served) as address:
        ida = served.on("Ida Okwu")
        size = {"width": 360, "height": 640}
        page = enter_with(browser, ida.cookies["blotter-desk"], address, viewport=size)
        page.goto("/queue")
        last = page.locator("#rows a.go-to").last
        last.scroll_into_view_if_needed()
        was = page.evaluate("scrollY")
        assert was > 300
        last.click()
        expect(page.locator("#detail h1")).to_be_in_viewport()
        assert page.evaluate("scrollY") == 0
        page.locator(".back a").click()
        expect(last).to_be_in_viewport()
        expect(last).to_be_focused()
        assert abs(page.evaluate("scrollY") - was) < 5
