"""Drift: a feed is compared with its own past, and the change to agency.yml is proposed."""

from __future__ import annotations

from datetime import timedelta

from elm_bluff import CANARIES, Line, call

from pipeline.feeds.drift import DriftCode, hour_of, shifts
from pipeline.usecases.drift import DriftReport, drift


def delivered(line: Line, first: int, **values: str) -> Line:
    """Deliver thirty calls, walk them, and return the line a day later."""
    opened = f"{line.at - timedelta(hours=7):%Y-%m-%d %H:%M:%S}"  # an hour ago, local time
    rows = [call(str(n), opened=opened, **values) for n in range(first, first + 30)]
    line.deliver(f"{first}.csv", rows)
    line.run()
    return line.later(24 * 60)


def report_of(line: Line) -> DriftReport:
    (report,) = drift(line.settings, now=line.at - timedelta(days=1), hours=1)
    return report


def test_a_quiet_feed_has_not_changed(sqlite_line: Line) -> None:
    line = delivered(delivered(sqlite_line, 100), 200)

    report = report_of(line)

    assert (report.shifts, report.diff) == ((), "")


def test_a_new_field_a_lost_one_and_a_new_code_are_told_with_a_diff(sqlite_line: Line) -> None:
    line = delivered(sqlite_line, 100)
    line = delivered(line, 200, type="SINKHOLE", caller_weight="Quillon", lat="", notes="x" * 200)

    report = report_of(line)

    told = {(shift.code, shift.field) for shift in report.shifts}
    assert told >= {
        (DriftCode.FIELD_NEW, "caller_weight"),
        (DriftCode.FIELD_MISSING, "latitude"),
        (DriftCode.CALL_TYPE_NEW, "SINKHOLE"),
    }
    assert "+  - caller_weight  # new; searched for, never shown" in report.diff
    assert "+#  SINKHOLE: " in report.diff
    assert [each for each in CANARIES if each in f"{report}"] == []
    assert line.states()["held"] == 30  # nothing of it became public meanwhile


def test_volume_is_compared_with_the_same_hours_of_earlier_weeks(sqlite_line: Line) -> None:
    at = sqlite_line.at
    counts = {(hour_of(at - timedelta(days=7 * week)), "records", ""): 100 for week in range(1, 5)}
    counts[hour_of(at), "records", ""] = 20

    (shift,) = shifts(counts, since=at, until=at)

    assert (shift.code, shift.before, shift.now) == (DriftCode.VOLUME, 100, 20)


def test_lag_and_null_rate_shift(sqlite_line: Line) -> None:
    at, before = sqlite_line.at, sqlite_line.at - timedelta(days=1)
    counts = {}
    for hour, filled, lag in ((before, 100, 60), (at, 60, 7200)):
        counts |= {
            (hour_of(hour), "records", ""): 100,
            (hour_of(hour), "filled", "address"): filled,
            (hour_of(hour), "chars", "address"): filled * 20,
            (hour_of(hour), "lag", ""): 100 * lag,
            (hour_of(hour), "lagged", ""): 100,
        }

    found = shifts(counts, since=at, until=at)

    assert [shift.code for shift in found] == [DriftCode.LAG, DriftCode.NULL_RATE]


def test_words_of_a_yes_no_field_that_nobody_knows_are_told_and_not_kept(
    sqlite_line: Line,
) -> None:
    line = delivered(sqlite_line, 100, closed="Y", mark="no")
    line = delivered(line, 200, closed="CLEARED BY QUILLON", mark="no")

    report = report_of(line)

    assert {(s.code, s.field, s.before, s.now) for s in report.shifts} == {
        (DriftCode.VALUE_NEW, "closed", 0, 1.0),
        (DriftCode.VALUE, "closed", 1.0, 0.0),
        (DriftCode.LENGTH, "closed", 1.0, 18.0),
    }
    assert "QUILLON" not in f"{report}"


def test_counts_from_before_values_were_counted_are_no_shift(sqlite_line: Line) -> None:
    at, before = sqlite_line.at, sqlite_line.at - timedelta(days=1)
    counts = {
        (hour_of(hour), measure, field): 100
        for hour in (at, before)
        for measure, field in (("records", ""), ("filled", "closed"), ("chars", "closed"))
    }
    counts |= {(hour_of(at), measure, "closed"): 100 for measure in ("judged", "yes", "strange")}

    assert shifts(counts, since=at, until=at) == ()
