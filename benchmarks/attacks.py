"""Attacks what is public of an invented city, to see how many homes a caller could have.

In: an invented town, some thousand invented homes, areas built for them, calls of 90 days placed as
the walk places them. Out: per attack, how many candidate homes are left for every alert, and with
``python benchmarks/attacks.py`` a table and docs/attacks.svg. It attacks public outputs alone:
what an attacker knows from elsewhere, such as that somebody called twice, is not in it.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.figure import Figure
from numpy.typing import NDArray
from shapely.geometry import shape

from pipeline.emulator.casts import load_cast, slug
from pipeline.emulator.town import areas_geojson, fraction, point_in
from pipeline.model import ExactPlace, Held, Point
from pipeline.place import AreaMap, load_areas, place, time_window
from pipeline.place.build import build_areas
from pipeline.usecases.areas import published_areas

__all__ = ["City", "K", "Told", "candidates", "city", "told_calls"]

K = 20
_RADIUS_M = 150.0
_HOMES, _CALLS, _DAYS = 3000, 4000, 90
_TROUBLED = 40  # homes that call again and again
_START = datetime(2026, 2, 1, tzinfo=UTC)
_ZONE = ZoneInfo("America/Chicago")
_TYPES = {"burglary": 6.0, "theft": 6.0, "structure-fire": 0.5, "smoke": 0.5, "robbery": 0.5}

Homes = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Homes as longitude and latitude, and the areas built and published for them."""

    homes: Homes
    areas: AreaMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert as the public has it; ``home`` is the truth the attacker is after."""

    area_id: str
    category: str
    earliest: datetime
    latest: datetime
    home: int


def city(cast: str = "cedar-hollow-fire", seed: str = "attack", homes: int = _HOMES) -> City:
    """Draw a town's homes, build its areas as ``blotter areas build`` does, and load them."""
    town = load_cast(cast).town
    shapes = [shape(each["geometry"]) for each in json.loads(areas_geojson(town, seed))["features"]]
    ids = [slug(name) for name in town.names]
    # Squared, so that some neighborhoods are full of homes and others nearly empty.
    places = [int(fraction(seed, "where", n) ** 2 * len(ids)) for n in range(homes)]
    points = np.array([point_in(town, seed, ids[at], f"home {n}") for n, at in enumerate(places)])
    built = build_areas(
        shapely.union_all(shapes), points, minimum_addresses=K, minimum_radius_m=_RADIUS_M
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.geojson"
        path.write_bytes(published_areas(built, minimum_addresses=K))
        return City(homes=points, areas=load_areas(path, minimum_radius_m=_RADIUS_M))


def told_calls(city: City, seed: str = "attack", calls: int = _CALLS) -> tuple[Told, ...]:
    """Return what is told of the calls of 90 days; a third comes from a few homes."""
    return tuple(_told(city, seed, number) for number in range(calls))


def _told(city: City, seed: str, number: int) -> Told:
    pool = _TROUBLED if number % 3 == 0 else len(city.homes)
    home = int(fraction(seed, "home", number) * pool)
    category = sorted(_TYPES)[int(fraction(seed, "type", number) * len(_TYPES))]
    opened = _START + timedelta(minutes=int(fraction(seed, "at", number) * _DAYS * 1440))
    earliest, latest = time_window(opened, timedelta(hours=_TYPES[category]), _ZONE)
    longitude, latitude = city.homes[home].tolist()
    exact = ExactPlace(point=Point(longitude=longitude, latitude=latitude))
    placed = place(exact, city.areas, "Town")
    if isinstance(placed, Held):
        raise SystemExit(f"a home of the city was held: {placed.detail}")
    area_id = placed[0].area_id
    return Told(area_id=area_id, category=category, earliest=earliest, latest=latest, home=home)


def candidates(city: City, told: Sequence[Told]) -> Mapping[str, tuple[int, ...]]:
    """Return per attack the number of homes that are left for each alert (or group of alerts)."""
    held = _held(city)
    return {
        "the area itself": tuple(len(held[each.area_id]) for each in told),
        "averaging repeats of a home": _averaged(held, told),
        "unique time and type": _unique(held, told),
        "guessing the nearest home": _nearest(city, held, told),
    }


def _held(city: City) -> Mapping[str, frozenset[int]]:
    """Return per published area its homes; the town's are those that no area takes."""
    points = shapely.points(city.homes)
    held: dict[str, frozenset[int]] = {}
    rest = set(range(len(city.homes)))
    for area in city.areas.areas:
        polygon = shape({"type": "MultiPolygon", "coordinates": area.polygons})
        inside = frozenset(np.flatnonzero(shapely.intersects(polygon, points)).tolist())
        if area.area_id not in city.areas.too_small:
            held[area.area_id] = inside
            rest -= inside
    return held | {"town": frozenset(rest)}


def _averaged(held: Mapping[str, frozenset[int]], told: Sequence[Told]) -> tuple[int, ...]:
    """Intersect the areas of all alerts of one home, as if the attacker knew that they belong."""
    left: dict[int, frozenset[int]] = {}
    for each in told:
        left[each.home] = left.get(each.home, held[each.area_id]) & held[each.area_id]
    return tuple(len(homes) for homes in left.values())


def _unique(held: Mapping[str, frozenset[int]], told: Sequence[Told]) -> tuple[int, ...]:
    """Keep alerts that no other shares area, window and category with."""
    groups: dict[tuple[object, ...], int] = {}
    for each in told:
        key = (each.area_id, each.category, each.earliest, each.latest)
        groups[key] = groups.get(key, 0) + 1
    return tuple(len(held[str(key[0])]) for key, size in groups.items() if size == 1)


def _nearest(
    city: City, held: Mapping[str, frozenset[int]], told: Sequence[Told]
) -> tuple[int, ...]:
    """Return the true home's rank by distance from its area's middle, once for each home."""
    ranks: dict[int, int] = {}
    for area in city.areas.areas:
        homes = sorted(held.get(area.area_id, ()))
        if not homes:
            continue
        polygon = shape({"type": "MultiPolygon", "coordinates": area.polygons})
        middle = shapely.get_coordinates(polygon.centroid)[0]
        nearest = np.argsort(np.hypot(*(city.homes[homes] - middle).T)).tolist()
        order = {homes[at]: rank for rank, at in enumerate(nearest, start=1)}
        calling = {each.home for each in told if each.area_id == area.area_id}
        ranks |= {home: order[home] for home in calling if home in order}
    return tuple(ranks.values())


def picture(found: Mapping[str, Sequence[int]]) -> bytes:
    """Return the distributions as an SVG drawing."""
    style = {"svg.fonttype": "none", "svg.hashsalt": "blotter", "font.size": 9}
    with mpl.rc_context(style):
        figure = Figure(figsize=(7.0, 3.4), layout="constrained")
        axes = figure.add_subplot()
        for name, counts in found.items():
            if name != "guessing the nearest home":
                ordered = np.sort(counts)
                axes.step(ordered, np.arange(1, len(ordered) + 1) / len(ordered), label=name)
        axes.axvline(K, color="#b3402a", linestyle="--", label=f"k = {K}")
        axes.set_xlim(0)
        axes.set_xlabel("candidate homes left to the attacker")
        axes.set_ylabel("share of alerts (or homes)")
        axes.legend(loc="lower right", frameon=False)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def main() -> None:
    """Attack the invented city, print the figures and write the drawing."""
    town = city()
    found = candidates(town, told_calls(town))
    for name, counts in found.items():
        low, middle, high = np.percentile(counts, (0, 50, 100)).astype(int)
        sys.stdout.write(f"{name}: n {len(counts)}, fewest {low}, median {middle}, most {high}\n")
    ranks = found["guessing the nearest home"]
    sys.stdout.write(f"nearest home is the right one: {ranks.count(1) / len(ranks):.1%}\n")
    path = Path(__file__).resolve().parent.parent / "docs" / "attacks.svg"
    path.write_bytes(picture(found))


if __name__ == "__main__":
    main()
