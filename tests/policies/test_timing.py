"""When something may go out: pure functions of terms and given times, right where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Category, Closing, Terms, Timing
from pipeline.place import time_window
from pipeline.policies import Phase, Standing, load_policy, phase, standing, timing

CHICAGO = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)
POLICY = load_policy()


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def shipped(category: Category, closed: datetime | None = None) -> Timing:
    terms = POLICY.categories[category].public
    assert terms is not None
    return timing(terms, earliest=utc(2, 17), latest=utc(2, 17, 30), closed=closed)


@pytest.mark.parametrize(
    ("category", "closed", "opens", "closes"),
    [
        (Category.STRUCTURE_FIRE, None, utc(2, 17), utc(2, 19, 30)),
        (Category.COLLISION, None, utc(2, 18, 30), utc(2, 20, 30)),
        (Category.COLLISION, utc(2, 18), utc(2, 18), utc(2, 20, 30)),
        # Closed within the time shown: going out before its end would narrow it.
        (Category.COLLISION, utc(2, 17, 15), utc(2, 17, 30), utc(2, 20, 30)),
        (Category.COLLISION, utc(3, 9), utc(2, 18, 30), utc(2, 20, 30)),
        (Category.BURGLARY, None, utc(3, 17, 30), utc(3, 19, 30)),
        (Category.BURGLARY, utc(2, 18), utc(3, 17, 30), utc(3, 19, 30)),
        (Category.ROBBERY, None, None, utc(4, 17, 30)),
        (Category.ROBBERY, utc(2, 18), utc(2, 18), utc(2, 20)),
        (Category.ROBBERY, utc(4, 17), utc(4, 17), utc(4, 17, 30)),
    ],
)
def test_each_kind_of_call_goes_out_in_its_time(
    category: Category, closed: datetime | None, opens: datetime | None, closes: datetime
) -> None:
    found = shipped(category, closed)
    assert (found.opens, found.closes) == (opens, closes)


def test_a_delay_is_elapsed_time_on_the_days_clocks_change() -> None:
    terms = Terms(delay=24 * HOUR, closing=Closing.IGNORED, max_age=2 * HOUR)
    # Midnight to midnight: the day has 23 hours in March and 25 in November.
    for day, month, hours in ((7, 3, 25), (31, 10, 23)):
        opened = datetime(2026, month, day, 20, 10, tzinfo=CHICAGO)
        earliest, latest = time_window(opened, 6 * HOUR, CHICAGO)
        found = timing(terms, earliest=earliest, latest=latest, closed=None)
        assert found.opens is not None
        wall = found.opens.astimezone(CHICAGO).replace(tzinfo=None)
        before = latest.astimezone(CHICAGO).replace(tzinfo=None)
        assert found.opens - latest == 24 * HOUR
        assert wall - before == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2, 18, 29), Standing.TOO_EARLY),
        (utc(2, 18, 30), Standing.DUE),
        (utc(2, 20, 30), Standing.DUE),
        (utc(2, 20, 31), Standing.TOO_OLD),
    ],
)
def test_a_moment_stands_before_within_or_after(now: datetime, expected: Standing) -> None:
    assert standing(shipped(Category.COLLISION), now) is expected


def test_an_open_scene_waits_and_gets_too_old_in_the_end() -> None:
    waiting = shipped(Category.ROBBERY)
    assert standing(waiting, utc(2, 18)) is Standing.SCENE_NOT_CLEAR
    assert standing(waiting, utc(4, 17, 31)) is Standing.TOO_OLD


def test_what_was_never_timed_waits() -> None:
    assert standing(Timing(), utc(2, 18)) is Standing.SCENE_NOT_CLEAR


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, Phase.LIVE),
        (47, Phase.LIVE),
        (48, Phase.LISTED),
        (719, Phase.LISTED),
        (720, Phase.COUNTED),
    ],
)
def test_an_alert_is_live_then_listed_then_counted(hours: int, expected: Phase) -> None:
    terms = POLICY.categories[Category.SMOKE].public
    assert terms is not None
    now = utc(2, 0) + hours * HOUR
    assert phase(utc(2, 0), now, live=terms.live, listed=terms.listed) is expected


MINUTES = st.integers(0, 3 * 1440).map(lambda m: timedelta(minutes=m))
MOMENTS = st.integers(0, 60 * 24 * 40).map(lambda m: utc(1, 0) + timedelta(minutes=m))
TERMS = st.builds(
    Terms,
    delay=MINUTES,
    closing=st.sampled_from(Closing),
    max_age=MINUTES,
    live=MINUTES,
)


@given(TERMS, MOMENTS, st.none() | MOMENTS)
def test_nothing_opens_within_the_time_shown_unless_the_delay_is_nothing(
    terms: Terms, opened: datetime, closed: datetime | None
) -> None:
    earliest, latest = time_window(opened, timedelta(minutes=30), CHICAGO)
    found = timing(terms, earliest=earliest, latest=latest, closed=closed)
    if found.opens is not None and terms.delay:
        assert found.opens >= latest
    if terms.closing is Closing.REQUIRED:
        assert (found.opens is None) == (closed is None)


@given(TERMS, MOMENTS, st.integers(0, 29), st.none() | MOMENTS)
def test_calls_of_one_band_go_out_at_the_same_time(
    terms: Terms, opened: datetime, minutes: int, closed: datetime | None
) -> None:
    band = timedelta(minutes=30)
    earliest, latest = time_window(opened, band, CHICAGO)
    other = time_window(earliest + timedelta(minutes=minutes), band, CHICAGO)
    first = timing(terms, earliest=earliest, latest=latest, closed=closed)
    assert timing(terms, earliest=other[0], latest=other[1], closed=closed) == first


@given(TERMS, TERMS, MOMENTS, MOMENTS)
def test_a_longer_delay_never_opens_earlier(
    terms: Terms, other: Terms, opened: datetime, now: datetime
) -> None:
    earliest, latest = time_window(opened, timedelta(minutes=30), CHICAGO)
    short, long = sorted((terms.delay, other.delay))
    opens = [
        timing(
            Terms(delay=delay, closing=Closing.IGNORED),
            earliest=earliest,
            latest=latest,
            closed=None,
        ).opens
        for delay in (short, long)
    ]
    assert opens[0] is not None
    assert opens[1] is not None
    assert opens[0] <= opens[1]
