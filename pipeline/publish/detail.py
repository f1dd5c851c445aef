"""Renders each alert's own small JSON file, which thin messages point to.

In go alerts and retractions; out comes ``alert/<id>.json``: the facts while it is live or listed
(rule 14), and after a retraction the id, the moment and nothing else. ``index`` is false once it is
over: nobody is to list it in a search engine then. It must never hold what GeoJSON does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from pipeline.model import Alert, AlertId, Retraction
from pipeline.publish.channel import (
    EVERYTHING,
    PublicFile,
    Scope,
    Site,
    cap_path,
    detail_path,
    moment,
    plain,
    url,
    withdrawn,
)
from pipeline.publish.shape import geometry

__all__ = ["PATHS", "render"]

PATHS = "alert/*.json"


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    at: datetime,
    scope: Scope = EVERYTHING,  # noqa: ARG001 - an alert's own file belongs to no feed
) -> tuple[PublicFile, ...]:
    """Return a file per alert and per retraction; see ``channel.Format``."""
    gone = withdrawn(retractions)
    newest = {alert.alert_id: alert for alert in sorted(alerts, key=lambda each: each.version)}
    files = {alert_id: _facts(plain(alert), site, at) for alert_id, alert in newest.items()}
    for each in gone:
        files[each.alert_id] = {
            "id": each.alert_id,
            "state": "retracted",
            "index": False,
            "version": len(each.previous) + 1,
            "updated": moment(each.sent),
        }
    return tuple(_file(alert_id, files[alert_id]) for alert_id in sorted(files))


def _file(alert_id: AlertId, content: dict[str, object]) -> PublicFile:
    body = orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
    return PublicFile(path=detail_path(alert_id), body=body)


def _facts(alert: Alert, site: Site, at: datetime) -> dict[str, object]:
    facts, live = alert.facts, alert.expires > at
    content: dict[str, object] = {
        "id": alert.alert_id,
        "state": "live" if live else "listed",
        "index": live,
        "version": alert.version,
        "category": facts.category.value,
        "label": facts.label,
        "headline": facts.headline,
        "text": facts.text,
        "area": facts.area.name,
        "earliest": moment(facts.earliest),
        "latest": moment(facts.latest),
        "sent": moment(alert.first_sent),
        "updated": moment(alert.sent),
        "history": [moment(when) for when in (*alert.previous, alert.sent)],
        "expires": moment(alert.expires),
        "agency": alert.agency_name,
        "geometry": geometry(facts.area),
    }
    if live:
        content["cap"] = url(site, cap_path(alert.alert_id))
    return content
