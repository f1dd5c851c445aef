"""Built areas: enough homes or none, large enough, the same for the same input."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import shapely

from pipeline.model import ConfigError
from pipeline.place.build import BuiltArea, District, Points, build_areas
from pipeline.place.measure import square_metres

K = 20
RADIUS_M = 150.0
LEAST = math.pi * RADIUS_M**2
WEST, SOUTH, EAST, NORTH = -88.05, 44.48, -88.0, 44.51
TOWN = shapely.box(WEST, SOUTH, EAST, NORTH)
HALVES = (
    District(name="Mill Side", shape=shapely.box(WEST, SOUTH, -88.025, NORTH)),
    District(name="Harbor Side", shape=shapely.box(-88.025, SOUTH, EAST, NORTH)),
)


@cache
def homes(seed: int = 7) -> Points:
    """Clusters of homes, a few lone farms, and an empty east edge."""
    random = np.random.default_rng(seed)
    middles = random.uniform((WEST, SOUTH), (-88.01, NORTH), (30, 2))
    clustered = np.repeat(middles, 50, axis=0) + random.normal(0, 0.0015, (1500, 2))
    farms = random.uniform((WEST, SOUTH), (-88.01, NORTH), (60, 2))
    points = np.round(np.vstack((clustered, farms)), 6)
    return points[shapely.intersects_xy(TOWN, points)]


@cache
def built(seed: int = 7, districts: tuple[District, ...] = ()) -> tuple[BuiltArea, ...]:
    return build(homes(seed), districts)


def build(points: Points | None, districts: tuple[District, ...] = ()) -> tuple[BuiltArea, ...]:
    return build_areas(
        TOWN, points, minimum_addresses=K, minimum_radius_m=RADIUS_M, districts=districts
    )


@pytest.mark.parametrize("seed", range(6))
def test_every_area_has_at_least_k_homes_or_none(seed: int) -> None:
    areas = built(seed)
    assert len(areas) > 20
    for area in areas:
        inside = int(shapely.contains_xy(area.shape, homes(seed)).sum())
        assert inside == 0 or inside >= K
        assert area.addresses is not None
        assert area.addresses == 0 or area.addresses >= K


@pytest.mark.parametrize("seed", range(6))
def test_no_area_is_smaller_than_the_circle_of_the_minimum_radius(seed: int) -> None:
    assert min(square_metres(area.shape) for area in built(seed)) >= LEAST


def test_lone_farms_are_merged_with_others_and_none_is_lost() -> None:
    held = sum(area.addresses or 0 for area in built())
    assert held == len(homes())


def test_areas_do_not_overlap_and_lie_inside_the_boundary() -> None:
    shapes = [area.shape for area in built()]
    assert shapely.union_all(shapes).area == pytest.approx(sum(each.area for each in shapes))
    assert shapely.union_all(shapes).difference(TOWN).area == pytest.approx(0, abs=1e-9)


def test_the_order_of_the_addresses_does_not_show() -> None:
    wanted = built()
    for seed in range(3):
        shuffled = np.random.default_rng(seed).permutation(homes())
        again = build(shuffled)
        assert [area.name for area in again] == [area.name for area in wanted]
        assert all(a.shape.equals_exact(b.shape) for a, b in zip(again, wanted, strict=True))


def test_the_order_of_the_districts_does_not_show() -> None:
    wanted = built(7, HALVES)
    again = built(7, HALVES[::-1])
    assert [(each.name, each.addresses) for each in again] == [
        (each.name, each.addresses) for each in wanted
    ]


def test_areas_keep_to_their_district_where_they_can() -> None:
    areas = built(7, HALVES)
    assert {area.name.rsplit(" ", 1)[0] for area in areas} == {"Mill Side", "Harbor Side"}
    # Cells lie across the border, so an area may stick out by about one cell (400 m).
    slack = 0.006
    for area in areas:
        west, _, east, _ = area.shape.bounds
        own_side = (
            east < -88.025 + slack if area.name.startswith("Mill") else west > -88.025 - slack
        )
        assert own_side, area.name


def test_without_addresses_areas_are_three_times_as_large() -> None:
    areas = build(None)
    assert all(area.addresses is None for area in areas)
    assert min(square_metres(area.shape) for area in areas) >= 3 * LEAST
    assert len(areas) < len(built())


def test_names_are_unique() -> None:
    names = [area.name for area in built()]
    assert len(set(names)) == len(names)
    assert names == sorted(names)


def test_a_town_with_fewer_homes_than_k_has_no_areas_of_its_own() -> None:
    with pytest.raises(ConfigError, match="enough addresses"):
        build(homes()[: K - 1])
    assert [area.addresses for area in build(homes()[:K]) if area.addresses] == [K]


def test_a_few_homes_on_an_island_are_joined_to_others_across_the_water() -> None:
    # Left out, they would be the only homes whose calls are told by town.
    island = shapely.box(-87.97, 44.49, -87.96, 44.5)
    points = np.vstack((homes(), [(-87.965, 44.495)] * 5))
    areas = build_areas(TOWN.union(island), points, minimum_addresses=K, minimum_radius_m=RADIUS_M)
    assert sum(area.addresses or 0 for area in areas) == len(points)
    assert min(area.addresses for area in areas if area.addresses) >= K


def test_a_boundary_smaller_than_one_area_is_refused_with_a_remedy() -> None:
    yard = shapely.box(WEST, SOUTH, WEST + 0.001, SOUTH + 0.001)
    with pytest.raises(ConfigError, match="large enough") as caught:
        build_areas(yard, None, minimum_addresses=K, minimum_radius_m=RADIUS_M)
    assert "larger boundary" in str(caught.value.remedy)
