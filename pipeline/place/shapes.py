"""Reads polygons with names from GeoJSON: boundaries, neighborhoods, beats, parks.

In goes a file of an agency, out come checked shapes with what their properties say. A shape that is
not fit is a :class:`~pipeline.model.ConfigError`. What they are for is the caller's business; the
published list of areas is ``areas``' part, which asks for more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError
from pipeline.place.geojson import GeoJsonFault, shape_of
from pipeline.place.levels import COARSER, Level

__all__ = ["NamedShape", "read_shapes"]

_NAME_LIMIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedShape:
    """A shape; ``name`` and ``area_id`` are empty, and ``level`` is None, where it says none."""

    name: str
    shape: BaseGeometry
    area_id: str
    level: Level | None
    belongs: Mapping[Level, str]


def read_shapes(path: Path) -> list[NamedShape]:
    """Return the shapes of a FeatureCollection, a Feature or a bare geometry, at least one.

    Raises:
        ConfigError: the file cannot be read, or a shape is not fit.
    """
    try:
        document = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        remedy = "Give a GeoJSON file in WGS 84 degrees."
        raise ConfigError("The file cannot be read as JSON", remedy=remedy, path=path) from None
    try:
        return [_shape(each) for each in _features(document)]
    except GeoJsonFault as fault:
        raise ConfigError(f"A shape is not fit: {fault}", remedy=fault.remedy, path=path) from None


def _features(document: Any) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    features = document.get("features") if kind == "FeatureCollection" else [document]
    if not isinstance(features, list) or not features:
        raise GeoJsonFault("there is none", "Give at least one polygon.")
    return features


def _shape(feature: Any) -> NamedShape:
    whole = isinstance(feature, dict) and feature.get("type") == "Feature"
    properties = feature.get("properties") if whole else None
    said = properties if isinstance(properties, dict) else {}
    level = _text(said, "level")
    known = {each.value: each for each in COARSER}
    if level and level not in known:
        raise GeoJsonFault("its level is unknown", f"Use one of: {', '.join(known)}.")
    return NamedShape(
        name=_text(said, "name"),
        shape=shape_of(feature.get("geometry") if whole else feature),
        area_id=_text(said, "id"),
        level=known.get(level),
        belongs={each: text for each in COARSER if (text := _text(said, each.value))},
    )


def _text(properties: Mapping[str, Any], key: str) -> str:
    value = properties.get(key)
    return " ".join(value.split())[:_NAME_LIMIT] if isinstance(value, str) else ""
