"""Reads what pages of the public site must hold: lists, counts, changes, days.

Each function is one step inside the caller's transaction and changes nothing. Pages are asked for
one by one, so that a change costs what it touches and not what is live.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from pipeline.adapters.store.codec import alert_from, retraction_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeds_state import Place, live_at, of_place
from pipeline.adapters.store.tables import alerts, deliveries, feeds, outcomes, payloads
from pipeline.audit import stamp
from pipeline.model import Alert, Retraction

__all__ = [
    "all_alerts",
    "changed_lately",
    "changed_since_told",
    "corrected_versions",
    "first_days",
    "first_told_on",
    "last_landings",
    "listed_in",
    "live_counts",
    "withheld_calls",
]

_AT_ONCE = 500


def listed_in(
    tx: Tx, place: Place, *, now: datetime, limit: int
) -> tuple[list[Alert], list[Alert]]:
    """Return the newest live alerts of a place, and the newest that are over and still listed."""
    here = of_place(place)
    newest = select(alerts.c.content).order_by(alerts.c.sent.desc()).limit(limit)
    live = newest.where(*here, *live_at(now))
    over = newest.where(*here, alerts.c.state == "expired")
    # One that is over by the clock is shown so even before the run that ends it; few are.
    late = newest.where(*here, alerts.c.state == "live", alerts.c.expires <= stamp(now))
    ended = [alert_from(t) for query in (over, late) for t in tx.execute(query).scalars()]
    ended.sort(key=lambda each: each.sent, reverse=True)
    return [alert_from(text) for text in tx.execute(live).scalars()], ended[:limit]


def all_alerts(tx: Tx, *, since: datetime) -> tuple[list[Alert], list[Retraction]]:
    """Return every live and listed alert, and retractions not older than a time."""
    told = select(alerts.c.content).where(alerts.c.state.in_(("live", "expired")))
    gone = select(alerts.c.content).where(*_withdrawn(since))
    return (
        [alert_from(text) for text in tx.execute(told.order_by(alerts.c.alert_id)).scalars()],
        [retraction_from(text) for text in tx.execute(gone.order_by(alerts.c.alert_id)).scalars()],
    )


def live_counts(tx: Tx, now: datetime, without: Collection[str] = ()) -> dict[tuple[str, str], int]:
    """Return how many alerts are live in each (agency, area), those in ``without`` left out."""
    query = (
        select(alerts.c.agency_id, alerts.c.area_id, func.count())
        .where(
            alerts.c.state == "live",
            alerts.c.expires > stamp(now),
            alerts.c.alert_id.not_in(sorted(without)),
        )
        .group_by(alerts.c.agency_id, alerts.c.area_id)
    )
    return {(agency, area): int(number) for agency, area, number in tx.execute(query)}


def changed_since_told(
    tx: Tx, *, since: datetime, limit: int
) -> tuple[list[Alert], list[Retraction]]:
    """Return alerts that were changed after they went out, and retractions, newest first each."""
    # An end counts as a version too, so those that are over need one more.
    changed = or_(
        and_(alerts.c.state == "live", alerts.c.version > 1),
        and_(alerts.c.state == "expired", alerts.c.version > 2),
    )
    told = select(alerts.c.content).where(changed, alerts.c.sent >= stamp(since))
    gone = select(alerts.c.content).where(*_withdrawn(since))
    newest = alerts.c.sent.desc(), alerts.c.alert_id
    return (
        [alert_from(t) for t in tx.execute(told.order_by(*newest).limit(limit)).scalars()],
        [retraction_from(t) for t in tx.execute(gone.order_by(*newest).limit(limit)).scalars()],
    )


def changed_lately(tx: Tx, *, since: datetime, limit: int) -> tuple[list[Alert], list[Retraction]]:
    """Return the alerts that were told or ended last, and the newest retractions."""
    told = select(alerts.c.content).where(alerts.c.state == "live")
    over = select(alerts.c.content).where(alerts.c.state == "expired")
    gone = select(alerts.c.content).where(*_withdrawn(since))
    sent, ended = alerts.c.sent.desc(), alerts.c.expires.desc()
    found = [
        *tx.execute(told.order_by(sent, alerts.c.alert_id).limit(limit)).scalars(),
        *tx.execute(over.order_by(ended, alerts.c.alert_id).limit(limit)).scalars(),
    ]
    retracted = tx.execute(gone.order_by(sent, alerts.c.alert_id).limit(limit)).scalars()
    return [alert_from(text) for text in found], [retraction_from(text) for text in retracted]


def corrected_versions(tx: Tx, ids: Sequence[str]) -> dict[str, frozenset[int]]:
    """Return, per alert, the versions that changed what kind of thing it was."""
    found: dict[str, set[int]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(deliveries.c.alert_id, deliveries.c.version).where(
            deliveries.c.alert_id.in_(ids[start : start + _AT_ONCE]),
            deliveries.c.channel == "files",
            deliveries.c.was_category != "",
        )
        for row in tx.execute(query):
            found.setdefault(row.alert_id, set()).add(row.version)
    return {alert_id: frozenset(versions) for alert_id, versions in found.items()}


def first_days(tx: Tx, ids: Sequence[str]) -> frozenset[str]:
    """Return the days (UTC, 2026-03-03) on which these alerts were first told."""
    days: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        query = select(alerts.c.first_sent).where(
            alerts.c.alert_id.in_(ids[start : start + _AT_ONCE])
        )
        days |= {text[:10] for text in tx.execute(query).scalars() if text}
    return frozenset(days)


def first_told_on(tx: Tx, day: str) -> list[Alert]:
    """Return the live and listed alerts first told on a day (UTC)."""
    query = select(alerts.c.content).where(
        alerts.c.state.in_(("live", "expired")), alerts.c.first_sent.startswith(f"{day}T")
    )
    return [alert_from(text) for text in tx.execute(query.order_by(alerts.c.alert_id)).scalars()]


def last_landings(tx: Tx) -> dict[str, datetime]:
    """Return when each feed last brought something."""
    query = select(feeds.c.agency_id, feeds.c.last_landed_at).where(
        feeds.c.last_landed_at.is_not(None)
    )
    return {row.agency_id: datetime.fromisoformat(row.last_landed_at) for row in tx.execute(query)}


def withheld_calls(tx: Tx, *, since: datetime, until: datetime) -> dict[str, int]:
    """Return, per agency, how many records received in a span are withheld by rule."""
    query = (
        select(outcomes.c.agency_id, func.count())
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .where(
            outcomes.c.state == "withheld",
            payloads.c.received_at >= stamp(since),
            payloads.c.received_at < stamp(until),
        )
        .group_by(outcomes.c.agency_id)
    )
    return {agency_id: int(number) for agency_id, number in tx.execute(query)}


def _withdrawn(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return alerts.c.state == "retracted", alerts.c.sent >= stamp(since)
