"""What is public of a city's 90 days never leaves an attacker fewer than k candidate homes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.attacks import City, K, Told, candidates, city, told_calls


@pytest.fixture(scope="module")
def town() -> City:
    return city(homes=1500)


@pytest.fixture(scope="module")
def told(town: City) -> tuple[Told, ...]:
    return told_calls(town, calls=1500)


@pytest.mark.parametrize(
    "attack", ["the area itself", "averaging repeats of a home", "unique time and type"]
)
def test_no_attack_leaves_fewer_than_k_candidates(
    attack: str, town: City, told: tuple[Told, ...]
) -> None:
    counts = candidates(town, told)[attack]
    assert len(counts) > 30
    assert min(counts) >= K


def test_the_home_nearest_to_the_middle_is_rarely_the_right_one(
    town: City, told: tuple[Told, ...]
) -> None:
    ranks = candidates(town, told)["guessing the nearest home"]
    assert len(ranks) > 300
    assert ranks.count(1) / len(ranks) <= 1 / K


def test_every_call_of_a_home_is_told_alike(told: tuple[Told, ...]) -> None:
    areas: dict[int, set[str]] = {}
    for each in told:
        areas.setdefault(each.home, set()).add(each.area_id)
    assert max(len(each) for each in areas.values()) == 1
    assert len(told) - len(areas) > 300


def test_the_attacks_find_a_home_whose_alerts_are_told_in_two_areas(
    town: City, told: tuple[Told, ...]
) -> None:
    first = told[0]
    other = next(each.area_id for each in told if each.area_id != first.area_id)
    moved = (first, replace(first, area_id=other))
    assert min(candidates(town, moved)["averaging repeats of a home"]) < K
