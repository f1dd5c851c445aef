"""Time windows: bands of local wall time, right where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.place import time_window

CHICAGO = ZoneInfo("America/Chicago")
HALF_HOUR, SIX_HOURS = timedelta(minutes=30), timedelta(hours=6)
ZONES = (
    "America/Chicago",
    "America/St_Johns",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Pacific/Chatham",
    "UTC",
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("opened", "floor", "earliest", "latest"),
    [
        (utc(2026, 3, 3, 20, 14), HALF_HOUR, utc(2026, 3, 3, 20), utc(2026, 3, 3, 20, 30)),
        (utc(2026, 3, 3, 20, 30), HALF_HOUR, utc(2026, 3, 3, 20, 30), utc(2026, 3, 3, 21)),
        # 2:14 PM CST lies between noon and six.
        (utc(2026, 3, 3, 20, 14), SIX_HOURS, utc(2026, 3, 3, 18), utc(2026, 3, 4)),
        # Clocks go forward at 2 AM on March 8: the night's quarter has five hours.
        (utc(2026, 3, 8, 9, 10), SIX_HOURS, utc(2026, 3, 8, 6), utc(2026, 3, 8, 11)),
        (utc(2026, 3, 8, 7, 45), HALF_HOUR, utc(2026, 3, 8, 7, 30), utc(2026, 3, 8, 8)),
        # Clocks go back at 2 AM on November 1: the night's quarter has seven hours.
        (utc(2026, 11, 1, 9), SIX_HOURS, utc(2026, 11, 1, 5), utc(2026, 11, 1, 12)),
        # 1:10 AM comes twice, first in CDT, then in CST.
        (utc(2026, 11, 1, 6, 10), HALF_HOUR, utc(2026, 11, 1, 6), utc(2026, 11, 1, 6, 30)),
        (utc(2026, 11, 1, 7, 10), HALF_HOUR, utc(2026, 11, 1, 7), utc(2026, 11, 1, 7, 30)),
    ],
)
def test_a_window_is_the_band_of_local_wall_time(
    opened: datetime, floor: timedelta, earliest: datetime, latest: datetime
) -> None:
    assert time_window(opened, floor, CHICAGO) == (earliest, latest)


# Hypothesis takes its bounds without a zone and adds the zone itself.
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001
    datetime(2037, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
FLOORS = st.sampled_from([30, 60, 120, 180, 360, 720, 1440]).map(lambda m: timedelta(minutes=m))


@given(MOMENTS, FLOORS, st.sampled_from(ZONES).map(ZoneInfo))
def test_a_window_holds_its_moment_and_is_wide_enough(
    opened: datetime, floor: timedelta, zone: ZoneInfo
) -> None:
    earliest, latest = time_window(opened, floor, zone)
    assert earliest <= opened < latest
    assert earliest.tzinfo is UTC
    assert latest.tzinfo is UTC
    assert latest - earliest <= floor + timedelta(hours=1)


@given(MOMENTS, FLOORS, st.sampled_from(ZONES).map(ZoneInfo), st.integers(0, 86_399_999_999))
def test_every_moment_of_a_regular_band_has_the_same_window(
    opened: datetime, floor: timedelta, zone: ZoneInfo, tick: int
) -> None:
    earliest, latest = time_window(opened, floor, zone)
    if latest - earliest == floor and _offset(earliest, zone) == _offset(latest, zone):
        other = earliest + timedelta(microseconds=tick) % floor
        assert time_window(other, floor, zone) == (earliest, latest)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


@pytest.mark.parametrize("minutes", [0, -30, 7, 2880])
def test_a_floor_that_does_not_divide_a_day_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="divide a day"):
        time_window(utc(2026, 1, 1), timedelta(minutes=minutes), CHICAGO)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        time_window(datetime(2026, 1, 1), HALF_HOUR, CHICAGO)  # noqa: DTZ001 - the fault meant
