"""RSS, JSON Feed, CSV and an alert's own file, read by clients that are not ours."""

from __future__ import annotations

import csv
import gzip
import io
import json

import feedparser
import jsonschema
import pandas as pd
import pytest
from lxml import etree

from pipeline.model import Area, Category
from pipeline.publish import CHANNELS
from pipeline.publish.channel import Scope
from pipeline.publish.compressed import with_compressed
from pipeline.publish.formats import FEEDS, area_scope
from pipeline.publish.ipaws_rules import ipaws_findings
from pipeline.publish.sheet import COLUMNS, safe_cell


def test_rss_is_read_by_a_feed_reader(render, make_alert, make_retraction):
    body = render([make_alert(version=2)], [make_retraction(make_alert("r"))], only="rss")
    feed = feedparser.parse(body["alerts.rss"])
    assert not feed.bozo
    assert feed.version == "rss20"
    gone, alert = feed.entries
    assert gone.title == "This alert was withdrawn"
    assert alert.title == "Reported: Structure fire in Northside"
    assert alert.summary == "Crews were sent.\nMore will follow."
    assert alert.id == "alerts.juniper-falls.example/q7Jx2"
    assert alert.published_parsed[:5] == (2026, 3, 3, 20, 59)
    assert alert.where["type"] == "Polygon"


def test_rss_has_what_the_specification_requires(render, make_alert):
    root = etree.fromstring(render([make_alert()], only="rss")["alerts.rss"])
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "link", "description"):
        assert channel.findtext(name)
    for item in channel.iter("item"):
        assert item.findtext("title")
        assert item.find("guid").get("isPermaLink") == "false"


@pytest.mark.shared
def test_json_feed_meets_the_schema(render, make_alert, make_retraction, shared):
    schema = json.loads((shared / "standards/outbound/jsonfeed-1.schema.json").read_text())
    body = render([make_alert()], [make_retraction(make_alert("r"))], only="json_feed")
    feed = json.loads(body["alerts.feed.json"])
    # The schema at hand is that of version 1; 1.1 adds authors and language to it.
    feed["version"] = "https://jsonfeed.org/version/1"
    del feed["language"], feed["authors"], feed["items"][0]["authors"]
    jsonschema.validate(feed, schema)
    assert len(feed["items"]) == 1


def test_json_feed_says_all_that_version_1_1_asks_for(render, make_alert, make_retraction):
    body = render([make_alert()], [make_retraction(make_alert("r"))], only="json_feed")
    feed = json.loads(body["alerts.feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"].endswith("/alerts.feed.json")
    (item,) = feed["items"]
    assert item["id"] == "alerts.juniper-falls.example/q7Jx2"
    assert item["content_text"] == "Crews were sent.\nMore will follow."
    assert feed["_retracted"]["items"] == [
        {"id": "alerts.juniper-falls.example/r", "sent": "2026-03-03T21:05:00Z"}
    ]


def test_a_sheet_is_read_by_other_programs(render, make_alert, make_retraction):
    body = render([make_alert()], [make_retraction(make_alert("r"))], only="sheet")["alerts.csv"]
    table = pd.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False)
    assert tuple(table.columns) == COLUMNS
    assert table["state"].tolist() == ["live", "retracted"]
    assert table["text"].tolist() == ["Crews were sent. More will follow.", ""]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "  =1", "|cmd", "%0A=1"]
)
def test_no_cell_is_a_formula(text, render, make_alert):
    alert = make_alert(headline=text, text=text, label=text, agency_name=text)
    body = render([alert], only="sheet")["alerts.csv"].decode()
    for row in list(csv.reader(io.StringIO(body)))[1:]:
        for cell in row:
            assert cell[:1] not in "=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20" or cell == ""
            assert "\n" not in cell
    assert safe_cell("plain") == "plain"


def test_an_alerts_own_file_is_live_then_listed_and_after_a_retraction_empty(
    render, make_alert, make_retraction, at
):
    from datetime import timedelta

    alert = make_alert()
    now = json.loads(render([alert], only="detail")["alert/q7Jx2.json"])
    assert (now["state"], now["index"]) == ("live", True)
    assert now["cap"].endswith("cap/q7Jx2.xml")
    later = render([alert], only="detail", at=at + timedelta(hours=49))["alert/q7Jx2.json"]
    assert (json.loads(later)["state"], json.loads(later)["index"]) == ("listed", False)
    assert "cap" not in json.loads(later)
    gone = render([alert], [make_retraction(alert)], only="detail")["alert/q7Jx2.json"]
    assert json.loads(gone) == {
        "id": "q7Jx2",
        "state": "retracted",
        "index": False,
        "version": 2,
        "updated": "2026-03-03T21:05:00Z",
    }


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_a_feed_of_an_area_lies_in_its_folder_and_says_its_name(name, make_alert, site, at):
    area = Area(area_id="north-side", name="North <Side>", polygons=())
    scope = area_scope("elm-bluff", area)
    (file,) = FEEDS[name].render([make_alert(area=area)], [], site=site, at=at, scope=scope)
    assert file.path == f"area/elm-bluff/north-side/{FEEDS[name].PATHS}"
    if name != "sheet":
        assert b"Juniper Falls alerts: North" in file.body
    (whole,) = FEEDS[name].render([make_alert()], [], site=site, at=at, scope=Scope())
    assert whole.path == FEEDS[name].PATHS


def test_a_feed_for_readers_holds_the_newest_fifty(render, make_alert, at):
    from datetime import timedelta

    alerts = [make_alert(f"a{n}", sent=at - timedelta(minutes=n)) for n in range(60)]
    assert len(feedparser.parse(render(alerts, only="atom")["alerts.atom"]).entries) == 50
    assert len(feedparser.parse(render(alerts, only="rss")["alerts.rss"]).entries) == 50
    assert len(json.loads(render(alerts, only="json_feed")["alerts.feed.json"])["items"]) == 50
    assert len(json.loads(render(alerts, only="geojson")["alerts.geojson"])["features"]) == 60


def test_each_feed_has_a_compressed_twin_of_the_same_bytes_and_messages_have_none(site, make_alert):
    files = {f.path: f.body for f in CHANNELS["files"].render(make_alert(), site=site)}
    twins = {
        f.path: f.body for f in with_compressed(CHANNELS["files"].render(make_alert(), site=site))
    }
    added = twins.keys() - files.keys()
    assert added == {f"{form.PATHS}.gz" for form in FEEDS.values()}
    for path in added:
        assert gzip.decompress(twins[path]) == files[path.removesuffix(".gz")]
    again = {
        f.path: f.body for f in with_compressed(CHANNELS["files"].render(make_alert(), site=site))
    }
    assert again == twins


def test_the_ipaws_linter_names_what_the_profile_wants_and_never_gates(
    render, make_alert, make_retraction
):
    body = render([make_alert()], only="cap")["cap/q7Jx2.xml"]
    found = ipaws_findings(body)
    assert "code: does not name the profile IPAWSv1.0" in found
    assert "eventCode: there is to be exactly one SAME code" in found
    assert "geocode: an area needs at least one SAME code" in found
    fitted = (
        body.replace(b"<scope>Public</scope>", b"<scope>Public</scope><code>IPAWSv1.0</code>")
        .replace(
            b"<effective>",
            b"<eventCode><valueName>SAME</valueName><value>FRW</value></eventCode><effective>",
        )
        .replace(
            b"</area>",
            b"<geocode><valueName>SAME</valueName><value>055025</value></geocode></area>",
        )
    )
    assert ipaws_findings(fitted) == ()
    cancel = render([], [make_retraction(make_alert())], only="cap")["cap/q7Jx2.xml"]
    assert any("Cancel" in each for each in ipaws_findings(cancel))
    assert ipaws_findings(b"<x/>") == ("root element is not a CAP 1.2 alert",)


@pytest.mark.shared
def test_the_ipaws_linter_reads_messages_of_others(shared):
    folder = shared / "standards/cap/google-testdata"
    files = sorted(folder.glob("*.cap"))
    assert len(files) > 5
    for path in files:
        assert isinstance(ipaws_findings(path.read_bytes()), tuple)


def test_a_mail_names_no_reader_and_escapes_everything(site, make_alert):
    alert = make_alert(
        headline="<img src=x onerror=alert(1)>\r\nBcc: x@y.example", category=Category.GAS_LEAK
    )
    parts = {p.path: p.body.decode() for p in CHANNELS["mail"].render(alert, site=site)}
    assert parts.keys() == {"subject", "text/plain", "text/html"}
    assert "\n" not in parts["subject"]
    assert "\r" not in parts["subject"]
    assert "<img" not in parts["text/html"]
    assert "&lt;img" in parts["text/html"]
