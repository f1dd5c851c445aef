"""The published list of areas: checked, coarse enough, written in one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import Polygon

from pipeline.model import Area, ConfigError
from pipeline.place import AreaMap, load_areas

WriteAreas = Callable[..., Path]


def square(west: float, south: float, size: float = 0.01) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(name: object, *rings: list[list[float]], **properties: object) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def loaded(path: Path) -> AreaMap:
    return load_areas(path, minimum_radius_m=150)


def test_areas_come_in_the_order_of_their_ids(areas: AreaMap) -> None:
    assert [(area.area_id, area.name) for area in areas.areas] == [
        ("cafe-row", "Café Row"),
        ("harbor", "Harbor"),
        ("old-mill", "Old Mill"),
    ]


def test_outer_rings_run_counterclockwise_and_holes_clockwise(areas: AreaMap) -> None:
    outer, hole = areas.areas[1].polygons[0]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    assert outer[0] == outer[-1]


def test_an_area_is_written_alike_however_the_file_winds_and_starts_its_ring(
    write_areas: WriteAreas,
) -> None:
    ring = square(-88.02, 44.5)
    turned = [*ring[2:-1], *ring[:3]][::-1]
    raised = [[*position, 12.5] for position in ring]
    written = [loaded(write_areas([feature("A", each)])).areas for each in (ring, turned, raised)]
    assert written[0] == written[1] == written[2]


def test_coordinates_are_published_to_five_decimals(write_areas: WriteAreas) -> None:
    ring = [[x + 1.23456789e-6, y + 7.7e-7] for x, y in square(-88.02, 44.5)]
    (area,) = loaded(write_areas([feature("A", ring)])).areas
    assert all(
        round(value, 5) == value
        for part in area.polygons
        for each in part
        for position in each
        for value in position
    )


def test_a_multipolygon_keeps_its_parts(write_areas: WriteAreas) -> None:
    both = feature("A")
    both["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[square(-88.02, 44.5)], [square(-88.0, 44.5)]],
    }
    (area,) = loaded(write_areas([both])).areas
    assert len(area.polygons) == 2


def test_the_outline_is_the_convex_hull_of_all_areas(areas: AreaMap) -> None:
    outline = Polygon(areas.outline.polygons[0][0])
    assert areas.outline.area_id == "town"
    assert len(areas.outline.polygons) == len(areas.outline.polygons[0]) == 1
    for area in areas.areas:
        for part in area.polygons:
            assert outline.covers(Polygon(part[0]))


def test_a_ring_that_only_touches_itself_is_accepted(write_areas: WriteAreas) -> None:
    # A square whose border makes a loop inwards from its north-east corner.
    corner = [-88.01, 44.51]
    loop = [corner, [-88.013, 44.504], [-88.015, 44.508], corner]
    touching = [[-88.02, 44.50], [-88.01, 44.50], *loop, [-88.02, 44.51], [-88.02, 44.50]]
    assert not Polygon(touching).is_valid
    (area,) = loaded(write_areas([feature("A", touching)])).areas
    assert Polygon(area.polygons[0][0], area.polygons[0][1:]).is_valid


def broken(**changes: Any) -> dict[str, Any]:
    return {**feature("Birch Hill", square(-88.02, 44.5)), **changes}


def ring(*positions: list[Any]) -> dict[str, Any]:
    return broken(geometry={"type": "Polygon", "coordinates": [list(positions)]})


BOW_TIE = ([-88.02, 44.5], [-88.0, 44.52], [-88.0, 44.5], [-88.02, 44.52], [-88.02, 44.5])
OPEN = square(-88.02, 44.5)[:-1]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (broken(type="Thing"), "no GeoJSON Feature"),
        ("text", "no GeoJSON Feature"),
        (broken(geometry=None), "no Polygon"),
        (broken(geometry={"type": "Point", "coordinates": [1, 2]}), "no Polygon"),
        (broken(geometry={"type": "MultiPolygon", "coordinates": []}), "no polygon"),
        (broken(geometry={"type": "Polygon", "coordinates": []}), "no ring"),
        (ring(*OPEN[:3]), "fewer than four"),
        (ring(*OPEN), "not closed"),
        (ring(*BOW_TIE), "border is broken"),
        (ring([44.5, -188.0], *square(-88.02, 44.5)[1:]), "not on Earth"),
        (ring(["a", 1], *square(-88.02, 44.5)[1:]), "not made of numbers"),
        (ring([True, 1], *square(-88.02, 44.5)[1:]), "not made of numbers"),
        (ring([1], *square(-88.02, 44.5)[1:]), "not \\[longitude, latitude\\]"),
        (ring(*[[-88.0, 44.5]] * 5), "border is broken|no surface"),
        (broken(properties={"name": "Birch Hill", "id": "Birch Hill"}), "no usable id"),
        (broken(properties={"name": "Birch Hill", "id": 7}), "no usable id"),
        (broken(properties={"name": "Town"}), "reserved"),
        (broken(properties={"name": "Birch Hill", "residences": -1}), "no whole number"),
        (broken(properties={"name": "Birch Hill", "residences": True}), "no whole number"),
    ],
)
def test_an_unfit_area_is_refused_by_number_and_name(
    fault: object, problem: str, write_areas: WriteAreas, town: list[object]
) -> None:
    path = write_areas([*town, fault])
    with pytest.raises(ConfigError, match=problem) as caught:
        loaded(path)
    assert "feature 4" in str(caught.value)
    assert caught.value.path == path
    if problem not in ("no GeoJSON Feature", "reserved"):
        assert "'Birch Hill'" in str(caught.value)


@pytest.mark.parametrize("name", [None, "", "   ", 7, "x" * 81, "a\u202eb", "***", "a\u0000"])
def test_an_area_without_a_usable_name_is_refused(name: object, write_areas: WriteAreas) -> None:
    with pytest.raises(ConfigError, match=r"no usable (name|id)"):
        loaded(write_areas([feature(name, square(-88.02, 44.5))]))


@pytest.mark.parametrize(
    "other",
    [
        feature("OLD  mill", square(-88.02, 44.5)),
        feature("Elsewhere", square(-88.02, 44.5), id="old-mill"),
        feature("Harbor", square(-88.02, 44.5), id="harbor-2"),
        feature("cafe-row", square(-88.02, 44.5), id="x"),
    ],
)
def test_two_areas_cannot_answer_to_one_name(
    other: dict[str, Any], write_areas: WriteAreas, town: list[object]
) -> None:
    with pytest.raises(ConfigError, match="two areas answer to"):
        loaded(write_areas([*town, other]))


@pytest.mark.parametrize(
    ("size", "homes", "told"),
    [
        (0.002, {}, False),
        (0.002, {"residences": 40}, False),
        (0.002, {"residences": 0}, False),
        (0.004, {}, False),
        (0.004, {"residences": 20}, True),
        (0.004, {"residences": 19}, False),
        (0.004, {"residences": 0}, True),
        (0.01, {}, True),
    ],
)
def test_an_area_is_told_when_it_is_large_enough_and_has_enough_homes(
    size: float,
    homes: dict[str, int],
    told: bool,
    write_areas: WriteAreas,
    town: list[dict[str, Any]],
) -> None:
    areas = loaded(write_areas([*town, feature("Birch Hill", square(-88.1, 44.5, size), **homes)]))
    assert ("birch-hill" not in areas.too_small) is told
    assert not any(hasattr(area, "residences") for area in areas.areas)


def test_areas_that_are_too_small_all_together_are_refused(write_areas: WriteAreas) -> None:
    with pytest.raises(ConfigError, match="rules 4, 6"):
        loaded(write_areas([feature("A", square(-88.02, 44.5, 0.001), residences=40)]))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not JSON"),
        (b'{"type": ', "not JSON"),
        (b"[]", "not a FeatureCollection"),
        (b'{"type": "Feature"}', "not a FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "not a FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "no area"),
    ],
)
def test_a_file_that_is_no_list_of_areas_is_refused(
    body: bytes, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(body)
    with pytest.raises(ConfigError, match=problem):
        loaded(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"areas\.geojson"):
        loaded(tmp_path / "areas.geojson")


def refusal(path: Path) -> str | None:
    try:
        loaded(path)
    except ConfigError as error:
        return error.problem
    return None


@pytest.mark.shared
@pytest.mark.parametrize(
    ("city", "least"), [("milwaukee", 175), ("san-francisco", 37), ("seattle", 88)]
)
def test_neighborhoods_of_real_cities_are_read_but_for_those_too_small(
    city: str, least: int, shared: Path, write_areas: WriteAreas
) -> None:
    source = shared / "reference" / "neighborhoods" / f"{city}.geojson"
    fit: list[dict[str, Any]] = []
    for each in json.loads(source.read_bytes())["features"]:
        each["properties"] = {"name": each["properties"]["name"]}
        problem = refusal(write_areas([each]))
        assert problem is None or "rules 4, 6" in problem
        if problem is None:
            fit.append(each)
    areas = loaded(write_areas(fit)).areas
    assert len(areas) == len(fit) >= least
    assert all(isinstance(area, Area) and area.polygons for area in areas)
