"""The channel of WebSub: the addresses of feeds that an alert changed, for a hub to fetch.

In goes one alert or retraction, out comes a form body per topic. It must never carry content: a hub
fetches the feeds by itself. Sending the pings is the adapters' part.
"""

from __future__ import annotations

from urllib.parse import urlencode

from pipeline.model import Alert, Retraction
from pipeline.publish import atom, json_feed, rss
from pipeline.publish.channel import EVERYTHING, PublicFile, Scope, Site, plain, url, withdrawn
from pipeline.publish.formats import agency_scope, area_scope, category_scope

__all__ = ["ping", "render", "retract"]

_WATCHED = (atom.PATHS, rss.PATHS, json_feed.PATHS)


def render(alert: Alert, *, site: Site) -> tuple[PublicFile, ...]:
    """Return a ping per feed that names a hub and that the alert stands in."""
    alert = plain(alert)
    facts = alert.facts
    scopes = (
        EVERYTHING,
        area_scope(alert.agency_id, facts.area),
        category_scope(facts.category, facts.label),
        agency_scope(alert.agency_id, alert.agency_name),
    )
    return _pings(scopes, site)


def retract(retraction: Retraction, *, site: Site) -> tuple[PublicFile, ...]:
    """Return a ping per feed of the site, the agency and the category."""
    (retraction,) = withdrawn([retraction])
    scopes = (
        EVERYTHING,
        category_scope(retraction.category, ""),
        agency_scope(retraction.agency_id, ""),
    )
    return _pings(scopes, site)


def ping(topic: str) -> bytes:
    """Return the form body of one publisher's ping (W3C WebSub, section 7)."""
    return urlencode({"hub.mode": "publish", "hub.url": topic}).encode()


def _pings(scopes: tuple[Scope, ...], site: Site) -> tuple[PublicFile, ...]:
    topics = [url(site, scope.path(name)) for scope in scopes for name in _WATCHED]
    return tuple(PublicFile(path=topic, body=ping(topic)) for topic in topics)
