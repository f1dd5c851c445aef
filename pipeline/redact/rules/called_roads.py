"""Finds roads called by letters or miles, and names behind a direction of travel.

In: readings. Out: hits of STREET, and of ADDRESS with a house number. Numbered highways and mile
markers are public and none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.bare_streets import BOUND, NO_STREET
from pipeline.redact.rules.crossings import street_hit
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.street_words import SUFFIXES
from pipeline.redact.rules.walk import gap, joined, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["CALLED_ROAD_RULES"]

_LETTERED_ROAD = re.compile(
    r"(?:county|cty|cnty|co)\.?(?:\s(?:rd|road|trunk|trk|hwy|highway|line|rte|route))?\.?"
    r"\s(?P<v>[a-z]{1,2})(?![\w'/])",
    re.IGNORECASE,
)
_HOUSE_BEFORE = re.compile(r"(?<![\w-])(?:[NSEW]\d{2,6}|\d{1,6})(?:\s(?:lot|Lot|LOT)\s\d{1,4})?\s$")
_MILE_ROAD = re.compile(
    r"(?:[NSEW]\s)?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?:\s1/2)?\smile(?!\w)(?!\s(?:away|from|up|down|back|n|s|e|w|north|south|east|west|marker|post"
    r"|off|past|long|in|out|before|after|ahead|behind|per|run|race|walk|hike|stretch)\b)(?:\s(?:rd|road|creek))?",
    re.IGNORECASE,
)


def _bound(reading: Reading, place: int) -> Iterator[Hit]:
    """``NB TELEGRAPH AT``: a word dispatch does not use, after a direction of travel."""
    first = place + 1
    said = word(reading, first)
    if gap(reading, place) != " " or not said.isalpha() or len(said) < 4:
        return
    if said in NO_STREET or said in SUFFIXES or known(said):
        return
    last = first
    while last < first + 2 and joined(reading, last) and word(reading, last + 1) in _SECOND:
        last += 1
    yield street_hit(reading, first, last, "bound", 0.6, "name after a direction of travel")


_SECOND = word_set("island mill creek hill ridge grove park lake river springs bend point valley")


def _lettered(reading: Reading, place: int) -> Iterator[Hit]:
    token, text = reading.tokens[place], reading.text
    found = _LETTERED_ROAD.match(text, token.start)
    if found is None or found["v"] in _NOT_LETTERS or not found["v"].isupper():
        return
    house = _HOUSE_BEFORE.search(text, max(0, token.start - 18), token.start)
    start = house.start() if house else token.start
    entity = Entity.ADDRESS if house else Entity.STREET
    yield Hit(start, found.end(), entity, "lettered-road", 0.8, "road called by letters")


_NOT_LETTERS = word_set("PD FD SO EM DA AT NO IN ON A RP RD NB SB EB WB OF TO IS")


def _mile_road(reading: Reading, place: int) -> Iterator[Hit]:
    if word(reading, place - 1) not in _BEFORE_MILE:
        return
    found = _MILE_ROAD.match(reading.text, reading.tokens[place].start)
    if found and not found.group().lower().startswith(("1 ", "one ", "0")):
        yield Hit(*found.span(), Entity.STREET, "mile-road", 0.7, "road called by its mile")


_BEFORE_MILE = BOUND | word_set("on at w e n s fr from and off near to jct x west east south north")


CALLED_ROAD_RULES = (
    Rule(
        name="bound",
        find=_bound,
        words=BOUND,
        examples=Examples(
            finds=(
                "MULT CALLS NB [TELEGRAPH] AT GODDARD",
                "LSN SB [METROPOLITAN].",
                "last nb [stony island] 3 occ",
                "eb [lakeview] fr the ramp",
                "WB [SCHOENHERR], FAST",
                "northbound [palomar] no lights",
            ),
            ignores=("NB LANES BLKD", "SB ON FOOT", "WB TRAFFIC SLOW", "eb past the exit"),
        ),
    ),
    Rule(
        name="lettered-road",
        find=_lettered,
        words=word_set("county cty cnty co"),
        examples=Examples(
            finds=(
                "LOC:[COUNTY Q] JCT",
                "at [N7780 County ZZ], fire no",
                "cow on [Cty Trunk KP] just e",
                "[N5520 Lot 3 County Rd QQ], cabin",
                "near [Co Rd M].",
                "off [County Highway JJ]",
            ),
            ignores=("Summit Co SO advised", "county PD enrt", "CO AT 35", "co rd 440"),
        ),
    ),
    Rule(
        name="mile-road",
        find=_mile_road,
        numbers=True,
        words=word_set("two three four five six seven eight nine ten eleven twelve w e n s"),
        lengths=(1, 2),
        examples=Examples(
            finds=(
                "BACK AT MARATHON ON [W 7 MILE], TRESPASSED",
                "nb fr [7 mile], 3 occ",
                "JCT [SEVEN MILE CREEK];",
                "at [12 Mile] and that one",
                "on [Ten Mile Rd]",
                "off [9 mile] near",
            ),
            ignores=("on 3 mile marker", "at 2 miles out", "5 mile run", "from 1 mile away"),
        ),
    ),
)
