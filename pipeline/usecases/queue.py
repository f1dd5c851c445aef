"""Reads what the desk shows: queue, held records, alerts, quarantine, notices.

Changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store.alerts import public_state
from pipeline.adapters.store.candidates import HeldRow, QueueRow, held_rows, pending_count, queue
from pipeline.adapters.store.discarding import WHOLE, discarded
from pipeline.adapters.store.feeding import Landed
from pipeline.adapters.store.fetching import fetch_notice_counts
from pipeline.adapters.store.ledger import notice_counts
from pipeline.adapters.store.revisiting import QuarantinedRecord, quarantined, quarantined_records
from pipeline.model import Alert
from pipeline.usecases.catalog import require_known
from pipeline.usecases.desk import resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = [
    "held_queue",
    "live_alerts",
    "notice_list",
    "one_candidate",
    "pending_queue",
    "pending_total",
    "quarantine_list",
    "quarantined_record_list",
]


def pending_queue(
    settings: Settings, *, now: datetime, agency: str | None = None, limit: int = 50
) -> tuple[QueueRow, ...]:
    """Return pending candidates, oldest first."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        return queue(tx, agency_id=agency, limit=limit)


def pending_total(settings: Settings, *, now: datetime, agency: str | None = None) -> int:
    """Return how many candidates are pending in all."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        return pending_count(tx, agency_id=agency)


def held_queue(
    settings: Settings, *, now: datetime, agency: str | None = None, limit: int = 50
) -> tuple[HeldRow, ...]:
    """Return held records, oldest first."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        return held_rows(tx, agency_id=agency, limit=limit)


def one_candidate(settings: Settings, prefix: str, *, now: datetime) -> QueueRow:
    """Return one candidate in any state.

    Raises:
        Refused: none or several match.
    """
    with open_resources(settings, now=now) as resources:
        return resolve_candidate(resources, prefix)


def live_alerts(settings: Settings, *, now: datetime) -> tuple[Alert, ...]:
    """Return alerts the public sees now, newest first."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        alerts, _ = public_state(tx, tombstones_since=now)
    return tuple(sorted(alerts, key=lambda alert: alert.sent, reverse=True))


def quarantine_list(
    settings: Settings, *, now: datetime, agency: str | None = None, every: bool = False
) -> tuple[tuple[Landed, str, str], ...]:
    """Return payloads quarantined whole, with code and position, newest first.

    Discarded ones are left out unless ``every`` is set.
    """
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        gone = frozenset() if every else discarded(tx)
        rows = quarantined(tx, agency_id=agency)
    return tuple(row for row in rows if (row[0].payload_id, WHOLE) not in gone)


def quarantined_record_list(
    settings: Settings, *, now: datetime, agency: str | None = None, every: bool = False
) -> tuple[QuarantinedRecord, ...]:
    """Return records quarantined one by one, at most a thousand, newest payload first.

    Discarded ones are left out unless ``every`` is set.
    """
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        gone = frozenset() if every else discarded(tx)
        rows = quarantined_records(tx, agency_id=agency)
    return tuple(each for each in rows if (each.payload_id, str(each.position)) not in gone)


def notice_list(
    settings: Settings, *, now: datetime, agency: str | None = None
) -> tuple[tuple[str, str, str, int], ...]:
    """Return (agency, code, field, count) of all notices, largest count first."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        fetched = fetch_notice_counts(tx, agency)
        rows = notice_counts(tx, agency)
    found = [*rows, *((each, code, "", count) for each, code, count, _ in fetched)]
    return tuple(sorted(found, key=lambda row: (-row[3], *row[:3])))
