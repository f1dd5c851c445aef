"""Invented towns are tiled by neighborhoods large enough to publish."""

from __future__ import annotations

import itertools
import json

import pytest
from shapely import Point, Polygon, affinity, union_all
from shapely.geometry import shape

from pipeline.emulator.casts import cast_ids, load_cast, slug
from pipeline.emulator.story import Town
from pipeline.emulator.town import areas_geojson, fraction, point_in

SEED = "a test"
METRES_PER_DEGREE = 111_320.0


@pytest.fixture(scope="module", params=cast_ids())
def town(request: pytest.FixtureRequest) -> Town:
    return load_cast(request.param).town


def polygons(town: Town) -> dict[str, Polygon]:
    document = json.loads(areas_geojson(town, SEED))
    return {f["properties"]["id"]: shape(f["geometry"]) for f in document["features"]}


def test_a_town_has_six_to_twelve_areas_with_distinct_ids(town: Town) -> None:
    assert 6 <= len(town.names) <= 12
    assert len(polygons(town)) == len(town.names)


def test_areas_tile_without_overlap_or_gap(town: Town) -> None:
    areas = list(polygons(town).values())

    assert all(area.is_valid for area in areas)
    for one, other in itertools.combinations(areas, 2):
        assert one.intersection(other).area < 1e-12
    assert union_all(areas).geom_type == "Polygon"


def test_a_circle_of_150_metres_fits_into_every_area(town: Town) -> None:
    shrink = 1 / METRES_PER_DEGREE * 150
    for area in polygons(town).values():
        # Degrees of longitude are shorter: stretch the other axis so that 150 m is never less.
        square = affinity.scale(area, xfact=0.72, origin="center")
        assert not square.buffer(-shrink).is_empty


def test_rings_run_counter_clockwise_and_close(town: Town) -> None:
    for area in polygons(town).values():
        assert area.exterior.is_ccw
        assert area.exterior.coords[0] == area.exterior.coords[-1]


def test_points_lie_inside_their_area(town: Town) -> None:
    areas = polygons(town)
    for name in town.names:
        for call in range(20):
            point = point_in(town, SEED, slug(name), f"call {call}")
            assert areas[slug(name)].contains(Point(point))


def test_a_fraction_depends_on_every_part() -> None:
    values = {fraction("a", "b"), fraction("ab", ""), fraction("a", "c"), fraction("b", "a")}

    assert len(values) == 4
    assert all(0 <= value < 1 for value in values)
