"""Says how much was told: counts safe to publish, and areas told of too often.

Changes nothing. Counts by area and category go through suppression before anybody sees them; the
comparison of areas is for the desk and compliance.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

from pipeline.adapters.store.counting import area_totals, counted_alerts, listed_alerts
from pipeline.adapters.store.feeding import feed_ids
from pipeline.model import Alert, Refused
from pipeline.policies import Phase, phase
from pipeline.publish.balance import AreaShare, area_shares
from pipeline.publish.counts import Counts, safe_counts
from pipeline.usecases.catalog import require_known
from pipeline.usecases.resources import current_policy, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["month_counts", "shares_by_area", "still_listed"]

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_LOOK_BACK = timedelta(days=90)
_FEWEST_CALLS = 20
"""Of an area, in the time looked at, before it is judged."""


def month_counts(
    settings: Settings, *, now: datetime, month: str, agency: str | None = None
) -> Counts:
    """Return a finished month's alerts by area and kind, with what is small hidden (rule 15).

    Raises:
        Refused: the month is none, or not over: a count that still grows tells of each new call.
    """
    if not _MONTH.fullmatch(month):
        raise Refused(f"{month[:20]!r} is no month; write it like 2026-03")
    if month >= f"{now:%Y-%m}":
        raise Refused("a month is counted when it is over: a growing count tells of single calls")
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        found = counted_alerts(tx, month=month, agency_id=agency)
    table = Counter((f"{each.agency_id}: {each.area}", each.label) for each in found)
    return safe_counts(table, below=policy.suppress_below, to=policy.round_to)


def shares_by_area(
    settings: Settings, *, now: datetime, agency: str | None = None
) -> dict[str, tuple[AreaShare, ...]]:
    """Return per agency how often areas are told of, against calls that could be told (rule 27)."""
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        agencies = feed_ids(tx) if agency is None else [agency]
        totals = {name: area_totals(tx, name, since=now - _LOOK_BACK) for name in agencies}
    return {
        name: area_shares(told, calls, factor=policy.bias_factor, least=_FEWEST_CALLS)
        for name, (told, calls) in totals.items()
    }


def still_listed(settings: Settings, *, now: datetime) -> tuple[Alert, ...]:
    """Return alerts that are over and may still be listed, newest first (rule 14)."""
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        found = listed_alerts(tx)
    return tuple(
        alert
        for alert in found
        if (terms := policy.categories[alert.facts.category].public) is not None
        and phase(alert.first_sent, now, live=timedelta(0), listed=terms.listed) is Phase.LISTED
    )
