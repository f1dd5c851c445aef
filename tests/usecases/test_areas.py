"""Areas from files: what is published, what is refused and how that is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError
from pipeline.place import load_areas
from pipeline.place.build import BuiltArea
from pipeline.place.picture import area_map_svg
from pipeline.usecases.areas import AreaBuild, build_from_files, published_areas

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
    return build_from_files(
        boundary, addresses, districts, minimum_addresses=20, minimum_radius_m=150
    )


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
    with pytest.raises(ConfigError, match="district has no name"):
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
