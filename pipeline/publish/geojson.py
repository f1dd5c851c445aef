"""Renders the public state as one GeoJSON FeatureCollection (RFC 7946).

In go alerts and retractions; out comes ``alerts.geojson``, described by
``schemas/public/alerts.schema.json``: a feature per alert, the site's ``title``, and ``retracted``,
which lists withdrawn ids with the moment and without a reason. It must never copy a record into
properties: each is written here by name. Coordinates are longitude first; ``shape`` sees to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from pipeline.model import Alert, Retraction
from pipeline.publish.channel import EVERYTHING, PublicFile, Scope, Site, live, moment, withdrawn
from pipeline.publish.shape import geometry

__all__ = ["PATHS", "render"]

PATHS = "alerts.geojson"


def render(
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    at: datetime,
    scope: Scope = EVERYTHING,
) -> tuple[PublicFile, ...]:
    """Return the scope's ``alerts.geojson``; see :class:`~pipeline.publish.channel.Format`."""
    collection = {
        "type": "FeatureCollection",
        "title": scope.title(site),
        "features": [_feature(alert) for alert in live(alerts, retractions, at)],
        "retracted": [
            {"id": each.alert_id, "sent": moment(each.sent)} for each in withdrawn(retractions)
        ],
    }
    body = orjson.dumps(collection, option=orjson.OPT_APPEND_NEWLINE)
    return (PublicFile(path=scope.path(PATHS), body=body),)


def _feature(alert: Alert) -> dict[str, object]:
    facts = alert.facts
    return {
        "type": "Feature",
        "id": alert.alert_id,
        "geometry": geometry(facts.area),
        "properties": {
            "id": alert.alert_id,
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
            "expires": moment(alert.expires),
            "agency": alert.agency_name,
        },
    }
