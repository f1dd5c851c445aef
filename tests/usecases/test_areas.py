"""Areas from files: what is published, what is refused and how that is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError, ExactPlace, Point
from pipeline.place import AreaMap, Level, load_areas, place
from pipeline.place.build import BuiltArea
from pipeline.place.picture import area_map_svg
from pipeline.usecases.areas import AreaBuild, AreaFiles, build_from_files, published_areas

TOWN = shapely.box(-88.05, 44.48, -88.0, 44.51)


def written(path: Path, shape: BaseGeometry = TOWN, **properties: object) -> Path:
    geometry = shapely.geometry.mapping(shape)
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def csv(path: Path, header: str = "longitude,latitude", extra: str = "") -> Path:
    points = np.random.default_rng(3).uniform((-88.05, 44.48), (-88.01, 44.51), (1200, 2))
    rows = "".join(f"{x:.6f},{y:.6f}\n" for x, y in points)
    path.write_text(f"{header}\n{rows}{extra}")
    return path


def build(boundary: Path, addresses: Path | None, districts: Path | None = None) -> AreaBuild:
    files = AreaFiles(boundary=boundary, addresses=addresses, districts=districts)
    return build_from_files(files, minimum_addresses=20, minimum_radius_m=150)


@pytest.fixture
def made(tmp_path: Path) -> AreaBuild:
    return build(written(tmp_path / "town.geojson"), csv(tmp_path / "homes.csv"))


def test_the_published_file_says_the_minimum_and_no_count(made: AreaBuild) -> None:
    features = json.loads(published_areas(made.areas, minimum_addresses=20))["features"]
    assert len(features) == len(made.areas)
    for feature in features:
        assert set(feature["properties"]) == {"id", "name", "residences_at_least"}
    assert {each["properties"]["residences_at_least"] for each in features} == {0, 20}


def test_the_published_file_is_the_same_whatever_the_counts(made: AreaBuild) -> None:
    more = tuple(
        BuiltArea(name=each.name, shape=each.shape, addresses=(each.addresses or 0) * 3)
        for each in made.areas
    )
    assert published_areas(more, minimum_addresses=20) == published_areas(
        made.areas, minimum_addresses=20
    )


@pytest.mark.parametrize("counted", [True, False])
def test_every_published_area_is_fit_to_be_told(counted: bool, tmp_path: Path) -> None:
    addresses = csv(tmp_path / "homes.csv") if counted else None
    made = build(written(tmp_path / "town.geojson"), addresses)
    path = tmp_path / "areas.geojson"
    path.write_bytes(published_areas(made.areas, minimum_addresses=20))
    areas = load_areas(path, minimum_radius_m=150)
    assert len(areas.areas) == len(made.areas)
    assert not areas.too_small


def test_the_report_counts_what_lies_outside(tmp_path: Path) -> None:
    addresses = csv(tmp_path / "homes.csv", extra="-87.0,44.5\n-88.02,45.5\n")
    made = build(written(tmp_path / "town.geojson"), addresses)
    assert made.outside == 2
    assert made.quality.addresses == 1200
    assert (made.quality.addresses_low or 0) >= 20
    assert made.quality.radius_low_m >= 150
    assert 0 < made.quality.covered <= 1.0001


def test_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    town = written(tmp_path / "town.geojson")
    plain = build(town, csv(tmp_path / "a.csv"))
    other = build(town, csv(tmp_path / "b.csv", header=" LON ,Y"))
    assert other.quality == plain.quality


def test_names_that_look_alike_get_ids_of_their_own() -> None:
    names = ("A 2", "A", "A!", "Town", "Café Row")
    areas = [BuiltArea(name=name, shape=TOWN, addresses=0) for name in names]
    features = json.loads(published_areas(areas, minimum_addresses=20))["features"]
    ids = [each["properties"]["id"] for each in features]
    assert ids == ["a-2", "a", "a-3", "town-2", "cafe-row"]


@pytest.mark.parametrize(
    ("body", "problem", "remedy"),
    [
        ("street,number\nx,1\n", "no coordinates", "longitude and latitude"),
        ("longitude,latitude\n-88.0,44.5\n,44.5\n", "in degrees", "Mend the row"),
        ("longitude,latitude\n44.5,-188.0\n", "in degrees", "Mend the row"),
        ("", "cannot be read", "header line"),
    ],
)
def test_unfit_addresses_are_refused_with_a_remedy(
    body: str, problem: str, remedy: str, tmp_path: Path
) -> None:
    addresses = tmp_path / "homes.csv"
    addresses.write_text(body)
    with pytest.raises(ConfigError, match=problem) as caught:
        build(written(tmp_path / "town.geojson"), addresses)
    assert caught.value.path == addresses
    assert remedy in str(caught.value.remedy)


def test_a_row_without_coordinates_is_named_by_its_line(tmp_path: Path) -> None:
    addresses = csv(tmp_path / "homes.csv", extra="here,there\n")
    with pytest.raises(ConfigError) as caught:
        build(written(tmp_path / "town.geojson"), addresses)
    assert caught.value.line == 1202
    assert "here" not in str(caught.value)


def test_a_boundary_that_is_no_polygon_is_refused(tmp_path: Path) -> None:
    line = written(tmp_path / "town.geojson", shapely.LineString([(0, 0), (1, 1)]))
    with pytest.raises(ConfigError, match="no Polygon"):
        build(line, None)
    line.write_text("not json")
    with pytest.raises(ConfigError, match="JSON"):
        build(line, None)


def test_a_district_without_a_name_is_refused(tmp_path: Path) -> None:
    town = written(tmp_path / "town.geojson")
    with pytest.raises(ConfigError, match="shape has no name"):
        build(town, None, written(tmp_path / "districts.geojson"))


def test_the_map_is_the_same_every_time_and_names_areas_where_names_can_be_read(
    made: AreaBuild,
) -> None:
    def drawn(areas: tuple[BuiltArea, ...]) -> str:
        return area_map_svg(areas, made.boundary, minimum_addresses=20, title="Areas").decode()

    some = made.areas[:40]
    picture = drawn(some)
    assert picture == drawn(some)
    assert all(f">{area.name}<" in picture for area in some)
    assert len(made.areas) > 60
    assert not any(f">{area.name}<" in drawn(made.areas) for area in some)


def test_the_map_shows_no_count(made: AreaBuild) -> None:
    def drawn(factor: int) -> bytes:
        areas = tuple(
            BuiltArea(name=each.name, shape=each.shape, addresses=(each.addresses or 0) * factor)
            for each in made.areas
        )
        return area_map_svg(areas, made.boundary, minimum_addresses=20, title="Areas")

    # Twice the minimum and more are one colour, so that ten and a hundred times look alike.
    assert drawn(10) == drawn(100)


def shapes(path: Path, *features: tuple[BaseGeometry, dict[str, object]]) -> Path:
    document = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": shapely.geometry.mapping(shape),
            }
            for shape, properties in features
        ],
    }
    path.write_text(json.dumps(document))
    return path


WEST, EAST = shapely.box(-88.05, 44.48, -88.025, 44.51), shapely.box(-88.025, 44.48, -88.0, 44.51)
LEVELS = (
    (WEST, {"name": "Beat 1", "level": "beat"}),
    (EAST, {"name": "Beat 2", "level": "beat"}),
    (TOWN, {"name": "First District", "level": "district"}),
)


def build_with(tmp_path: Path, **files: Path) -> AreaBuild:
    town = written(tmp_path / "town.geojson")
    given = AreaFiles(boundary=town, addresses=csv(tmp_path / "homes.csv"), **files)
    return build_from_files(given, minimum_addresses=20, minimum_radius_m=150)


def loaded(tmp_path: Path, made: AreaBuild) -> AreaMap:
    path = tmp_path / "areas.geojson"
    path.write_bytes(published_areas(made.areas, minimum_addresses=20))
    return load_areas(path, minimum_radius_m=150)


def test_every_area_belongs_to_the_beat_and_district_it_shares_most_of(tmp_path: Path) -> None:
    made = build_with(tmp_path, levels=shapes(tmp_path / "levels.geojson", *LEVELS))
    for area in made.areas:
        beat = "Beat 1" if area.shape.centroid.x < -88.026 else "Beat 2"
        if abs(area.shape.centroid.x + 88.025) > 0.003:
            assert area.belongs[Level.BEAT] == beat
        assert area.belongs[Level.DISTRICT] == "First District"
    assert made.quality.levels["beat"][0] == 2
    assert (made.quality.levels["beat"][1] or 0) >= 20
    areas = loaded(tmp_path, made)
    assert [area.name for area in areas.layers[Level.BEAT].areas] == ["Beat 1", "Beat 2"]
    assert not any(layer.too_small for layer in areas.layers.values())


def test_districts_that_areas_keep_to_are_their_neighborhoods(tmp_path: Path) -> None:
    named = shapes(tmp_path / "d.geojson", (WEST, {"name": "Mill"}), (EAST, {"name": "Harbor"}))
    areas = loaded(tmp_path, build_with(tmp_path, districts=named))
    assert {area.name for area in areas.layers[Level.NEIGHBORHOOD].areas} == {"Mill", "Harbor"}


@pytest.mark.parametrize(
    ("properties", "problem"),
    [({"name": "A"}, "no level"), ({"name": "A", "level": "ward"}, "level is unknown")],
)
def test_a_level_that_is_none_is_refused(
    properties: dict[str, object], problem: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=problem):
        build_with(tmp_path, levels=shapes(tmp_path / "levels.geojson", (WEST, properties)))


def test_public_places_without_homes_are_areas_of_their_own(tmp_path: Path) -> None:
    park = shapely.box(-88.008, 44.485, -88.002, 44.495)
    lived_in = shapely.box(-88.04, 44.485, -88.03, 44.495)
    tiny = shapely.box(-88.005, 44.50, -88.004, 44.501)
    places = shapes(
        tmp_path / "places.geojson",
        (park, {"name": "Lake Park"}),
        (lived_in, {"name": "Mill Yard"}),
        (tiny, {"name": "Bandstand"}),
    )
    made = build_with(tmp_path, places=places)
    assert made.places_left_out == ("Bandstand", "Mill Yard")
    (area,) = [each for each in made.areas if each.name == "Lake Park"]
    assert (area.addresses, area.shape.equals(park)) == (0, True)
    for other in made.areas:
        if other is not area:
            assert other.shape.intersection(park).area < 1e-9
    spot = ExactPlace(point=Point(latitude=44.49, longitude=-88.005))
    placed = place(spot, loaded(tmp_path, made), "Town")
    assert isinstance(placed, tuple)
    assert placed[0].name == "Lake Park"


def test_a_kept_list_keeps_ids_names_and_levels(tmp_path: Path) -> None:
    levels = shapes(tmp_path / "levels.geojson", *LEVELS)
    body = published_areas(build_with(tmp_path, levels=levels).areas, minimum_addresses=20)
    old = tmp_path / "old.geojson"
    old.write_bytes(body)
    kept = build_with(tmp_path, keep=old)
    assert published_areas(kept.areas, minimum_addresses=20) == body


@pytest.mark.parametrize("option", ["keep", "places"])
def test_what_needs_addresses_says_so(option: str, tmp_path: Path) -> None:
    named = written(tmp_path / "x.geojson", name="A")
    files = AreaFiles(boundary=written(tmp_path / "town.geojson"), **{option: named})
    with pytest.raises(ConfigError, match=f"--{option} needs addresses"):
        build_from_files(files, minimum_addresses=20, minimum_radius_m=150)
