"""Plans when a reader is told, and when a try is repeated.

Pure functions of choices and moments. In go what a reader chose, how often an area was pushed today
and the reader's zone; out comes a plan in UTC. Retractions are not planned here: they go at once.
Randomness comes in as a number; no clock is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.model import Category, Choices, Rhythm
from pipeline.publish.cap_codes import CODES

__all__ = ["MOST_PUSHES", "RETRIES", "Plan", "plan", "retry_after", "wants"]

MOST_PUSHES = 3
"""So many alerts of one area are pushed in a day; the rest goes into the digest (rule 21)."""

RETRIES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Waits between tries, 75 h 35 min in all: the example schedule of Standard Webhooks."""

_JITTER = 0.1
_LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When something is due; ``gathered`` when it waits for the digest of that moment."""

    at: datetime
    gathered: bool


def wants(choices: Choices, category: Category) -> bool:
    """Return whether a reader of the area asked for this category, at its severity."""
    if choices.categories and category not in choices.categories:
        return False
    return not choices.hazards_only or CODES[category].severity == "Moderate"


def plan(choices: Choices, now: datetime, zone: ZoneInfo, *, pushed_before: int) -> Plan:
    """Return when a reader is told of something that is out now.

    ``pushed_before`` is how many alerts of the area were pushed on this local day before it.
    """
    local = now.astimezone(zone)
    if choices.rhythm is Rhythm.DAILY or pushed_before >= MOST_PUSHES:
        return Plan(at=_next(local, choices.digest_minute), gathered=True)
    start, end = choices.quiet_from, choices.quiet_to
    minute = local.hour * 60 + local.minute
    quiet = start <= minute < end if start <= end else minute >= start or minute < end
    if quiet:
        return Plan(at=_next(local, end), gathered=False)
    return Plan(at=now, gathered=False)


def retry_after(
    attempts: int, now: datetime, *, chance: float, asked: timedelta | None = None
) -> datetime | None:
    """Return when to try again after ``attempts`` tries; None when it is given up.

    ``chance`` in [0, 1) spreads tries by up to a tenth, so that receivers that fell together are
    not met together. ``asked`` is the receiver's own Retry-After: waited for, up to a day.
    """
    if attempts > len(RETRIES):
        return None
    wait = RETRIES[attempts - 1] * (1 + _JITTER * chance)
    if asked is not None:
        wait = max(wait, min(asked, _LONGEST_WAIT))
    return now + wait


def _next(local: datetime, minute: int) -> datetime:
    """Return the next moment, in UTC, at which local clocks show a minute of the day."""
    clock = time(minute // 60 % 24, minute % 60)
    day = local.date()
    at = datetime.combine(day, clock, tzinfo=local.tzinfo).astimezone(UTC)
    if at <= local.astimezone(UTC):
        tomorrow = day + timedelta(days=1)
        at = datetime.combine(tomorrow, clock, tzinfo=local.tzinfo).astimezone(UTC)
    return at
