from __future__ import annotations

import feedparser
import pytest
from lxml import etree

from pipeline.model import Area

ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def parse(files):
    return etree.fromstring(files["alerts.atom"])


def test_atom_is_read_by_a_feed_reader(render, make_alert, make_retraction):
    files = render([make_alert(version=2)], [make_retraction(make_alert("r"))], only="atom")
    feed = feedparser.parse(files["alerts.atom"])
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "Juniper Falls alerts"
    assert feed.feed.author == "Juniper Falls Desk"
    (entry,) = feed.entries
    assert entry.id == "tag:alerts.juniper-falls.example,2026:alert/q7Jx2"
    assert entry.title == "Reported: Structure fire in Northside"
    assert entry.summary == "Crews were sent.\nMore will follow."
    assert (entry.published, entry.updated) == ("2026-03-03T20:59:00Z", "2026-03-03T21:00:00Z")
    assert [(tag.term, tag.label, tag.scheme) for tag in entry.tags] == [
        ("structure-fire", "Structure fire", None),
        ("Northside", None, "tag:alerts.juniper-falls.example,2026:area"),
    ]
    assert entry.contributors[0].name == "Juniper Falls Fire Department"
    assert entry.where["type"] == "Polygon"
    assert entry.where["coordinates"][0][0] == (-88.0, 43.0)  # feedparser turns them around


def test_atom_links_each_entry_to_its_cap_message(render, make_alert, site):
    files = render([make_alert()])
    (link,) = feedparser.parse(files["alerts.atom"]).entries[0].links
    assert link.type == "application/cap+xml"
    assert link.href.startswith(site.base_url)
    assert link.href.removeprefix(site.base_url) in files


def test_atom_writes_latitude_first_and_a_polygon_for_each_part(render, make_alert, square):
    moved = tuple((x + 1, y) for x, y in square)
    area = Area(area_id="n", name="N", polygons=((square,), (moved,)))
    polygons = parse(render([make_alert(area=area)], only="atom")).findall(
        ".//{http://www.georss.org/georss}polygon"
    )
    assert [polygon.text for polygon in polygons] == [
        "43 -88 43 -87.9 43.1 -87.9 43.1 -88 43 -88",
        "43 -87 43 -86.9 43.1 -86.9 43.1 -87 43 -87",
    ]


def test_atom_tombstone_has_the_id_of_the_entry_and_no_words(render, make_alert, make_retraction):
    alert = make_alert()
    entry = parse(render([alert], only="atom")).find(f"{ATOM}entry")
    feed = parse(render([alert], [make_retraction(alert)], only="atom"))
    (tombstone,) = feed.findall(DELETED)
    assert dict(tombstone.attrib) == {
        "ref": entry.findtext(f"{ATOM}id"),
        "when": "2026-03-03T21:05:00Z",
    }
    assert len(tombstone) == 0
    assert tombstone.text is None
    assert feed.find(f"{ATOM}entry") is None
    assert feed.findtext(f"{ATOM}updated") == "2026-03-03T21:05:00Z"


@pytest.mark.shared
def test_atom_meets_the_schema(render, make_alert, make_retraction, shared):
    schema = etree.XMLSchema(etree.parse(shared / "standards/outbound/atom.xsd"))
    states = [
        ([], []),
        ([make_alert("a"), make_alert("b", version=3)], []),
        ([], [make_retraction(make_alert("r"))]),
        ([make_alert("a")], [make_retraction(make_alert("r"))]),
    ]
    for alerts, retractions in states:
        schema.assertValid(parse(render(alerts, retractions, only="atom")))


@pytest.mark.shared
def test_atom_areas_meet_the_georss_schema(render, make_alert, shared):
    schema = etree.XMLSchema(etree.parse(shared / "standards/outbound/georss.xsd"))
    found = parse(render([make_alert()], only="atom")).xpath("//*[starts-with(name(), 'georss:')]")
    assert len(found) == 1
    for element in found:
        schema.assertValid(etree.fromstring(etree.tostring(element, with_tail=False)))
