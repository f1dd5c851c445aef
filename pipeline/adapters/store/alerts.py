"""Keeps alerts: versions, what each channel is due, and what the public may see.

Each function is one step inside the caller's transaction. An alert's text leaves its row when it
is retracted; which files the public reads is the publisher's part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, not_, or_, select, update

from pipeline.adapters.store.codec import (
    alert_from,
    alert_text,
    retraction_from,
)
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, deliveries, incidents
from pipeline.audit import stamp
from pipeline.model import Alert, AlertId, IncidentRef, Retraction

__all__ = [
    "TOMBSTONES",
    "alerts_since",
    "due_versions",
    "expire_alert",
    "find_live",
    "in_words",
    "incident_alert",
    "live_alerts_of",
    "load_alert",
    "make_due",
    "mark_delivered",
    "over_alerts",
    "overdue",
    "public_state",
    "public_version",
    "pushed_before",
    "save_alert",
    "stopped_by_pause",
    "withdrawn_undelivered",
]


TOMBSTONES = timedelta(days=30)
"""How long a withdrawn alert's tombstone stays in the feeds, so that readers drop their copy."""


def live_alerts_of(tx: Tx, refs: Sequence[IncidentRef]) -> dict[IncidentRef, Alert]:
    """Return the live alert of each of these incidents that has one."""
    query = select(alerts.c.incident_ref, alerts.c.content).where(
        alerts.c.incident_ref.in_(refs), alerts.c.state == "live"
    )
    return {IncidentRef(r.incident_ref): alert_from(r.content) for r in tx.execute(query)}


def incident_alert(tx: Tx, incident_ref: str) -> Alert | None:
    """Return the incident's live alert, if it has one."""
    query = select(alerts.c.content).where(
        alerts.c.incident_ref == incident_ref, alerts.c.state == "live"
    )
    text = tx.execute(query).scalar_one_or_none()
    return None if text is None else alert_from(text)


def alerts_since(tx: Tx, agency_id: str, since: datetime) -> tuple[Alert, ...]:
    """Return an agency's alerts first told at or after a time, oldest first; no withdrawn ones."""
    query = select(alerts.c.content).where(
        alerts.c.agency_id == agency_id,
        alerts.c.state.in_(("live", "expired")),
        alerts.c.sent >= stamp(since),
    )
    found = [alert_from(text) for text in tx.execute(query).scalars()]
    return tuple(
        sorted(
            (alert for alert in found if alert.first_sent >= since),
            key=lambda alert: (alert.first_sent, alert.alert_id),
        )
    )


def pushed_before(tx: Tx, alert: Alert, *, since: datetime) -> int:
    """Return how many messages on the area's other alerts went out from ``since`` to this one."""
    query = select(func.coalesce(func.sum(alerts.c.version), 0)).where(
        alerts.c.agency_id == alert.agency_id,
        alerts.c.area_id == alert.facts.area.area_id,
        alerts.c.first_sent >= stamp(since),
        alerts.c.alert_id != alert.alert_id,
        or_(
            alerts.c.first_sent < stamp(alert.first_sent),
            and_(
                alerts.c.first_sent == stamp(alert.first_sent),
                alerts.c.alert_id < alert.alert_id,
            ),
        ),
    )
    return int(tx.execute(query).scalar_one())


def find_live(tx: Tx, prefix: str) -> tuple[AlertId, ...]:
    """Return live alerts whose id begins with ``prefix`` (at most 2)."""
    query = select(alerts.c.alert_id).where(
        alerts.c.state == "live", alerts.c.alert_id.startswith(prefix, autoescape=True)
    )
    found = tx.execute(query.order_by(alerts.c.alert_id).limit(2)).scalars()
    return tuple(AlertId(alert_id) for alert_id in found)


def withdrawn_undelivered(tx: Tx, prefix: str) -> tuple[AlertId, ...]:
    """Return retracted alerts whose id begins with ``prefix`` and that some channel still shows."""
    query = (
        select(alerts.c.alert_id)
        .join(deliveries, deliveries.c.alert_id == alerts.c.alert_id)
        .where(
            alerts.c.state == "retracted",
            deliveries.c.done_at.is_(None),
            alerts.c.alert_id.startswith(prefix, autoescape=True),
        )
    )
    found = tx.execute(query.distinct().order_by(alerts.c.alert_id).limit(2)).scalars()
    return tuple(AlertId(alert_id) for alert_id in found)


def load_alert(tx: Tx, alert_id: str) -> tuple[Alert, str, str] | None:
    """Return a live alert with its incident and candidate, or None when it is not live."""
    query = select(alerts).where(alerts.c.alert_id == alert_id, alerts.c.state == "live")
    row = tx.execute(query).first()
    if row is None:
        return None
    return alert_from(row.content), row.incident_ref, row.candidate_id


def public_version(tx: Tx, alert_id: str, version: int) -> Alert | Retraction | None:
    """Return what is public of an alert while ``version`` is its newest; None once it is not."""
    query = select(alerts.c.state, alerts.c.content).where(
        alerts.c.alert_id == alert_id, alerts.c.version == version
    )
    row = tx.execute(query).first()
    if row is None or row.state not in ("live", "retracted"):
        return None
    return alert_from(row.content) if row.state == "live" else retraction_from(row.content)


def save_alert(
    tx: Tx,
    alert: Alert,
    *,
    incident_ref: str,
    candidate_id: str,
    audit_index: int,
    channels: Sequence[str],
) -> None:
    """Store a new alert or its next version, due for every channel."""
    values = {
        "agency_id": alert.agency_id,
        "incident_ref": incident_ref,
        "candidate_id": candidate_id,
        "state": "live",
        "version": alert.version,
        "content": alert_text(alert),
        "sent": stamp(alert.sent),
        "audit_index": audit_index,
        "area_id": alert.facts.area.area_id,
        "category": alert.facts.category.value,
        "first_sent": stamp(alert.first_sent),
        "expires": stamp(alert.expires),
    }
    was = ""
    if alert.version == 1:
        tx.execute(insert(alerts).values(alert_id=alert.alert_id, **values))
        where = incidents.c.incident_ref == incident_ref
        tx.execute(update(incidents).where(where).values(alert_id=alert.alert_id))
    else:
        where = alerts.c.alert_id == alert.alert_id
        was = tx.execute(select(alerts.c.category).where(where)).scalar_one()
        tx.execute(update(alerts).where(where).values(values))
    changed = "" if was == alert.facts.category.value else was
    make_due(
        tx,
        alert.alert_id,
        alert.version,
        channels,
        audit_index,
        at=alert.sent,
        was_category=changed,
    )


def over_alerts(tx: Tx, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return (alert, agency) of live alerts, and of tombstones, whose time is over."""
    query = select(alerts.c.alert_id, alerts.c.agency_id).where(
        alerts.c.state.in_(("live", "retracted")),
        alerts.c.expires != "",
        alerts.c.expires <= stamp(now),
    )
    return tuple((r.alert_id, r.agency_id) for r in tx.execute(query.order_by(alerts.c.alert_id)))


def expire_alert(
    tx: Tx, alert_id: str, *, audit_index: int, channels: Sequence[str], at: datetime
) -> None:
    """End the public life of an alert, or of a tombstone, that :func:`over_alerts` named."""
    where = alerts.c.alert_id == alert_id
    row = tx.execute(select(alerts.c.state, alerts.c.version).where(where)).one()
    values: dict[str, object] = {"version": row.version + 1}
    values |= {"state": "expired"} if row.state == "live" else {"expires": ""}
    tx.execute(update(alerts).where(where).values(values))
    make_due(tx, alert_id, row.version + 1, channels, audit_index, at=at)


def due_versions(tx: Tx) -> tuple[tuple[AlertId, int, str], ...]:
    """Return (alert, version, channel) of what channels were not told yet."""
    query = select(deliveries).where(deliveries.c.done_at.is_(None))
    query = query.order_by(deliveries.c.alert_id, deliveries.c.version, deliveries.c.channel)
    return tuple((AlertId(r.alert_id), r.version, r.channel) for r in tx.execute(query))


def overdue(
    tx: Tx,
    alerts_before: datetime,
    retractions_before: datetime,
    *,
    paused: Collection[str] = (),
    without: Collection[str] = (),
) -> tuple[str, ...]:
    """Return "alert ID: channel" of what was to be told before a time and still is not.

    What a paused agency would tell anew waits by rule and is never late; withdrawals do not wait.
    Neither are alerts named in ``without`` late: a person switched them off.
    """
    late = or_(
        deliveries.c.due_at < stamp(alerts_before),
        and_(alerts.c.state == "retracted", deliveries.c.due_at < stamp(retractions_before)),
    )
    query = (
        select(deliveries.c.alert_id, deliveries.c.channel)
        .join(alerts, alerts.c.alert_id == deliveries.c.alert_id)
        .where(
            deliveries.c.done_at.is_(None),
            late,
            not_(_stopped(paused)),
            or_(not_(in_words()), alerts.c.alert_id.not_in(sorted(without))),
        )
        .order_by(deliveries.c.alert_id, deliveries.c.channel)
    )
    return tuple(f"alert {row.alert_id}: {row.channel}" for row in tx.execute(query))


def stopped_by_pause(tx: Tx, paused: Collection[str]) -> dict[str, int]:
    """Return how many approved alerts of each paused agency wait until it is resumed."""
    query = (
        select(alerts.c.agency_id, func.count(deliveries.c.alert_id.distinct()))
        .join(deliveries, deliveries.c.alert_id == alerts.c.alert_id)
        .where(deliveries.c.done_at.is_(None), _stopped(paused))
        .group_by(alerts.c.agency_id)
    )
    return {agency_id: int(number) for agency_id, number in tx.execute(query)}


def _stopped(paused: Collection[str]) -> ColumnElement[bool]:
    return and_(in_words(), alerts.c.agency_id.in_(sorted(paused)))


def in_words() -> ColumnElement[bool]:
    """Return what is true of a delivery that brings words: a version of an alert, not its end.

    One that ended before it was told has two: the words, and the end, which is its newest version.
    """
    ended = and_(alerts.c.state == "expired", deliveries.c.version < alerts.c.version)
    return or_(alerts.c.state == "live", ended)


def public_state(tx: Tx, *, tombstones_since: datetime) -> tuple[list[Alert], list[Retraction]]:
    """Return all the public may see: live alerts, and retractions not older than a time."""
    live = tx.execute(select(alerts.c.content).where(alerts.c.state == "live")).scalars()
    gone = tx.execute(
        select(alerts.c.content).where(
            alerts.c.state == "retracted", alerts.c.sent >= stamp(tombstones_since)
        )
    ).scalars()
    return [alert_from(text) for text in live], [retraction_from(text) for text in gone]


def mark_delivered(tx: Tx, done: Sequence[tuple[AlertId, int, str]], at: datetime) -> None:
    """Write down that channels were told."""
    for alert_id, version, channel in done:
        tx.execute(
            update(deliveries)
            .where(
                deliveries.c.alert_id == alert_id,
                deliveries.c.version == version,
                deliveries.c.channel == channel,
            )
            .values(done_at=stamp(at))
        )


def make_due(
    tx: Tx,
    alert_id: str,
    version: int,
    channels: Sequence[str],
    audit_index: int,
    *,
    at: datetime,
    was_category: str = "",
) -> None:
    """Make a version due for every channel, on the ground of the log's entry ``audit_index``."""
    common = {
        "alert_id": alert_id,
        "version": version,
        "audit_index": audit_index,
        "due_at": stamp(at),
        "was_category": was_category,
    }
    tx.execute(insert(deliveries), [{**common, "channel": name} for name in channels])
