"""Invents people, staff, streets, addresses, businesses, mail addresses and handles.

In: a random source and a split. Out: one text as somebody in a hurry would type it.
"""

from __future__ import annotations

from random import Random

from pipeline.emulator.narratives.innocent import plain_words
from pipeline.emulator.narratives.lists import word_list
from pipeline.emulator.narratives.names import first_name, last_name, street_name
from pipeline.emulator.narratives.numbers import house

TYPES = word_list(
    "St Ave Rd Dr Ln Ct Blvd Way Pl Ter Cir Pkwy Hwy Trl Loop Run Pike Row Sq Xing Cv Aly "
    "Bnd Street Avenue Road Drive Lane Court Boulevard Terrace Circle Trail Place Alley "
    "Crescent Mews Walk Path Spur Hollow Ridge Camp Crk Hts Knl Grv Vw Pt Pass Commons "
    "Cres Calle Via"
)
_ROADS = ("County Rd", "CR", "County Line Rd", "FM", "Hwy", "Cty Hwy", "State Rd", "Rr")
_SIDES = ("N", "S", "E", "W", "NE", "NW", "SE", "SW", "North", "West", "E.", "N.")
_PARTICLES = ("de", "de la", "van", "van der", "von", "al", "bin", "St.", "Mac", "O'", "del", "da")
_BUSINESSES = word_list(
    "Market Diner Motel Inn Cafe Pharmacy Hospital Clinic Elementary High Church Gas Mart "
    "Liquors Apartments Storage Credit Bank Grill Pizza Auto Tire Salon Gym Plaza Mall "
    "Deli Foods Lounge Tavern Manor Center Hardware Laundry Academy Library Towers Court "
    "Village Estates Memorial"
)
_DOMAINS = ("mail.example", "post.example", "inbox.example", "work.example", "school.example")


def first(rng: Random, split: str) -> str:
    """Return a given name, now and then two, or one with an initial."""
    name = first_name(rng, split)
    draw = rng.random()
    if draw < 0.06:
        return f"{name}-{first_name(rng, split)}"
    if draw < 0.10:
        return f"{name} {first_name(rng, split)}"
    return f"{name} {last_name(rng, split)[0]}" if draw < 0.14 else name


def last(rng: Random, split: str) -> str:
    """Return a family name, now and then double or with a particle."""
    name = last_name(rng, split)
    draw = rng.random()
    if draw < 0.10:
        return f"{name}-{last_name(rng, split)}"
    if draw < 0.17:
        particle = rng.choice(_PARTICLES)
        return particle + ("" if particle in ("O'", "Mac") else " ") + name
    return name


def full(rng: Random, split: str) -> str:
    """Return given and family name, in one of the ways people are written down."""
    given, family = first_name(rng, split), last(rng, split)
    initial = rng.choice("ABCDEFGHJKLMNPRSTVW")
    draw = rng.random()
    if draw < 0.55:
        return f"{given} {family}"
    if draw < 0.68:
        return f"{given} {initial}{rng.choice(['', '.'])} {family}"
    if draw < 0.76:
        return f"{given[0]}{rng.choice(['.', '. ', ' '])}{family}"
    if draw < 0.83:
        return f'{given} "{first_name(rng, split)}" {family}'
    if draw < 0.92:
        return f"{given} {first_name(rng, split)} {family}"
    return f"{given} {family} {rng.choice(['Jr', 'Sr', 'III', 'II', 'Jr.'])}"


def last_first(rng: Random, split: str) -> str:
    """Return family name before given name, as records have it."""
    mark = rng.choice([", ", ", ", ",", " ", "/"])
    end = rng.choice(["", "", f" {rng.choice('ABCDEJKLMRST')}", f" {first_name(rng, split)}"])
    return f"{last(rng, split)}{mark}{first_name(rng, split)}{end}"


def person(rng: Random, split: str) -> str:
    """Return a private person's name in any form."""
    make = rng.choices((full, first, last, last_first), (50, 25, 10, 15))[0]
    return make(rng, split)


def spelled(rng: Random, split: str) -> str:
    """Return a family name letter by letter."""
    return rng.choice("- .").join(last_name(rng, split).upper())


def staff(rng: Random, split: str) -> str:
    """Return a staff member's name, mostly the family name alone."""
    family, given = last(rng, split), first_name(rng, split)
    forms = (family, f"{given[0]}. {family}", f"{given} {family}", f"{family}, {given[0]}")
    return rng.choices(forms, (60, 12, 20, 8))[0]


def login(rng: Random, split: str) -> str:
    """Return the log-in of a dispatcher."""
    stem = first_name(rng, split)[0] + last_name(rng, split)[:7]
    return stem.replace(" ", "").lower() + rng.choice(["", "", str(rng.randint(1, 99))])


def street(rng: Random, split: str) -> str:
    """Return a street with or without side and type."""
    side = f"{rng.choice(_SIDES)} " if rng.random() < 0.25 else ""
    kind = f" {rng.choice(TYPES)}" if rng.random() < 0.7 else ""
    if kind and rng.random() < 0.25:
        return f"{side}{plain_words(rng, 2)}{kind}"
    if rng.random() < 0.04:
        return f"{rng.choice(_ROADS)} {rng.randint(1, 9999)}"
    return f"{side}{street_name(rng, split)}{kind}"


def address(rng: Random, split: str) -> str:
    """Return a house number and a street."""
    return f"{house(rng, split)} {street(rng, split)}"


def place(rng: Random, split: str) -> str:
    """Return a business, a school, a hospital; often named like a person."""
    kind = rng.choice(_BUSINESSES)
    name = (last_name if rng.random() < 0.5 else street_name)(rng, split)
    draw = rng.random()
    if draw < 0.2:
        return f"{first_name(rng, split)}'s {kind}"
    if draw < 0.3:
        return f"{name} & {rng.choice(['Sons', 'Co', last_name(rng, split)])}"
    return f"{name} {kind}" if draw < 0.85 else f"{name} {kind} #{rng.randint(2, 899)}"


def email(rng: Random, split: str) -> str:
    """Return a mail address in a domain nobody can own."""
    return f"{handle(rng, split).lstrip('@').lower()}@{rng.choice(_DOMAINS)}"


def handle(rng: Random, split: str) -> str:
    """Return a name in a social network."""
    given, family = first_name(rng, split).lower(), last_name(rng, split).lower()
    number = rng.choice(["", str(rng.randint(1, 99)), str(rng.randint(1960, 2012))])
    forms = (
        f"{given}_{family}",
        f"{given}{number}",
        f"x{given}x",
        f"{given}.{family}{number}",
        f"real{family}{number}",
        f"{given[0]}{family}{number}",
        f"{family}_{number}",
    )
    return rng.choice(["@", "@", ""]) + rng.choice(forms).replace(" ", "")
