"""When something may go out, and how long it stays: functions of terms and times.

In go terms and moments in UTC, out come a :class:`~pipeline.model.Timing`, where a moment stands in
it, and the phase of an alert's public life. Lengths are elapsed time, so a day on which clocks
change has 23 or 25 hours; days of terms are local days. No clock is read here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.model import Closing, Terms, Timing

__all__ = ["Phase", "Standing", "phase", "standing", "timing"]


class Standing(StrEnum):
    """Where a moment stands in a candidate's timing."""

    SCENE_NOT_CLEAR = "scene-not-clear"
    TOO_EARLY = "too-early"
    DUE = "due"
    TOO_OLD = "too-old"


class Phase(StrEnum):
    """Where an alert is in its public life (rule 14)."""

    LIVE = "live"
    LISTED = "listed"
    COUNTED = "counted"


def timing(
    terms: Terms, *, earliest: datetime, latest: datetime, closed: datetime | None
) -> Timing:
    """Return when a call of the shown time ``earliest`` to ``latest`` may first go out.

    ``closed`` is the end of the half hour in which the agency closed the call, or None while it is
    open. A delay counts from ``latest``; one of nothing lets a call out at once. An end of the call
    that ends the delay never does so before ``latest``: going out would narrow the time shown.
    After ``max_age`` it is too old, and after ``live`` in any case, however late the scene clears.
    """
    over = latest + terms.delay
    opens: datetime | None = over if terms.delay else earliest
    ends = over
    if terms.closing is Closing.REQUIRED:
        opens = None if closed is None else max(over if terms.delay else earliest, closed)
        ends = over if closed is None else max(over, closed)
    elif terms.closing is Closing.ENDS_DELAY and closed is not None and terms.delay:
        opens = min(over, max(closed, latest))
    last = _after(over, terms.live)
    unclosed = opens is None
    return Timing(
        opens=opens,
        closes=last if unclosed else min(_after(ends, terms.max_age), last),
        live=terms.live,
        one_per_area=terms.one_per_area,
    )


def standing(when: Timing, now: datetime) -> Standing:
    """Return where ``now`` stands; what has no end was never timed and waits."""
    if when.closes is not None and now > when.closes:
        return Standing.TOO_OLD
    if when.opens is None or when.closes is None:
        return Standing.SCENE_NOT_CLEAR
    return Standing.DUE if now >= when.opens else Standing.TOO_EARLY


def phase(first_sent: datetime, now: datetime, *, live: timedelta, listed: timedelta) -> Phase:
    """Return whether an alert is live, only listed, or only counted any more."""
    age = now - first_sent
    if age < live:
        return Phase.LIVE
    return Phase.LISTED if age < listed else Phase.COUNTED


def _after(moment: datetime, length: timedelta) -> datetime:
    """Return a later moment; an endless length ends with the calendar."""
    room = datetime.max.replace(tzinfo=moment.tzinfo) - moment
    return moment + min(length, room)
