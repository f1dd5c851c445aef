"""Invented areas of Juniper Falls: two squares side by side, one apart with a hole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.place import AreaMap, load_areas

Feature = dict[str, Any]
WriteAreas = Callable[..., Path]


def square(west: float, south: float, size: float = 0.01) -> list[list[float]]:
    """Return a closed counter-clockwise ring; 0.01 degrees are about 1.1 km by 0.8 km here."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(name: object, *rings: list[list[float]], **properties: object) -> Feature:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


@pytest.fixture
def town() -> list[Feature]:
    return [
        feature("Old Mill", square(-88.02, 44.50)),
        feature("Café Row", square(-88.01, 44.50), id="cafe-row"),
        feature("Harbor", square(-88.00, 44.53, 0.02), square(-87.995, 44.535, 0.01)),
    ]


@pytest.fixture
def write_areas(tmp_path: Path) -> WriteAreas:
    def write(features: object) -> Path:
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


@pytest.fixture
def areas(write_areas: WriteAreas, town: list[Feature]) -> AreaMap:
    return load_areas(write_areas(town), minimum_radius_m=150)
