"""Coordinates as feeds write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agencies.agency import PointForm
from pipeline.feeds.points import NoPoint, exchanged, parse_pair, parse_point
from pipeline.model import Point

HERE = Point(latitude=44.5, longitude=-88.25)


def test_degrees_are_read():
    assert parse_pair("44.5", "-88.25") == HERE
    assert parse_pair("+44.50000000000000", "-088.25") == HERE


@pytest.mark.parametrize(
    "text",
    [
        "44 30 3.6 -88 0 36",
        "+44 30 3.6 -88 00 36.0",
        "44\u00b030'3.6\"N 88\u00b00'36\"W",
        "N 44 30 3.6, W 88 0 36",
        "44 30.06 -88 0.6",
        "44.501 N 88.01 W",
    ],
)
def test_degrees_minutes_and_seconds_are_degrees(text):
    point = parse_point(text, PointForm.DEGREES_MINUTES)
    assert isinstance(point, Point)
    assert (point.latitude, point.longitude) == pytest.approx((44.501, -88.01))


@pytest.mark.parametrize(
    "text",
    [
        "44 30 3.6 -88 0",
        "44.501 N 88.01",
        "44 60 0 -88 0 0",
        "44 30 60.5 -88 0 0",
        "44.5 30 0 -88 0 0",
        "44 30 0 N 88 0 0 N",
        "W 44 30 0 N 88 0 0",
        "-44 30 0 N -88 0 0 W",
        "44 30 0 -88 0 0 see note",
    ],
)
def test_what_is_no_degrees_and_minutes_is_unreadable(text):
    assert parse_point(text, PointForm.DEGREES_MINUTES) is NoPoint.UNREADABLE


def test_no_degrees_and_no_minutes_is_no_point():
    assert parse_point("0 0 0 0 0 0", PointForm.DEGREES_MINUTES) is NoPoint.ZERO


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("(44.5, -88.25)", PointForm.LAT_LON_TEXT),
        ("44.5,-88.25", PointForm.LAT_LON_TEXT),
        ("44.5 -88.25", PointForm.LAT_LON_TEXT),
        ("-88.25 44.5", PointForm.LON_LAT_TEXT),
        ("POINT (-88.25 44.5)", PointForm.LON_LAT_TEXT),
        ("44500000:88250000", PointForm.MICRO_DEGREES_WEST),
    ],
)
def test_every_form_is_read(text, form):
    assert parse_point(text, form) == HERE


@pytest.mark.parametrize("zero", ["0", "0.0", "-0.0000"])
def test_zero_zero_is_no_point(zero):
    assert parse_pair(zero, zero) is NoPoint.ZERO
    assert parse_point(f"({zero}, {zero})", PointForm.LAT_LON_TEXT) is NoPoint.ZERO


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("-88.25", "-188.3"),
        ("191", "10"),
        ("nan", "1"),
        ("1e1", "2"),
        ("44,5", "1"),
        ("", ""),
        ("N 44", "1"),
    ],
)
def test_what_cannot_be_degrees_is_not_repaired(latitude, longitude):
    assert parse_pair(latitude, longitude) is NoPoint.UNREADABLE


def test_swapped_coordinates_are_told_and_not_guessed():
    assert parse_pair("-93.1", "45.0") is NoPoint.SWAPPED
    assert parse_point("(-122.4, 37.8)", PointForm.LAT_LON_TEXT) is NoPoint.SWAPPED
    assert parse_point("(-122.4, 37.8)", exchanged(PointForm.LAT_LON_TEXT)) == Point(
        latitude=37.8, longitude=-122.4
    )


@pytest.mark.parametrize("text", ["44500000", "44.5:88.25", "0:0:0", "-1:2", "x", "9999999999:1"])
def test_broken_micro_degrees_are_unreadable(text):
    assert parse_point(text, PointForm.MICRO_DEGREES_WEST) is NoPoint.UNREADABLE


@given(st.text(max_size=40), st.sampled_from(PointForm))
def test_no_text_breaks_the_parser(text, form):
    point = parse_point(text, form)
    assert isinstance(point, NoPoint) or (abs(point.latitude) <= 90 and abs(point.longitude) <= 180)


def test_a_comma_before_four_digits_is_a_decimal_one():
    assert parse_pair("44,5000", "-88,25000") == HERE


@pytest.mark.parametrize("text", ["44,5000,1", "44,", ",5000", "4,4000.5", "1,234,567", "44,500"])
def test_a_number_with_other_commas_is_no_coordinate(text):
    assert parse_pair(text, "-88.25") is NoPoint.UNREADABLE


def test_metres_of_web_mercator_are_degrees():
    found = parse_point("-9823945.06 5543147.20", PointForm.WEB_MERCATOR)

    assert isinstance(found, Point)
    assert found.latitude == pytest.approx(44.5, abs=1e-6)
    assert found.longitude == pytest.approx(-88.25, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 0", NoPoint.ZERO),
        ("NaN NaN", NoPoint.UNREADABLE),
        ("-9823945.06", NoPoint.UNREADABLE),
        ("-99823945.06 5543147.20", NoPoint.UNREADABLE),
        ("1e308 1e308", NoPoint.UNREADABLE),
    ],
)
def test_metres_off_the_map_are_no_point(text, why):
    assert parse_point(text, PointForm.WEB_MERCATOR) is why
