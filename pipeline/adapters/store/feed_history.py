"""Reads how feeds went: their last look, what came hour by hour, what is in quarantine.

Read only, and counts alone: nothing of a body, no name of a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import feeds, outcomes, payloads
from pipeline.audit import stamp

__all__ = [
    "FeedRow",
    "InQuarantine",
    "Post",
    "arrivals",
    "count_posts",
    "feed_rows",
    "hourly",
    "in_quarantine",
    "newest_posts",
    "reasons_between",
    "totals",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed. ``pulls`` and ``failures`` count looks; ``stopped`` says why there are none."""

    agency_id: str
    looked_at: datetime | None
    landed_at: datetime | None
    pulls: int
    failures: int
    stopped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InQuarantine:
    """One payload that was set aside whole: when it came, how many bytes, and the code why."""

    payload_id: str
    received_at: datetime
    size: int
    code: str


def feed_rows(tx: Tx) -> tuple[FeedRow, ...]:
    """Return every feed that was ever looked at or pushed to, by agency."""
    query = select(feeds).order_by(feeds.c.agency_id)
    return tuple(
        FeedRow(
            agency_id=row.agency_id,
            looked_at=_time(row.last_pull_at),
            landed_at=_time(row.last_landed_at),
            pulls=int(row.pulls),
            failures=int(row.failures),
            stopped=row.stopped,
        )
        for row in tx.execute(query)
    )


def totals(tx: Tx, *, since: datetime, agency_id: str | None = None) -> Mapping[str, Counter[str]]:
    """Return, by agency, how many records received ``since`` stand in each state."""
    found: dict[str, Counter[str]] = {}
    for agency, _, state, number in _counted(tx, since, agency_id, width=1):
        found.setdefault(agency, Counter())[state] += number
    return found


def hourly(tx: Tx, agency_id: str, *, since: datetime) -> Mapping[str, Counter[str]]:
    """Return, by hour (``2026-03-02T18``, UTC), how many records stand in each state."""
    found: dict[str, Counter[str]] = {}
    for _, hour, state, number in _counted(tx, since, agency_id, width=13):
        found.setdefault(hour, Counter())[state] += number
    return found


def arrivals(tx: Tx, agency_id: str, *, limit: int) -> Sequence[datetime]:
    """Return when the newest payloads came, newest first."""
    query = select(payloads.c.received_at).where(payloads.c.agency_id == agency_id)
    newest = query.order_by(payloads.c.seq.desc()).limit(limit)
    return [datetime.fromisoformat(each) for each in tx.execute(newest).scalars()]


def in_quarantine(tx: Tx, agency_id: str, *, limit: int) -> tuple[InQuarantine, ...]:
    """Return payloads that are in quarantine whole, newest first."""
    query = (
        select(payloads.c.payload_id, payloads.c.received_at, payloads.c.size, payloads.c.code)
        .where(payloads.c.agency_id == agency_id, payloads.c.state == "quarantined")
        .order_by(payloads.c.seq.desc())
        .limit(limit)
    )
    return tuple(
        InQuarantine(
            payload_id=row.payload_id,
            received_at=datetime.fromisoformat(row.received_at),
            size=int(row.size),
            code=row.code,
        )
        for row in tx.execute(query)
    )


def _counted(
    tx: Tx, since: datetime, agency_id: str | None, *, width: int
) -> Iterator[tuple[str, str, str, int]]:
    """Yield (agency, the first ``width`` characters of its time, state, number)."""
    part = func.substr(payloads.c.received_at, 1, width)
    where = [payloads.c.received_at >= stamp(since)]
    if agency_id is not None:
        where.append(payloads.c.agency_id == agency_id)
    records = (
        select(payloads.c.agency_id, part, outcomes.c.state, func.count())
        .join(outcomes, outcomes.c.payload_id == payloads.c.payload_id)
        .where(*where)
        .group_by(payloads.c.agency_id, part, outcomes.c.state)
    )
    for agency, when, state, number in tx.execute(records):
        yield agency, when, state, int(number)
    whole = select(
        payloads.c.agency_id,
        part,
        payloads.c.state,
        func.count(),
        func.sum(payloads.c.duplicates),
    ).where(*where)
    rows = tx.execute(whole.group_by(payloads.c.agency_id, part, payloads.c.state))
    for agency, when, state, number, duplicates in rows:
        if state == "quarantined":
            yield agency, when, "quarantined", int(number)
        if duplicates:
            yield agency, when, "duplicate", int(duplicates)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def reasons_between(
    tx: Tx, agency_id: str, *, since: datetime, until: datetime
) -> Mapping[tuple[str, str], int]:
    """Return, by (state, reason), how many records received in a span stand there."""
    span = (
        payloads.c.agency_id == agency_id,
        payloads.c.received_at >= stamp(since),
        payloads.c.received_at < stamp(until),
    )
    records = (
        select(outcomes.c.state, outcomes.c.reason, func.count())
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .where(*span)
        .group_by(outcomes.c.state, outcomes.c.reason)
    )
    found = Counter({(state, reason): int(number) for state, reason, number in tx.execute(records)})
    whole = select(payloads.c.code, func.count()).where(*span, payloads.c.state == "quarantined")
    for code, number in tx.execute(whole.group_by(payloads.c.code)):
        found["quarantined", code] += int(number)
    again = tx.execute(select(func.sum(payloads.c.duplicates)).where(*span)).scalar_one()
    if again:
        found["duplicate", "same-revision"] += int(again)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post of an agency's own people: ``state`` is ``landed`` until it was walked."""

    received_at: datetime
    run_id: str
    state: str
    reason: str


def newest_posts(tx: Tx, agency_id: str, runs: Sequence[str], *, limit: int) -> tuple[Post, ...]:
    """Return an agency's newest payloads of some runs, each with what became of its one record."""
    query = (
        select(
            payloads.c.received_at,
            payloads.c.run_id,
            payloads.c.state.label("whole"),
            payloads.c.code,
            outcomes.c.state,
            outcomes.c.reason,
        )
        .join(outcomes, outcomes.c.payload_id == payloads.c.payload_id, isouter=True)
        .where(payloads.c.agency_id == agency_id, payloads.c.run_id.in_(runs))
        .order_by(payloads.c.seq.desc())
        .limit(limit)
    )
    return tuple(
        Post(
            received_at=datetime.fromisoformat(row.received_at),
            run_id=row.run_id,
            state=row.state or row.whole,
            reason=row.reason or row.code,
        )
        for row in tx.execute(query)
    )


def count_posts(tx: Tx, agency_id: str, runs: Sequence[str], *, since: datetime) -> int:
    """Return how many payloads of some runs came since a moment."""
    query = select(func.count()).where(
        payloads.c.agency_id == agency_id,
        payloads.c.run_id.in_(runs),
        payloads.c.received_at >= stamp(since),
    )
    return int(tx.execute(query).scalar_one())
