"""The next list of areas: whole areas of the last, so that two lists tell no more than one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from pipeline.model import ConfigError
from pipeline.place.build import BuiltArea, Points, build_areas
from pipeline.place.rebuild import rebuild_areas

K = 20
RADIUS_M = 150.0
TOWN = shapely.box(-88.05, 44.48, -88.0, 44.51)
LARGER = shapely.box(-88.05, 44.48, -87.98, 44.51)


def homes(seed: int, count: int = 1500) -> Points:
    random = np.random.default_rng(seed)
    return np.round(random.uniform((-88.05, 44.48), (-88.01, 44.51), (count, 2)), 6)


def built(points: Points) -> tuple[BuiltArea, ...]:
    return build_areas(TOWN, points, minimum_addresses=K, minimum_radius_m=RADIUS_M)


def again(
    kept: tuple[BuiltArea, ...], points: Points, boundary: shapely.Polygon = TOWN
) -> tuple[BuiltArea, ...]:
    return rebuild_areas(kept, boundary, points, minimum_addresses=K, minimum_radius_m=RADIUS_M)


def inside(area: BuiltArea, points: Points) -> int:
    return int(shapely.contains_xy(area.shape, points).sum())


@pytest.fixture(scope="module")
def first() -> tuple[BuiltArea, ...]:
    return built(homes(1))


def test_with_the_same_addresses_the_same_areas_come_out(first: tuple[BuiltArea, ...]) -> None:
    next_list = again(first, homes(1))
    assert [each.name for each in next_list] == [each.name for each in first]
    assert all(one.shape.equals(two.shape) for one, two in zip(first, next_list, strict=True))


def changed(seed: int) -> Points:
    """A third of the homes are torn down, all of them in one half; others were built."""
    before = homes(1)
    kept = before[(before[:, 0] > -88.03) | (np.arange(len(before)) % 3 > 0)]
    return np.vstack((kept, homes(seed, 60)))


@pytest.mark.parametrize("seed", range(2, 6))
def test_every_area_of_the_next_list_hides_enough_homes_of_both(
    seed: int, first: tuple[BuiltArea, ...]
) -> None:
    now = changed(seed)
    next_list = again(first, now)
    assert 10 < len(next_list) < len(first)
    for area in next_list:
        assert area.addresses is not None
        assert area.addresses == 0 or area.addresses >= K
        assert inside(area, now) == 0 or inside(area, now) >= K


@pytest.mark.parametrize("seed", range(2, 6))
def test_two_lists_cut_out_nothing_but_whole_areas_of_the_first(
    seed: int, first: tuple[BuiltArea, ...]
) -> None:
    for area in again(first, changed(seed)):
        for before in first:
            shared = area.shape.intersection(before.shape).area
            assert shared < 1e-9 or abs(shared - before.shape.area) < 1e-9


def test_areas_built_anew_would_not_do(first: tuple[BuiltArea, ...]) -> None:
    """What the rebuilding is for: two free lists leave few homes between their borders."""
    now = changed(2)
    shared = [
        inside(BuiltArea(name="", shape=one.shape & two.shape, addresses=0), now)
        for one in first
        for two in built(now)
        if (one.shape & two.shape).area > 1e-9
    ]
    assert min(count for count in shared if count) < K


def test_the_area_with_more_homes_keeps_its_name_and_id() -> None:
    kept = [
        BuiltArea(name=name, shape=shapely.box(west, 44.48, west + 0.01, 44.51), addresses=None,
                  area_id=name.lower())
        for name, west in (("West", -88.05), ("Middle", -88.04), ("East", -88.03))
    ]  # fmt: skip
    spots = np.array([(-88.045, 44.5)] * 5 + [(-88.035, 44.5)] * 30 + [(-88.025, 44.5)] * 40)
    found = again(tuple(kept), spots)
    assert [(each.name, each.area_id, each.addresses) for each in found] == [
        ("East", "east", 40),
        ("Middle", "middle", 35),
    ]


def test_new_land_with_enough_homes_gets_new_areas_and_the_rest_joins(
    first: tuple[BuiltArea, ...],
) -> None:
    random = np.random.default_rng(9)
    many = random.uniform((-88.0, 44.48), (-87.98, 44.51), (400, 2))
    grown = again(first, np.vstack((homes(1), many)), LARGER)
    fresh = [each for each in grown if each.name.startswith("New ")]
    assert len(fresh) > 2
    assert sum(each.addresses or 0 for each in grown) == 1900
    few = again(first, np.vstack((homes(1), many[:5])), LARGER)
    assert [each.name for each in few] == [each.name for each in first]
    assert sum(each.addresses or 0 for each in few) == 1505


def test_names_of_new_areas_are_never_those_of_kept_ones(first: tuple[BuiltArea, ...]) -> None:
    random = np.random.default_rng(9)
    points = np.vstack((homes(1), random.uniform((-88.0, 44.48), (-87.98, 44.51), (400, 2))))
    once = again(first, points, LARGER)
    larger = shapely.box(-88.05, 44.48, -87.96, 44.51)
    twice = again(
        once,
        np.vstack((points, random.uniform((-87.98, 44.48), (-87.96, 44.51), (400, 2)))),
        larger,
    )
    names = [each.name for each in twice]
    assert len(names) == len(set(names)) > len(once)


def test_what_cannot_be_kept_is_refused(first: tuple[BuiltArea, ...]) -> None:
    with pytest.raises(ConfigError, match="too few addresses"):
        again(first, homes(1, 7))
    with pytest.raises(ConfigError, match="no area to keep"):
        again((), homes(1))
