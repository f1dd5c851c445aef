"""Renders the public state as one Atom 1.0 feed (RFC 4287) with GeoRSS areas.

In go alerts and retractions; out comes ``alerts.atom``: an entry per alert, and per retraction a
tombstone (RFC 6721) with the same id, so that readers drop what they kept. A tombstone must never
carry a title, a text or a reason. Ids are tag URIs (RFC 4151) made from the public alert id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from pipeline.model import Alert, AlertId, Retraction
from pipeline.publish.channel import (
    ENTRIES,
    EVERYTHING,
    PublicFile,
    Scope,
    Site,
    cap_path,
    host,
    last_change,
    live,
    moment,
    url,
    withdrawn,
)
from pipeline.publish.markup import Vocabulary, document
from pipeline.publish.plain import plain_line
from pipeline.publish.shape import outer_rings

__all__ = ["PATHS", "render"]

PATHS = "alerts.atom"

_ATOM = "http://www.w3.org/2005/Atom"
_GEORSS = "http://www.georss.org/georss"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_NSMAP = {None: _ATOM, "georss": _GEORSS, "at": _TOMBSTONES}
_A = Vocabulary(_ATOM, _NSMAP)
_G = Vocabulary(_GEORSS, _NSMAP)
_T = Vocabulary(_TOMBSTONES, _NSMAP)

# A tag URI needs a date on which its author held the host name; any fixed one keeps ids stable.
_TAG_YEAR = "2026"


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    at: datetime,
    scope: Scope = EVERYTHING,
) -> tuple[PublicFile, ...]:
    """Return the scope's ``alerts.atom``; see :class:`~pipeline.publish.channel.Format`."""
    path = scope.path(PATHS)
    feed = _A(
        "feed",
        _A("id", _tag(site, scope.path("alerts"))),
        _A("title", scope.title(site)),
        _A("updated", moment(last_change(alerts, retractions, at))),
        _A("author", _A("name", plain_line(site.author, 200))),
        _A("link", rel="self", type="application/atom+xml", href=url(site, path)),
        *(_A("link", rel="hub", href=hub) for hub in site.hubs),
        _A("link", rel="alternate", href=url(site)),
        # The common Atom schema wants extensions before the entries.
        *(_tombstone(each, site) for each in withdrawn(retractions)),
        *(_entry(alert, site) for alert in live(alerts, retractions, at)[:ENTRIES]),
    )
    return (PublicFile(path=path, body=document(feed)),)


def _entry(alert: Alert, site: Site) -> etree._Element:
    facts = alert.facts
    return _A(
        "entry",
        _A("id", _entry_id(site, alert.alert_id)),
        _A("title", facts.headline),
        _A("published", moment(alert.first_sent)),
        _A("updated", moment(alert.sent)),
        _A("contributor", _A("name", alert.agency_name)),
        _A("category", term=facts.category.value, label=facts.label),
        _A("category", term=facts.area.name, scheme=_tag(site, "area")),
        _A(
            "link",
            rel="alternate",
            type="application/cap+xml",
            href=url(site, cap_path(alert.alert_id)),
        ),
        _A("summary", facts.text, type="text"),
        *(
            _G("polygon", " ".join(f"{latitude} {longitude}" for latitude, longitude in ring))
            for ring in outer_rings(facts.area)
        ),
    )


def _tombstone(retraction: Retraction, site: Site) -> etree._Element:
    return _T(
        "deleted-entry", ref=_entry_id(site, retraction.alert_id), when=moment(retraction.sent)
    )


def _entry_id(site: Site, alert_id: AlertId) -> str:
    return _tag(site, f"alert/{alert_id}")


def _tag(site: Site, name: str) -> str:
    return f"tag:{host(site)},{_TAG_YEAR}:{name}"
