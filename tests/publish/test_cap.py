from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from pipeline.model import Area, Refused
from pipeline.publish.cap import WITHDRAWN
from pipeline.publish.cap_rules import cap_problems

NS = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
SENDER = "alerts@alerts.juniper-falls.example"


def one(files):
    ((_, body),) = files.items()
    return etree.fromstring(body)


def text(message, path):
    return message.findtext(path, namespaces=NS)


def test_cap_makes_an_alert_of_the_first_version(render, make_alert):
    message = one(render([make_alert()], only="cap"))
    assert text(message, "c:msgType") == "Alert"
    assert text(message, "c:identifier") == "q7Jx2-1"
    assert text(message, "c:sender") == SENDER
    assert text(message, "c:sent") == "2026-03-03T21:00:00-00:00"
    assert text(message, "c:status") == "Actual"
    assert text(message, "c:scope") == "Public"
    assert text(message, "c:references") is None
    found = {child.tag.partition("}")[2]: child.text for child in message.find("c:info", NS)}
    assert found == {
        "language": "en-US",
        "category": "Fire",
        "event": "Structure fire",
        "urgency": "Unknown",
        "severity": "Moderate",
        "certainty": "Unknown",
        "effective": "2026-03-03T21:00:00-00:00",
        "expires": "2026-03-05T21:00:00-00:00",
        "senderName": "Juniper Falls Fire Department",
        "headline": "Reported: Structure fire in Northside",
        "description": "Crews were sent.\nMore will follow.",
        "area": None,
    }
    assert text(message, "c:info/c:area/c:areaDesc") == "Northside"
    assert text(message, "c:info/c:area/c:polygon") == (
        "43,-88 43,-87.9 43.1,-87.9 43.1,-88 43,-88"
    )


def test_cap_update_names_every_earlier_message(render, make_alert):
    message = one(render([make_alert(version=3)], only="cap"))
    assert text(message, "c:msgType") == "Update"
    assert text(message, "c:identifier") == "q7Jx2-3"
    assert text(message, "c:references") == (
        f"{SENDER},q7Jx2-1,2026-03-03T20:58:00-00:00 {SENDER},q7Jx2-2,2026-03-03T20:59:00-00:00"
    )


def test_cap_references_repeat_what_the_named_message_said_of_itself(render, make_alert, at):
    first = make_alert(sent=at - timedelta(minutes=1))
    earlier = one(render([first], only="cap"))
    update = one(render([make_alert(version=2)], only="cap"))
    named = ",".join(text(earlier, f"c:{name}") for name in ("sender", "identifier", "sent"))
    assert text(update, "c:references") == named


def test_cap_cancel_takes_the_place_of_the_alert_and_tells_nothing(
    render, make_alert, make_retraction
):
    alert = make_alert(version=2)
    published = render([alert], only="cap")
    files = render([alert], [make_retraction(alert)], only="cap")
    assert files.keys() == published.keys() == {"cap/q7Jx2.xml"}
    message = one(files)
    assert text(message, "c:msgType") == "Cancel"
    assert text(message, "c:identifier") == "q7Jx2-3"
    assert text(message, "c:note") == WITHDRAWN
    assert text(message, "c:references") == (
        f"{SENDER},q7Jx2-1,2026-03-03T20:59:00-00:00 {SENDER},q7Jx2-2,2026-03-03T21:00:00-00:00"
    )
    assert message.find("c:info", NS) is None
    assert [child.tag.partition("}")[2] for child in message] == [
        *("identifier", "sender", "sent", "status", "msgType", "scope", "note", "references")
    ]


def test_cap_cancel_is_the_same_whatever_was_withdrawn_but_for_id_and_times(
    render, make_alert, make_retraction
):
    retraction = make_retraction(make_alert())
    others = [
        replace(retraction, category=category, agency_name="Another Agency")
        for category in ("sexual-offense", "noise")
    ]
    assert (
        len({render([], [each], only="cap")["cap/q7Jx2.xml"] for each in (retraction, *others)})
        == 1
    )


def test_cap_refuses_an_area_whose_ring_is_open(render, make_alert, square):
    broken = Area(area_id="n", name="N", polygons=((square[:-1],),))
    with pytest.raises(Refused, match="polygon: is not closed"):
        render([make_alert(area=broken)], only="cap")


def test_cap_refuses_an_alert_that_expires_before_it_is_sent(render, make_alert, at):
    alert = make_alert(sent=at + timedelta(hours=2), lifetime=timedelta(hours=-1))
    with pytest.raises(Refused, match="expires: not later than sent"):
        render([alert], only="cap")


def test_cap_leaves_an_area_without_a_shape_to_its_name(render, make_alert):
    alert = make_alert(area=Area(area_id="n", name="Northside", polygons=()))
    message = one(render([alert], only="cap"))
    assert text(message, "c:info/c:area/c:areaDesc") == "Northside"
    assert message.find(".//c:polygon", NS) is None


@pytest.mark.shared
def test_cap_messages_meet_the_schema(render, make_alert, make_retraction, square, shared):
    schema = etree.XMLSchema(etree.parse(shared / "standards/cap/cap12.xsd"))
    moved = tuple((x + 1, y) for x, y in square)
    two = Area(area_id="n", name="N", polygons=((square,), (moved,)))
    alerts = [make_alert("a"), make_alert("b", version=4), make_alert("c", area=two)]
    files = render(alerts, [make_retraction(make_alert("d", version=2))], only="cap")
    kinds = set()
    for body in files.values():
        message = etree.fromstring(body)
        schema.assertValid(message)
        kinds.add(text(message, "c:msgType"))
        assert cap_problems(body) == ()
    assert kinds == {"Alert", "Update", "Cancel"}
