"""Finds exact positions: coordinates, plus codes, three words, and grid references.

In: readings. Out: hits of GEO. Coordinates after a word for one are in ``after.yml``. It must never
take a temperature, a frequency or a distance for a position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule

__all__ = ["POSITION_RULES"]

_MINUTES = (
    r"[nsew]?\s?\d{1,3}[\u00b0\s]{1,2}\d{1,2}(?:\.\d{1,5})?['\u2032\u2019]?\s?"
    r"(?:\d{1,2}(?:\.\d{1,4})?[\"\u2033\u201d]?)?\s?[nsew]?"
)
_DEGREE = r"\d{1,3}\.\d{3,8}\s?\u00b0?(?:\s?[nsew](?!\w))?"
_COORDINATE = re.compile(
    rf"(?<![\w.$]){_DEGREE}[,;/\s|]{{1,3}}[nsew]?\s?[-+]?{_DEGREE}(?!\w)"
    r"|(?<![\w.$])\d{1,3}\.\d{4,8}\s?\u00b0?(?:\s?[nsew])?(?!\w)",
    re.IGNORECASE,
)
_DMS = re.compile(rf"(?<![\w.]){_MINUTES}[,\s/]{{1,3}}{_MINUTES}(?!\w)", re.IGNORECASE)
_PLUS = re.compile(r"(?<!\w)[2-9cfghjmpqrvwx]{4,8}\+[2-9cfghjmpqrvwx]{2,3}(?!\w)", re.IGNORECASE)
_W3W = re.compile(
    r"(?:///|w3w[:\s/]{1,5}|what\s?(?:3|three)\s?words[:\s/]{1,5}(?:(?:is|are|code)\s)?)"
    r"(?P<v>[a-z]{3,15}[.\s][a-z]{3,15}[.\s][a-z]{3,15})",
    re.IGNORECASE,
)
# As at sea: 24 38.2N 081 52.7W
_PAIR = re.compile(
    r"(?<![\w.$])\d{1,2}\.\d{1,8}\s?\u00b0?\s?[ns][,;/\s]{1,2}\d{1,3}\.\d{1,8}\s?\u00b0?\s?[ew](?!\w)",
    re.IGNORECASE,
)
_SEA = re.compile(
    r"(?<![\w.])\d{1,2}[\s-]\d{1,2}\.\d{1,4}['\u2032]?\s?[ns][,/\s]{1,3}"
    r"\d{2,3}[\s-]\d{1,2}\.\d{1,4}['\u2032]?\s?[ew](?!\w)"
    r"|(?<!\w)[ns]\s?\d{1,2}[\s-]\d{1,2}\.\d{1,5}[,/\s]{1,3}[ew]\s?\d{2,3}[\s-]\d{1,2}\.\d{1,5}(?!\w)",
    re.IGNORECASE,
)
_SEA_BEGINS = re.compile(r"\d{1,2}|[ns].*", re.IGNORECASE | re.DOTALL)
# A parcel of the public land survey: township, range, section and its quarters, in any order.
_PARCEL_PART = (
    r"(?:t\d{1,3}[ns]|r\d{1,3}[ew]|s(?:ec(?:tion)?)?\.?\s?\d{1,2}"
    r"|[ns][ew](?:[ns][ew]){0,2}(?:1?/4)?)"
)
_PARCEL = re.compile(
    rf"(?<!\w)(?=[^\n;]{{0,16}}\bt\d{{1,3}}[ns]\b)"
    rf"(?:{_PARCEL_PART}(?:[,;/\s]{{1,2}}|of|-)?){{2,6}}(?!\w)",
    re.IGNORECASE,
)
_GRID = re.compile(
    r"(?<!\w)\d{1,2}[c-x]\s?(?:[a-hj-np-z]{2}\s?\d{4,5}\s?\d{4,5}|\d{6}\s?m?e?\s\d{7}\s?m?n?)(?!\w)",
    re.IGNORECASE,
)


def _hits(pattern: re.Pattern[str], rule: str, reason: str, reading: Reading) -> Iterator[Hit]:
    group = "v" if "v" in pattern.groupindex else 0
    for found in pattern.finditer(reading.text):
        yield Hit(*found.span(group), Entity.GEO, rule, 0.9, reason)


def _coordinates(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    start = token.start + (not token.word[0].isdigit())
    found = _COORDINATE.match(reading.text, start)
    if found:
        yield Hit(*found.span(), Entity.GEO, "coordinates", 0.9, "decimal degrees")


def _dms(reading: Reading, _: int) -> Iterator[Hit]:
    yield from _hits(_DMS, "degrees", "degrees and minutes", reading)


def _sea(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    found = _SEA.match(reading.text, token.start)
    if found:
        yield Hit(*found.span(), Entity.GEO, "minutes", 0.9, "degrees and minutes")
        return
    # The direction may stand apart: N 45 12.880 W 116 08.417.
    found = _SEA.match(reading.text, token.start - 2) if token.start > 1 else None
    if found and found.group()[1] == " ":
        yield Hit(*found.span(), Entity.GEO, "minutes", 0.9, "degrees and minutes")


def _plus(reading: Reading, _: int) -> Iterator[Hit]:
    yield from _hits(_PLUS, "plus-code", "plus code", reading)


def _three_words(reading: Reading, _: int) -> Iterator[Hit]:
    yield from _hits(_W3W, "three-words", "three words for a place", reading)


def _parcel(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    found = _PARCEL.match(reading.text, token.start)
    if found:
        end = found.start() + len(found.group().rstrip(" ,;/-"))
        yield Hit(found.start(), end, Entity.GEO, "parcel", 0.9, "township and range")


def _pair(reading: Reading, place: int) -> Iterator[Hit]:
    found = _PAIR.match(reading.text, reading.tokens[place].start)
    if found:
        yield Hit(*found.span(), Entity.GEO, "pair", 0.9, "degrees north or south, east or west")


def _grid(reading: Reading, place: int) -> Iterator[Hit]:
    found = _GRID.match(reading.text, reading.tokens[place].start)
    if found:
        yield Hit(*found.span(), Entity.GEO, "grid", 0.9, "grid reference")


def _begins_with_digit(said: str) -> bool:
    return said[:1].isdigit()


POSITION_RULES = (
    Rule(
        name="minutes",
        find=_sea,
        numbers=True,
        lengths=(1, 2, 3),
        fits=_SEA_BEGINS.fullmatch,
        then=_begins_with_digit,
        examples=Examples(
            finds=(
                "pos [24 38.2N 081 52.7W]",
                "at [41-27.3N 082-41.9W], taking water",
                "[24 38.2 N, 81 52.7 W]",
                "drifting [47 25.41N 122 24.90W]",
                "LAST POS [29 58.1N 090 03.2W]",
                "[41 27.3n/082 41.9w]",
                "on line [N 45 12.880 W 116 08.417]. paged",
                "camp gps [N45 12.441 W117 18.902]. chase",
            ),
            ignores=("24 38.2 deg", "2 38.5N", "wind 12 14.5N", "41 27.3N only"),
        ),
    ),
    Rule(
        name="parcel",
        find=_parcel,
        numbers=True,
        lengths=(2, 3, 4, 5),
        fits=lambda said: said[0] in "trs",
        examples=Examples(
            finds=(
                "LEGAL [T32N R18E S9 NENW], 4 ac",
                "legal=[S17 T130N R82W]",
                "[T14N R23E SEC 8 SWNE], 0.3 AC",
                "fire at [t9s r4w sec 22]",
                "[T7N, R12E, Section 4]",
                "[S4 T7N R12E SWSW] sage",
            ),
            ignores=("T2 R1 en route", "SEC 8 housing", "T14 on scene", "NW of town"),
        ),
    ),
    Rule(
        name="pair",
        find=_pair,
        numbers=True,
        lengths=(1, 2),
        fits=str.isdigit,
        behind=".",
        examples=Examples(
            finds=(
                "[63.31 N 157.20 W] approx",
                "at [41.2N, 96.1W]",
                "[45.5 N 122.6 W] camp",
                "cabin [61.4n 149.9w]",
                "[44.05 S; 176.5 E]",
                "pos [33.4N/111.9W]",
            ),
            ignores=("63.3 N of town", "1.5 s, then 2.5", "98.6 now", "4.2 ns"),
        ),
    ),
    Rule(
        name="coordinates",
        find=_coordinates,
        numbers=True,
        lengths=(1, 2, 3, 4),
        fits=lambda said: said[-1].isdigit(),
        behind=".",
        examples=Examples(
            finds=(
                "PH2 [33.41872, -111.90377] RAD 18",
                "last ping [45.5231 -122.6402]",
                "at [40.81733,-96.70112]",
                "LAT [45.487120] LON [-122.803311]",
                "[29.4102\u00b0 N, 98.5310\u00b0 W]",
                "[36.1024 N 109.5581 W], trail",
            ),
            ignores=("temp 102.6", "freq 154.280", "1.5 miles", "bac .214", "0.25 mi", "$14.5000"),
        ),
    ),
    Rule(
        name="degrees",
        find=_dms,
        needs=("\u00b0", "'"),
        examples=Examples(
            finds=(
                "[N 47\u00b0 25.418' W 121\u00b0 24.907']",
                "[44\u00b0 03' 12\" N 123\u00b0 05' 40\" W]",
                "at [N47\u00b025.418' W121\u00b024.907'] camp",
                "[44 03 12 N, 123 05 40 W], it's",
                "[33\u00b0 25.1' N, 111\u00b0 54.2' W]",
                "GPS [N 40\u00b0 12.5' W 96\u00b0 42.1'] ok",
            ),
            ignores=("it's 90\u00b0 out", "5'10 180", "98.6\u00b0 F", "can't see 2 or 3"),
        ),
    ),
    Rule(
        name="plus-code",
        find=_plus,
        needs=("+",),
        examples=Examples(
            finds=(
                "at [86HJW8XX+WV]",
                "[W8XX+WVF] trail",
                "pin [8FVC9G8F+6X]",
                "plus code [CWC8+R9]",
                "near [C8QV+3J]",
                "[87G8Q2PQ+VX]",
            ),
            ignores=("60+ in yard", "4+ cars", "O+ blood", "a+b"),
        ),
    ),
    Rule(
        name="three-words",
        find=_three_words,
        needs=("///", "w3w", "W3W", "words", "WORDS"),
        examples=Examples(
            finds=(
                "///[filled.count.soap]",
                "w3w: [ladder.proud.mint]",
                "what three words is [table.candle.frost]",
                "W3W [grape.hinge.tulip]",
                "at ///[one.mild.fox]",
                "what3words [plain.tower.quiz]",
            ),
            ignores=("in other words", "exchanged words with clerk", "words only no", "www.site"),
        ),
    ),
    Rule(
        name="grid",
        find=_grid,
        numbers=True,
        lengths=(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
        fits=lambda said: said[-1].isalpha() or len(said) > 10,
        examples=Examples(
            finds=(
                "MGRS [15TWN4821763350]",
                "at [15T WN 48217 63350]",
                "utm [10T 512345 5034567]",
                "grid [16S GC 1234 5678] ridge",
                "[12S 432100 3765400] wash",
                "usng [18SUJ2337106519]",
            ),
            ignores=("grid 7-112", "2B14 en route", "15 min", "E12 on scene"),
        ),
    ),
)
