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
from pipeline.redact.rules.streets import street_end
from pipeline.redact.rules.walk import capital, gap, joined, known, word
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
    if word(reading, first) == "on":
        first += 1
    said = word(reading, first)
    if gap(reading, first - 1) != " " or not said.isalpha() or len(said) < 4:
        return
    if said in NO_STREET or said in SUFFIXES or known(said):
        return
    last = first
    while last < first + 2 and joined(reading, last) and word(reading, last + 1) in _SECOND:
        last += 1
    yield street_hit(reading, first, last, "bound", 0.6, "name after a direction of travel")


_SECOND = word_set("island mill creek hill ridge grove park lake river springs bend point valley")


def _cross(reading: Reading, place: int) -> Iterator[Hit]:
    """``XST FRUIT``, ``cross Juniper``: the street that crosses, up to two words."""
    first = place + 1
    if gap(reading, place).strip() not in ("", ":") or not _may_cross(reading, place, first):
        return
    last = first
    if joined(reading, first) and _may_cross(reading, place, first + 1):
        last += 1
    yield street_hit(reading, first, last, "cross-street", 0.7, "behind a word for a cross street")


def _may_cross(reading: Reading, place: int, here: int) -> bool:
    said = word(reading, here)
    if len(said) < 3 or not said.isalpha() or said in NO_STREET or said in _NOT_CROSSED:
        return False
    return word(reading, place) != "cross" or (capital(reading, here) and here == place + 1)


_NOT_CROSSED = word_set("street streets traffic country contamination over none unk unknown sts")


def _mile_address(reading: Reading, place: int) -> Iterator[Hit]:
    """``Mile 3.2 Ten Mile Swamp Rd``: a house that is counted in miles along its road."""
    first = place + 2
    if not word(reading, place + 1).isdigit() or gap(reading, place) != " ":
        return
    if gap(reading, place + 1) == "." and word(reading, first).isdigit():
        first += 1
    if gap(reading, first - 1) != " " or word(reading, first) in _HIGHWAYS:
        return
    end = street_end(reading, first)
    if end < 0 and _titled(reading, first) and _titled(reading, first + 1):
        end = first + 1
    if end >= first:
        cut = reading.tokens
        span = cut[place].start, cut[end].end
        yield Hit(*span, Entity.ADDRESS, "mile-address", 0.8, "mile of a road")


_HIGHWAYS = word_set("i us sr cr hwy highway state interstate county rt route")
_GRID = re.compile(
    r"\d{2,5}\s[nsew]\.?\s\d{2,5}\s[nsew](?!\w)|\d{3,6}\s(?:avenue|ave|road|rd|street)\s\d{1,3}(?![\w:/])",
    re.IGNORECASE,
)


_GRID_STREETS = word_set("n s e w avenue ave road rd street")


def _titled(reading: Reading, place: int) -> bool:
    if place >= len(reading.tokens) or reading.text.isupper():
        return False
    token = reading.tokens[place]
    return reading.text[token.start : token.end].istitle()


def _grid_address(reading: Reading, place: int) -> Iterator[Hit]:
    """``385 W 1250 N``, ``21900 Avenue 88``: house and street are both numbers."""
    found = _GRID.match(reading.text, reading.tokens[place].start)
    if found:
        yield Hit(*found.span(), Entity.ADDRESS, "grid-address", 0.85, "house and street by number")


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


def _may_be_mile(said: str) -> bool:
    """Return whether a word behind a number or a direction goes on as a road called by a mile."""
    return said.startswith("mile") or said[:1].isdigit() or said in _MILES or not said.isascii()


_MILES = word_set("one two three four five six seven eight nine ten eleven twelve")
_BEFORE_MILE = BOUND | word_set("on at w e n s fr from and off near to jct x west east south north")


CALLED_ROAD_RULES = (
    Rule(
        name="cross-street",
        find=_cross,
        words=word_set("xst xsts xstr xstreet cross jct jwo"),
        examples=Examples(
            finds=(
                "990 W SHAW XST [FRUIT]. HBD",
                "700 College Hts cross [Juniper]",
                "xst delridge [orchard]".replace(
                    "xst delridge [orchard]", "xst [delridge orchard]"
                ),
                "XST: [PONDEROSA] / BLUE",
                "SR 58 JWO [TOWERLINE]|VEH1",
                "CROSS [HOPE] AND BEAUTY",
            ),
            ignores=("cross street unk", "cross traffic", "xst unknown", "red cross notified"),
        ),
    ),
    Rule(
        name="mile-address",
        find=_mile_address,
        words=word_set("mile mi"),
        examples=Examples(
            finds=(
                "Tract: [Mile 3.2 Ten Mile Swamp Rd]; Acres",
                "cabin. [Mile 47.2 Seward Hwy] lot",
                "hes at [mile 3 sawyer mtn road]",
                "from [Mile 3 Chena Pump], keys",
                "[MILE 12 OLD QUARRY RD]",
                "at [Mile 8 Fennel Ln].",
            ),
            ignores=("mile 44 of I-5", "mile 12 SB", "1 mile 3 units", "mile 208 hwy 26"),
        ),
    ),
    Rule(
        name="grid-address",
        find=_grid_address,
        numbers=True,
        lengths=(2, 3, 4, 5, 6),
        fits=str.isdigit,
        then=lambda said: said in _GRID_STREETS or not said.isascii(),
        examples=Examples(
            finds=(
                "place [385 W 1250 N]. GRANDPA",
                "at dairy, [21900 Avenue 88], tractor",
                "[1020 S 300 E] rear",
                "to [44 N 200 W],",
                "[14500 Road 36] barn",
                "at [800 e 2100 s]",
            ),
            ignores=("12 W 4 E", "24 38.2N 081", "3 ave 5", "100 N of 5"),
        ),
    ),
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
        then=_may_be_mile,
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
