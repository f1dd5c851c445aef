"""Times as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.times import Moment, parse_time
from pipeline.model import NoticeCode

ZONE = ZoneInfo("America/Chicago")
FORMS = ("%m/%d/%Y %I:%M:%S %p", "%b %d %Y %I:%M%p", "%Y-%m-%d %H%M", "%H:%M:%S %m/%d/%Y")
NOON = datetime(2026, 6, 9, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-09T12:00:00",
        "2026-06-09 12:00:00.000",
        "2026-06-09T12:00",
        "2026-06-09T17:00:00Z",
        "2026-06-09 17:00:00z",
        "2026-06-09 17:00:00 Z",
        "2026-06-09T12:00:00-05:00",
        "2026-06-09T12:00:00,0000000-0500",
        "2026-06-09T19:00:00+02",
        "20260609T120000",
        "06/09/2026 12:00:00 PM",
        "Jun  9 2026 12:00PM",
        "2026-06-09 1200",
        "12:00:00 06/09/2026",
    ],
)
def test_every_known_form_is_one_instant(text):
    assert parse_time(text, ZONE, FORMS) == Moment(at=NOON)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1781024400", "epoch-seconds"),
        ("1781024400.0", "epoch-seconds"),
        ("1781024400000", "epoch-milliseconds"),
    ],
)
def test_epoch_numbers_are_read_only_when_named(text, form):
    assert parse_time(text, ZONE, (form,)) == Moment(at=NOON)
    assert parse_time(text, ZONE, FORMS) is None


@pytest.mark.parametrize(
    "text", ["20260609120000CD", "20260609120000 CDT", "20260609100000MS", "20260609070000HST"]
)
def test_letters_of_a_zone_behind_a_time_say_its_offset(text):
    assert parse_time(text, ZONE, ("%Y%m%d%H%M%S%Z",)) == Moment(at=NOON)


@pytest.mark.parametrize("text", ["20260609120000", "20260609120000AD", "20260609120000XST"])
def test_a_time_without_letters_of_a_zone_is_not_guessed(text):
    assert parse_time(text, ZONE, ("%Y%m%d%H%M%S%Z",)) is None


@pytest.mark.parametrize(
    "text", ["2026-06-08T24:00:00", "2026-06-08 24:00", "2026-06-08T24:00:00.000-05:00"]
)
def test_24_00_is_the_midnight_that_ends_the_day(text):
    assert parse_time(text, ZONE, ()) == Moment(at=datetime(2026, 6, 9, 5, 0, tzinfo=UTC))


def test_24_00_is_read_in_an_agencys_own_form_too():
    assert parse_time("2026-06-08 2400", ZONE, FORMS) == Moment(
        at=datetime(2026, 6, 9, 5, 0, tzinfo=UTC)
    )


def test_a_repeated_local_time_is_the_earlier_instant_and_a_notice():
    assert parse_time("2026-11-01T01:30:00", ZONE, ()) == Moment(
        at=datetime(2026, 11, 1, 6, 30, tzinfo=UTC), odd=NoticeCode.AMBIGUOUS_TIME
    )


def test_a_skipped_local_time_is_read_as_if_clocks_had_not_changed():
    assert parse_time("2026-03-08T02:30:00", ZONE, ()) == Moment(
        at=datetime(2026, 3, 8, 8, 30, tzinfo=UTC), odd=NoticeCode.NONEXISTENT_TIME
    )


def test_an_offset_settles_a_repeated_time():
    assert parse_time("2026-11-01T01:30:00-06:00", ZONE, ()) == Moment(
        at=datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "text", ["1900-01-01T00:00:00Z", "01/01/1900 12:00:00 AM", "0001-01-01T00:00:00", "1800-01-01"]
)
def test_placeholder_dates_are_no_time(text):
    assert parse_time(text, ZONE, FORMS) == Moment(at=None)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "--T::00",
        "2026-13-01",
        "2026-02-30T10:00:00",
        "2026-06-09T25:00:00",
        "2026-06-09x10:00",
        "20260609",
        "1510103112345",
        "9999-12-31T23:59:59-23:00",
        "\uff12\uff10\uff12\uff16-06-09",
        "12",
        "",
    ],
)
def test_what_no_form_fits_is_not_guessed(text):
    assert parse_time(text, ZONE, FORMS) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(text):
    moment = parse_time(text, ZONE, (*FORMS, "epoch-seconds", "epoch-milliseconds"))
    assert moment is None or moment.at is None or moment.at.tzinfo is UTC


@given(st.integers(min_value=1, max_value=4_000_000_000))
def test_a_written_utc_time_reads_back(seconds):
    at = datetime.fromtimestamp(seconds, UTC)
    assert parse_time(at.strftime("%Y-%m-%dT%H:%M:%SZ"), ZONE, ()) == Moment(at=at)


@pytest.mark.parametrize(
    ("text", "form", "hour", "minute"),
    [
        ("06/09/2026 7", "%m/%d/%Y %H%M", 0, 7),
        ("06/09/2026 48", "%m/%d/%Y %H%M", 0, 48),
        ("06/09/2026 148", "%m/%d/%Y %H%M", 1, 48),
        ("06/09/2026 0148", "%m/%d/%Y %H%M", 1, 48),
        ("06/09/2026 2351", "%m/%d/%Y %H%M", 23, 51),
        ("06/09/2026 13005", "%m/%d/%Y %H%M%S", 1, 30),
        ("148 06/09/2026", "%H%M %m/%d/%Y", 1, 48),
    ],
)
def test_a_clock_of_digits_has_its_lost_zeros_back(text, form, hour, minute):
    found = parse_time(text, ZONE, (form,))

    assert found is not None
    assert found.at is not None
    local = found.at.astimezone(ZONE)
    assert (local.day, local.hour, local.minute) == (9, hour, minute)


@pytest.mark.parametrize(
    "text", ["06/09/2026 75", "06/09/2026 190", "06/09/2026 ", "06/09/2026 12345", "06/09/2026 -7"]
)
def test_what_is_no_clock_with_its_zeros_back_is_none(text):
    assert parse_time(text, ZONE, ("%m/%d/%Y %H%M",)) is None


def test_a_clock_that_follows_its_date_without_a_space_has_lost_nothing():
    assert parse_time("202606090148", ZONE, ("%Y%m%d%H%M",)) == Moment(
        at=datetime(2026, 6, 9, 6, 48, tzinfo=UTC)
    )


@pytest.mark.parametrize("text", ["0", "0.0", "1970-01-01T00:00:00Z"])
def test_the_second_from_which_seconds_are_counted_is_no_time(text):
    assert parse_time(text, ZONE, ("epoch-seconds",)) == Moment(at=None)


@pytest.mark.parametrize("forms", [("epoch-seconds", "epoch-milliseconds")[::n] for n in (1, -1)])
def test_seconds_and_thousandths_of_them_are_told_apart_where_both_are_named(forms) -> None:
    seconds = parse_time("1781024400", ZONE, forms)
    thousandths = parse_time("1781024400000", ZONE, forms)

    assert seconds == thousandths == Moment(at=datetime(2026, 6, 9, 17, tzinfo=UTC))
    assert parse_time("17810244", ZONE, forms) is None  # in 1970, either way
    assert parse_time("0", ZONE, forms) == Moment(at=None)
