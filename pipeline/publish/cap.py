"""Renders each alert as a CAP 1.2 message, and each retraction as the Cancel in its place.

In go alerts and retractions; out comes ``cap/<alert_id>.xml`` per alert: an Alert, an Update that
names its predecessors, or a Cancel that names them all. A Cancel must never carry an info block:
no headline, area, category or reason survives a retraction. Every message passes ``cap_rules``
before it leaves. Areas are outer rings only, as CAP has no holes (``shape``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from pipeline.model import Alert, AlertId, Area, Refused, Retraction
from pipeline.publish.cap_codes import CERTAINTY, CODES
from pipeline.publish.cap_rules import cap_problems
from pipeline.publish.channel import (
    EVERYTHING,
    PublicFile,
    Scope,
    Site,
    cap_path,
    host,
    live,
    withdrawn,
)
from pipeline.publish.markup import Vocabulary, document
from pipeline.publish.shape import outer_rings

__all__ = ["PATHS", "WITHDRAWN", "render"]

PATHS = "cap/*.xml"

WITHDRAWN = "This alert was withdrawn."
"""The whole wording of every Cancel."""

_CAP = "urn:oasis:names:tc:emergency:cap:1.2"
_C = Vocabulary(_CAP, {None: _CAP})


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    at: datetime,
    scope: Scope = EVERYTHING,  # noqa: ARG001 - a message belongs to no feed
) -> tuple[PublicFile, ...]:
    """Return a message per alert and per retraction; see ``channel.Format``."""
    sender = f"alerts@{host(site)}"
    messages = {each.alert_id: _cancel(each, sender) for each in withdrawn(retractions)}
    for alert in live(alerts, retractions, at):
        messages[alert.alert_id] = _alert(alert, sender)
    return tuple(_file(alert_id, messages[alert_id]) for alert_id in sorted(messages))


def _file(alert_id: AlertId, message: etree._Element) -> PublicFile:
    body = document(message)
    problems = cap_problems(body)
    if problems:
        raise Refused(f"alert {alert_id} makes no valid CAP message: {'; '.join(problems)}")
    return PublicFile(path=cap_path(alert_id), body=body)


def _alert(alert: Alert, sender: str) -> etree._Element:
    head = _head(alert.alert_id, alert.version, sender, alert.sent)
    kind = "Update" if alert.previous else "Alert"
    references = _references(alert.alert_id, alert.previous, sender)
    return _C(
        "alert",
        *head,
        _C("status", "Actual"),
        _C("msgType", kind),
        _C("scope", "Public"),
        *references,
        _info(alert),
    )


def _cancel(retraction: Retraction, sender: str) -> etree._Element:
    version = len(retraction.previous) + 1
    return _C(
        "alert",
        *_head(retraction.alert_id, version, sender, retraction.sent),
        _C("status", "Actual"),
        _C("msgType", "Cancel"),
        _C("scope", "Public"),
        _C("note", WITHDRAWN),
        *_references(retraction.alert_id, retraction.previous, sender),
    )


def _head(
    alert_id: AlertId, version: int, sender: str, sent: datetime
) -> tuple[etree._Element, ...]:
    return (
        _C("identifier", _identifier(alert_id, version)),
        _C("sender", sender),
        _C("sent", _time(sent)),
    )


def _references(
    alert_id: AlertId, previous: tuple[datetime, ...], sender: str
) -> tuple[etree._Element, ...]:
    """Name every predecessor, expired or not: each may still stand in somebody's store."""
    if not previous:
        return ()
    named = (
        f"{sender},{_identifier(alert_id, version)},{_time(sent)}"
        for version, sent in enumerate(previous, start=1)
    )
    return (_C("references", " ".join(named)),)


def _info(alert: Alert) -> etree._Element:
    facts, codes = alert.facts, CODES[alert.facts.category]
    return _C(
        "info",
        _C("language", "en-US"),
        _C("category", codes.category),
        _C("event", facts.label),
        _C("urgency", codes.urgency),
        _C("severity", codes.severity),
        _C("certainty", CERTAINTY),
        _C("effective", _time(alert.sent)),
        _C("expires", _time(alert.expires)),
        _C("senderName", alert.agency_name),
        _C("headline", facts.headline),
        _C("description", facts.text),
        _area(facts.area),
    )


def _area(area: Area) -> etree._Element:
    polygons = (
        " ".join(f"{latitude},{longitude}" for latitude, longitude in ring)
        for ring in outer_rings(area)
    )
    return _C("area", _C("areaDesc", area.name), *(_C("polygon", polygon) for polygon in polygons))


def _identifier(alert_id: AlertId, version: int) -> str:
    return f"{alert_id}-{version}"


def _time(when: datetime) -> str:
    """CAP refuses ``Z``; ``-00:00`` is its spelling of UTC (CAP 1.2, section 3.3.2)."""
    if when.tzinfo is None:
        raise Refused("a public time has no zone")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
