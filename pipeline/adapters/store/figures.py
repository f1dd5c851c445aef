"""Counts and ages of what is stored, for whoever watches the line.

Each function is one step inside the caller's transaction, reads indexes or one small table, and
changes nothing. None returns a text: ids of agencies, states, tiers, channels, numbers, times.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, case, exists, func, select

from pipeline.adapters.store.audit_log import last_checkpoint, log_size
from pipeline.adapters.store.discarding import WHOLE
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.onboarding_tables import discards
from pipeline.adapters.store.outbox_tables import attempts, sendings
from pipeline.adapters.store.stops import kept_back
from pipeline.adapters.store.tables import (
    alerts,
    audit_entries,
    candidates,
    deliveries,
    feeds,
    payloads,
)
from pipeline.agencies import APPEAL, POSTED
from pipeline.audit import EntryKind, stamp
from pipeline.audit.events import PrivilegedVerb
from pipeline.model import Switchboard

__all__ = [
    "FeedRow",
    "Landings",
    "LogAge",
    "QuarantineRow",
    "Untold",
    "feed_rows",
    "given_up",
    "landings_by_hour",
    "last_backup",
    "log_age",
    "payloads_waiting",
    "quarantine_rows",
    "queue_counts",
    "untold_counts",
]

_OPEN = ("pending", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """How one feed was looked at, and what of it waits for the walk."""

    agency_id: str
    looks: int
    failures: int
    last_look: datetime | None
    last_landed: datetime | None
    stopped: bool
    oldest_waiting: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAge:
    """How much of the log is signed, and since when the rest waits."""

    size: int
    sealed: int
    oldest_unsealed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What channels were not told: number of versions, and since when the oldest is due."""

    number: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landings:
    """How many new bodies a feed brought, by the hour (UTC) they came in."""

    by_hour: Mapping[datetime, int]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """What of an agency lies in quarantine whole: number, first arrival, arrivals of late."""

    agency_id: str
    number: int
    oldest: datetime | None
    of_late: int


def landings_by_hour(tx: Tx, *, since: datetime) -> Mapping[str, Landings]:
    """Return each feed's landings from a moment on, without posts; none for who brought nothing."""
    # Times are texts of one form, so their first 13 signs are the hour.
    hour = func.substr(payloads.c.received_at, 1, 13)
    query = (
        select(
            payloads.c.agency_id,
            hour.label("hour"),
            func.count().label("number"),
            func.min(payloads.c.received_at).label("first"),
            func.max(payloads.c.received_at).label("last"),
        )
        .where(payloads.c.received_at >= stamp(since), payloads.c.run_id.not_in((POSTED, APPEAL)))
        .group_by(payloads.c.agency_id, hour)
    )
    rows: dict[str, list[Row[Any]]] = {}
    for row in tx.execute(query):
        rows.setdefault(row.agency_id, []).append(row)
    return {
        agency_id: Landings(
            by_hour={datetime.fromisoformat(f"{r.hour}:00:00+00:00"): int(r.number) for r in mine},
            first=datetime.fromisoformat(min(r.first for r in mine)),
            last=datetime.fromisoformat(max(r.last for r in mine)),
        )
        for agency_id, mine in rows.items()
    }


def payloads_waiting(tx: Tx, agency_id: str | None = None) -> int:
    """Return how many payloads wait for the walk; of one agency, which an index answers."""
    query = select(func.count()).select_from(payloads).where(payloads.c.state == "landed")
    if agency_id is not None:
        query = query.where(payloads.c.agency_id == agency_id)
    return int(tx.execute(query).scalar_one())


def feed_rows(tx: Tx) -> tuple[FeedRow, ...]:
    """Return every feed that was ever looked at, by agency."""
    waiting = (
        select(payloads.c.agency_id, func.min(payloads.c.received_at).label("oldest"))
        .where(payloads.c.state == "landed")
        .group_by(payloads.c.agency_id)
    )
    oldest = {row.agency_id: row.oldest for row in tx.execute(waiting)}
    rows = tx.execute(select(feeds).order_by(feeds.c.agency_id)).all()
    return tuple(
        FeedRow(
            agency_id=row.agency_id,
            looks=int(row.pulls),
            failures=int(row.failures),
            last_look=_moment(row.last_pull_at),
            last_landed=_moment(row.last_landed_at),
            stopped=bool(row.stopped),
            oldest_waiting=_moment(oldest.get(row.agency_id)),
        )
        for row in rows
    )


def quarantine_rows(tx: Tx, *, since: datetime) -> tuple[QuarantineRow, ...]:
    """Return agencies with payloads in quarantine that nobody put aside; late ones from ``since``.

    One that was put aside counts among the late ones all the same: it came.
    """
    aside = exists().where(
        discards.c.payload_id == payloads.c.payload_id, discards.c.position == WHOLE
    )
    query = (
        select(
            payloads.c.agency_id,
            func.sum(case((aside, 0), else_=1)).label("number"),
            func.min(case((aside, None), else_=payloads.c.received_at)).label("oldest"),
            func.sum(case((payloads.c.received_at > stamp(since), 1), else_=0)).label("of_late"),
        )
        .where(payloads.c.state == "quarantined")
        .group_by(payloads.c.agency_id)
    )
    return tuple(
        QuarantineRow(
            agency_id=row.agency_id,
            number=int(row.number),
            oldest=_moment(row.oldest),
            of_late=int(row.of_late),
        )
        for row in tx.execute(query)
    )


def given_up(tx: Tx, *, since: datetime) -> Mapping[str, int]:
    """Return how many messages were given up from a moment on, by channel."""
    tried = exists().where(
        attempts.c.sending_id == sendings.c.sending_id, attempts.c.at > stamp(since)
    )
    query = (
        select(sendings.c.channel, func.count().label("number"))
        .where(sendings.c.state == "dead", tried)
        .group_by(sendings.c.channel)
    )
    return {row.channel: int(row.number) for row in tx.execute(query)}


def last_backup(tx: Tx) -> datetime | None:
    """Return when the newest nightly backup was made, by the log; None where there is none."""
    kind = EntryKind.PRIVILEGED_ACTION.value
    query = select(audit_entries.c.line).where(audit_entries.c.kind == kind)
    for row in tx.execute(query.order_by(audit_entries.c.idx.desc())):
        entry = orjson.loads(bytes(row.line))
        if entry["body"]["verb"] == PrivilegedVerb.BACKUP_MADE.value:
            return _moment(entry["at"])
    return None


def queue_counts(tx: Tx) -> tuple[Mapping[tuple[str, str], int], datetime | None]:
    """Return open candidates by (state, tier), and since when the oldest pending one waits."""
    query = (
        select(candidates.c.state, candidates.c.tier, func.count().label("number"))
        .where(candidates.c.state.in_(_OPEN))
        .group_by(candidates.c.state, candidates.c.tier)
    )
    counts = {(row.state, row.tier): int(row.number) for row in tx.execute(query)}
    oldest = select(func.min(candidates.c.created_at)).where(candidates.c.state == "pending")
    return counts, _moment(tx.execute(oldest).scalar_one_or_none())


def untold_counts(
    tx: Tx, board: Switchboard, paused: Collection[str]
) -> tuple[int, Untold, Untold]:
    """Return live alerts, versions due in files, and withdrawals due in any channel.

    What switches or a pause keep back is not due: it waits for a person, as it should.
    """
    live = select(func.count()).select_from(alerts).where(alerts.c.state == "live")
    due = (
        select(func.count().label("number"), func.min(deliveries.c.due_at).label("oldest"))
        .join(alerts, alerts.c.alert_id == deliveries.c.alert_id)
        .where(deliveries.c.done_at.is_(None))
    )
    may_go = alerts.c.alert_id.not_in(kept_back(board, paused))
    files = tx.execute(due.where(deliveries.c.channel == "files", may_go)).one()
    gone = tx.execute(due.where(alerts.c.state == "retracted")).one()
    return (
        int(tx.execute(live).scalar_one()),
        Untold(number=int(files.number), oldest=_moment(files.oldest)),
        Untold(number=int(gone.number), oldest=_moment(gone.oldest)),
    )


def log_age(tx: Tx) -> LogAge:
    """Return how far the log is signed."""
    size, head = log_size(tx), last_checkpoint(tx)
    sealed = 0 if head is None else head.size
    query = select(audit_entries.c.line).where(audit_entries.c.idx == sealed)
    line = tx.execute(query).scalar_one_or_none()
    oldest = None if line is None else _moment(orjson.loads(bytes(line))["at"])
    return LogAge(size=size, sealed=sealed, oldest_unsealed=oldest)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
