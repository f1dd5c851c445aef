"""Counts each finished month once, when it is over, and says what was counted.

Counted again a month could be subtracted from itself, after a withdrawal or under another policy.
So the safe counts are written down as they were told. No count leaves this module that did not
pass ``publish.counts``.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.counting import counted_alerts
from pipeline.adapters.store.site_state import withheld_calls
from pipeline.adapters.store.told_months import (
    ToldMonth,
    first_month,
    keep_month,
    kept_months,
    told_in,
)
from pipeline.model import Policy
from pipeline.publish.counts import Counts, safe_counts
from pipeline.site.facts import Month, Told
from pipeline.usecases.resources import Resources, current_policy
from pipeline.usecases.settings import Settings

__all__ = ["all_months", "count_months", "last_month", "told_of_month"]

_MOST_CELLS = 600
"""A larger table is told by kind alone: of one month there is only ever one table."""


def count_months(resources: Resources, settings: Settings, *, now: datetime) -> None:
    """Count every month that is over and was not counted; nothing once that is done."""
    last = last_month(now)
    with resources.store.read() as tx:
        if last in kept_months(tx):
            return
    with resources.store.write() as tx:
        policy, kept = current_policy(settings), kept_months(tx)
        for month in _through(first_month(tx) or last, last):
            if month not in kept:
                keep_month(tx, month, _counted(tx, policy, month), policy=policy.version)


def last_month(now: datetime) -> str:
    """Return the newest month that is over (UTC), such as 2026-03."""
    first = now.astimezone(UTC).date().replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def all_months(tx: Tx, month: str | None = None) -> tuple[Month, ...]:
    """Return the tables of a month, or of all, oldest first; who told nothing has none."""
    return tuple(
        Month(
            agency_id=each.agency_id,
            month=each.month,
            days=_days(each.month),
            counts=Counts(cells=each.cells),
        )
        for each in told_in(tx, month)
        if each.cells
    )


def told_of_month(tx: Tx, month: str) -> dict[str, Told]:
    """Return each agency's sums of a month, the same numbers as its tables show."""
    return {
        each.agency_id: Told(
            month=month,
            published=Counts(cells=each.cells).total,
            withheld=each.withheld,
        )
        for each in told_in(tx, month)
    }


def _counted(tx: Tx, policy: Policy, month: str) -> list[ToldMonth]:
    tables: dict[str, Counter[tuple[str, str]]] = {}
    for each in counted_alerts(tx, month=month):
        tables.setdefault(each.agency_id, Counter())[each.area, each.label] += 1
    first = date.fromisoformat(f"{month}-01")
    since = datetime(first.year, first.month, 1, tzinfo=UTC)
    withheld = withheld_calls(tx, since=since, until=since + timedelta(days=_days(month)))
    return [
        ToldMonth(
            month=month,
            agency_id=agency_id,
            cells=_safe(tables.get(agency_id, Counter()), policy).cells,
            withheld=_alone(withheld.get(agency_id, 0), policy),
        )
        for agency_id in sorted({*tables, *withheld})
    ]


def _safe(table: Mapping[tuple[str, str], int], policy: Policy) -> Counts:
    if len({row for row, _ in table}) * len({column for _, column in table}) > _MOST_CELLS:
        table = _by_kind(table)
    if not table:
        return Counts(cells={})
    return safe_counts(table, below=policy.suppress_below, to=policy.round_to)


def _by_kind(table: Mapping[tuple[str, str], int]) -> Counter[tuple[str, str]]:
    whole: Counter[tuple[str, str]] = Counter()
    for (_, label), count in table.items():
        whole["*", label] += count
    return whole


def _alone(count: int, policy: Policy) -> int | None:
    """Return one count that stands alone, hidden or rounded as a table's are."""
    alone = {("all", "withheld"): count}
    found = safe_counts(alone, below=policy.suppress_below, to=policy.round_to)
    return found.cells["all", "withheld"]


def _through(first: str, last: str) -> Iterator[str]:
    month = date.fromisoformat(f"{min(first, last)}-01")
    while f"{month:%Y-%m}" <= last:
        yield f"{month:%Y-%m}"
        month = (month + timedelta(days=31)).replace(day=1)


def _days(month: str) -> int:
    return monthrange(int(month[:4]), int(month[5:]))[1]
