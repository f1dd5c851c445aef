"""Backpressure: when the walk cannot keep up, feeds are looked at less often, pushes wait.

What waits for the walk is the measure, since a slow database, a slow machine and a flood all show
there. The desk's queue slows nothing down: revisions that withdraw must reach the walk however much
editors have to do, and what is landed waits encrypted. No look is ever left out for good.
"""

from __future__ import annotations

from datetime import timedelta

__all__ = ["LONGEST", "MOST_WAITING", "full", "stretched"]

MOST_WAITING = 10_000
"""Payloads waiting for the walk at which no more are taken from who can send again."""

LONGEST = timedelta(minutes=10)
"""No rhythm is stretched beyond this, as an active-calls list forgets."""


def full(waiting: int) -> bool:
    """Return whether a push is to be sent again later."""
    return waiting >= MOST_WAITING


def stretched(every: timedelta, waiting: int) -> timedelta:
    """Return how often to look: half as often from a quarter of the most on, then a quarter."""
    factor = 4 if full(waiting) else 2 if waiting >= MOST_WAITING // 4 else 1
    return max(every, min(every * factor, LONGEST))
