"""Verbs: every one is read, said again in the same words, and refused with a right example."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.model import Closing, InZone, PlaceLevel, Row, Terms
from pipeline.policies.terms_page import MEANINGS
from pipeline.policies.verbs import VERBS, parts_of, spoken

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("verb", "parts"),
    [
        ("drop_field(remarks, time)", {"dropped_fields": frozenset({"remarks", "time"})}),
        ("drop_row", {"row": Row.DROPPED}),
        ("keep_row_drop_location", {"place": PlaceLevel.NOWHERE}),
        ("keep_row_drop_time", {"time_dropped": True}),
        ("coarsen_time(15m)", {"time_floor": HOUR / 4}),
        ("coarsen_time(30m)", {"time_floor": HOUR / 2}),
        ("coarsen_time(1h)", {"time_floor": HOUR}),
        ("coarsen_time(6h)", {"time_floor": 6 * HOUR}),
        ("coarsen_time(day)", {"time_floor": 24 * HOUR}),
        ("block(100)", {"place": PlaceLevel.BLOCK}),
        ("mask_digits(2,'XX')", {"place": PlaceLevel.MASKED, "digits": 2}),
        ("nearest_intersection", {"place": PlaceLevel.INTERSECTION}),
        ("snap_area(min_addresses=20)", {"place": PlaceLevel.AREA, "min_addresses": 20}),
        ("zone(neighborhood)", {"place": PlaceLevel.NEIGHBORHOOD}),
        ("zone(beat)", {"place": PlaceLevel.BEAT}),
        ("zone(district)", {"place": PlaceLevel.DISTRICT}),
        ("zone(city)", {"place": PlaceLevel.TOWN}),
        ("round(3)", {"place": PlaceLevel.ROUNDED, "decimals": 3}),
        ("residence_rule", {"area_at_residence": True}),
        ("unverified_address->no_location", {"only_verified": True}),
        ("unverified_address\u2192no_location", {"only_verified": True}),
        ("in_zone(drop_row)", {"in_zone": InZone.DROPS_ROW}),
        ("delay(10m)", {"delay": HOUR / 6, "closing": Closing.IGNORED}),
        ("delay(60m, or_closed)", {"delay": HOUR, "closing": Closing.ENDS_DELAY}),
        ("after_state(closed)", {"closing": Closing.REQUIRED}),
        ("window(48h)", {"live": 48 * HOUR}),
        ("listed(30d)", {"listed": 720 * HOUR}),
        ("max_age(2h)", {"max_age": 2 * HOUR}),
        ("one_per_area(24h)", {"one_per_area": 24 * HOUR}),
        ("require_second_editor", {"approvals": 2}),
        ("effective_from(2026-12-01)", {"since": date(2026, 12, 1)}),
        ("effective_to(2027-11-30)", {"until": date(2027, 11, 30)}),
        ("legal_basis(the agreement, section 2)", {"legal_basis": "the agreement, section 2"}),
    ],
)
def test_a_verb_says_its_part(verb: str, parts: dict[str, Any]) -> None:
    assert parts_of([verb]) == parts
    said = spoken(Terms(**parts))
    again = dict(parts_of(said))
    if parts.get("row") is not Row.DROPPED and "legal_basis" not in parts:
        assert {name: again.get(name) for name in parts} == parts


@pytest.mark.parametrize("name", VERBS)
def test_the_example_of_a_verb_is_a_right_one_and_its_meaning_is_on_the_page(name: str) -> None:
    example, _ = VERBS[name]
    assert parts_of([example])
    assert MEANINGS[name]
    assert list(MEANINGS) == list(VERBS)


@pytest.mark.parametrize(
    ("verbs", "problem"),
    [
        (["vanish"], "there is no verb 'vanish'; known are: after_state"),
        (["delay"], "for example delay"),
        (["delay(soon)"], "whole number and s, m, h or d"),
        (["delay(60m, or_never)"], "or_closed where the call's end"),
        (["block(50)"], "only hundred-blocks"),
        (["zone(street)"], "use one of: neighborhood, beat"),
        (["coarsen_time(7m)"], "use one of: 15m"),
        (["mask_digits(2,'X')"], "as many X"),
        (["round(9)"], "from 0 to 5"),
        (["snap_area(20)"], "min_addresses=20"),
        (["drop_row(now)"], "takes no argument"),
        (["drop_field(name)"], "name some of: area"),
        (["effective_from(soon)"], "2026-12-01"),
        (["zone(beat)", "zone(district)"], "another verb says something else"),
        (["delay(60m, or_closed)", "after_state(closed)"], "another verb says something else"),
    ],
)
def test_a_wrong_verb_is_refused_with_what_to_write(verbs: list[str], problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        parts_of(verbs)


def test_a_delay_and_the_end_of_the_call_may_both_be_asked_for() -> None:
    assert parts_of(["delay(60m)", "after_state(closed)"]) == {
        "delay": HOUR,
        "closing": Closing.REQUIRED,
    }
    assert parts_of(["after_state(closed)", "delay(60m)"])["closing"] is Closing.REQUIRED
