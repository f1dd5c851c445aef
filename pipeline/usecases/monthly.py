"""Counts a month of oversight from the log, for the page a council reads. Read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import check_log, log_size
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind, stamp
from pipeline.evaluation.monthly import Audited, Month
from pipeline.model import Refused, Verb
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.redaction_log import Filters, redaction_rows
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.sample_figures import ALL, figures_of
from pipeline.usecases.settings import Settings

__all__ = ["month_of"]


def month_of(settings: Settings, month: str) -> Month:
    """Return the figures of one month (``YYYY-MM``, UTC); leak rates are of its weeks' records.

    Raises:
        Refused: that is no month.
    """
    try:
        since = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("a month is written like 2026-11") from None
    until = (since + timedelta(days=32)).replace(day=1)
    limit = current_policy(settings).leak_limit
    with open_database(settings) as store, store.read() as tx:
        rows = redaction_rows(tx, Filters(since=since, until=until))
        figures = figures_of(tx, limit=limit, weeks=_weeks(since, until))
        released, four_eyes = _released(tx, since, until)
        return Month(
            month=month,
            limit=limit,
            leaks={
                rate.agency_id: Audited(
                    part=rate.part, whole=rate.whole, low=rate.interval[0], high=rate.interval[1]
                )
                for rate in figures.leaks
                if rate.entity == rate.week == ALL
            },
            by_reason=Counter(row.reason_code or "unknown" for row in rows),
            reveals=_counted(tx, EntryKind.REVEAL, "by", since, until),
            retractions=_counted(tx, EntryKind.RETRACTION, "reason", since, until),
            released=released,
            four_eyes=four_eyes,
            entries=log_size(tx),
            problems=len(tuple(check_log(tx))),
            paused=[str(each) for each in paused_agencies(tx).values()],
        )


def _weeks(since: datetime, until: datetime) -> frozenset[str]:
    days = (since + timedelta(days=n) for n in range((until - since).days))
    return frozenset(f"{d.isocalendar().year}-W{d.isocalendar().week:02}" for d in days)


def _counted(tx: Tx, kind: EntryKind, name: str, since: datetime, until: datetime) -> Counter[str]:
    return Counter(
        entry["body"][name] for _, entry in entries_of(tx, [kind]) if _within(entry, since, until)
    )


def _within(entry: Mapping[str, Any], since: datetime, until: datetime) -> bool:
    return bool(stamp(since) <= entry["at"] < stamp(until))


def _released(tx: Tx, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many candidates went out, and how many of them two editors had approved."""
    editors: Counter[str] = Counter()
    out: set[str] = set()
    for _, entry in entries_of(tx, [EntryKind.DECISION]):
        body = entry["body"]
        if body["verb"] == Verb.APPROVE:
            editors[body["candidate"]] += 1
        elif body["verb"] == Verb.RELEASE and body["alert"] and _within(entry, since, until):
            out.add(body["candidate"])
    return len(out), sum(editors[each] > 1 for each in out)
