"""Reads what public files must hold: what is due, in a feed, and in a message.

Each function is one step inside the caller's transaction and changes nothing. Feeds are asked for
one by one, so that a change costs what it touches and not what is live.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select

from pipeline.adapters.store.alerts import TOMBSTONES
from pipeline.adapters.store.codec import alert_from, retraction_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, deliveries
from pipeline.audit import stamp
from pipeline.model import Alert, AlertId, Retraction

__all__ = [
    "Due",
    "Place",
    "all_places",
    "due_files",
    "in_feed",
    "live_at",
    "messages_of",
    "of_place",
    "public_ids",
]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One version that files do not tell yet; ``state`` and ``newest`` are the alert's present."""

    alert_id: AlertId
    version: int
    newest: int
    state: str
    agency_id: str
    area_id: str
    category: str
    was_category: str
    audit_index: int

    @property
    def in_words(self) -> bool:
        """Whether words go out with it, also after an end: neither an end nor a withdrawal."""
        ended = self.state == "expired" and self.version < self.newest
        return self.state == "live" or ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a feed's alerts come from; an empty part asks nothing."""

    agency_id: str = ""
    area_id: str = ""
    category: str = ""


def due_files(tx: Tx) -> tuple[Due, ...]:
    """Return what the public folder was not told yet."""
    query = (
        select(
            deliveries.c.alert_id,
            deliveries.c.version,
            deliveries.c.audit_index,
            deliveries.c.was_category,
            alerts.c.version.label("newest"),
            *(alerts.c.state, alerts.c.agency_id, alerts.c.area_id, alerts.c.category),
        )
        .join(alerts, alerts.c.alert_id == deliveries.c.alert_id)
        .where(deliveries.c.channel == "files", deliveries.c.done_at.is_(None))
        .order_by(deliveries.c.alert_id, deliveries.c.version)
    )
    return tuple(Due(**row) for row in tx.execute(query).mappings())


def in_feed(
    tx: Tx, place: Place, *, now: datetime, tombstones_since: datetime, limit: int
) -> tuple[list[Alert], list[Retraction]]:
    """Return the newest live alerts of a place, and its retractions not older than a time."""
    here = of_place(place)
    live = (
        select(alerts.c.content)
        .where(*here, *live_at(now))
        .order_by(alerts.c.sent.desc())
        .limit(limit)
    )
    gone = (
        select(alerts.c.content)
        .where(*here, alerts.c.state == "retracted", alerts.c.sent >= stamp(tombstones_since))
        .order_by(alerts.c.sent.desc())
        .limit(limit)
    )
    return (
        [alert_from(text) for text in tx.execute(live).scalars()],
        [retraction_from(text) for text in tx.execute(gone).scalars()],
    )


def messages_of(
    tx: Tx, ids: Sequence[str], *, tombstones_since: datetime
) -> tuple[list[Alert], list[Retraction]]:
    """Return these alerts while they are live or listed, and their retractions."""
    found: list[Alert] = []
    gone: list[Retraction] = []
    for start in range(0, len(ids), _AT_ONCE):
        query = select(alerts.c.state, alerts.c.content, alerts.c.sent).where(
            alerts.c.alert_id.in_(ids[start : start + _AT_ONCE]),
            alerts.c.state.in_(("live", "expired", "retracted")),
        )
        for row in tx.execute(query):
            if row.state == "live":
                found.append(alert_from(row.content))
            elif row.state == "expired":
                # What ended stays so, also by a clock that was set back.
                alert = alert_from(row.content)
                now = tombstones_since + TOMBSTONES
                found.append(replace(alert, expires=min(alert.expires, now)))
            elif row.sent >= stamp(tombstones_since):
                gone.append(retraction_from(row.content))
    return found, gone


def public_ids(tx: Tx) -> tuple[AlertId, ...]:
    """Return every alert that has a file of its own."""
    query = select(alerts.c.alert_id).where(alerts.c.state.in_(("live", "expired", "retracted")))
    return tuple(AlertId(each) for each in tx.execute(query).scalars())


def all_places(tx: Tx, *, tombstones_since: datetime) -> tuple[tuple[str, str, str], ...]:
    """Return (agency, area, category) of all that feeds must tell of."""
    columns = (alerts.c.agency_id, alerts.c.area_id, alerts.c.category)
    query = (
        select(*columns)
        .where(
            (alerts.c.state == "live")
            | ((alerts.c.state == "retracted") & (alerts.c.sent >= stamp(tombstones_since)))
        )
        .distinct()
        .order_by(*columns)
    )
    return tuple((r.agency_id, r.area_id, r.category) for r in tx.execute(query))


def live_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of an alert that is live at a moment.

    The end is compared as an expression: the newest of a place lie together in its own index, and
    by the index over ends every alert that is live would be read and sorted for fifty.
    """
    return alerts.c.state == "live", alerts.c.expires.concat("") > stamp(now)


def of_place(place: Place) -> list[ColumnElement[bool]]:
    """Return what is true of a place's alerts."""
    asked = (
        (alerts.c.agency_id, place.agency_id),
        (alerts.c.area_id, place.area_id),
        (alerts.c.category, place.category),
    )
    return [column == value for column, value in asked if value]
