"""Invents the value of a slot: a person, a number, a code, or something innocent.

In: a slot's name and a random source. Out: a text and its entity, None for what is innocent.
Telephone numbers end in 555-0100 to 555-0199, no other value looks like one by intent.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pipeline.emulator.narratives import innocent, numbers, persons

__all__ = ["SLOTS", "value"]

Maker = Callable[[Random, str], str]

SLOTS: dict[str, tuple[Maker, str]] = {
    "PERSON": (persons.person, "PERSON"),
    "FULL": (persons.full, "PERSON"),
    "FIRST": (persons.first, "PERSON"),
    "LAST": (persons.last, "PERSON"),
    "LASTFIRST": (persons.last_first, "PERSON"),
    "SPELLED": (persons.spelled, "PERSON"),
    "STAFF": (persons.staff, "STAFF"),
    "BADGE": (numbers.badge, "STAFF"),
    "LOGIN": (persons.login, "STAFF"),
    "ADDRESS": (persons.address, "ADDRESS"),
    "HOUSE": (numbers.house, "ADDRESS"),
    "STREET": (persons.street, "STREET"),
    "PLACE": (persons.place, "PLACE"),
    "EMAIL": (persons.email, "EMAIL"),
    "HANDLE": (persons.handle, "HANDLE"),
    "PHONE": (numbers.phone, "PHONE"),
    "APARTMENT": (numbers.apartment, "APARTMENT"),
    "DOB": (numbers.dob, "DOB"),
    "OLDAGE": (numbers.old_age, "AGE"),
    "PLATE": (numbers.plate, "PLATE"),
    "PARTIAL": (numbers.partial, "PLATE"),
    "VIN": (numbers.vin, "VIN"),
    "LICENSE": (numbers.license_number, "LICENSE"),
    "SSN": (numbers.ssn, "SSN"),
    "LASTFOUR": (numbers.last_four, "SSN"),
    "GOVERNMENT_ID": (numbers.government_id, "GOVERNMENT_ID"),
    "GEO": (numbers.degrees, "GEO"),
    "GEOPAIR": (numbers.pair, "GEO"),
    "PLUSCODE": (numbers.plus_code, "GEO"),
    "WORDS3": (innocent.three_words, "GEO"),
    "CODE": (numbers.code, "ACCESS_CODE"),
    "PASSWORD": (innocent.password, "ACCESS_CODE"),
    "KEYPLACE": (innocent.key_place, "ACCESS_CODE"),
    "CARD": (numbers.card, "FINANCIAL"),
    "LASTFOUR4": (numbers.last_four, "FINANCIAL"),
    "ACCOUNT": (numbers.account, "FINANCIAL"),
    "MEDICAL": (numbers.medical_id, "MEDICAL_ID"),
    "NCIC": (numbers.ncic_return, "NCIC_RETURN"),
}


def value(slot: str, rng: Random, split: str) -> tuple[str, str | None]:
    """Return the text of a slot and its entity; a slot that starts with _ is innocent."""
    if slot.startswith("_"):
        return innocent.innocent(slot, rng), None
    make, entity = SLOTS[slot]
    return make(rng, split), entity
