"""Builds an agency's public areas from files, and writes them with a report and a map.

In go paths of a boundary, an address file and districts; out come a GeoJSON file to publish, which
holds no count, and a report that stays with the agency. The algorithm is ``pipeline.place.build``.
It must never write a count of addresses, or an address, into the file that is published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError
from pipeline.place.areas import fold_name
from pipeline.place.build import BuiltArea, District, Points, build_areas
from pipeline.place.geojson import GeoJsonFault, parts_of, shape_of
from pipeline.place.quality import AreaQuality, area_quality

__all__ = ["AreaBuild", "build_from_files", "published_areas"]

_LONGITUDE = ("longitude", "lon", "lng", "long", "x", "point_x")
_LATITUDE = ("latitude", "lat", "y", "point_y")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaBuild:
    """What was built; ``outside`` counts addresses that lie outside the boundary."""

    areas: tuple[BuiltArea, ...]
    boundary: BaseGeometry
    quality: AreaQuality
    outside: int


def build_from_files(
    boundary: Path,
    addresses: Path | None,
    districts: Path | None,
    *,
    minimum_addresses: int,
    minimum_radius_m: float,
) -> AreaBuild:
    """Read the files and build the areas.

    ``boundary`` and ``districts`` are GeoJSON; a district has the property ``name``. ``addresses``
    is a CSV with one row per residential address and columns of longitude and latitude in degrees.

    Raises:
        ConfigError: a file cannot be read or is not what it should be, or no area can be built.
    """
    edge = shapely.union_all([shape for _, shape in _shapes(boundary)])
    named = [District(name=name, shape=shape) for name, shape in _shapes(districts)]
    if districts is not None and any(not each.name for each in named):
        raise ConfigError("A district has no name", remedy="Set `name` on each.", path=districts)
    points = None if addresses is None else _points(addresses)
    inside = None if points is None else points[shapely.intersects_xy(edge, points)]
    built = build_areas(
        edge,
        inside,
        minimum_addresses=minimum_addresses,
        minimum_radius_m=minimum_radius_m,
        districts=named,
    )
    held = None if inside is None else len(inside)
    return AreaBuild(
        areas=built,
        boundary=edge,
        quality=area_quality(built, edge, addresses=held),
        outside=0 if points is None or inside is None else len(points) - len(inside),
    )


def published_areas(areas: Sequence[BuiltArea], *, minimum_addresses: int) -> bytes:
    """Return the GeoJSON to publish: of homes it says none, the minimum, or nothing."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "name": area.name, **_homes(area, minimum_addresses)},
            "geometry": {"type": "MultiPolygon", "coordinates": parts_of(area.shape)},
        }
        for name, area in zip(_ids(areas), areas, strict=True)
    ]
    document = {"type": "FeatureCollection", "features": features}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _homes(area: BuiltArea, minimum: int) -> dict[str, int]:
    if area.addresses is None:
        return {}
    return {"residences_at_least": minimum if area.addresses else 0}


def _ids(areas: Sequence[BuiltArea]) -> list[str]:
    ids: list[str] = []
    for area in areas:
        stem = _SLUG.sub("-", fold_name(area.name)).strip("-") or "area"
        tries = (stem, *(f"{stem}-{number}" for number in range(2, len(areas) + 2)))
        ids.append(next(each for each in tries if each not in ids and each != "town"))
    return ids


def _shapes(path: Path | None) -> list[tuple[str, BaseGeometry]]:
    if path is None:
        return []
    try:
        document = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        remedy = "Give a GeoJSON file in WGS 84 degrees."
        raise ConfigError("The file cannot be read as JSON", remedy=remedy, path=path) from None
    try:
        return [(_name(each), shape_of(_geometry(each))) for each in _features(document)]
    except GeoJsonFault as fault:
        raise ConfigError(f"A shape is not fit: {fault}", remedy=fault.remedy, path=path) from None


def _features(document: Any) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    features = document.get("features") if kind == "FeatureCollection" else [document]
    if not isinstance(features, list) or not features:
        raise GeoJsonFault("there is none", "Give at least one polygon.")
    return features


def _geometry(feature: Any) -> object:
    if isinstance(feature, dict) and feature.get("type") == "Feature":
        return feature.get("geometry")
    return feature


def _name(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return " ".join(name.split())[:60] if isinstance(name, str) else ""


def _points(path: Path) -> Points:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError):
        remedy = "Give a CSV in UTF-8 with a header line."
        raise ConfigError("The addresses cannot be read", remedy=remedy, path=path) from None
    columns = {str(name).strip().casefold(): name for name in table.columns}
    found = [
        next((columns[name] for name in names if name in columns), None)
        for names in (_LONGITUDE, _LATITUDE)
    ]
    if None in found:
        remedy = "Name the columns longitude and latitude."
        raise ConfigError("The addresses have no coordinates", remedy=remedy, path=path)
    numbers: Points = table[found].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    fine = np.isfinite(numbers).all(axis=1) & (np.abs(numbers) <= (180, 90)).all(axis=1)
    if not fine.all():
        row = int(np.argmin(fine)) + 2
        remedy = "Mend the row, or leave it out."
        problem = "A row has no coordinates in degrees"
        raise ConfigError(problem, remedy=remedy, path=path, line=row)
    return numbers
