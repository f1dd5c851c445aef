"""The channel of webhooks: a thin message that names an alert and where it stands.

In goes one alert or retraction, out comes one JSON body of the Standard Webhooks form. It holds no
word of the alert, only its id, version and address: whoever receives it fetches the address, and
after a retraction finds a tombstone there. Signing and sending are the adapters' part.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from pipeline.model import Alert, AlertId, Retraction
from pipeline.publish.channel import PublicFile, Site, detail_path, moment, plain, url, withdrawn

__all__ = ["TEST", "render", "retract", "told"]

TEST = "test"
"""The type of the message the test button sends."""


def render(alert: Alert, *, site: Site) -> tuple[PublicFile, ...]:
    """Return ``alert.published`` or ``alert.updated``."""
    alert = plain(alert)
    kind = "alert.updated" if alert.previous else "alert.published"
    return (told(kind, alert.alert_id, alert.version, alert.sent, site),)


def retract(retraction: Retraction, *, site: Site) -> tuple[PublicFile, ...]:
    """Return ``alert.retracted``."""
    (retraction,) = withdrawn([retraction])
    version = len(retraction.previous) + 1
    return (told("alert.retracted", retraction.alert_id, version, retraction.sent, site),)


def told(kind: str, alert_id: AlertId, version: int, sent: datetime, site: Site) -> PublicFile:
    """Return one message; its path is its type."""
    body = {
        "type": kind,
        "timestamp": moment(sent),
        "data": {"id": alert_id, "version": version, "url": url(site, detail_path(alert_id))},
    }
    return PublicFile(path=kind, body=orjson.dumps(body))
