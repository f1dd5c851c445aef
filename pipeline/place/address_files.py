"""Reads an agency's address points and street lines, CSV or GeoJSON, for the geocoder.

In go bytes as they stand in the agency's folder, out come points and lines. Columns are found by
the names that counties and the census use. A row without a number, a street or a position is left
out; a file of which no row can be used is a :class:`~pipeline.model.ConfigError`. An error must
never quote a row: addresses are private even here.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import shapely

from pipeline.model import ConfigError
from pipeline.place.addresses import folded_street, read_address
from pipeline.place.geocode import AddressPoint, StreetLine

__all__ = ["read_address_points", "read_street_lines"]

_NUMBER = ("number", "house_number", "housenumber", "add_number", "addnum", "st_num", "hse_nbr")
_STREET = ("street", "fullname", "full_name", "street_name", "streetname", "st_name", "name")
_WHOLE = ("address", "full_address", "fulladdr", "full_addr")
_LONGITUDE = ("longitude", "lon", "lng", "long", "x", "point_x")
_LATITUDE = ("latitude", "lat", "y", "point_y")
_FROM = ("lfromadd", "rfromadd", "from_left", "from_right", "fromleft", "fromright")
_TO = ("ltoadd", "rtoadd", "to_left", "to_right", "toleft", "toright")
_DIGITS = re.compile(r"\s*(\d{1,6})\b")

Row = Mapping[str, Any]


def read_address_points(body: bytes, path: Path) -> tuple[AddressPoint, ...]:
    """Return the address points of a CSV, or of a GeoJSON of points.

    A row needs ``number`` and ``street``, or ``address``; a CSV ``longitude`` and ``latitude``.

    Raises:
        ConfigError: the file is neither, or no row of it can be used.
    """
    rows = _features(body, path, "Point") if path.suffix != ".csv" else _table(body, path)
    points = tuple(point for row in rows if (point := _point(row)) is not None)
    if not points:
        remedy = "Name the columns number, street, longitude and latitude."
        raise ConfigError("No address of the file can be used", remedy=remedy, path=path)
    return points


def read_street_lines(body: bytes, path: Path) -> tuple[StreetLine, ...]:
    """Return the street lines of a GeoJSON; house numbers from the census's columns, if there.

    Raises:
        ConfigError: the file is no GeoJSON, or no line of it can be used.
    """
    rows = _features(body, path, "LineString", "MultiLineString")
    lines = tuple(line for row in rows if (line := _line(row)) is not None)
    if not lines:
        remedy = "Give lines with a property `street`, or FULLNAME as the census has it."
        raise ConfigError("No street of the file can be used", remedy=remedy, path=path)
    return lines


def _table(body: bytes, path: Path) -> Iterator[Row]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError("The file is not UTF-8", remedy="Save it as UTF-8.", path=path) from None
    for row in csv.DictReader(io.StringIO(text)):
        yield {str(name).strip().casefold(): value for name, value in row.items()}


def _features(body: bytes, path: Path, *kinds: str) -> Iterator[Row]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        remedy = "Export it as GeoJSON, or as CSV with the ending .csv."
        raise ConfigError("The file is not JSON", remedy=remedy, path=path) from None
    features = document.get("features") if isinstance(document, dict) else None
    for feature in features if isinstance(features, list) else ():
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in kinds:
            continue
        properties = feature.get("properties")
        named = properties if isinstance(properties, dict) else {}
        row = {str(name).strip().casefold(): value for name, value in named.items()}
        position = geometry.get("coordinates")
        if geometry["type"] == "Point" and isinstance(position, list) and len(position) >= 2:
            row |= {"longitude": position[0], "latitude": position[1]}
        yield row | {"geometry": geometry}


def _point(row: Row) -> AddressPoint | None:
    longitude, latitude = (_degrees(_value(row, names)) for names in (_LONGITUDE, _LATITUDE))
    number, street = _named(row)
    if number is None or not street or longitude is None or latitude is None:
        return None
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        return None
    return AddressPoint(street=street, number=number, longitude=longitude, latitude=latitude)


def _named(row: Row) -> tuple[int | None, str]:
    found = _DIGITS.match(str(_value(row, _NUMBER)))
    street = folded_street(str(_value(row, _STREET)))
    if found and street:
        return int(found[1]), street
    read = read_address(str(_value(row, _WHOLE)))
    return (None, "") if read is None else (read.number, read.street)


def _line(row: Row) -> StreetLine | None:
    street = folded_street(str(_value(row, _STREET)))
    try:
        line = shapely.from_geojson(orjson.dumps(row["geometry"]))
    except shapely.errors.GEOSException:
        return None
    if not street or line.is_empty:
        return None
    ends = [_DIGITS.match(str(row.get(name) or "")) for name in (*_FROM, *_TO)]
    numbers = [int(end[1]) for end in ends if end]
    return StreetLine(
        street=street, line=line, numbers=(min(numbers), max(numbers)) if numbers else None
    )


def _value(row: Row, names: Iterable[str]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), "")


def _degrees(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
