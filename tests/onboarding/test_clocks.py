"""Clocks that lost their zeros or their day, and days that may be months."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.agencies.agency import CanonicalField
from pipeline.feeds.times import parse_time
from pipeline.onboarding import Inferred, infer, read_sample
from pipeline.onboarding.moments import time_form

ZONE = ZoneInfo("America/Chicago")
TYPES = ("GAS LEAK", "NOISE COMPLAINT", "WIRES DOWN", "BURGLARY")
CLOCKS = ("2351", "7", "23", "148", "714", "1048", "1559")


def inferred(body: str) -> Inferred:
    return infer(read_sample(body.encode()), ZONE, {}, lambda text: float(text in TYPES))


def fields(found: Inferred) -> dict[str, tuple[str, ...]]:
    return {each.field.value: each.paths for each in found.fields if each.sure > 0}


def table(clocks: tuple[str, ...], name: str = "Rcvd Time", day: str = "6/9/2026") -> str:
    rows = [
        f"26-{7000 + n},{day},{clock},{TYPES[n % 4]},{n}00 LARCH ST"
        for n, clock in enumerate(clocks)
    ]
    return "\n".join((f"Call No,Rcvd Date,{name},Nature,Address", *rows))


def test_clocks_that_lost_their_zeros_are_read_beside_their_day() -> None:
    found = inferred(table(CLOCKS))

    assert fields(found)["opened_at"] == ("Rcvd Date", "Rcvd Time")
    assert found.times == ("%m/%d/%Y %H%M",)


@pytest.mark.parametrize("clocks", [("7", "23", "48", "12"), ("2351", "7", "23", "175", "990")])
def test_minutes_that_somebody_took_are_no_clocks(clocks: tuple[str, ...]) -> None:
    found = inferred(table(clocks, "Response Time"))

    assert found.times == ()
    assert "opened_at" not in fields(found)
    assert any("is a day, and no column beside it its hour" in doubt for doubt in found.doubts)


def test_clocks_without_a_day_of_their_own_are_left_out_and_called_private_by_nobody() -> None:
    body = table(CLOCKS).splitlines()
    body = [f"{line},{'Disp Time' if n == 0 else CLOCKS[n - 1]}" for n, line in enumerate(body)]

    found = inferred("\n".join(body))

    assert {each.path: each.why for each in found.ignored}["Disp Time"] == (
        "a time of which nothing is made"
    )


@pytest.mark.parametrize("day", ["03/04/26", "03-04-26"])
def test_days_of_two_digit_years_that_may_be_months_are_told(day: str) -> None:
    rows = [f"26-{n};{day} 10:0{n};{TYPES[n % 4]};{n}00 LARCH ST" for n in range(6)]

    found = inferred("\n".join(("Call No;Received;Nature;Address", *rows)))

    assert fields(found)["opened_at"] == ("Received",)
    assert any("month and day could be exchanged" in doubt for doubt in found.doubts)


def listed(ended: tuple[str, ...]) -> str:
    calls = "".join(
        f'<C no="26-{7000 + n}" nature="{TYPES[n % 4]}" rcvd="20260609 1{n}0500" disp="1{n}0600"'
        f' clr="{ended[n % len(ended)]}" loc="{n}00 LARCH ST"/>'
        for n in range(6)
    )
    return f"<List>{calls}</List>"


@pytest.mark.parametrize("ended", [("120500", ""), ("",)])
def test_a_clock_without_its_day_closes_a_call_and_dates_nothing(ended: tuple[str, ...]) -> None:
    found = inferred(listed(ended))

    assert fields(found)["closed"] == ("string(@clr != '')",)
    assert "closed_at" not in fields(found)
    assert "@clr" in [each.path for each in found.ignored]


def test_zeros_in_place_of_a_clock_close_no_call() -> None:
    assert "closed" not in fields(inferred(listed(("120500", "000000"))))


def test_a_clock_of_json_closes_a_call_too() -> None:
    calls = [
        {
            "call_no": f"26-{7000 + n}",
            "nature": TYPES[n % 4],
            "received": f"2026-06-09T10:0{n}:00",
            "cleared": "11:05" if n % 2 else None,
            "address": f"{n}00 LARCH ST",
        }
        for n in range(6)
    ]

    assert fields(inferred(json.dumps(calls)))["closed"] == ("!(!cleared)",)


def test_seconds_of_which_some_are_none_are_a_time() -> None:
    calls = [
        {
            "call_no": f"26-{7000 + n}",
            "nature": TYPES[n % 4],
            "created": int(datetime(2026, 6, 9, 10, n, tzinfo=UTC).timestamp()),
            "closed": [0, 1781031900, "1781031900", None][n % 4],
            "address": f"{n}00 LARCH ST",
        }
        for n in range(8)
    ]

    found = inferred(json.dumps(calls))

    assert fields(found)["closed_at"] == ("closed",)
    assert CanonicalField.CLOSED.value not in fields(found)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("3/4/2026 9:05:07 PM", "%m/%d/%Y %I:%M:%S %p"),
        ("23/11/2025  17:08", "%d/%m/%Y %H:%M"),
        ("nov 23, 2025 at 5:08pm", "%b %d, %Y at %I:%M%p"),
        ("23-NOV-25 17:08:09.120", "%d-%b-%y %H:%M:%S.%f"),
        ("20251123T170809", "%Y%m%dT%H%M%S"),
        ("17:08 November 23, 2025", "%H:%M %B %d, %Y"),
        ("Sun Nov 23 17:08:09 2025", "%a %b %d %H:%M:%S %Y"),
        ("11/23/2025 17:08:09 CST", "%m/%d/%Y %H:%M:%S %Z"),
        ("2025/11/23 17:08:09-0500", "%Y/%m/%d %H:%M:%S%z"),
    ],
)
def test_what_a_form_looks_like_rules_out_no_text_of_it(text: str, form: str) -> None:
    meant = parse_time(text, ZONE, (form,))
    found = time_form([text], ZONE)
    assert meant is not None
    assert meant.at is not None
    assert found is not None
    assert parse_time(text, ZONE, found.forms) == meant
