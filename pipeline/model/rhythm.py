"""An agency's rhythm, learnt from its own past by hour of the week; how odd a silence is.

In go counts of landings by hour, out comes how many to expect in a span, and whether the present
silence is to be believed. A feed of a village may rightly sleep at four on a Tuesday; a city's may
not. Without a week of past nothing is learnt, and only the agency file's own limit counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["FeedRhythm", "Freshness", "freshness", "learn_rhythm"]

_HOUR = timedelta(hours=1)
_HOURS = 168
_ENOUGH = 7 * 24
"""Hours of past before anything is learnt: each hour of the week was seen once."""

_ODD, _BEYOND_BELIEF = 6.9, 13.8
"""Landings expected in a silence of which a Poisson stream has one in 10^3, and one in 10^6."""

_SHORTEST = timedelta(minutes=15)


class Freshness(StrEnum):
    """What to think of a feed's silence."""

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRhythm:
    """Landings to expect in each hour of the week (Monday 0:00 UTC first); ``hours`` were seen."""

    per_hour: tuple[float, ...]
    hours: int

    def expected(self, since: datetime, until: datetime) -> float:
        """Return how many landings are to be expected in a span, of four weeks at most."""
        total, at = 0.0, max(since, until - timedelta(weeks=4))
        while at < until:
            end = min(at.replace(minute=0, second=0, microsecond=0) + _HOUR, until)
            total += self.per_hour[_hour_of_week(at)] * ((end - at) / _HOUR)
            at = end
        return total


def learn_rhythm(
    landings: Mapping[datetime, int], *, since: datetime, until: datetime
) -> FeedRhythm:
    """Learn from landings by the hour they fell in (UTC), between two moments.

    Each hour of the week leans on the mean of all by one week: one odd week decides nothing.
    """
    first = since.replace(minute=0, second=0, microsecond=0)
    hours = max(int((until - first) / _HOUR), 0)
    counts, weeks = [0] * _HOURS, [0] * _HOURS
    for number in range(hours):
        at = first + number * _HOUR
        counts[_hour_of_week(at)] += landings.get(at, 0)
        weeks[_hour_of_week(at)] += 1
    mean = sum(counts) / hours if hours else 0.0
    smoothed = ((count + mean) / (seen + 1) for count, seen in zip(counts, weeks, strict=True))
    return FeedRhythm(per_hour=tuple(smoothed), hours=hours)


def freshness(
    rhythm: FeedRhythm, *, last: datetime, now: datetime, limit: timedelta, every: timedelta
) -> Freshness:
    """Return what to think of a feed that brought nothing since ``last``.

    ``limit`` is the agency file's own: beyond it a feed is silent whatever was learnt, and beyond
    half of it late where nothing was. ``every`` is how often it is looked at.
    """
    silence = now - last
    if silence >= limit:
        return Freshness.SILENT
    if rhythm.hours < _ENOUGH:
        return Freshness.LATE if silence >= limit / 2 else Freshness.FRESH
    if silence < max(3 * every, _SHORTEST):
        return Freshness.FRESH
    expected = rhythm.expected(last, now)
    if expected >= _BEYOND_BELIEF:
        return Freshness.SILENT
    return Freshness.LATE if expected >= _ODD else Freshness.FRESH


def _hour_of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour
