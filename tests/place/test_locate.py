"""Placing: by membership alone, coarser when in doubt, held when elsewhere."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.model import (
    Area,
    ExactPlace,
    Held,
    HoldReason,
    Notice,
    NoticeCode,
    Point,
    Sensitive,
)
from pipeline.place import TOWN_ID, AreaMap, load_areas, locate_many, place
from pipeline.place.locate import ELSEWHERE, TOLD_BY_TOWN

WriteAreas = Callable[..., Path]
TOWN = "Juniper Falls"
OUTSIDE = Notice(code=NoticeCode.POINT_OUTSIDE, field="point")


def at(longitude: float, latitude: float, **more: object) -> ExactPlace:
    return ExactPlace(point=Point(latitude=latitude, longitude=longitude), **more)  # type: ignore[arg-type]


def area_id(outcome: tuple[Area, Notice | None] | Held) -> str:
    assert isinstance(outcome, tuple)
    return outcome[0].area_id


def test_a_point_is_put_into_the_area_that_contains_it(areas: AreaMap) -> None:
    assert place(at(-88.0151, 44.5032), areas, TOWN) == (areas.areas[2], None)
    assert place(at(-87.999, 44.531), areas, TOWN) == (areas.areas[1], None)


def test_on_a_shared_border_the_smallest_id_wins(areas: AreaMap) -> None:
    assert area_id(place(at(-88.01, 44.505), areas, TOWN)) == "cafe-row"


@pytest.mark.parametrize("district", ["Old Mill", "  OLD   MILL ", "old-mill", "Cafe Row"])
def test_without_a_point_the_district_names_the_area(district: str, areas: AreaMap) -> None:
    area, notice = place(ExactPlace(district=Sensitive(district)), areas, TOWN)  # type: ignore[misc]
    assert area.name in ("Old Mill", "Café Row")
    assert notice is None


def test_the_point_counts_more_than_the_district(areas: AreaMap) -> None:
    assert area_id(place(at(-88.015, 44.505, district=Sensitive("Harbor")), areas, TOWN)) == (
        "old-mill"
    )


@pytest.mark.parametrize("district", [None, Sensitive("Beat 9"), Sensitive(""), Sensitive("Old")])
def test_without_point_or_known_district_the_town_is_told(
    district: Sensitive | None, areas: AreaMap
) -> None:
    area, notice = place(ExactPlace(district=district), areas, TOWN)  # type: ignore[misc]
    assert (area.area_id, area.name, notice) == (TOWN_ID, TOWN, None)
    assert area.polygons == areas.outline.polygons


def test_without_a_town_such_a_call_is_held(areas: AreaMap) -> None:
    assert place(ExactPlace(), areas, "") == Held(reason=HoldReason.NO_AREA, detail="no-point")


@pytest.mark.parametrize("spot", [(-87.99, 44.54), (-88.0, 44.52), (-88.06, 44.5)])
def test_a_point_between_or_near_the_areas_is_told_as_the_town_with_a_notice(
    spot: tuple[float, float], areas: AreaMap
) -> None:
    area, notice = place(at(*spot), areas, TOWN)  # type: ignore[misc]
    assert (area.area_id, notice) == (TOWN_ID, OUTSIDE)


def test_near_the_areas_the_district_still_names_one(areas: AreaMap) -> None:
    found = place(at(-88.06, 44.5, district=Sensitive("Harbor")), areas, TOWN)
    assert found == (areas.areas[1], OUTSIDE)


@pytest.mark.parametrize(
    "spot",
    [
        (-88.2, 44.5),
        (44.505, -88.015),  # swapped
        (88.015, 44.505),  # unsigned longitude
        (0.0, 0.0),
        (-122.4, 37.8),
        (math.nan, 44.5),
        (math.inf, 44.5),
    ],
)
def test_a_point_elsewhere_is_held_whatever_the_district_says(
    spot: tuple[float, float], areas: AreaMap
) -> None:
    held = Held(reason=HoldReason.NO_AREA, detail="point-outside")
    assert place(at(*spot), areas, TOWN) == held
    assert place(at(*spot, district=Sensitive("Harbor")), areas, TOWN) == held


@pytest.mark.parametrize(
    "masked",
    [
        {"restricted": True},
        {"address": Sensitive("RESTRICTED ADDRESS")},
        {"address": Sensitive("*** Confidential ***")},
        {"address": Sensitive("[withheld]")},
    ],
)
def test_what_the_agency_masked_is_told_as_the_town_at_most(
    masked: dict[str, object], areas: AreaMap
) -> None:
    exact = at(-88.015, 44.505, district=Sensitive("Harbor"), **masked)
    assert area_id(place(exact, areas, TOWN)) == TOWN_ID
    assert place(exact, areas, "") == Held(reason=HoldReason.NO_AREA, detail="restricted-place")


def test_an_ordinary_address_does_not_mask(areas: AreaMap) -> None:
    exact = at(-88.015, 44.505, address=Sensitive("12 Withers Ln"))
    assert area_id(place(exact, areas, TOWN)) == "old-mill"


def test_overlapping_areas_are_settled_by_id(
    write_areas: WriteAreas, town: list[dict[str, object]]
) -> None:
    features = [{**town[0], "properties": {"name": name}} for name in ("B", "A", "C")]
    overlapping = load_areas(write_areas(features), minimum_radius_m=150)
    assert area_id(place(at(-88.015, 44.505), overlapping, TOWN)) == "a"


degrees = st.floats(0, 0.05, allow_nan=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=st.tuples(degrees, degrees), other=st.tuples(degrees, degrees))
def test_nothing_of_a_point_but_its_areas_decides_or_comes_out(
    one: tuple[float, float], other: tuple[float, float], areas: AreaMap
) -> None:
    spots = [(-88.02 + x, 44.5 + y) for x, y in (one, other)]
    inside = [_members(spot, areas) for spot in spots]
    outcomes = [place(at(*spot), areas, TOWN) for spot in spots]
    allowed = {position for area in (*areas.areas, areas.outline) for position in _positions(area)}
    for outcome in outcomes:
        assert isinstance(outcome, tuple)
        assert set(_positions(outcome[0])) <= allowed
    assume(inside[0] == inside[1])
    assert outcomes[0] == outcomes[1]


def _members(spot: tuple[float, float], areas: AreaMap) -> tuple[str, ...]:
    return tuple(
        area.area_id
        for area in areas.areas
        if any(
            shapely.Polygon(part[0], part[1:]).intersects(shapely.Point(spot))
            for part in area.polygons
        )
    )


def _positions(area: Area) -> list[tuple[float, float]]:
    return [position for part in area.polygons for each in part for position in each]


@pytest.mark.shared
def test_real_calls_fall_into_the_city_s_neighborhoods(
    shared: Path, write_areas: WriteAreas
) -> None:
    source = shared / "reference" / "neighborhoods" / "milwaukee.geojson"
    features = json.loads(source.read_bytes())["features"]
    city = load_areas(write_areas(features), minimum_radius_m=10)
    with (shared / "real_feeds" / "milwaukee" / "calls.csv").open(newline="") as rows:
        spots = [
            (float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(rows)
            if row["longitude"]
        ]
    placed = [place(at(*spot), city, "Milwaukee") for spot in spots]
    inside = [each for each in placed if isinstance(each, tuple) and each[1] is None]
    assert len(spots) > 20
    assert len(inside) > 0.8 * len(spots)


def test_a_call_in_an_area_too_small_to_be_told_is_told_by_town(
    write_areas: WriteAreas, town: list[object]
) -> None:
    ring = [[-88.005, 44.52], [-88.003, 44.52], [-88.003, 44.522], [-88.005, 44.52]]
    small = {
        "type": "Feature",
        "properties": {"name": "Birch Hill"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    areas = load_areas(write_areas([*town, small]), minimum_radius_m=150)
    inside = ExactPlace(point=Point(latitude=44.5205, longitude=-88.0035))
    assert place(inside, areas, "Juniper Falls")[0].area_id == TOWN_ID
    named = ExactPlace(district=Sensitive("Birch Hill"))
    assert place(named, areas, "Juniper Falls")[0].area_id == TOWN_ID
    assert isinstance(place(inside, areas, ""), Held)


def test_many_points_are_located_as_one_by_one(
    write_areas: WriteAreas, town: list[dict[str, object]]
) -> None:
    small = {"type": "Polygon", "coordinates": [[*map(list, SMALL_RING)]]}
    path = write_areas(
        [*town, {"type": "Feature", "properties": {"name": "Yard"}, "geometry": small}]
    )
    areas = load_areas(path, minimum_radius_m=150)
    assert areas.too_small == {"yard"}
    random = np.random.default_rng(5)
    spread = random.uniform((-88.12, 44.40), (-87.90, 44.65), (1500, 2))
    # Corners and shared borders, where the order of the areas decides, and the small yard.
    exact = [(-88.01, 44.505), (-88.01, 44.50), (-88.02, 44.50), (-88.0995, 44.5005)]
    points = np.vstack((spread, exact, [(math.nan, 44.5)]))
    found = locate_many(points, areas).tolist()
    assert {*found} >= {0, 1, 2, TOLD_BY_TOWN, ELSEWHERE}
    for (longitude, latitude), index in zip(points[:-1].tolist(), found[:-1], strict=True):
        outcome = place(at(longitude, latitude), areas, TOWN)
        if index == ELSEWHERE:
            assert isinstance(outcome, Held)
        else:
            told = TOWN_ID if index == TOLD_BY_TOWN else areas.areas[index].area_id
            assert area_id(outcome) == told
    assert found[-1] == ELSEWHERE


SMALL_RING = ((-88.1, 44.5), (-88.099, 44.5), (-88.099, 44.501), (-88.1, 44.501), (-88.1, 44.5))
