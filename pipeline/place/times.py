"""Widens an instant to the window that the public is told (rule 11).

In goes the moment a call was opened, out come the bounds of the band of local wall time it fell
into. Every call of a band has the same window, so the minute cannot be read back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

__all__ = ["time_window"]

_DAY = timedelta(days=1)


def time_window(
    opened_at: datetime, floor: timedelta, timezone: tzinfo
) -> tuple[datetime, datetime]:
    """Return (earliest, latest) in UTC with ``earliest <= opened_at < latest``.

    Bands start at local midnight and are ``floor`` wide on the wall clock; where clocks change, a
    band is longer or shorter by that much. ``floor`` must divide a day.

    Raises:
        ValueError: ``opened_at`` has no zone, or ``floor`` does not divide a day.
    """
    if opened_at.tzinfo is None:
        raise ValueError("opened_at needs a zone")
    if floor <= timedelta(0) or _DAY % floor:
        raise ValueError("floor must divide a day")
    local = opened_at.astimezone(timezone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    # Arithmetic within one zone is on the wall clock and keeps no fold, so it is put back: the
    # repeated hour's second half has bands of its own.
    wall = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    start = (midnight + wall // floor * floor).replace(fold=local.fold)
    end = (midnight + (wall // floor + 1) * floor).replace(fold=local.fold)
    return start.astimezone(UTC), end.astimezone(UTC)
