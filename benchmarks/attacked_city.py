"""An invented city on the real line for weeks: what its public folder held at every moment.

In: a seed, homes, days and calls a day. Out: the homes, the published list of areas, every state
of ``public/alerts.geojson``, and beside it the truth: which alert was about which home. Areas are
built, calls walked, approved and published by the code that does it in the field; nothing is a
model of it.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
import yaml
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from pipeline.adapters.store.memories import sealed_memories
from pipeline.emulator.casts import load_cast, slug
from pipeline.emulator.town import areas_geojson, fraction, point_in
from pipeline.model import AgreementStopped, Conflict, IncidentRef, Refused
from pipeline.place import AreaMap, load_areas
from pipeline.place.build import BuiltArea, build_areas
from pipeline.usecases.approve import approve
from pipeline.usecases.areas import published_areas
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import pending_queue
from pipeline.usecases.resources import migrate, open_resources
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.walk import walk_files

__all__ = ["ASIDE_DEGREES", "RADIUS_M", "City", "History", "K", "city", "lived_through"]

K = 20
RADIUS_M = 150.0
_START = datetime(2026, 2, 2, 6, tzinfo=UTC)
_STEP = timedelta(hours=2)  # as long as an alert may be late, by the policy
_ZONE = ZoneInfo("America/Chicago")
_TROUBLED = 40  # homes that call again and again
_JITTER = 0.0008  # degrees, about 80 m: a revision's geocode is often another one
ASIDE_DEGREES = _JITTER * 2**0.5
"""How far such a geocode may lie from the home."""
_TYPES = {
    "BURGLARY": "BURGLARY",
    "THEFT": "LARCENY",
    "STRUCTURE FIRE": "FSTRU",
    "GAS LEAK": "GASLEAK",
    "ROBBERY": "ROBBERY",
}
_COLUMNS = ("cfs", "type", "opened", "revised", "closed", "address", "lat", "lon", "notes")
_REQUIRED = ("cfs_number", "call_type", "opened_at")
_FIELDS = {
    "cfs_number": "cfs", "call_type": "type", "opened_at": "opened", "revised_at": "revised",
    "closed_at": "closed", "address": "address", "latitude": "lat", "longitude": "lon",
}  # fmt: skip
_NOTES = ("caller outside, units on the way", "caller outside, report taken, units clear")

Homes = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Homes as longitude and latitude, the boundary, and the areas built and published for them."""

    homes: Homes
    boundary: BaseGeometry
    built: tuple[BuiltArea, ...]
    published: bytes
    areas: AreaMap


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the public could keep: each state of the feed of alerts. ``home`` is the truth by id."""

    states: tuple[Mapping[str, Any], ...]
    home: Mapping[str, int]


def city(cast: str = "cedar-hollow-fire", seed: str = "attack", homes: int = 3000) -> City:
    """Draw a town's homes, build its areas as ``blotter areas build`` does, and load them."""
    town = load_cast(cast).town
    shapes = [shape(each["geometry"]) for each in json.loads(areas_geojson(town, seed))["features"]]
    ids = [slug(name) for name in town.names]
    # Squared, so that some neighborhoods are full of homes and others nearly empty.
    places = [int(fraction(seed, "where", n) ** 2 * len(ids)) for n in range(homes)]
    points = np.array([point_in(town, seed, ids[at], f"home {n}") for n, at in enumerate(places)])
    boundary = shapely.union_all(shapes)
    built = build_areas(boundary, points, minimum_addresses=K, minimum_radius_m=RADIUS_M)
    body = published_areas(built, minimum_addresses=K)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.geojson"
        path.write_bytes(body)
        areas = load_areas(path, minimum_radius_m=RADIUS_M)
    return City(homes=points, boundary=boundary, built=built, published=body, areas=areas)


def lived_through(
    city: City, root: Path, *, days: int, calls_a_day: int, seed: str = "attack"
) -> History:
    """Run the line over the city's calls in a folder of its own, and keep what was public."""
    settings, folder = _installed(city, root)
    made = [_call(city, seed, number, days) for number in range(days * calls_a_day)]
    states: list[bytes] = []
    for step in range(1, days * 12 + 16):
        now = _START + step * _STEP
        rows = [row for call in made for row in _rows_due(call, now, seed, city)]
        if rows:
            file = folder / f"calls-{step:05}.csv"
            file.write_text(_table(rows))
            walk_files(settings, folder, [file], now=now)
            _decide(settings, now)
        publish_due(settings, now=now)
        public = settings.public / "alerts.geojson"
        if public.exists() and [public.read_bytes()] != states[-1:]:
            states.append(public.read_bytes())
    return History(states=tuple(map(json.loads, states)), home=_truth(settings, made, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    number: int
    home: int
    kind: str
    opened: datetime
    revised: bool


def _call(city: City, seed: str, number: int, days: int) -> _Call:
    pool = _TROUBLED if number % 3 == 0 else len(city.homes)
    minutes = int(fraction(seed, "at", number) * days * 1440)
    return _Call(
        number=number,
        home=int(fraction(seed, "home", number) * pool),
        kind=sorted(_TYPES)[int(fraction(seed, "type", number) * len(_TYPES))],
        opened=_START + timedelta(minutes=minutes),
        revised=fraction(seed, "revised", number) < 0.4,
    )


def _rows_due(call: _Call, now: datetime, seed: str, city: City) -> Iterator[dict[str, object]]:
    """Yield the call as exported in this step: soon after it opened, and once more if revised."""
    if now - _STEP < call.opened <= now:
        yield _row(call, city.homes[call.home], call.opened, _NOTES[0])
    elif call.revised and now - 2 * _STEP < call.opened <= now - _STEP:
        aside = [(fraction(seed, axis, call.number) - 0.5) * 2 * _JITTER for axis in ("x", "y")]
        yield _row(call, city.homes[call.home] + aside, call.opened + _STEP / 2, _NOTES[1])


def _row(call: _Call, spot: Homes, revised: datetime, notes: str) -> dict[str, object]:
    return {
        "cfs": f"C-{call.number}",
        "type": call.kind,
        "opened": call.opened.isoformat(),
        "revised": revised.isoformat(),
        "closed": (call.opened + timedelta(minutes=20)).isoformat(),
        "address": f"{call.home + 1} Invented Way",
        "lat": f"{spot[1]:.6f}",
        "lon": f"{spot[0]:.6f}",
        "notes": notes,
    }


def _table(rows: Sequence[Mapping[str, object]]) -> str:
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, _COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()


def _decide(settings: Settings, now: datetime) -> None:
    """Approve whatever waits, with a second editor where one is needed: the worst case."""
    for row in pending_queue(settings, now=now, limit=1000):
        for editor in ("ana", "ben")[: row.proposal.candidate.approvals_needed]:
            try:
                approve(settings, row.candidate_id, editor=editor, now=now)
            except (Refused, Conflict, AgreementStopped):
                break  # too old, or told already


def _truth(settings: Settings, made: Sequence[_Call], now: datetime) -> Mapping[str, int]:
    homes: dict[str, int] = {}
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        for call in made:
            key = ("attacked-city", f"C-{call.number}")
            ref = IncidentRef(resources.seal.digest("incident", *(part.encode() for part in key)))
            memory = sealed_memories(tx, [ref]).get(ref)
            if memory is not None and memory.alert_id is not None:
                homes[memory.alert_id] = call.home
    return homes


def _installed(city: City, root: Path) -> tuple[Settings, Path]:
    folder = root / "agencies" / "attacked-city"
    (folder / "payloads").mkdir(parents=True)
    (folder / "agency.yml").write_text(yaml.safe_dump(_agency(), sort_keys=False))
    (folder / "areas.geojson").write_bytes(city.published)
    (folder / "addresses.csv").write_text(_addresses(city.homes))
    settings = load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(root / "agencies"),
            "BLOTTER_PUBLIC": str(root / "public"),
        }
    )
    migrate(settings)
    return settings, folder


def _addresses(homes: Homes) -> str:
    """Return the agency's address file, the one its areas were counted with."""
    rows = (f"{at + 1},Invented Way,{x:.6f},{y:.6f}" for at, (x, y) in enumerate(homes.tolist()))
    return "\n".join(("number,street,longitude,latitude", *rows)) + "\n"


def _agency() -> dict[str, Any]:
    return {
        "id": "attacked-city",
        "about": {
            "name": "Attacked City Public Safety",
            "place": "Attacked City",
            "state": "CO",
            "kind": "combined",
            "contact": "feeds@attacked-city.example",
        },
        "timezone": _ZONE.key,
        "dialect": "own",
        "format": {"kind": "table", "max_bytes": 1_000_000},
        "transport": {"kind": "folder", "path": "payloads", "pattern": "*.csv"},
        "schedule": {"every": 60, "reason": "An export every two hours."},
        "key": ["cfs_number"],
        "fields": {
            name: {"path": path, "presence": "required" if name in _REQUIRED else "optional"}
            for name, path in _FIELDS.items()
        },
        "remarks": [{"text": "notes"}],
        "call_types": _TYPES,
        "agreement": {
            "parties": ["Attacked City Public Safety", "A desk"],
            "signed": "2026-01-05",
            "effective": "2026-01-10",
            "expires": "2029-01-09",
            "fields": [*_FIELDS, "remarks"],
            "categories": "all",
            "text": "The agency sends calls; the desk tells neighbors.",
            "consideration": "none",
        },
        "location": {
            "areas": "areas.geojson",
            "town": "Attacked City",
            "addresses": "addresses.csv",
        },
        "bounds": {"calls_per_day": [1, 400], "held_ratio": 0.6, "silence_hours": 12},
    }
