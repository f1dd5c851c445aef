"""Renders alerts as a JSON Feed 1.1 for programs that read feeds without XML.

In go alerts and retractions; out comes ``alerts.feed.json``. What was withdrawn stands in the
extension ``_retracted``, by item id, without a reason. It must never carry HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from pipeline.model import Alert, Retraction
from pipeline.publish.channel import (
    ENTRIES,
    EVERYTHING,
    PublicFile,
    Scope,
    Site,
    detail_path,
    host,
    live,
    moment,
    url,
    withdrawn,
)
from pipeline.publish.plain import plain_line

__all__ = ["PATHS", "render"]

PATHS = "alerts.feed.json"

_VERSION = "https://jsonfeed.org/version/1.1"


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    at: datetime,
    scope: Scope = EVERYTHING,
) -> tuple[PublicFile, ...]:
    """Return the scope's ``alerts.feed.json``; see ``channel.Format``."""
    path = scope.path(PATHS)
    feed: dict[str, object] = {
        "version": _VERSION,
        "title": scope.title(site),
        "home_page_url": url(site),
        "feed_url": url(site, path),
        "language": "en-US",
        "authors": [{"name": plain_line(site.author, 200)}],
        "items": [_item(alert, site) for alert in live(alerts, retractions, at)[:ENTRIES]],
        "_retracted": {
            "items": [
                {"id": f"{host(site)}/{each.alert_id}", "sent": moment(each.sent)}
                for each in withdrawn(retractions)
            ]
        },
    }
    if site.hubs:
        feed["hubs"] = [{"type": "WebSub", "url": hub} for hub in site.hubs]
    body = orjson.dumps(feed, option=orjson.OPT_APPEND_NEWLINE)
    return (PublicFile(path=path, body=body),)


def _item(alert: Alert, site: Site) -> dict[str, object]:
    facts = alert.facts
    return {
        "id": f"{host(site)}/{alert.alert_id}",
        "url": url(site, detail_path(alert.alert_id)),
        "title": facts.headline,
        "content_text": facts.text,
        "date_published": moment(alert.first_sent),
        "date_modified": moment(alert.sent),
        "authors": [{"name": alert.agency_name}],
        "tags": [facts.label, facts.area.name],
    }
