"""Counts a month of oversight from the log, for the page a council reads. Read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import check_log, log_size
from pipeline.adapters.store.requests import all_requests
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind, stamp
from pipeline.audit.bounds import Estimate
from pipeline.audit.certificates import certificates_of
from pipeline.audit.holds import active
from pipeline.audit.reveals import Reveal, counted_by
from pipeline.evaluation.monthly import Audited, Month, Spread
from pipeline.model import Refused, Verb
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.holds import all_holds
from pipeline.usecases.redaction_log import Filters
from pipeline.usecases.redaction_page import counts_by_reason
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.reveal import all_reveals
from pipeline.usecases.sample_figures import ALL, figures_of
from pipeline.usecases.settings import Settings

__all__ = ["month_of"]


def month_of(settings: Settings, month: str, *, now: datetime) -> Month:
    """Return the figures of one month (``YYYY-MM``, UTC); leak rates are of its weeks' records.

    What is overdue is so ``now``, whatever the month.

    Raises:
        Refused: that is no month.
    """
    try:
        since = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        until = (since + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        raise Refused("a month is written like 2026-11") from None
    limit = current_policy(settings).leak_limit
    with open_database(settings) as store, store.read() as tx:
        figures = figures_of(tx, limit=limit, weeks=_weeks(since, until))
        released, four_eyes = _released(tx, since, until)
        revealed = all_reveals(tx)
        opened = [each for each in revealed if since <= each.at < until]
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
            by_reason=counts_by_reason(tx, Filters(since=since, until=until)),
            reveals=counted_by(opened, "by"),
            reveals_by_code=counted_by(opened, "code"),
            reviewed=sum(not each.needs_review for each in opened),
            late_reveals=[_late(each) for each in revealed if each.overdue(now)],
            requests=_counted(tx, EntryKind.REQUEST, "step", since, until),
            late_requests=sum(each.overdue(now) for each in all_requests(tx)),
            destroyed=_destroyed(tx, since, until),
            holds=len(active(all_holds(tx))),
            unseen=_unseen(figures.missed),
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


def _late(each: Reveal) -> str:
    return f"entry {each.index}, {each.at:%Y-%m-%d}, by {each.by} ({each.code or 'no code'})"


def _destroyed(tx: Tx, since: datetime, until: datetime) -> Counter[str]:
    destroyed: Counter[str] = Counter()
    for each in certificates_of(entries_of(tx, [EntryKind.CERTIFICATE])):
        if since <= each.at < until:
            destroyed[each.kind] += len(each.keys)
    return destroyed


def _unseen(missed: Estimate) -> Spread | None:
    """Return the estimate of what neither reviewer saw; nothing where neither saw anything."""
    if not missed.seen:
        return None
    low, high = missed.interval
    return Spread(value=missed.unseen, low=low - missed.seen, high=high - missed.seen)


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
