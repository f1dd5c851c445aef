"""Builds an agency's exclusion zones from a list of places, and looks at built ones.

In goes a CSV, out comes an encrypted file of cells. Of the list nothing is kept or told, not even
how many rows it has: reports speak of cells, decoys among them.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely
from shapely.geometry import box
from shapely.ops import unary_union

from pipeline.adapters.zones_file import create_zone_key, read_zone_key, read_zones, write_zones
from pipeline.model import ConfigError, Point
from pipeline.place import AreaMap, load_areas
from pipeline.place.zones import CELL_DEGREES, Protected, Zones, build_zones
from pipeline.usecases.catalog import zone_key_file
from pipeline.usecases.resources import current_policy
from pipeline.usecases.settings import Settings

__all__ = ["ZonesReport", "build_from_list", "check_zones"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesReport:
    """How much of the town zones take, decoys among them. ``share`` is of the town's surface."""

    path: Path
    cells: int
    share: float


def build_from_list(
    settings: Settings,
    places: Path,
    areas: Path,
    out: Path,
    *,
    radius_m: float | None = None,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> ZonesReport:
    """Seal the zones around the places of a CSV with longitude, latitude, and radius_m if wanted.

    Raises:
        ConfigError: a file cannot be read or written, or a place lies nowhere near the areas.
    """
    policy = current_policy(settings)
    town = load_areas(areas, minimum_radius_m=policy.minimum_area_radius_m)
    least = max(policy.zone_radius_m, radius_m or 0.0)
    protected = _protected(places, least, town)
    key = create_zone_key(zone_key_file(settings), randomness)
    try:
        zones = build_zones(protected, town.hull, key)
    except ValueError as problem:
        raise ConfigError(str(problem), remedy="Look at both files.", path=places) from None
    write_zones(out, zones, key, randomness)
    return _report(out, zones, town)


def check_zones(settings: Settings, sealed: Path, areas: Path) -> ZonesReport:
    """Open sealed zones and say how much of the town of ``areas`` they take.

    Raises:
        ConfigError: they, their key, or the areas cannot be read.
    """
    policy = current_policy(settings)
    town = load_areas(areas, minimum_radius_m=policy.minimum_area_radius_m)
    return _report(sealed, read_zones(sealed, read_zone_key(zone_key_file(settings))), town)


def _report(path: Path, zones: Zones, town: AreaMap) -> ZonesReport:
    size = CELL_DEGREES
    taken = unary_union(
        [box(x * size, y * size, (x + 1) * size, (y + 1) * size) for x, y in zones.cells]
    )
    share = taken.intersection(town.hull).area / town.hull.area
    return ZonesReport(path=path, cells=len(zones.cells), share=round(float(share), 3))


def _protected(places: Path, least_m: float, town: AreaMap) -> list[Protected]:
    try:
        table = pd.read_csv(places)
    except (OSError, ValueError):
        raise ConfigError(
            "the list of places cannot be read",
            remedy="Give a CSV with columns longitude and latitude.",
            path=places,
        ) from None
    if not {"longitude", "latitude"} <= set(table.columns):
        raise ConfigError(
            "the list of places has no longitude and latitude",
            remedy="Name the columns so; radius_m may follow.",
            path=places,
        )
    radii = table["radius_m"] if "radius_m" in table else [least_m] * len(table)
    rows = zip(table["longitude"], table["latitude"], radii, strict=True)
    return [_place(row, number, least_m, places, town) for number, row in enumerate(rows, start=2)]


def _place(
    row: tuple[object, object, object], number: int, least_m: float, places: Path, town: AreaMap
) -> Protected:
    """Return one place. A wrong row is told by its line, never by what is in it."""
    try:
        longitude, latitude, radius = (float(str(value)) for value in row)
    except ValueError:
        longitude = latitude = radius = math.nan
    if math.isnan(radius):
        radius = least_m
    near = town.hull.buffer(0.05)
    point = Point(longitude=longitude, latitude=latitude)
    if not shapely.intersects_xy(near, longitude, latitude):
        raise ConfigError(
            "a place lies nowhere near the agency's areas, or is no pair of numbers",
            remedy="Longitude comes before latitude, in degrees.",
            path=places,
            line=number,
        )
    return Protected(point=point, radius_m=max(radius, least_m))
