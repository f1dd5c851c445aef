"""Shows engineers how each feed goes: trouble first, then hour by hour. Read only.

A feed is held against its own rhythm, not against a number for all. Counts and codes alone: nothing
here opens the vault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.feed_history import (
    FeedRow,
    InQuarantine,
    arrivals,
    feed_rows,
    hourly,
    in_quarantine,
    totals,
)
from pipeline.adapters.store.ledger import AgencyCount, count_agencies, notice_counts
from pipeline.agencies import Agency
from pipeline.model import ConfigError, LedgerState
from pipeline.model.rhythm import Freshness
from pipeline.model.switch import Scope, Switch, Switchboard
from pipeline.usecases.budget import Pause, paused_agencies
from pipeline.usecases.catalog import agency_of, load_catalog
from pipeline.usecases.drift import DriftReport, drift_of
from pipeline.usecases.late_feeds import late_feeds
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard

__all__ = [
    "BUCKETS",
    "HOURS",
    "FeedLine",
    "FeedPage",
    "Rhythm",
    "Trouble",
    "feed_list",
    "feed_page",
    "known_feed",
]

HOURS = 48
"""So far back the chart and the list's counts go."""

BUCKETS = ("accepted", "duplicate", "held", "quarantined")
"""What the chart tells apart; accepted is everything the walk came to an end with."""

_SAME = {LedgerState.DUPLICATE, LedgerState.HELD, LedgerState.QUARANTINED}
_NEWEST = 40
_FEWEST_GAPS = 3
_HELD_SHARE, _QUARANTINE_SHARE = 0.3, 0.02
_FEWEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong with a feed: a code, and how bad it is (larger is worse)."""

    code: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How long ago something came, and the usual time between two payloads; None if not known.

    ``silence`` is what ``late_feeds`` thinks of it: the alarms say the same.
    """

    since: timedelta | None
    usual: timedelta | None
    silence: Freshness = Freshness.FRESH


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """One feed in the list. ``buckets`` counts the last :data:`HOURS` hours' records."""

    row: FeedRow
    buckets: Mapping[str, int]
    rhythm: Rhythm
    troubles: tuple[Trouble, ...]

    @property
    def weight(self) -> int:
        """How much trouble there is."""
        return sum(each.weight for each in self.troubles)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """One feed. ``hours`` are (hour, buckets), oldest first; ``agency`` is None if it won't load.

    ``count`` is the ledger of all time, None where nothing came yet; ``odd`` is (code, field,
    number) of notices; ``drift`` compares the last day with the weeks before.
    """

    line: FeedLine
    agency: Agency | None
    wrong: str
    hours: Sequence[tuple[datetime, Mapping[str, int]]]
    count: AgencyCount | None
    quarantine: tuple[InQuarantine, ...]
    odd: Sequence[tuple[str, str, int]]
    drift: DriftReport | None
    pause: Pause | None
    switches: tuple[Switch, ...]


def known_feed(store: Store, settings: Settings, agency_id: str) -> bool:
    """Return whether an agency has a folder here, or ever sent something."""
    with store.read() as tx:
        known = {row.agency_id for row in feed_rows(tx)}
    return agency_id in known | set(_folders(settings))


def feed_list(
    store: Store, settings: Settings, *, now: datetime
) -> tuple[tuple[FeedLine, ...], Switchboard]:
    """Return every feed, most trouble first, and what is switched off."""
    with store.read() as tx:
        board = switchboard(tx)
        paused = paused_agencies(tx)
        counts = totals(tx, since=now - timedelta(hours=HOURS))
        late = late_feeds(tx, load_catalog(settings).agencies, now)
        lines = [_line(tx, row, counts, board, paused, late, now) for row in _rows(tx, settings)]
    return tuple(sorted(lines, key=lambda each: (-each.weight, each.row.agency_id))), board


def feed_page(store: Store, settings: Settings, agency_id: str, *, now: datetime) -> FeedPage:
    """Return all of one feed that is known.

    Raises:
        StoreFailure: the database cannot be used.
    """
    since = (now - timedelta(hours=HOURS - 1)).replace(minute=0, second=0, microsecond=0)
    with store.read() as tx:
        board, paused = switchboard(tx), paused_agencies(tx)
        row = next(each for each in _rows(tx, settings) if each.agency_id == agency_id)
        counts = totals(tx, since=now - timedelta(hours=HOURS), agency_id=agency_id)
        found = hourly(tx, agency_id, since=since)
        agency, wrong = _agency(settings, tx, agency_id)
        late = late_feeds(tx, [agency] if agency else [], now)
        return FeedPage(
            line=_line(tx, row, counts, board, paused, late, now),
            agency=agency,
            wrong=wrong,
            hours=[
                (hour, _buckets(found.get(f"{hour:%Y-%m-%dT%H}", Counter())))
                for hour in (since + timedelta(hours=n) for n in range(HOURS))
            ],
            count=next(iter(count_agencies(tx, agency_id=agency_id)), None),
            quarantine=in_quarantine(tx, agency_id, limit=_NEWEST),
            odd=[each[1:] for each in notice_counts(tx, agency_id)][:_NEWEST],
            drift=drift_of(settings, tx, agency, now=now) if agency else None,
            pause=paused.get(agency_id),
            switches=tuple(e for e in board.off if e.scope is Scope.ALL or e.name == agency_id),
        )


def _agency(settings: Settings, tx: Tx, agency_id: str) -> tuple[Agency | None, str]:
    try:
        return agency_of(settings, tx, agency_id), ""
    except ConfigError as error:
        return None, str(error)


def _folders(settings: Settings) -> Iterable[str]:
    if settings.agencies.is_dir():
        yield from (path.parent.name for path in settings.agencies.glob("*/agency.yml"))


def _rows(tx: Tx, settings: Settings) -> tuple[FeedRow, ...]:
    """Return the feeds of the database, then agencies whose feed was never looked at."""
    rows = feed_rows(tx)
    known = {row.agency_id for row in rows}
    return rows + tuple(
        FeedRow(agency_id=name, looked_at=None, landed_at=None, pulls=0, failures=0, stopped="")
        for name in sorted(set(_folders(settings)) - known)
    )


def _buckets(states: Mapping[str, int]) -> dict[str, int]:
    found = dict.fromkeys(BUCKETS, 0)
    for state, number in states.items():
        found[state if state in _SAME else "accepted"] += number
    return found


def _line(
    tx: Tx,
    row: FeedRow,
    counts: Mapping[str, Counter[str]],
    board: Switchboard,
    paused: Mapping[str, Pause],
    late: Mapping[str, Freshness],
    now: datetime,
) -> FeedLine:
    buckets = _buckets(counts.get(row.agency_id, Counter()))
    rhythm = _rhythm(arrivals(tx, row.agency_id, limit=_NEWEST), now)
    rhythm = replace(rhythm, silence=late.get(row.agency_id, Freshness.FRESH))
    troubles = tuple(_troubles(row, buckets, rhythm, board, row.agency_id in paused))
    return FeedLine(row=row, buckets=buckets, rhythm=rhythm, troubles=troubles)


def _rhythm(came: Sequence[datetime], now: datetime) -> Rhythm:
    """Return the rhythm of times, newest first; several payloads of one moment came as one."""
    gaps = [(late - early).total_seconds() for late, early in pairwise(came) if late > early]
    usual = timedelta(seconds=median(gaps)) if len(gaps) >= _FEWEST_GAPS else None
    return Rhythm(since=max(now - came[0], timedelta(0)) if came else None, usual=usual)


def _troubles(
    row: FeedRow, buckets: Mapping[str, int], rhythm: Rhythm, board: Switchboard, paused: bool
) -> Iterable[Trouble]:
    whole = sum(buckets.values())
    if row.stopped:
        yield Trouble(code="stopped", weight=8)
    if board.stops_feed(row.agency_id) is not None:
        yield Trouble(code="switched-off", weight=7)
    if paused:
        yield Trouble(code="paused", weight=7)
    if rhythm.silence is Freshness.SILENT:
        yield Trouble(code="silent", weight=7)
    if rhythm.silence is Freshness.LATE:
        yield Trouble(code="late", weight=6)
    if buckets["quarantined"] and buckets["quarantined"] > _QUARANTINE_SHARE * whole:
        yield Trouble(code="quarantine", weight=5)
    if whole >= _FEWEST and buckets["held"] > _HELD_SHARE * whole:
        yield Trouble(code="many-held", weight=4)
    if row.pulls and row.failures * 10 > row.pulls:
        yield Trouble(code="fails", weight=3)
    if row.looked_at is None and row.landed_at is None:
        yield Trouble(code="never", weight=1)
