"""Scores how much an allowed incident is worth an editor's time, part by part.

In go what the public may know of a candidate, what else happened, and the present time; out comes a
score of named parts, each with its reason. A score orders the queue and does nothing else: it is no
argument of any function that decides or publishes. ``ranking`` learns another order from decisions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from pipeline.model import Category, Tier

__all__ = ["PART_NAMES", "Part", "Score", "Sighting", "Surroundings", "freshness", "score"]

PART_NAMES = ("tier", "severity", "freshness", "place", "repetition", "told", "callers", "source")
_TIER = MappingProxyType({Tier.S0: 25.0, Tier.S1: 10.0, Tier.S2: 18.0, Tier.S4: 20.0})
_SEVERITY = MappingProxyType(
    {
        Category.EXPLOSION: 30.0,
        Category.STRUCTURE_FIRE: 30.0,
        Category.HAZARDOUS_MATERIAL: 28.0,
        Category.WEAPON: 28.0,
        Category.ROBBERY: 26.0,
        Category.GAS_LEAK: 24.0,
        Category.COLLAPSE: 26.0,
        Category.BOMB_THREAT: 28.0,
        Category.WATER_RESCUE: 20.0,
        Category.TECHNICAL_RESCUE: 18.0,
        Category.TRAIN: 20.0,
        Category.AIRCRAFT: 24.0,
        Category.ASSAULT: 20.0,
        Category.OUTSIDE_FIRE: 18.0,
        Category.BURGLARY: 18.0,
        Category.ELECTRICAL_HAZARD: 16.0,
        Category.INJURY_COLLISION: 16.0,
        Category.VEHICLE_THEFT: 12.0,
        Category.VEHICLE_FIRE: 12.0,
        Category.SMOKE: 12.0,
        Category.HIT_AND_RUN: 10.0,
        Category.THEFT: 8.0,
        Category.VANDALISM: 7.0,
        Category.COLLISION: 6.0,
        Category.TRAFFIC_HAZARD: 8.0,
        Category.PUBLIC_WORKS: 7.0,
    }
)
_ORDINARY = 5.0  # a category without a severity of its own
_FRESH, _HALF_LIFE = 20.0, timedelta(hours=3)
_SLOW_HALF_LIFE = timedelta(hours=18)
_PATTERN, _PATTERN_MOST = 4.0, 12.0
_ALREADY = -15.0
_CALLER, _CALLERS_MOST = 4.0, 10.0
_QUIET = 6.0
_TRUST = 10.0
_PRIOR_APPROVED, _PRIOR = 6.0, 10.0  # an agency nobody has decided on yet counts as 60 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What is scored of one candidate: public facts only."""

    category: Category
    tier: Tier
    agency_id: str
    area_id: str
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else is known: ``alike_month`` of this category and area in 30 days, ``told_day`` alerts
    on it in 24 hours, ``told_area`` alerts of any kind in the area in 30 days, ``callers`` likely
    duplicates, ``approved`` of ``decided`` candidates of the agency."""

    alike_month: int = 0
    told_day: int = 0
    told_area: int = 0
    callers: int = 0
    approved: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a score: its name, points (may be negative), and why."""

    name: str
    points: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All parts in the order of ``PART_NAMES``."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> float:
        """The sum of points, to one decimal."""
        return round(sum(part.points for part in self.parts), 1)

    @property
    def by_name(self) -> Mapping[str, float]:
        """Points by part."""
        return {part.name: part.points for part in self.parts}


def score(sighting: Sighting, around: Surroundings, now: datetime) -> Score:
    """Return the score of a candidate at ``now``."""
    return Score(parts=tuple(_parts(sighting, around, now)))


def _parts(sighting: Sighting, around: Surroundings, now: datetime) -> Iterator[Part]:
    tier = _TIER.get(sighting.tier, 0.0)
    yield Part(name="tier", points=tier, reason=f"tier {sighting.tier.value}")
    severity = _SEVERITY.get(sighting.category, _ORDINARY)
    yield Part(name="severity", points=severity, reason=sighting.category.value)
    yield _freshness(sighting, now)
    quiet = _QUIET / (1 + around.told_area)
    yield Part(
        name="place", points=quiet, reason=f"{around.told_area} alerts in this area in 30 days"
    )
    pattern = min(_PATTERN_MOST, _PATTERN * max(0, around.alike_month - 1))
    seen = f"{around.alike_month} like it here in 30 days"
    yield Part(name="repetition", points=pattern, reason=seen)
    told = _ALREADY if around.told_day else 0.0
    yield Part(name="told", points=told, reason=f"{around.told_day} told here in 24 hours")
    callers = min(_CALLERS_MOST, _CALLER * around.callers)
    yield Part(name="callers", points=callers, reason=f"{around.callers} likely duplicates")
    yield _source(around)


def freshness(tier: Tier, latest: datetime, now: datetime) -> float:
    """Return the points a call of this age is worth: half after three hours, or eighteen."""
    age = max(now - latest, timedelta(0))
    return _FRESH * math.pow(0.5, age / (_HALF_LIFE if tier is Tier.S0 else _SLOW_HALF_LIFE))


def _freshness(sighting: Sighting, now: datetime) -> Part:
    hours = max(now - sighting.latest, timedelta(0)).total_seconds() / 3600
    points = freshness(sighting.tier, sighting.latest, now)
    return Part(name="freshness", points=points, reason=f"{hours:.1f} hours old")


def _source(around: Surroundings) -> Part:
    share = (around.approved + _PRIOR_APPROVED) / (around.decided + _PRIOR)
    reason = f"{around.approved} of {around.decided} of the agency's approved"
    return Part(name="source", points=_TRUST * share, reason=reason)
