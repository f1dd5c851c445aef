"""Coarser levels: unions of whole areas, and never a remainder that gives few homes away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from pipeline.model import Area, ConfigError, ExactPlace, Held, Point, Sensitive
from pipeline.place import TOWN_ID, AreaMap, Level, load_areas, place

WriteAreas = Callable[..., Path]
Feature = dict[str, Any]
STEP = 0.01


def strip(number: int, homes: int | None, **levels: str) -> Feature:
    """Return the area at place ``number`` of a row from west to east."""
    west, south = -88.1 + number * STEP, 44.5
    ring = [[west, south], [west + STEP, south], [west + STEP, south + STEP], [west, south + STEP]]
    properties: dict[str, object] = {"name": f"Area {number}", **levels}
    if homes is not None:
        properties["residences"] = homes
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


ROW = [
    strip(0, 60, beat="Beat 1", district="North"),
    strip(1, 30, beat="Beat 1", district="North"),
    strip(2, 15, beat="Beat 2", district="North"),
    strip(3, 12, beat="Beat 2", district="North"),
    strip(4, 50, beat="Beat 3", district="South"),
    strip(5, 5, beat="Beat 3", district="South"),
    strip(6, 0, district="South"),
    strip(7, 40),
]


@pytest.fixture
def row(write_areas: WriteAreas) -> AreaMap:
    return load_areas(write_areas(ROW), minimum_radius_m=150)


def told(areas: AreaMap, number: int, level: Level = Level.AREA) -> str:
    spot = Point(latitude=44.505, longitude=-88.1 + (number + 0.5) * STEP)
    outcome = place(ExactPlace(point=spot), areas, "Juniper Falls", level)
    return "held" if isinstance(outcome, Held) else outcome[0].area_id


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        # Area 5 has 5 homes: told by its beat or the town, it would be the one that is left.
        (
            Level.AREA,
            ["area-0", "area-1", *["beat-beat-2"] * 2, "area-4", "held", "area-6", "area-7"],
        ),
        (
            Level.BEAT,
            ["beat-beat-1"] * 2 + ["beat-beat-2"] * 2 + ["beat-beat-3"] * 2
            + ["district-south", "town"],
        ),
        (Level.DISTRICT, ["district-north"] * 4 + ["district-south"] * 3 + ["town"]),
    ],
)  # fmt: skip
def test_a_call_is_told_at_the_level_asked_for_or_the_next_that_hides_it(
    level: Level, expected: list[str], row: AreaMap
) -> None:
    assert [told(row, number, level) for number in range(len(ROW))] == expected


def test_what_is_left_to_the_town_is_held_when_it_has_few_homes(write_areas: WriteAreas) -> None:
    for few, kept in ((5, "held"), (0, "area-1"), (20, "area-1"), (None, "area-1")):
        areas = load_areas(write_areas([strip(0, 60), strip(1, few)]), minimum_radius_m=150)
        assert told(areas, 1) == kept
    two = load_areas(write_areas([strip(0, 60), strip(1, 12), strip(2, 15)]), minimum_radius_m=150)
    assert told(two, 1) == told(two, 2) == TOWN_ID


def test_a_level_nobody_drew_is_told_by_the_next_coarser(row: AreaMap) -> None:
    assert told(row, 0, Level.NEIGHBORHOOD) == "beat-beat-1"


def test_whoever_subtracts_finer_areas_is_left_with_twenty_homes_or_none(row: AreaMap) -> None:
    homes = [feature["properties"]["residences"] for feature in ROW]
    for level in Level:
        left: dict[str, int] = {}
        for number, count in enumerate(homes):
            area_id = told(row, number, level)
            left[area_id] = left.get(area_id, 0) + count
        assert len(left) > 1
        assert all(n == 0 or n >= 20 for area_id, n in left.items() if area_id != "held")


def test_a_coarser_area_is_the_union_of_whole_areas(row: AreaMap) -> None:
    (first, *_) = row.layers[Level.BEAT].areas
    assert (first.area_id, first.name) == ("beat-beat-1", "Beat 1")
    members = shapely.union_all([shape(each["geometry"]) for each in ROW[:2]])
    drawn = shape({"type": "MultiPolygon", "coordinates": first.polygons})
    assert drawn.symmetric_difference(members).area < 1e-9


@pytest.mark.parametrize("district", ["Beat 1", "beat  1", "1", "beat-beat-1"])
def test_without_a_point_the_agency_s_beat_tells_the_call(district: str, row: AreaMap) -> None:
    exact = ExactPlace(district=Sensitive(district))
    for level, expected in ((Level.AREA, "beat-beat-1"), (Level.DISTRICT, "district-north")):
        outcome = place(exact, row, "", level)
        assert isinstance(outcome, tuple)
        assert outcome[0].area_id == expected


def test_a_beat_across_two_districts_is_told_by_town_when_districts_are_asked_for(
    write_areas: WriteAreas,
) -> None:
    torn = [strip(0, 60, beat="B 1", district="North"), strip(1, 60, beat="B 1", district="South")]
    areas = load_areas(write_areas(torn), minimum_radius_m=150)
    outcome = place(ExactPlace(district=Sensitive("B 1")), areas, "Falls", Level.DISTRICT)
    assert isinstance(outcome, tuple)
    assert outcome[0].area_id == TOWN_ID


def test_without_levels_every_level_but_the_finest_is_the_town(areas: AreaMap) -> None:
    exact = ExactPlace(point=Point(latitude=44.505, longitude=-88.015))
    for level, expected in ((Level.AREA, "old-mill"), (Level.BEAT, TOWN_ID)):
        outcome = place(exact, areas, "Juniper Falls", level)
        assert isinstance(outcome, tuple)
        assert outcome[0].area_id == expected


@pytest.mark.parametrize(
    ("feature", "problem"),
    [
        ({**strip(8, 40), "properties": {"name": "beat beat 1"}}, "two areas answer to"),
        (strip(8, 40, beat=""), "no usable beat"),
        (strip(8, 40, district="***"), "no usable district"),
    ],
)
def test_a_level_that_cannot_be_used_is_refused(
    feature: Feature, problem: str, write_areas: WriteAreas
) -> None:
    with pytest.raises(ConfigError, match=problem):
        load_areas(write_areas([*ROW, feature]), minimum_radius_m=150)


def test_the_map_s_levels_are_areas_like_any_other(row: AreaMap) -> None:
    found = [area for layer in row.layers.values() for area in layer.areas]
    assert len(found) == 5
    assert all(isinstance(area, Area) and area.polygons for area in found)
