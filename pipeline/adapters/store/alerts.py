"""Keeps alerts: versions, what each channel is due, and what the public may see.

Each function is one step inside the caller's transaction. An alert's text leaves its row when it
is retracted; which files the public reads is the publisher's part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update

from pipeline.adapters.store.codec import (
    alert_from,
    alert_text,
    retraction_from,
    retraction_text,
)
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, deliveries, incidents
from pipeline.audit import stamp
from pipeline.model import Alert, AlertId, Conflict, IncidentRef, Retraction

__all__ = [
    "alerts_since",
    "due_versions",
    "expire_alerts",
    "find_live",
    "incident_alert",
    "live_alerts_of",
    "load_alert",
    "mark_delivered",
    "overdue",
    "public_state",
    "save_alert",
    "save_retraction",
    "withdrawn_undelivered",
]


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
    }
    if alert.version == 1:
        tx.execute(insert(alerts).values(alert_id=alert.alert_id, **values))
        where = incidents.c.incident_ref == incident_ref
        tx.execute(update(incidents).where(where).values(alert_id=alert.alert_id))
    else:
        tx.execute(update(alerts).where(alerts.c.alert_id == alert.alert_id).values(values))
    _make_due(tx, alert.alert_id, alert.version, channels)


def save_retraction(
    tx: Tx, retraction: Retraction, *, version: int, audit_index: int, channels: Sequence[str]
) -> None:
    """Withdraw a live alert: its text is gone from the row, every channel is due.

    Raises:
        Conflict: the alert is not live any more.
    """
    done = tx.execute(
        update(alerts)
        .where(alerts.c.alert_id == retraction.alert_id, alerts.c.state == "live")
        .values(
            state="retracted",
            version=version,
            content=retraction_text(retraction),
            sent=stamp(retraction.sent),
            audit_index=audit_index,
        )
    )
    if done.rowcount != 1:
        raise Conflict("this alert is not live any more")
    _make_due(tx, retraction.alert_id, version, channels)


def expire_alerts(tx: Tx, *, now: datetime, channels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """End the public life of alerts whose time is over; return (alert, agency) of each."""
    rows = tx.execute(select(alerts).where(alerts.c.state == "live")).all()
    over = [row for row in rows if alert_from(row.content).expires <= now]
    for row in over:
        where = alerts.c.alert_id == row.alert_id
        tx.execute(update(alerts).where(where).values(state="expired", version=row.version + 1))
        _make_due(tx, row.alert_id, row.version + 1, channels)
    return tuple((row.alert_id, row.agency_id) for row in over)


def due_versions(tx: Tx) -> tuple[tuple[AlertId, int, str], ...]:
    """Return (alert, version, channel) of what channels were not told yet."""
    query = select(deliveries).where(deliveries.c.done_at.is_(None))
    query = query.order_by(deliveries.c.alert_id, deliveries.c.version, deliveries.c.channel)
    return tuple((AlertId(r.alert_id), r.version, r.channel) for r in tx.execute(query))


def overdue(tx: Tx, alerts_before: datetime, retractions_before: datetime) -> tuple[str, ...]:
    """Return "alert ID: channel" of what was to be told before a time and still is not."""
    late = or_(
        alerts.c.sent < stamp(alerts_before),
        and_(alerts.c.state == "retracted", alerts.c.sent < stamp(retractions_before)),
    )
    query = (
        select(deliveries.c.alert_id, deliveries.c.channel)
        .join(alerts, alerts.c.alert_id == deliveries.c.alert_id)
        .where(deliveries.c.done_at.is_(None), late)
        .order_by(deliveries.c.alert_id, deliveries.c.channel)
    )
    return tuple(f"alert {row.alert_id}: {row.channel}" for row in tx.execute(query))


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


def _make_due(tx: Tx, alert_id: str, version: int, channels: Sequence[str]) -> None:
    rows = [{"alert_id": alert_id, "version": version, "channel": name} for name in channels]
    tx.execute(insert(deliveries), rows)
