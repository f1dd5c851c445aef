"""Renders alerts as an RSS 2.0 feed for readers that know nothing newer.

In go alerts and retractions; out comes ``alerts.rss``. RSS has no tombstones: a retracted item is
gone from the feed, and a short item with the same ``guid`` says that it was withdrawn, since many
readers replace what they kept by its guid. It must never carry HTML: descriptions are plain text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from pipeline.model import Alert, AlertId, Refused, Retraction
from pipeline.publish.channel import (
    ENTRIES,
    EVERYTHING,
    PublicFile,
    Scope,
    Site,
    detail_path,
    host,
    last_change,
    live,
    url,
    withdrawn,
)
from pipeline.publish.markup import Vocabulary, document
from pipeline.publish.plain import plain_line
from pipeline.publish.shape import outer_rings

__all__ = ["PATHS", "WITHDRAWN", "render"]

PATHS = "alerts.rss"

WITHDRAWN = "This alert was withdrawn"
"""The whole wording of an item that takes a retracted one's place."""

_ATOM = "http://www.w3.org/2005/Atom"
_GEORSS = "http://www.georss.org/georss"
_NSMAP: Mapping[str | None, str] = {"atom": _ATOM, "georss": _GEORSS}
_A = Vocabulary(_ATOM, _NSMAP)
_G = Vocabulary(_GEORSS, _NSMAP)


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    at: datetime,
    scope: Scope = EVERYTHING,
) -> tuple[PublicFile, ...]:
    """Return the scope's ``alerts.rss``; see :class:`~pipeline.publish.channel.Format`."""
    path = scope.path(PATHS)
    channel = _plain(
        "channel",
        _plain("title", scope.title(site) or "Alerts"),
        _plain("link", url(site)),
        _plain("description", f"Published by {plain_line(site.author, 200)}"),
        _plain("lastBuildDate", _time(last_change(alerts, retractions, at))),
        _A("link", rel="self", type="application/rss+xml", href=url(site, path)),
        *(_A("link", rel="hub", href=hub) for hub in site.hubs),
        *(_gone(each, site) for each in withdrawn(retractions)[:ENTRIES]),
        *(_item(alert, site) for alert in live(alerts, retractions, at)[:ENTRIES]),
    )
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM, "georss": _GEORSS})
    root.append(channel)
    return (PublicFile(path=path, body=document(root)),)


def _item(alert: Alert, site: Site) -> etree._Element:
    facts = alert.facts
    return _plain(
        "item",
        _plain("title", facts.headline),
        _plain("link", url(site, detail_path(alert.alert_id))),
        _plain("description", facts.text),
        _plain("category", facts.label),
        _guid(alert.alert_id, site),
        _plain("pubDate", _time(alert.first_sent)),
        *(
            _G("polygon", " ".join(f"{latitude} {longitude}" for latitude, longitude in ring))
            for ring in outer_rings(facts.area)
        ),
    )


def _gone(retraction: Retraction, site: Site) -> etree._Element:
    return _plain(
        "item",
        _plain("title", WITHDRAWN),
        _guid(retraction.alert_id, site),
        _plain("pubDate", _time(retraction.sent)),
    )


def _guid(alert_id: AlertId, site: Site) -> etree._Element:
    element = _plain("guid", f"{host(site)}/{alert_id}")
    element.set("isPermaLink", "false")
    return element


def _time(when: datetime) -> str:
    """Return an RFC 822 date with a year of four digits, as RSS 2.0 wants it."""
    if when.tzinfo is None:
        raise Refused("a public time has no zone")
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _plain(name: str, *content: str | etree._Element) -> etree._Element:
    """Return an element of no namespace, which all of RSS 2.0's own are."""
    element = etree.Element(name)
    for each in content:
        if isinstance(each, str):
            element.text = each
        else:
            element.append(each)
    return element
