"""How much doubt outweighs what a number, or a make of car, surely means."""

from __future__ import annotations

import pytest

from pipeline.redact.number_shape import number_at
from pipeline.redact.number_sure import outweighed_from
from pipeline.redact.reading import read
from pipeline.redact.vehicle_words import is_vehicle


def bar(text: str, *, coded: bool = False, doubt: float = 0.0) -> float:
    reading = read(text)
    place = next(at for at, each in enumerate(reading.tokens) if any(map(str.isdigit, each.word)))
    number = number_at(reading.text, reading.tokens, place)
    return outweighed_from(number, coded=coded, doubt=doubt)


@pytest.mark.parametrize(
    "text", ["15 yof fell", "94% conf", "at 02:37:11", "2008 Mercury", "hwy 97 near"]
)
def test_what_surely_counts_takes_much_doubt(text: str) -> None:
    assert bar(text) >= 0.85


@pytest.mark.parametrize(
    "text", ["apt 12", "code 4471", "in 2F now", "elm 4471", "dob 3/12/1984", "1998 survey alone"]
)
def test_what_leads_to_somebody_or_says_nothing_takes_none(text: str) -> None:
    assert bar(text) == 0.0


@pytest.mark.parametrize("text", ["E12 clr", "SR 410", "1402 os"])
def test_what_a_door_or_house_may_be_made_of_outweighs_none_of_them(text: str) -> None:
    assert bar(text) > 0.0 == bar(text, coded=True)


@pytest.mark.parametrize("text", ["15 yof fell", "at 02:37:11", "E12 clr", "1402 os", "W/M 60S"])
def test_a_doubt_below_what_a_number_takes_changes_nothing_and_one_above_finds_none(
    text: str,
) -> None:
    least = bar(text)
    assert least > 0
    assert bar(text, doubt=least - 0.01) == least
    assert bar(text, doubt=least) == 0.0


def test_a_make_is_a_vehicle_beside_its_year_or_model_alone() -> None:
    assert is_vehicle("whi", "ford", "f150")
    assert is_vehicle("2008", "mercury", "gr")
    assert is_vehicle("dodge", "charger", "blk")
    assert not is_vehicle("caller", "ford", "states")
    assert not is_vehicle("mr", "lincoln", "left")
