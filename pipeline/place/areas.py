"""Reads an agency's published areas and judges whether they are coarse enough.

In goes a GeoJSON file, out comes an :class:`AreaMap`. Areas are cut to five decimals (about 1 m)
and turned as RFC 7946 asks, and calls are located in exactly these published shapes. An area that
is broken or ambiguous is a :class:`~pipeline.model.ConfigError` that names it; one that is too
small or has too few homes is never told, calls in it are told by town. This module must never mend
a shape in a way that moves its border, nor merge or grow areas by itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.model import Area, ConfigError
from pipeline.place.build import UNCOUNTED_FACTOR
from pipeline.place.geojson import GeoJsonFault, parts_of, shape_of
from pipeline.place.levels import COARSER, Layer, Level, Member, layers_of, told_by, untold
from pipeline.place.measure import square_metres

__all__ = ["MINIMUM_RESIDENCES", "AreaMap", "fold_name", "load_areas"]

MINIMUM_RESIDENCES = 20
"""Homes an area must have where they are counted (rule 3); 0 is a public place (rule 8)."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """The areas of one agency in the order of their ids, ready to be searched.

    ``outline`` is the convex hull of all areas, the public shape of the town. ``by_name`` finds an
    area by its folded name or id; ``named_layer`` one of a coarser level. ``too_small`` holds the
    ids of areas that are never told. ``told`` has, per level asked for, the area that tells the
    calls of each of ``areas``; None is the town, or nobody at the levels in ``untold``. ``layers``
    has the coarser areas there are.
    """

    areas: tuple[Area, ...]
    outline: Area
    too_small: frozenset[str]
    layers: Mapping[Level, Layer] = field(repr=False)
    told: Mapping[Level, tuple[Area | None, ...]] = field(repr=False)
    untold: frozenset[Level]
    by_name: Mapping[str, int] = field(repr=False)
    named_layer: Mapping[str, tuple[Level, Area]] = field(repr=False)
    tree: shapely.STRtree = field(repr=False, compare=False)
    hull: BaseGeometry = field(repr=False, compare=False)


def load_areas(
    path: Path, *, minimum_radius_m: float, minimum_residences: int = MINIMUM_RESIDENCES
) -> AreaMap:
    """Return the areas of a GeoJSON FeatureCollection of Polygons and MultiPolygons.

    A feature needs a ``name``; its ``id`` is made from the name when it has none. ``residences``
    (homes in the area) may be given and is never published. An area is told only if that is 0 or
    at least ``minimum_residences`` (20, or what an agency's terms ask for), and the area is as
    large as the circle of ``minimum_radius_m`` metres; without a count it must be three times as
    large. Instead of the count, ``residences_at_least`` may say what a published file may say. A
    third coordinate is ignored.

    Raises:
        ConfigError: the file cannot be read, a feature is broken (the message names it), or all
            areas together are too small to be told.
    """
    members = sorted(
        (_member(raw, number, path) for number, raw in enumerate(_raw_features(path), start=1)),
        key=lambda each: each.area.area_id,
    )

    least = max(MINIMUM_RESIDENCES, minimum_residences)

    def fits(shape: BaseGeometry, homes: int | None) -> bool:
        enough = homes is None or homes == 0 or homes >= least
        return enough and _large_enough(shape, homes, minimum_radius_m)

    areas = tuple(each.area for each in members)
    layers = layers_of(members, _slug, fits)
    told = told_by(members, layers, fits)
    names = _names(areas, layers, path)
    shapes = [each.shape for each in members]
    hull = shapely.set_precision(shapely.union_all(shapes).convex_hull, 1e-5)
    if not _large_enough(hull, 0, minimum_radius_m):
        problem = "All areas together are too small to be told (rules 4, 6)"
        raise ConfigError(problem, remedy="Draw the town's areas larger.", path=path)
    return AreaMap(
        areas=areas,
        outline=Area(area_id="town", name="", polygons=parts_of(hull)),
        too_small=frozenset(m.area.area_id for m in members if not fits(m.shape, m.homes)),
        layers=layers,
        told=told,
        untold=untold(members, told, least),
        by_name=names,
        named_layer=_layer_names(layers),
        tree=shapely.STRtree(shapes),
        hull=hull,
    )


def fold_name(text: str) -> str:
    """Return the form in which names of areas are compared: case, accents and spaces ignored."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _raw_features(path: Path) -> Sequence[Any]:
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        problem = f"The areas cannot be read ({error.strerror})"
        raise ConfigError(problem, remedy="Check location.areas.", path=path) from None
    except orjson.JSONDecodeError as error:
        remedy = "Export the file again as GeoJSON in UTF-8."
        raise ConfigError("This is not JSON", remedy=remedy, path=path, line=error.lineno) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        remedy = "Wrap the polygons in a FeatureCollection with a list of features."
        raise ConfigError("This is not a FeatureCollection", remedy=remedy, path=path)
    if not features:
        raise ConfigError("There is no area", remedy="Add at least one.", path=path)
    return features


def _member(raw: object, number: int, path: Path) -> Member:
    """Return one area; every fault is told with the feature's number and, if any, its name."""
    title = f"feature {number}"
    try:
        properties = _properties(raw)
        name = _name(properties, "name")
        title = f"{title} {name!r}"
        shape = shape_of(raw["geometry"] if isinstance(raw, dict) else None)
        area = Area(area_id=_area_id(properties, name), name=name, polygons=parts_of(shape))
        homes = _homes(properties)
        belongs = {
            level: _name(properties, level.value)
            for level in COARSER
            if properties.get(level.value) is not None
        }
    except GeoJsonFault as fault:
        raise ConfigError(f"{title}: {fault}", remedy=fault.remedy, path=path) from None
    return Member(area=area, shape=shape, homes=homes, belongs=belongs)


def _properties(raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.get("type") != "Feature" or "geometry" not in raw:
        raise GeoJsonFault("it is no GeoJSON Feature", "Give it type, properties and geometry.")
    properties = raw.get("properties")
    return properties if isinstance(properties, dict) else {}


def _name(properties: dict[str, Any], key: str) -> str:
    name = properties.get(key)
    text = " ".join(name.split()) if isinstance(name, str) else ""
    if not text or len(text) > _NAME_LIMIT or not text.isprintable() or not _slug(text):
        problem = f"it has no usable {key}"
        raise GeoJsonFault(problem, f"Set the property {key}: 1 to 80 characters.")
    return text


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold_name(text)).strip("-")


def _area_id(properties: dict[str, Any], name: str) -> str:
    given = properties.get("id")
    text = _slug(name) if given is None else given
    if not isinstance(text, str) or not _ID.fullmatch(text) or len(text) > _NAME_LIMIT:
        raise GeoJsonFault("it has no usable id", "Use lower-case letters, digits and hyphens.")
    if text == "town":
        raise GeoJsonFault("the id 'town' is reserved", "Give the area another id.")
    return text


def _homes(properties: dict[str, Any]) -> int | None:
    """Return the homes counted, or at least known to be there; None when nobody counted."""
    for name in ("residences", "residences_at_least"):
        homes = properties.get(name)
        if homes is None:
            continue
        if isinstance(homes, bool) or not isinstance(homes, int) or homes < 0:
            raise GeoJsonFault(f"{name} is no whole number", "Count the homes, or leave it out.")
        return homes
    return None


def _large_enough(shape: BaseGeometry, homes: int | None, minimum_radius_m: float) -> bool:
    least = math.pi * minimum_radius_m**2 * (UNCOUNTED_FACTOR if homes is None else 1.0)
    return square_metres(shape) >= least


def _names(areas: Sequence[Area], layers: Mapping[Level, Layer], path: Path) -> Mapping[str, int]:
    """Return the place in ``areas`` by id and folded name. Ids are unique over all levels."""
    names: dict[str, int] = {}
    keys = [(area.area_id, index) for index, area in enumerate(areas)]
    keys += [(fold_name(area.name), index) for index, area in enumerate(areas)]
    for key, index in keys:
        if names.setdefault(key, index) != index:
            raise _ambiguous(key, path)
    ids = {area.area_id for area in areas}
    for layer in layers.values():
        for area in layer.areas:
            if area.area_id in ids:
                raise _ambiguous(area.area_id, path)
    return names


def _ambiguous(key: str, path: Path) -> ConfigError:
    problem = f"two areas answer to {key!r}"
    return ConfigError(problem, remedy="Make ids and names unique.", path=path)


def _layer_names(layers: Mapping[Level, Layer]) -> Mapping[str, tuple[Level, Area]]:
    """Return coarser areas by id, folded name, and name without its level: ``12`` is Beat 12."""
    names: dict[str, tuple[Level, Area]] = {}
    for level, layer in layers.items():
        for area in layer.areas:
            folded = fold_name(area.name)
            for key in (area.area_id, folded, folded.removeprefix(f"{level.value} ")):
                names.setdefault(key, (level, area))
    return names
