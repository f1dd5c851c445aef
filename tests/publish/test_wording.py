from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.model import Area, Category, CategoryRule, Refused, Release, Tier
from pipeline.publish import wording
from pipeline.publish.wording import window_words

CHICAGO = ZoneInfo("America/Chicago")


def rule(label="Structure fire"):
    return CategoryRule(
        category=Category.STRUCTURE_FIRE,
        tier=Tier.S0,
        release=Release.CANDIDATE,
        label=label,
        approvals=1,
        time_floor=timedelta(minutes=30),
        basis="test",
    )


def area(name="Northside"):
    return Area(area_id="northside", name=name, polygons=())


def local(text, zone=CHICAGO, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-03-03T14:00", "2026-03-03T14:30", "between 2:00 and 2:30 PM CST on March 3, 2026"),
        ("2026-07-03T02:00", "2026-07-03T02:30", "between 2:00 and 2:30 AM CDT on July 3, 2026"),
        (
            "2026-03-03T11:30",
            "2026-03-03T12:00",
            "between 11:30 AM and 12:00 PM CST on March 3, 2026",
        ),
        ("2026-03-03T00:00", "2026-03-03T06:00", "between 12:00 and 6:00 AM CST on March 3, 2026"),
        (
            "2026-12-31T23:30",
            "2027-01-01T00:00",
            "between 11:30 PM CST on December 31, 2026 and 12:00 AM CST on January 1, 2027",
        ),
        (
            "2026-03-08T01:30",
            "2026-03-08T03:00",
            "between 1:30 AM CST and 3:00 AM CDT on March 8, 2026",
        ),
        ("2026-03-03T14:00", "2026-03-03T14:00", "at 2:00 PM CST on March 3, 2026"),
    ],
)
def test_the_window_is_said_in_the_agencys_time(start, end, words):
    assert window_words(local(start), local(end), CHICAGO) == words


def test_the_window_tells_the_two_hours_of_the_autumn_change_apart():
    first = local("2026-11-01T01:30"), local("2026-11-01T01:30", fold=1)
    assert (
        window_words(*first, CHICAGO) == "between 1:30 AM CDT and 1:30 AM CST on November 1, 2026"
    )


def test_the_window_names_the_offset_where_a_zone_has_no_abbreviation():
    zone = ZoneInfo("America/Sao_Paulo")
    start = local("2026-03-03T14:00", zone)
    words = window_words(start, start + timedelta(minutes=30), zone)
    assert words == "between 2:00 and 2:30 PM UTC-03 on March 3, 2026"


def test_the_window_refuses_backward_and_zoneless_times():
    start = local("2026-03-03T14:00")
    with pytest.raises(Refused):
        window_words(start, start - timedelta(minutes=1), CHICAGO)
    with pytest.raises(Refused):
        window_words(start.replace(tzinfo=None), start, CHICAGO)


def test_wording_says_reported_what_where_and_when_and_nothing_more():
    start = local("2026-03-03T14:00")
    assert wording(rule(), area(), start, start + timedelta(minutes=30), CHICAGO) == (
        "Reported: Structure fire in Northside",
        (
            "Reported: Structure fire in Northside, between 2:00 and 2:30 PM CST on March 3, 2026."
            " This is a report, not a confirmed account."
        ),
    )


def test_wording_keeps_its_limits_and_drops_control_characters():
    start = local("2026-03-03T14:00")
    headline, text = wording(
        rule("Smoke\x00\u2028" * 90), area("North\x1b[31mside\n" * 90), start, start, CHICAGO
    )
    assert len(headline) <= 160
    assert "March 3, 2026" in text
    assert headline.isprintable()
    assert text.isprintable()


def test_wording_can_be_handed_allow_listed_facts_only():
    assert list(inspect.signature(wording).parameters) == [
        *("rule", "area", "earliest", "latest", "timezone")
    ]
