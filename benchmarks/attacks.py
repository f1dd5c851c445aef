"""Attacks what is public of an invented city, to see how many homes a caller could have.

In: the history of a city's public folder over 90 days and its published list of areas
(``attacked_city``), and the homes, which anybody can look up. Out: per attack, how many candidate
homes are left for every alert, and with ``python benchmarks/attacks.py`` a table and
benchmarks/attacks.svg. The truth serves to group and to judge alone. It attacks public outputs:
what an attacker knows from elsewhere, such as that somebody called twice, is granted where a line
says so.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import matplotlib as mpl
import numpy as np
import orjson
import shapely
from matplotlib.figure import Figure
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from benchmarks.attacked_city import ASIDE_DEGREES, RADIUS_M, City, History, K, city, lived_through
from pipeline.place.rebuild import rebuild_areas
from pipeline.usecases.areas import published_areas

__all__ = ["BORDER", "NEAREST", "Told", "candidates", "picture", "rebuilt", "told_of"]

NEAREST = "guessing the nearest home"
BORDER = "told where it cannot be, so at a border"
"""Alerts of one home whose areas have no home in common: a geocode fell into another area. An
agency's address file leaves no such home; without one this is a limit of fixed areas."""

_SMALL = 0.1  # the share of alerts in the areas with the fewest homes

Candidates = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One version of one alert as the public had it, with the homes it may be about."""

    alert_id: str
    version: int
    area: str
    kind: tuple[str, str, str]
    homes: Candidates
    shape: BaseGeometry


def told_of(city: City, history: History) -> tuple[Told, ...]:
    """Return every version of every alert that was ever in the public folder, in order.

    The attacker subtracts: homes in an area of the published list that is told by itself cannot be
    meant by an alert that names the town, unless its category is told by town alone.
    """
    features: dict[tuple[str, int], Mapping[str, Any]] = {}
    for state in history.states:
        for feature in state["features"]:
            key = (feature["id"], feature["properties"]["version"])
            features.setdefault(key, feature)
    listed = {each["properties"]["name"]: each for each in orjson.loads(city.published)["features"]}
    finer = {
        feature["properties"]["category"]
        for feature in features.values()
        if feature["properties"]["area"] in listed
    }
    homes = {name: _homes_in(city, each["geometry"]) for name, each in listed.items()}
    every = frozenset(range(len(city.homes)))
    # A point that lies in no area is told by town; where no home is left for it, it was misplaced,
    # and may be anybody's.
    own = every - (every.difference(*homes.values()) or every)
    return tuple(
        _told(feature, homes, every - own if feature["properties"]["category"] in finer else every)
        for _, feature in sorted(features.items())
    )


def _told(feature: Mapping[str, Any], homes: Mapping[str, Candidates], town: Candidates) -> Told:
    said = feature["properties"]
    return Told(
        alert_id=feature["id"],
        version=said["version"],
        area=said["area"],
        kind=(said["category"], said["earliest"], said["latest"]),
        homes=homes.get(said["area"], town),
        shape=shape(feature["geometry"]),
    )


def _homes_in(city: City, geometry: object) -> Candidates:
    inside = shapely.intersects_xy(shape(geometry), city.homes)
    return frozenset(np.flatnonzero(inside).tolist())


def candidates(city: City, history: History) -> Mapping[str, tuple[int, ...]]:
    """Return per attack the number of homes that are left for each alert, or group of alerts.

    Only :data:`BORDER` has what no home fits; whoever takes such an area at its word finds nobody.
    """
    every = told_of(city, history)
    told = [each for each in every if each.homes]
    by_home = _grouped((history.home[each.alert_id], each) for each in every)
    fitting = [group for group in by_home.values() if _common(group)]
    return {
        "the area itself": tuple(len(each.homes) for each in told),
        "all alerts of one home, known to belong together": tuple(
            len(_common(group)) for group in fitting
        ),
        BORDER: tuple(_near_all(city, g) for g in by_home.values() if not _common(g)),
        "all versions of one alert": _left(
            (each.alert_id, each.homes)
            for each in told
            if any(other.version > 1 for other in told if other.alert_id == each.alert_id)
        ),
        "this list of areas and the next": _left(_over_two_lists(city, told)),
        "unique time, type and area": _unique(told),
        "the tenth in the smallest areas": tuple(
            sorted(len(each.homes) for each in told)[: max(1, round(len(told) * _SMALL))]
        ),
        NEAREST: tuple(_ranks(city, history, told)),
    }


def _grouped(pairs: Iterable[tuple[object, Told]]) -> Mapping[object, list[Told]]:
    groups: defaultdict[object, list[Told]] = defaultdict(list)
    for key, each in pairs:
        groups[key].append(each)
    return groups


def _common(group: Sequence[Told]) -> Candidates:
    return frozenset.intersection(*(each.homes for each in group))


def _near_all(city: City, group: Sequence[Told]) -> int:
    """Count homes near enough to all areas told for geocodes aside to have fallen into each."""
    points = shapely.points(city.homes)
    near = [shapely.distance(each.shape, points) <= ASIDE_DEGREES for each in group]
    return int(np.all(near, axis=0).sum())


def _left(groups: Iterable[tuple[object, Candidates]]) -> tuple[int, ...]:
    """Intersect the candidates of each group."""
    left: dict[object, Candidates] = {}
    for key, homes in groups:
        left[key] = left.get(key, homes) & homes
    return tuple(len(homes) for homes in left.values())


def _unique(told: Sequence[Told]) -> tuple[int, ...]:
    """Keep alerts that no other shares area, window and category with."""
    groups: defaultdict[object, dict[str, int]] = defaultdict(dict)
    for each in told:
        groups[each.area, each.kind][each.alert_id] = len(each.homes)
    return tuple(count for ids in groups.values() if len(ids) == 1 for count in ids.values())


def rebuilt(city: City) -> bytes:
    """Return the next list of areas: of a year later, when one home in thirty more was built."""
    more = np.vstack((city.homes, city.homes[::30] + np.array((0.0004, 0.0003))))
    inside = more[shapely.intersects_xy(city.boundary, more)]
    return published_areas(
        rebuild_areas(
            city.built,
            city.boundary,
            inside,
            minimum_addresses=K,
            minimum_radius_m=RADIUS_M,
        ),
        minimum_addresses=K,
    )


def _over_two_lists(city: City, told: Sequence[Told]) -> Iterable[tuple[object, Candidates]]:
    """Yield for each pair of a told area and one of the next list what both would have of a home.

    As if every home that was told of under one list called again under the next.
    """
    after = [_homes_in(city, each["geometry"]) for each in orjson.loads(rebuilt(city))["features"]]
    for homes in {each.homes for each in told}:
        for number, others in enumerate(after):
            if homes & others:
                yield (homes, number), homes & others


def _ranks(city: City, history: History, told: Sequence[Told]) -> Iterable[int]:
    """Yield the true home's rank by distance from its area's middle, once for each home."""
    seen: set[tuple[int, str]] = set()
    for each in told:
        home = history.home[each.alert_id]
        if (home, each.area) in seen or home not in each.homes:
            continue
        seen.add((home, each.area))
        order = sorted(each.homes)
        away = np.hypot(*(city.homes[order] - shapely.get_coordinates(each.shape.centroid)[0]).T)
        yield int((away < away[order.index(home)]).sum()) + 1


def picture(found: Mapping[str, Sequence[int]]) -> bytes:
    """Return the distributions as an SVG drawing."""
    style = {"svg.fonttype": "none", "svg.hashsalt": "blotter", "font.size": 9}
    with mpl.rc_context(style):
        figure = Figure(figsize=(7.0, 3.8), layout="constrained")
        axes = figure.add_subplot()
        for name, counts in found.items():
            if name not in (NEAREST, BORDER) and counts:
                ordered = np.sort(counts)
                axes.step(ordered, np.arange(1, len(ordered) + 1) / len(ordered), label=name)
        axes.axvline(K, color="#b3402a", linestyle="--", label=f"k = {K}")
        axes.set_xlim(0)
        axes.set_xlabel("candidate homes left to the attacker")
        axes.set_ylabel("share of cases")
        axes.legend(loc="lower right", frameon=False, fontsize=8)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def main(*, draw: bool) -> None:
    """Attack the invented city, print the figures, and write the drawing where it is wanted."""
    town = city()
    with tempfile.TemporaryDirectory() as folder:
        history = lived_through(town, Path(folder), days=90, calls_a_day=12)
    found = candidates(town, history)
    told = told_of(town, history)
    by_area = Counter(each.area for each in told)
    sys.stdout.write(
        f"{len(history.states)} states of the feed, {len({each.alert_id for each in told})} alerts"
        f" in {len(told)} versions, about {len(set(history.home.values()))} homes"
        f" in {len(by_area)} areas\n"
    )
    for name, counts in found.items():
        if not counts:
            sys.stdout.write(f"{name}: n 0\n")
            continue
        low, middle, high = np.percentile(counts, (0, 50, 100)).astype(int)
        sys.stdout.write(f"{name}: n {len(counts)}, fewest {low}, median {middle}, most {high}\n")
    ranks = found[NEAREST]
    sys.stdout.write(f"nearest home is the right one: {ranks.count(1) / len(ranks):.1%}\n")
    if draw:
        Path(__file__).with_name("attacks.svg").write_bytes(picture(found))


if __name__ == "__main__":
    main(draw="--only-figures" not in sys.argv[1:])
