"""Compliance's and the agency's rooms in Chromium: marking by keyboard, axe, a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_browser import chromium, enter, serving, walked
from desk_served import Served
from elm_bluff import call, published
from playwright.sync_api import Browser, expect

from pipeline.audit.sampling import Fault, How, Mark, Pile
from pipeline.usecases.queue import quarantine_list
from pipeline.usecases.sampling import draw_sample, mark_item, next_item

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
EVIL = "<img src=x onerror=document.title='owned'>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def drawn(served: Served) -> str:
    line = served.line
    line.deliver("a.csv", [call("1", notes=f"smoke from the roof {EVIL} call 920-555-0143")])
    walked(line)
    published(line)
    return another(served)


def another(served: Served) -> str:
    """Draw a sample of the one published record."""
    return draw_sample(
        served.line.settings,
        pile=Pile.PUBLISHED,
        how=How.RANDOM,
        size=1,
        seed="ab12",
        person="Noor Haldane",
        now=served.line.at,
    ).sample_id


def disputed(served: Served, sample: str, person: str, entity: str) -> None:
    """Let one reviewer mark the one record of a sample; two with other kinds dispute it."""
    settings, now = served.line.settings, served.line.at
    item = next_item(settings, sample, person=person, now=now)
    assert item is not None
    mark = Mark(fault=Fault.MISSED, remark=0, start=0, end=5, entity=entity)
    mark_item(settings, sample, item.record, person=person, marks=[mark], now=now)


def quarantined(served: Served) -> str:
    """Let a file arrive that cannot be read; return its payload."""
    line = served.line.later(2)
    line.deliver_bytes("odd.csv", f"<html>{EVIL}</html>".encode())
    walked(line)
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    return payload.payload_id


def test_a_span_is_marked_and_sent_by_keyboard(browser: Browser, served: Served) -> None:
    sample = drawn(served)
    with serving(served) as address:
        page = enter(browser, served, address, "Cato Lindqvist")
        page.goto(f"/oversight/samples/{sample}")
        assert page.locator("main img, main script").count() == 0
        text = page.locator('.marktext[data-place="0"]')
        text.focus()
        keys = page.keyboard
        keys.press("ArrowRight")
        keys.press("Shift+ArrowRight")
        expect(text.locator("[aria-selected=true]")).to_have_count(2)
        keys.press("c")
        keys.press("m")
        expect(page.locator("#kind")).to_be_focused()
        keys.type("ADDR")
        keys.press("Enter")
        expect(page.locator("#marks")).to_have_value("missed 0:6-14 ADDRESS caller")
        expect(text).to_be_focused()
        keys.press("Home")
        keys.press("n")
        expect(page.locator("#marks")).to_have_value("missed 0:6-14 ADDRESS caller\nneedless 0:0-5")
        keys.press("Backspace")
        expect(page.locator("#marks")).to_have_value("missed 0:6-14 ADDRESS caller")
        keys.press("Control+Enter")
        expect(page.locator("h1")).to_contain_text("Nothing is left for you")
        assert page.title() != "owned"
        assert page.foreign == []  # type: ignore[attr-defined]
        assert page.errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_rooms(
    browser: Browser, served: Served, scheme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is absent: run tools/assets")
    sample, second = drawn(served), another(served)
    rooms = ("", "/samples", f"/samples/{sample}", "/redactions", "/reveals", "/requests")
    paths = [f"/oversight{each}" for each in (*rooms, "/holds", "/month", "/log")]
    for person, entity in (("Noor Haldane", "PERSON"), ("Mina Vos", "ADDRESS")):
        disputed(served, second, person, entity)
    paths.append(f"/oversight/samples/{second}/disputes")
    broken = f"/feeds/elm-bluff/quarantine/{quarantined(served)}"
    agency = ["/agency", "/agency/post", "/agency/post?kind=request"]
    who = {"Cato Lindqvist": paths, "Juno Park": agency, "Enno Vries": [broken]}
    wrong = []
    with serving(served) as address:
        for name, pages in who.items():
            page = enter(browser, served, address, name, color_scheme=scheme, bypass_csp=True)
            for path in pages:
                answer = page.goto(path)
                assert answer is not None
                assert answer.status == 200, path
                page.add_script_tag(path=str(AXE))
                found = page.evaluate(
                    "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})"
                )
                wrong += [
                    (path, each["id"], each["nodes"][0]["html"][:150])
                    for each in found["violations"]
                    if each["impact"] in ("serious", "critical")
                ]
                page.set_viewport_size({"width": 360, "height": 700})
                if page.evaluate("document.documentElement.scrollWidth") > 360:
                    wrong.append((path, "wide", ""))
                page.set_viewport_size({"width": 1280, "height": 800})
    assert wrong == []
