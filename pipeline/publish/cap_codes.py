"""What CAP 1.2 calls each of our categories: its category, urgency and severity.

Total over :class:`~pipeline.model.Category`, also over those a policy never publishes, so that a
stricter or looser policy never meets a hole. It must never claim more than a call for service
tells: no value here asks a reader to act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model import Category

__all__ = ["CERTAINTY", "CODES", "CapCodes"]

CERTAINTY = "Unknown"
"""Everything here is reported, not verified. CAP's ``Possible`` would say "not likely"."""


@dataclass(frozen=True, slots=True)
class CapCodes:
    """Values of the CAP elements of the same names (CAP 1.2, section 3.2.2)."""

    category: str
    urgency: str
    severity: str


def _hazard(category: str) -> CapCodes:
    """``Moderate`` is CAP's word for a possible threat; nobody is told how soon to act."""
    return CapCodes(category, "Unknown", "Moderate")


def _past(category: str) -> CapCodes:
    """A report about what is over: ``Past`` and ``Minor``, no known threat to readers."""
    return CapCodes(category, "Past", "Minor")


def _unrated(category: str) -> CapCodes:
    """A call type alone does not tell how grave it was or whether it is over."""
    return CapCodes(category, "Unknown", "Unknown")


CODES: Mapping[Category, CapCodes] = {
    Category.STRUCTURE_FIRE: _hazard("Fire"),
    Category.OUTSIDE_FIRE: _hazard("Fire"),
    Category.VEHICLE_FIRE: _hazard("Fire"),
    Category.OTHER_FIRE: _hazard("Fire"),
    Category.SMOKE: _unrated("Fire"),
    Category.FIRE_ALARM: _unrated("Fire"),
    Category.GAS_LEAK: _hazard("Infra"),
    Category.HAZARDOUS_MATERIAL: _hazard("CBRNE"),
    Category.ELECTRICAL_HAZARD: _hazard("Infra"),
    Category.EXPLOSION: _hazard("Safety"),
    Category.BOMB_THREAT: _unrated("Security"),
    Category.COLLAPSE: _hazard("Infra"),
    Category.PUBLIC_WORKS: _unrated("Infra"),
    Category.WEATHER: _hazard("Met"),
    Category.WATER_RESCUE: _unrated("Rescue"),
    Category.TECHNICAL_RESCUE: _unrated("Rescue"),
    Category.SEARCH: _unrated("Rescue"),
    Category.AIRCRAFT: _unrated("Transport"),
    Category.TRAIN: _unrated("Transport"),
    Category.INJURY_COLLISION: _unrated("Transport"),
    Category.COLLISION: _unrated("Transport"),
    Category.HIT_AND_RUN: _past("Transport"),
    Category.TRAFFIC_HAZARD: _hazard("Transport"),
    Category.TRAFFIC_ENFORCEMENT: _past("Safety"),
    Category.PARKING: _past("Other"),
    Category.WEAPON: _unrated("Security"),
    Category.DEATH: _unrated("Security"),
    Category.ROBBERY: _unrated("Security"),
    Category.ASSAULT: _unrated("Security"),
    Category.THREAT: _unrated("Security"),
    Category.KIDNAPPING: _unrated("Security"),
    Category.BURGLARY: _past("Security"),
    Category.THEFT: _past("Security"),
    Category.VEHICLE_THEFT: _past("Security"),
    Category.VANDALISM: _past("Security"),
    Category.FRAUD: _past("Security"),
    Category.TRESPASS: _past("Security"),
    Category.SECURITY_ALARM: _unrated("Security"),
    Category.FOUND_PROPERTY: _past("Other"),
    Category.DISTURBANCE: _unrated("Safety"),
    Category.NOISE: _past("Safety"),
    Category.SUSPICIOUS_ACTIVITY: _unrated("Security"),
    Category.DRUGS: _past("Security"),
    Category.VICE: _past("Security"),
    Category.ANIMAL: _unrated("Safety"),
    Category.CIVIL_UNREST: _unrated("Security"),
    Category.DOMESTIC: _unrated("Safety"),
    Category.SEXUAL_OFFENSE: _unrated("Safety"),
    Category.ABUSE: _unrated("Safety"),
    Category.SUICIDE: _unrated("Health"),
    Category.MENTAL_HEALTH: _unrated("Health"),
    Category.OVERDOSE: _unrated("Health"),
    Category.JUVENILE: _unrated("Safety"),
    Category.MISSING_PERSON: _unrated("Rescue"),
    Category.WELFARE_CHECK: _unrated("Health"),
    Category.STALKING: _unrated("Safety"),
    Category.COURT_ORDER: _unrated("Safety"),
    Category.MEDICAL: _unrated("Health"),
    Category.TACTICAL: _unrated("Security"),
    Category.PURSUIT: _unrated("Security"),
    Category.MAJOR_INCIDENT: _unrated("Safety"),
    Category.SERVICE: _unrated("Other"),
    Category.ABANDONED_CALL: _unrated("Other"),
    Category.ADMINISTRATIVE: _unrated("Other"),
}
