"""Any string, in any field, in any channel: the file still parses and says the same."""

from __future__ import annotations

import csv
import io
import json

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from naughty import NAUGHTY

from pipeline.model import Area
from pipeline.publish import CHANNELS, Site
from pipeline.publish.cap_rules import cap_problems
from pipeline.publish.plain import plain_line, plain_text
from pipeline.publish.sheet import COLUMNS, safe_cell

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "c": "urn:oasis:names:tc:emergency:cap:1.2",
}


def expected(text):
    """Return label, headline, text, area and agency as they must come back out."""
    name = plain_line(text, 200)
    headline = plain_line(text, 160) or name
    return name, headline, plain_text(text, 2_000), name, name


def words_of_geojson(files):
    (feature,) = json.loads(files["alerts.geojson"])["features"]
    facts = feature["properties"]
    return tuple(facts[name] for name in ("label", "headline", "text", "area", "agency"))


def words_of_atom(files):
    feed = etree.fromstring(files["alerts.atom"])
    assert not feedparser.parse(files["alerts.atom"]).bozo
    entry = feed.find("a:entry", NS)
    paths = ("a:title", "a:summary", "a:contributor/a:name")
    headline, text, agency = (entry.findtext(path, namespaces=NS) for path in paths)
    category, area = entry.findall("a:category", NS)
    return category.get("label"), headline, text, area.get("term"), agency


def words_of_cap(files):
    info = etree.fromstring(files["cap/q7Jx2.xml"]).find("c:info", NS)
    names = ("c:event", "c:headline", "c:description", "c:area/c:areaDesc", "c:senderName")
    return tuple(info.findtext(path, namespaces=NS) for path in names)


def words_of_rss(files):
    channel = etree.fromstring(files["alerts.rss"])[0]
    assert not feedparser.parse(files["alerts.rss"]).bozo
    item = channel.find("item")
    return tuple(item.findtext(name) for name in ("category", "title", "description"))


def words_of_json_feed(files):
    (item,) = json.loads(files["alerts.feed.json"])["items"]
    label, area = item["tags"]
    return label, item["title"], item["content_text"], area, item["authors"][0]["name"]


def words_of_detail(files):
    facts = json.loads(files["alert/q7Jx2.json"])
    return tuple(facts[name] for name in ("label", "headline", "text", "area", "agency"))


def words_of_sheet(files):
    _, row = csv.reader(io.StringIO(files["alerts.csv"].decode(), newline=""))
    return tuple(row[COLUMNS.index(n)] for n in ("label", "headline", "text", "area", "agency"))


def check(text, render, make_alert):
    """Put ``text`` into every field, with one letter so that no required field is empty."""
    text = f"x{text}"
    alert = make_alert(
        label=text,
        headline=text,
        text=text,
        agency_name=text,
        area=Area(area_id="n", name=text, polygons=()),
    )
    site = Site(title=text, author=text, base_url="https://alerts.example/")
    files = render([alert], site=site)
    assert words_of_geojson(files) == expected(text)
    assert words_of_atom(files) == expected(text)
    assert words_of_cap(files) == expected(text)
    assert words_of_rss(files) == expected(text)[:3]
    assert words_of_json_feed(files) == expected(text)
    assert words_of_detail(files) == expected(text)
    assert words_of_sheet(files) == tuple(map(safe_cell, expected(text)))
    for part in CHANNELS["mail"].render(alert, site=site):
        assert part.path != "text/html" or b"<script" not in part.body
        assert part.path != "subject" or len(part.body.splitlines()) <= 1
    assert json.loads(CHANNELS["webhook"].render(alert, site=site)[0].body)["data"]["version"] == 1
    assert cap_problems(files["cap/q7Jx2.xml"]) == ()
    assert json.loads(files["alerts.geojson"])["title"] == plain_line(text, 200)
    title = etree.fromstring(files["alerts.atom"]).findtext("a:title", namespaces=NS)
    assert title == plain_line(text, 200)


@pytest.mark.parametrize("text", NAUGHTY, ids=[f"{n}" for n in range(len(NAUGHTY))])
def test_naughty_string_passes_every_field_of_every_channel(text, render, make_alert):
    check(text, render, make_alert)


@pytest.mark.shared
def test_published_naughty_strings_pass_every_field_of_every_channel(shared, render, make_alert):
    strings = json.loads((shared / "corpora/naughty_strings/blns.json").read_text())
    assert len(strings) > 500
    for text in strings:
        check(text, render, make_alert)


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=())))
def test_any_string_passes_every_field_of_every_channel(render, make_alert, text):
    check(text, render, make_alert)


@pytest.mark.parametrize("text", NAUGHTY, ids=[f"{n}" for n in range(len(NAUGHTY))])
def test_naughty_address_of_the_site_leaves_whole_files(text, render, make_alert):
    site = Site(title="t", author="a", base_url=f"https://alerts.example/{text}")
    files = render([make_alert()], site=site)
    assert not feedparser.parse(files["alerts.atom"]).bozo
    assert cap_problems(files["cap/q7Jx2.xml"]) == ()
