"""Pages in a real browser: desktop and phone, with and without scripts, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.emulator.site import Invented
from pipeline.site.assets import asset_files

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
KINDS = (
    *("home", "alert", "over", "withdrawn", "area", "category", "agency", "partners", "partner"),
    *("statistics", "corrections", "policy", "version", "about", "data", "missing", "spanish"),
)


@pytest.fixture(scope="session")
def paths(invented: Invented, files: dict[str, bytes]) -> dict[str, str]:
    """One page of each kind."""
    live = next(a for a in invented.alerts if b"noindex" not in files[f"alert/{a.alert_id}.html"])
    over = next(a for a in invented.alerts if b"noindex" in files[f"alert/{a.alert_id}.html"])
    gone = invented.retractions[0]
    found = {
        "home": "",
        "alert": f"alert/{live.alert_id}.html",
        "over": f"alert/{over.alert_id}.html",
        "withdrawn": f"alert/{gone.alert_id}.html",
        "area": f"area/{live.agency_id}/{live.facts.area.area_id}/",
        "category": f"category/{live.facts.category.value}/",
        "agency": f"agency/{live.agency_id}/",
        "partners": "partners/",
        "partner": f"partners/{live.agency_id}.html",
        "statistics": "statistics/",
        "corrections": "corrections/",
        "policy": "policy/",
        "version": f"policy/{invented.whole.policy.version}.html",
        "about": "about/",
        "data": "data/",
        "missing": "no/such/page.html",
        "spanish": "es/",
    }
    assert set(found) == set(KINDS)
    return found


Open = Callable[..., "contextmanager[Page]"]


@contextmanager
def opened(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    """Open a page whose every request, message and error is kept in ``page.seen``."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.seen = []
    page.on("request", lambda request: page.seen.append(request.url))
    page.on("pageerror", lambda error: page.seen.append(f"error: {error}"))
    page.on("console", lambda told: told.type == "error" and page.seen.append(told.text))
    try:
        yield page
    finally:
        context.close()


def strange(page: Page, address: str, *, missing: bool = False) -> list[str]:
    """Return what was asked of others, or went wrong."""
    told = [each for each in page.seen if not each.startswith((address, "blob:", "data:"))]
    return [each for each in told if not (missing and "404" in each)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_page_fits_asks_nobody_else_and_hinders_nobody(
    browser: Browser, address: str, paths: dict[str, str], kind: str, device: dict[str, object]
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not there: run make setup with npm installed")
    # Axe is put in from outside, past the page's own policy.
    with opened(browser, address, bypass_csp=True, **device) as page:
        page.goto(address + paths[kind])
        page.wait_for_load_state("networkidle")
        assert strange(page, address, missing=kind == "missing") == []
        assert page.locator("h1").count() == 1
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(250)
            page.add_script_tag(path=AXE)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            bad = [
                (each["id"], [node["html"][:90] for node in each["nodes"][:3]])
                for each in found["violations"]
                if each["impact"] in ("serious", "critical")
            ]
            assert bad == [], scheme
            assert len(found["passes"]) > 10


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "missing"])
def test_a_page_obeys_its_policy_and_says_all_without_scripts(
    browser: Browser, address: str, paths: dict[str, str], kind: str
) -> None:
    with opened(browser, address, **DESKTOP) as page:
        page.goto(address + paths[kind])
        page.wait_for_load_state("networkidle")
        assert strange(page, address) == []
    with opened(browser, address, java_script_enabled=False, **PHONE) as page:
        page.goto(address + paths[kind])
        assert strange(page, address) == []
        assert page.locator("main").inner_text().strip()
        assert page.locator("form[data-search]:visible, .map button").count() == 0


def test_readers_go_from_home_to_a_neighborhood_without_scripts(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, java_script_enabled=False, **PHONE) as page:
        page.goto(address)
        page.locator(".rows h3 a").first.click()
        assert "/alert/" in page.url
        page.locator("dl.facts a").first.click()
        assert "/area/" in page.url
        page.locator(".tongues a").click()
        assert "/es/area/" in page.url
        page.locator("nav[aria-label='Sitio'] a").nth(1).click()
        assert page.locator("h1").inner_text() == "Mapa de agencias"


def test_partners_are_searched_by_name_place_and_zip(
    browser: Browser, address: str, invented: Invented
) -> None:
    with opened(browser, address, **DESKTOP) as page:
        page.goto(address + "partners/")
        rows = page.locator("[data-at]:visible")
        everyone = rows.count()
        assert everyone == len(invented.whole.partners)
        one = next(iter(invented.whole.partners.values()))
        page.locator("input[type=search]").fill(one.name)
        expect(page.locator("[role=status]")).not_to_be_empty()
        assert 0 < rows.count() < everyone
        assert one.name in rows.first.inner_text()
        page.locator("input[type=search]").fill("54952")
        expect(page.locator("[data-at]:not([hidden])").nth(2)).to_have_count(0)
        assert [url for url in page.seen if "54952" in url] == []
        assert [url for url in page.seen if url.endswith("assets/zip/549.json")]
        page.locator("input[type=search]").fill("")
        expect(page.locator("[data-at]:not([hidden])")).to_have_count(everyone)
        assert strange(page, address) == []


def test_the_map_that_moves_comes_when_asked_for(
    browser: Browser, address: str, paths: dict[str, str]
) -> None:
    if "assets/maplibre.js" not in {file.path for file in asset_files({})}:
        pytest.skip("the map's program is not there: run make setup with npm installed")
    with opened(browser, address, **DESKTOP) as page:
        page.goto(address + paths["agency"])
        page.wait_for_load_state("networkidle")
        assert [url for url in page.seen if "maplibre" in url] == []
        page.locator(".map button").click()
        page.locator(".mapbox canvas").wait_for(timeout=30_000)
        page.locator(".mapbox .label").first.wait_for(timeout=30_000)
        assert strange(page, address) == []


def test_a_page_prints_without_what_only_a_screen_needs(
    browser: Browser, address: str, paths: dict[str, str]
) -> None:
    with opened(browser, address, **DESKTOP) as page:
        page.goto(address + paths["alert"])
        page.emulate_media(media="print")
        assert page.locator("nav[aria-label='Site']:visible").count() == 0
        assert page.locator("h1:visible").count() == 1
        assert page.locator("dl.facts:visible").count() == 1
