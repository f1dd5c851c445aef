"""Builds an agency's public areas from files, and writes them with a report and a map.

In go paths of a boundary, an address file and named shapes; out come a GeoJSON file to publish,
which holds no count, and a report that stays with the agency. The algorithms are ``place.build``'s
and ``place.rebuild``'s.
It must never write a count of addresses, or an address, into the file that is published.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError
from pipeline.place.areas import fold_name
from pipeline.place.build import BuiltArea, District, Points, build_areas, surface
from pipeline.place.geojson import GRID_DEGREES, parts_of
from pipeline.place.given import refuse_boundary, refuse_homes
from pipeline.place.levels import COARSER, Level
from pipeline.place.measure import square_metres
from pipeline.place.quality import AreaQuality, area_quality
from pipeline.place.rebuild import rebuild_areas
from pipeline.place.shapes import NamedShape, read_shapes

__all__ = ["AreaBuild", "AreaFiles", "build_from_files", "published_areas"]

_LONGITUDE = ("longitude", "lon", "lng", "long", "x", "point_x")
_LATITUDE = ("latitude", "lat", "y", "point_y")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFiles:
    """The files areas are built from; all but the boundary may be left out.

    ``addresses`` is a CSV with one row per residential address and columns of longitude and
    latitude in degrees. The others are GeoJSON polygons with the property ``name``: ``districts``
    are neighborhoods that areas keep to, ``levels`` says with the property ``level`` what each of
    its shapes is, ``places`` are public ones. ``keep`` is the list of areas published so far.
    """

    boundary: Path
    addresses: Path | None = None
    districts: Path | None = None
    levels: Path | None = None
    places: Path | None = None
    keep: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaBuild:
    """What was built; ``outside`` counts addresses that lie outside the boundary.

    ``places_left_out`` names public places that have homes or are too small for an area.
    """

    areas: tuple[BuiltArea, ...]
    boundary: BaseGeometry
    quality: AreaQuality
    outside: int
    places_left_out: tuple[str, ...] = ()


def build_from_files(
    files: AreaFiles, *, minimum_addresses: int, minimum_radius_m: float
) -> AreaBuild:
    """Read the files and build the areas.

    Raises:
        ConfigError: a file cannot be read or is not what it should be, or no area can be built.
    """
    edge = shapely.union_all([each.shape for each in read_shapes(files.boundary)])
    districts = [District(name=each.name, shape=each.shape) for each in _named(files.districts)]
    refuse_boundary(edge)
    points = None if files.addresses is None else _points(files.addresses)
    if points is not None:
        refuse_homes(points, edge)
    inside = None if points is None else points[shapely.intersects_xy(edge, points)]
    places, left_out = _public_places(files, edge, inside, minimum_radius_m)
    if files.keep is not None:
        kept = _published(files.keep)
        built = rebuild_areas(
            kept,
            edge,
            _needed(inside, "--keep"),
            minimum_addresses=minimum_addresses,
            minimum_radius_m=minimum_radius_m,
            districts=districts,
        )
    else:
        rest = shapely.difference(edge, shapely.union_all([each.shape for each in places]))
        drawn = build_areas(
            surface(rest),
            inside,
            minimum_addresses=minimum_addresses,
            minimum_radius_m=minimum_radius_m,
            districts=districts,
        )
        built = (*drawn, *places)
    built = tuple(_belonging(area, files) for area in sorted(built, key=lambda each: each.name))
    held = None if inside is None else len(inside)
    return AreaBuild(
        areas=built,
        boundary=edge,
        quality=area_quality(built, edge, addresses=held),
        outside=0 if points is None or inside is None else len(points) - len(inside),
        places_left_out=left_out,
    )


def _public_places(
    files: AreaFiles, edge: BaseGeometry, inside: Points | None, minimum_radius_m: float
) -> tuple[tuple[BuiltArea, ...], tuple[str, ...]]:
    """Return the public places that may be named (rule 8), and the names of the others."""
    if files.places is None:
        return (), ()
    if files.keep is not None:
        remedy = "Name public places in the first list; --keep keeps them."
        raise ConfigError("--places and --keep exclude each other", remedy=remedy)
    homes = _needed(inside, "--places")
    found: list[BuiltArea] = []
    left_out: list[str] = []
    for each in sorted(_named(files.places), key=lambda each: each.name):
        taken = shapely.union_all([other.shape for other in found])
        shape = shapely.intersection(each.shape, edge, grid_size=GRID_DEGREES)
        shape = shapely.difference(shape, taken, grid_size=GRID_DEGREES)
        small = square_metres(shape) < math.pi * minimum_radius_m**2
        if small or shapely.intersects_xy(shape, homes).any():
            left_out.append(each.name)
        else:
            found.append(BuiltArea(name=each.name, shape=surface(shape), addresses=0))
    return tuple(found), tuple(left_out)


def _needed(inside: Points | None, option: str) -> Points:
    if inside is None:
        raise ConfigError(f"{option} needs addresses", remedy="Give --addresses.")
    return inside


def _belonging(area: BuiltArea, files: AreaFiles) -> BuiltArea:
    """Return the area with the coarser ones it lies in: of each level the one it shares most of."""
    shapes = {Level.NEIGHBORHOOD: _named(files.districts)}
    if files.levels is not None:
        for each in _named(files.levels):
            if each.level is None:
                remedy = "Set `level` on each: neighborhood, beat or district."
                raise ConfigError("A shape has no level", remedy=remedy, path=files.levels)
            shapes.setdefault(each.level, []).append(each)
    belongs = dict(area.belongs)
    for level, named in shapes.items():
        shared = shapely.area(shapely.intersection([each.shape for each in named], area.shape))
        if len(shared) and shared.max() > 0:
            belongs[level] = named[int(np.argmax(shared))].name
    return replace(area, belongs=belongs)


def _published(path: Path) -> list[BuiltArea]:
    return [
        BuiltArea(
            name=each.name,
            shape=each.shape,
            addresses=None,
            area_id=each.area_id,
            belongs=each.belongs,
        )
        for each in _named(path)
    ]


def _named(path: Path | None) -> list[NamedShape]:
    found = [] if path is None else read_shapes(path)
    if any(not each.name for each in found):
        raise ConfigError("A shape has no name", remedy="Set `name` on each.", path=path)
    return found


def published_areas(areas: Sequence[BuiltArea], *, minimum_addresses: int) -> bytes:
    """Return the GeoJSON to publish: of homes it says none, the minimum, or nothing."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": name,
                "name": area.name,
                **{level.value: area.belongs[level] for level in COARSER if level in area.belongs},
                **_homes(area, minimum_addresses),
            },
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
    taken = {area.area_id for area in areas}
    for area in areas:
        if area.area_id:
            ids.append(area.area_id)
            continue
        stem = _SLUG.sub("-", fold_name(area.name)).strip("-") or "area"
        tries = (stem, *(f"{stem}-{number}" for number in range(2, 2 * len(areas) + 2)))
        ids.append(next(each for each in tries if each not in {*ids, *taken, "town"}))
    return ids


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
