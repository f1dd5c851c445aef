"""The site's pages as bytes: what they say, what they must not, and how heavy they are."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from itertools import islice

import pytest
from invented_site import AT, rendered
from jsonschema import Draft202012Validator
from lxml import html
from naughty import NAUGHTY as STRINGS

from pipeline.emulator.site import Invented, invent
from pipeline.model import AlertId, Area, Category, Retraction
from pipeline.publish import Site
from pipeline.site import api, news
from pipeline.site.api import NEWEST
from pipeline.site.api_records import DOCUMENTS
from pipeline.site.catalog import messages, renewed
from pipeline.site.country import albers
from pipeline.site.kinds import KIND_OF
from pipeline.site.news import Listing
from pipeline.site.partners import growth, markdown, partner_files
from pipeline.site.whole import listing, live_by_area
from pipeline.site.words import CATALOGS, LANGUAGES, tongue

NAUGHTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}&amp;"
HEAVIEST = 100_000


def pages(files: dict[str, bytes]) -> dict[str, str]:
    found = {path: body.decode() for path, body in files.items() if path.endswith(".html")}
    assert len(found) > 100
    return found


def test_every_category_has_one_kind() -> None:
    assert set(KIND_OF) == set(Category)


def test_every_page_is_there_in_every_language(files: dict[str, bytes]) -> None:
    english = {path for path in pages(files) if not path.startswith("es/")}
    assert {f"es/{path}" for path in english} | english == set(pages(files))


def test_no_string_lacks_its_spanish() -> None:
    found = messages()
    assert len(found) > 200
    catalog = tongue("es").catalog
    missing = set()
    for each in found:
        one, many = each if isinstance(each, tuple) else (each, "")
        said = {catalog.ngettext(one, many, n) for n in (1, 2)} if many else {catalog.gettext(one)}
        same = {"Explosion", "No", "Description (OpenAPI 3.1)"}
        if said & {one, many} - {""} and one not in same:
            missing.add(one)
    assert missing == set()


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_catalogs_hold_just_what_is_said(code: str) -> None:
    assert (CATALOGS / code / "site.po").read_bytes() == renewed(code)


def test_a_page_says_its_language_and_runs_nothing_inline(files: dict[str, bytes]) -> None:
    for path, page in pages(files).items():
        assert f'<html lang="{"es" if path.startswith("es/") else "en"}">' in page, path
        assert "default-src 'none'" in unescape(page), path
        assert (
            re.findall(r"<style|\sstyle=|\son\w+=|<script(?! defer src=)|javascript:", page) == []
        )


def test_every_link_of_a_page_leads_to_a_file(files: dict[str, bytes]) -> None:
    """All but to feeds, messages and receipts, which the site does not render itself."""
    others = re.compile(r"(.*/)?alerts\.[\w.]+|cap/\w+\.xml|verify/")
    broken = set()
    for path, page in pages(files).items():
        if path.endswith("404.html"):
            continue
        base = f"https://alerts.example/{path}"
        tree = html.fromstring(page, base_url=base)
        tree.make_links_absolute(base)
        for element, attribute, link, _ in tree.iterlinks():
            if element.tag == "meta" or attribute == "content" or "#" in link:
                continue
            assert link.startswith("https://alerts.example/"), (path, link)
            to = link.removeprefix("https://alerts.example/").partition("?")[0]
            to = f"{to}index.html" if to.endswith("/") or not to else to
            if to not in files and not others.fullmatch(to.removesuffix("index.html")):
                broken.add((path, link))
    assert broken == set()


def test_pages_are_light(site: Site, files: dict[str, bytes]) -> None:
    """Also the two that grow with agencies, when there are 405 of them."""
    many = invent(405, at=AT, site=site)
    live = live_by_area(many.alerts, AT)
    home = list(news.home_pages(many.whole, listing(many.alerts, AT), live, AT))
    partners = list(islice(partner_files(many.whole, AT), 1))
    found = {**files, **{f"405/{file.path}": file.body for file in (*home, *partners)}}
    parts = ("site.css", "site.js", "map.js", "icon.svg")
    whole = sum(len(files[f"assets/{name}"]) for name in parts)
    weights = {p: len(body) + whole for p, body in found.items() if p.endswith(".html")}
    assert {"405/index.html", "405/partners/index.html"} < set(weights)
    assert {path: weight for path, weight in weights.items() if weight > HEAVIEST} == {}


def test_any_string_is_text_in_every_page(invented: Invented, files: dict[str, bytes]) -> None:
    alert = invented.alerts[0]
    agency = invented.whole.partners[alert.agency_id]
    area = replace(alert.facts.area, name=NAUGHTY)
    facts = replace(alert.facts, headline=NAUGHTY, text=NAUGHTY, label=NAUGHTY, area=area)
    partner = replace(
        agency,
        name=NAUGHTY,
        place=NAUGHTY,
        kind=NAUGHTY,
        consideration=NAUGHTY,
        parties=(NAUGHTY, NAUGHTY),
        text=f"{NAUGHTY}\n\n[x](javascript:alert(1)) ![x](https://elsewhere.example/x.png)",
        fields=(NAUGHTY,),
        stricter=(NAUGHTY,),
        areas=(area, *agency.areas[1:]),
    )
    whole = replace(
        invented.whole,
        partners={**invented.whole.partners, agency.agency_id: partner},
        site=replace(invented.whole.site, title=NAUGHTY, author=NAUGHTY),
    )
    bad = replace(alert, facts=facts, agency_name=NAUGHTY, expires=AT + timedelta(hours=1))
    changed = replace(invented, whole=whole, alerts=(bad, *invented.alerts[1:]))
    told = {file.path: file.body.decode("utf-8", "replace") for file in rendered(changed)}
    seen = 0
    for path, page in told.items():
        if not path.endswith(".html"):
            continue
        tags = Tags()
        tags.feed(page)
        assert tags.bad == [], path
        seen += "alert(1)" in page
    assert seen > 20
    for path in ("partners.geojson", "api/v1/alerts.json", "api/v1/agencies.json"):
        json.loads(told[path])


@pytest.mark.parametrize("text", STRINGS, ids=[f"{n}" for n in range(len(STRINGS))])
def test_odd_strings_of_an_alert_are_text_in_its_pages_and_records(
    text: str, invented: Invented
) -> None:
    whole, alert = invented.whole, invented.alerts[0]
    area = replace(alert.facts.area, name=text)
    facts = replace(alert.facts, headline=text, text=text, label=text, area=area)
    bad = replace(alert, facts=facts, agency_name=text, expires=AT + timedelta(hours=1))
    shown = Listing(live=(bad,), over=())
    pages = [
        *news.alert_pages(whole, bad, AT),
        *news.area_pages(whole, bad.agency_id, area, shown, AT),
        *news.category_pages(whole, bad.facts.category, shown, AT),
        *news.home_pages(whole, shown, {}, AT),
    ]
    assert len(pages) == 8
    for page in pages:
        tags = Tags()
        tags.feed(page.body.decode())
        assert tags.bad == [], page.path
        assert not set(page.body.decode()) & set("\x00\x1b\x9b\u202e\u2066\ufffe"), page.path
    for record in (api.alerts_file(whole, [bad]), api.changes_file(whole, [bad], [], AT)):
        json.loads(record.body)


class Tags(HTMLParser):
    """Collects what a naughty string would have made."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        links = [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "script" and "src" not in names:
            self.bad.append(tag)
        if tag == "img" or any(name.startswith("on") for name in names):
            self.bad.append(f"{tag} {names}")
        self.bad += [link for link in links if link.lower().startswith(("javascript:", "data:"))]


def test_a_retraction_takes_the_words_from_every_file(
    invented: Invented, files: dict[str, bytes]
) -> None:
    words = "Quietwater Lane"
    alert = invented.alerts[0]
    alert = replace(
        alert,
        facts=replace(alert.facts, text=f"A report. {words}."),
        expires=AT + timedelta(hours=1),
    )
    others = invented.alerts[1:]
    before = {f.path: f.body for f in rendered(replace(invented, alerts=(alert, *others)))}
    assert sum(words.encode() in body for body in before.values()) >= 3
    gone = Retraction(
        alert_id=alert.alert_id,
        agency_id=alert.agency_id,
        agency_name=alert.agency_name,
        category=alert.facts.category,
        sent=AT,
        previous=(*alert.previous, alert.sent),
    )
    after = {
        f.path: f.body
        for f in rendered(
            replace(invented, alerts=others, retractions=(*invented.retractions, gone))
        )
    }
    assert [path for path, body in after.items() if words.encode() in body] == []
    page = after[f"alert/{alert.alert_id}.html"].decode()
    assert "This report was withdrawn" in page
    assert 'content="noindex"' in page
    assert alert.facts.label not in page
    assert alert.facts.area.name not in page


def test_what_is_over_asks_not_to_be_listed(invented: Invented, files: dict[str, bytes]) -> None:
    over = [each for each in invented.alerts if each.expires <= AT]
    live = [each for each in invented.alerts if each.expires > AT]
    assert over
    assert live
    for each in over:
        assert b'content="noindex"' in files[f"alert/{each.alert_id}.html"]
    for each in live:
        assert b'content="noindex"' not in files[f"alert/{each.alert_id}.html"]


def test_a_social_card_names_no_place(invented: Invented, files: dict[str, bytes]) -> None:
    for alert in invented.alerts:
        for prefix in ("", "es/"):
            tree = html.fromstring(files[f"{prefix}alert/{alert.alert_id}.html"])
            cards = tree.xpath(
                "//meta[starts-with(@property,'og:') or @name='description']/@content"
            )
            assert len(cards) >= 5
            assert alert.facts.area.name not in " ".join(cards)


def test_history_tells_reported_updated_and_corrected(
    invented: Invented, files: dict[str, bytes]
) -> None:
    corrected = next(a for a in invented.alerts if a.alert_id in invented.corrected)
    page = files[f"alert/{corrected.alert_id}.html"].decode()
    history = re.findall(r"<strong>(\w+)</strong> <time", page)
    assert history == ["Corrected", "Reported"]
    assert b"Corregido" in files[f"es/alert/{corrected.alert_id}.html"]


def test_editors_words_are_marked_as_english(invented: Invented, files: dict[str, bytes]) -> None:
    own = next(a for a in invented.alerts if "road free" in a.facts.text)
    ours = next(a for a in invented.alerts if "road free" not in a.facts.text)
    assert b'<p class="words" lang="en">' in files[f"es/alert/{own.alert_id}.html"]
    page = files[f"es/alert/{ours.alert_id}.html"].decode()
    assert "Es un reporte, no un hecho confirmado." in page


def test_documents_are_as_the_description_says(files: dict[str, bytes]) -> None:
    description = json.loads(files["api/openapi.json"])
    assert description["openapi"] == "3.1.0"
    day = json.loads(files["api/v1/days.json"])["days"][0]
    for path in DOCUMENTS:
        content = description["paths"][path]["get"]["responses"]["200"]["content"]
        reference = content["application/json"]["schema"]["$ref"]
        document = json.loads(files[path.replace("{day}", day)[1:]])
        schema = {"$ref": reference, "components": description["components"]}
        Draft202012Validator(schema).validate(document)
        assert any(document.values())


def test_days_are_told_when_they_are_over(invented: Invented, files: dict[str, bytes]) -> None:
    told = {
        each["id"]
        for path, body in files.items()
        if path.startswith("api/v1/days/")
        for each in json.loads(body)["alerts"]
    }
    expected = {a.alert_id for a in invented.alerts if a.first_sent.date() < AT.date()}
    assert told == expected
    assert len(expected) < len(invented.alerts)


def test_the_change_log_holds_no_words(invented: Invented, files: dict[str, bytes]) -> None:
    feed = json.loads(files["api/v1/changes.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert 0 < len(feed["items"]) <= NEWEST
    whats = {each["change"] for each in feed["items"]}
    assert whats == {"reported", "updated", "over", "retracted"}
    text = files["api/v1/changes.json"].decode()
    assert [a for a in invented.alerts if a.facts.area.name in text] == []


def test_the_picture_of_the_country_is_d3s() -> None:
    """Of San Francisco, New York, Tulsa, Anchorage and Honolulu at scale 1070, 480 by 250."""
    for (longitude, latitude), (x, y) in {
        (-122.4194, 37.7749): (107.4, 214.1),
        (-74.0059, 40.7128): (794.6, 176.5),
        (-95.9928, 36.1540): (488.8, 298.0),
        (-149.9003, 61.2181): (171.2, 446.9),
        (-157.8583, 21.3069): (298.5, 451.0),
    }.items():
        size = 1300 / 1070
        spot = ((x - 480) * size + 487.5, (y - 250) * size + 305)
        assert albers(longitude, latitude) == pytest.approx(spot, abs=0.2)
    assert albers(2.35, 48.85) is None


def test_growth_counts_who_joined_and_left(invented: Invented) -> None:
    partner = next(iter(invented.whole.partners.values()))
    one = replace(partner, joined=AT.date() - timedelta(days=300), left=None)
    two = replace(one, left=AT.date() - timedelta(days=100), joined=one.joined + timedelta(days=9))
    chart = growth([one, two], AT.date())
    assert chart is not None
    assert [count for _, count in chart.steps] == [1, 2, 1]
    assert chart.most == 2
    assert growth([], AT.date()) is None


def test_an_agreements_markdown_is_no_markup() -> None:
    made = markdown(
        "# One\n\n<b>x</b> [a](javascript:b) ![c](https://d.example/e.png)\n\n|a|b|\n|-|-|\n|1|2|"
    )
    assert "<h3>One</h3>" in made
    assert "<table>" in made
    assert "<b>" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made


def test_an_area_without_a_shape_and_an_unknown_agency_have_pages(invented: Invented) -> None:
    alert = invented.alerts[0]
    area = Area(area_id="town", name="Elsewhere", polygons=())
    lone = replace(
        alert,
        alert_id=AlertId("lone"),
        agency_id="nobody-knows",
        facts=replace(alert.facts, area=area),
    )
    told = {f.path: f.body for f in rendered(replace(invented, alerts=(lone,), retractions=()))}
    assert b"Elsewhere" in told["alert/lone.html"]
    assert b"Elsewhere" in told["area/nobody-knows/town/index.html"]


@pytest.mark.parametrize("sign", ["=", "@", "\n=", "|", "\uff1d"])
def test_no_cell_of_the_partners_table_begins_as_a_formula_does(
    sign: str, invented: Invented
) -> None:
    agency_id, partner = next(iter(invented.whole.partners.items()))
    named = replace(partner, name=f"{sign}1+1", place=f"{sign}1+1")
    files = partner_files(replace(invented.whole, partners={agency_id: named}), AT)
    (sheet,) = (file.body.decode() for file in files if file.path.endswith("partners.csv"))
    (row,) = list(csv.DictReader(io.StringIO(sheet, newline="")))
    assert [row[key][:1] for key, value in row.items() if "1+1" in value] == ["'", "'"]
