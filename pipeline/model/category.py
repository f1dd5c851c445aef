"""The closed set of incident categories, and how sensitive each tier is.

An agency's call type maps to an APCO 2.103 code (``pipeline.classify.apco``), each code to one
category here. There is no member for "unknown": what cannot be mapped is held, never guessed.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Category", "Tier"]


class Tier(StrEnum):
    """Sensitivity. Higher letters of the alphabet of harm: signals may raise it, never lower it."""

    S0 = "S0"  # public hazard: tell soon, by area
    S1 = "S1"  # property and ordinary traffic: tell later, by area
    S2 = "S2"  # a person is involved: area only, second editor
    S3 = "S3"  # never told individually
    S4 = "S4"  # tactical or major: only when the agency releases it
    S5 = "S5"  # administrative: nobody's business


class Category(StrEnum):
    """What kind of thing happened, as the public may be told it."""

    STRUCTURE_FIRE = "structure-fire"
    OUTSIDE_FIRE = "outside-fire"
    VEHICLE_FIRE = "vehicle-fire"
    OTHER_FIRE = "other-fire"
    SMOKE = "smoke"
    FIRE_ALARM = "fire-alarm"
    GAS_LEAK = "gas-leak"
    HAZARDOUS_MATERIAL = "hazardous-material"
    ELECTRICAL_HAZARD = "electrical-hazard"
    EXPLOSION = "explosion"
    BOMB_THREAT = "bomb-threat"
    COLLAPSE = "collapse"
    PUBLIC_WORKS = "public-works"
    WEATHER = "weather"
    WATER_RESCUE = "water-rescue"
    TECHNICAL_RESCUE = "technical-rescue"
    SEARCH = "search"
    AIRCRAFT = "aircraft"
    TRAIN = "train"
    INJURY_COLLISION = "injury-collision"
    COLLISION = "collision"
    HIT_AND_RUN = "hit-and-run"
    TRAFFIC_HAZARD = "traffic-hazard"
    TRAFFIC_ENFORCEMENT = "traffic-enforcement"
    PARKING = "parking"
    WEAPON = "weapon"
    DEATH = "death"
    ROBBERY = "robbery"
    ASSAULT = "assault"
    THREAT = "threat"
    KIDNAPPING = "kidnapping"
    BURGLARY = "burglary"
    THEFT = "theft"
    VEHICLE_THEFT = "vehicle-theft"
    VANDALISM = "vandalism"
    FRAUD = "fraud"
    TRESPASS = "trespass"
    SECURITY_ALARM = "security-alarm"
    FOUND_PROPERTY = "found-property"
    DISTURBANCE = "disturbance"
    NOISE = "noise"
    SUSPICIOUS_ACTIVITY = "suspicious-activity"
    DRUGS = "drugs"
    VICE = "vice"
    ANIMAL = "animal"
    CIVIL_UNREST = "civil-unrest"
    DOMESTIC = "domestic"
    SEXUAL_OFFENSE = "sexual-offense"
    ABUSE = "abuse"
    SUICIDE = "suicide"
    MENTAL_HEALTH = "mental-health"
    OVERDOSE = "overdose"
    JUVENILE = "juvenile"
    MISSING_PERSON = "missing-person"
    WELFARE_CHECK = "welfare-check"
    STALKING = "stalking"
    COURT_ORDER = "court-order"
    MEDICAL = "medical"
    TACTICAL = "tactical"
    PURSUIT = "pursuit"
    MAJOR_INCIDENT = "major-incident"
    SERVICE = "service"
    ABANDONED_CALL = "abandoned-call"
    ADMINISTRATIVE = "administrative"
