"""Queues a message to every receiver of what just went out, in the caller's transaction.

What is told by push follows the files: it points to them. Earlier versions that still wait are
dropped, a withdrawal goes to all who were told or may have been, at once. It must never put a word
of an alert into the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import load_alert, pushed_before
from pipeline.adapters.store.endpoints import enabled_endpoints
from pipeline.adapters.store.feeds_state import Due
from pipeline.adapters.store.outbox import (
    Sending,
    add_sendings,
    drop_waiting,
    receivers_told,
    sending_id,
)
from pipeline.adapters.store.subscribers import choosing
from pipeline.audit import stamp
from pipeline.model import AgreementStopped, Category, ConfigError
from pipeline.publish.pacing import Plan, plan, wants
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.settings import Settings

__all__ = ["RECEIVERS", "fan_out"]

HUB = "hub"
"""The one receiver of WebSub pings: every hub of the site."""


@dataclass(frozen=True, slots=True)
class _News:
    """One version that stands in the files by now, and what kind of news it is."""

    due: Due
    kind: str
    now: datetime
    settings: Settings


Receivers = Callable[[Tx, _News], Iterator[tuple[str, Plan]]]


def fan_out(tx: Tx, settings: Settings, due: Sequence[Due], *, now: datetime) -> int:
    """Queue messages for these versions; return how many are new, those to readers aside."""
    newest = {each.alert_id: each for each in due if each.version == each.newest}
    queued = 0
    for each in newest.values():
        news = _News(each, _kind(each), now, settings)
        outcome = "withdrawn" if news.kind == "retracted" else "superseded"
        told = {name: receivers_told(tx, each.alert_id, name) for name in RECEIVERS}
        drop_waiting(tx, each.alert_id, below=each.version, outcome=outcome)
        for channel, receivers in RECEIVERS.items():
            found = dict(receivers(tx, news))
            if news.kind == "retracted":
                found |= {receiver: Plan(at=now, gathered=False) for receiver in told[channel]}
            rows = [_sending(news, channel, receiver, how) for receiver, how in found.items()]
            added = add_sendings(tx, rows)
            # How many readers were written to is told to nobody (rule 29).
            queued += 0 if channel == "mail" else added
    return queued


def _kind(due: Due) -> str:
    if due.state == "live":
        return "published" if due.newest == 1 else "updated"
    return "retracted" if due.state == "retracted" else "expired"


def _sending(news: _News, channel: str, receiver: str, how: Plan) -> Sending:
    due = news.due
    return Sending(
        sending_id=sending_id(channel, receiver, due.alert_id, due.newest),
        channel=channel,
        receiver=receiver,
        alert_id=due.alert_id,
        version=due.newest,
        kind=news.kind,
        audit_index=due.audit_index,
        state="gathered" if how.gathered else "due",
        created_at=stamp(news.now),
        next_at=stamp(how.at),
    )


def _webhooks(tx: Tx, news: _News) -> Iterator[tuple[str, Plan]]:
    """Name every endpoint that asks for it; ends of alerts go to those who were told of them."""
    area = f"{news.due.agency_id}/{news.due.area_id}"
    if news.kind == "expired":
        return
    for endpoint in enabled_endpoints(tx):
        if endpoint.asks_for(area, news.due.category):
            yield endpoint.endpoint_id, Plan(at=news.now, gathered=False)


def _readers(tx: Tx, news: _News) -> Iterator[tuple[str, Plan]]:
    """Name confirmed readers of the area; withdrawals go only to who was told."""
    if news.kind not in ("published", "updated"):
        return
    due = news.due
    loaded = load_alert(tx, due.alert_id)
    if loaded is None:
        return
    zone = _zone_of(tx, news)
    midnight = news.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    before = pushed_before(tx, loaded[0], since=midnight) + due.newest - 1
    for reader, choices in choosing(tx, due.agency_id, due.area_id):
        if wants(choices, Category(due.category)):
            own = ZoneInfo(choices.zone) if choices.zone else zone
            yield reader, plan(choices, news.now, own, pushed_before=before)


def _zone_of(tx: Tx, news: _News) -> ZoneInfo:
    """Return the agency's zone; UTC once its folder is gone, for what is told is told."""
    try:
        return agency_of(news.settings, tx, news.due.agency_id).timezone
    except (ConfigError, AgreementStopped):
        return ZoneInfo("UTC")


def _hubs(tx: Tx, news: _News) -> Iterator[tuple[str, Plan]]:  # noqa: ARG001 - as the others
    if news.settings.hubs and news.kind != "expired":
        yield HUB, Plan(at=news.now, gathered=False)


RECEIVERS: Mapping[str, Receivers] = {
    "webhook": _webhooks,
    "mail": _readers,
    "websub": _hubs,
}
"""Who is told by each channel that pushes. The folder has no receivers: whoever reads, fetches."""
