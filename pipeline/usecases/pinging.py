"""Tells WebSub hubs which feeds changed, each feed once.

In go queued pings, out comes the worst answer of all hubs: a ping that failed is tried again with
all it stood for, since pinging twice does no harm. It must never send content.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.adapters.outbound import Answer, Poster
from pipeline.adapters.store.alerts import public_version
from pipeline.adapters.store.outbox import Sending
from pipeline.model import Alert
from pipeline.publish import CHANNELS
from pipeline.usecases.resources import Resources, site_of
from pipeline.usecases.settings import Settings

__all__ = ["ping_hubs"]

_HEADERS = {"content-type": "application/x-www-form-urlencoded", "user-agent": "Blotter-WebSub/1"}


async def ping_hubs(
    resources: Resources, settings: Settings, pings: Sequence[Sending], poster: Poster
) -> Answer:
    """Ping every hub for every feed these versions changed; return the worst answer."""
    bodies = _topics(resources, settings, pings)
    worst = Answer(outcome="http-204", status=204)
    for hub in settings.hubs:
        for body in bodies:
            answer = await poster(hub, body, _HEADERS)
            if answer.status not in range(200, 300):
                worst = answer
    return worst


def _topics(
    resources: Resources, settings: Settings, pings: Sequence[Sending]
) -> tuple[bytes, ...]:
    site, channel = site_of(settings), CHANNELS["websub"]
    bodies: dict[bytes, None] = {}
    with resources.store.read() as tx:
        for each in pings:
            public = public_version(tx, each.alert_id, each.version)
            if public is None:
                continue
            parts = (
                channel.render(public, site=site)
                if isinstance(public, Alert)
                else channel.retract(public, site=site)
            )
            bodies |= dict.fromkeys(part.body for part in parts)
    return tuple(bodies)
