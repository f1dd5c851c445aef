"""Counts alerts by month, area and category; forgets words that were listed enough.

Each function is one step inside the caller's transaction. What is counted holds no id of a call, no
time finer than a month and no word of an alert. Which counts may be shown is ``publish.counts``'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import or_, select, update

from pipeline.adapters.store.codec import alert_from, proposal_from
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import alerts, candidates
from pipeline.audit import stamp
from pipeline.model import Alert, Category

__all__ = ["Counted", "area_totals", "count_off", "counted_alerts", "listed_alerts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is kept of an alert for good; ``month`` is that of its first publication, 2026-03."""

    agency_id: str
    month: str
    area_id: str
    area: str
    category: Category
    label: str


_COUNTED = TypeAdapter(Counted)


def count_off(tx: Tx, *, over: Callable[[Alert], bool]) -> tuple[tuple[str, str, int], ...]:
    """Leave of expired alerts that are ``over`` only what is counted.

    Return (alert, agency, version) of each, its version counted up.
    """
    columns = (alerts.c.alert_id, alerts.c.agency_id, alerts.c.version, alerts.c.content)
    rows = tx.execute(select(*columns).where(alerts.c.state == "expired")).all()
    done = []
    for row in rows:
        alert = alert_from(row.content)
        if over(alert):
            version = row.version + 1
            content = _COUNTED.dump_json(_counted(alert)).decode()
            values = {"state": "counted", "content": content, "version": version}
            tx.execute(update(alerts).where(alerts.c.alert_id == row.alert_id).values(values))
            done.append((row.alert_id, row.agency_id, version))
    return tuple(done)


def counted_alerts(tx: Tx, *, month: str, agency_id: str | None = None) -> tuple[Counted, ...]:
    """Return what counts of the alerts first told in a month (UTC); withdrawn ones do not."""
    query = select(alerts.c.state, alerts.c.content).where(
        alerts.c.state.in_(("live", "expired", "counted")),
        # Rows from before the column was there say it in what was counted.
        or_(alerts.c.first_sent.startswith(month), alerts.c.first_sent == ""),
    )
    if agency_id is not None:
        query = query.where(alerts.c.agency_id == agency_id)
    found = [
        _COUNTED.validate_json(row.content)
        if row.state == "counted"
        else _counted(alert_from(row.content))
        for row in tx.execute(query.order_by(alerts.c.alert_id))
    ]
    return tuple(each for each in found if each.month == month)


def listed_alerts(tx: Tx) -> tuple[Alert, ...]:
    """Return expired alerts whose words are still there, newest first."""
    query = select(alerts.c.content).where(alerts.c.state == "expired")
    found = [alert_from(text) for text in tx.execute(query.order_by(alerts.c.alert_id)).scalars()]
    return tuple(sorted(found, key=lambda alert: alert.first_sent, reverse=True))


def area_totals(tx: Tx, agency_id: str, *, since: datetime) -> tuple[Counter[str], Counter[str]]:
    """Return, per area, of how many calls an alert came, and how many could have been told.

    Calls count once, by the area of their newest candidate.
    """
    told = set(
        tx.execute(select(alerts.c.incident_ref).where(alerts.c.agency_id == agency_id)).scalars()
    )
    query = (
        select(candidates.c.incident_ref, candidates.c.content)
        .where(candidates.c.agency_id == agency_id, candidates.c.created_at >= stamp(since))
        .order_by(candidates.c.created_at, candidates.c.candidate_id)
    )
    areas = {
        row.incident_ref: proposal_from(row.content).candidate.facts.area.area_id
        for row in tx.execute(query)
    }
    published = Counter(area for ref, area in areas.items() if ref in told)
    return published, Counter(areas.values())


def _counted(alert: Alert) -> Counted:
    facts = alert.facts
    return Counted(
        agency_id=alert.agency_id,
        month=f"{alert.first_sent:%Y-%m}",
        area_id=facts.area.area_id,
        area=facts.area.name,
        category=facts.category,
        label=facts.label,
    )
