"""Finds doors inside a building: apartments, lots, rooms, suites, bare numbers after #.

In: readings. Out: hits of APARTMENT. Police units are not apartments: "unit" counts only with a
letter, or after a street. It must never mask a floor, a zone, a lane or a unit on a call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import gap, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["DOOR_RULES", "door_behind", "part_behind"]

_SPOKEN = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_DOOR = re.compile(
    r"[.:]?\s{0,2}(?:no\.?|number|num|#|:|=)?\s{0,2}#?\s?(?P<v>"
    r"(?=[a-z]{0,3}-?\d)[a-z]{0,3}-?\d{1,5}(?:-?[a-z]{1,2})?(?:-\d{1,3})?(?![\w:]|\.\d|\s?(?:hrs|min|mph|yo)\b)"
    rf"|[a-z](?:-?\d{{1,4}})?(?![\w/'])|{_SPOKEN}(?:[\s-](?:[a-d]|{_SPOKEN}|oh))*(?!\w))",
    re.IGNORECASE,
)
_STRONG = word_set(
    "apt apartment apts ste suite lot spc trlr rm room apmt appt flat dorm unt aprt penthouse bunk"
    " lote campsite campsites depto departamento apto apartamento cuarto recamara traila trayla"
    " berth"
)
_WEAK = word_set("unit sp trailer bldg building door space cabin slip flr house")
_UPPER_ONLY = word_set("a i")
_HASH = re.compile(
    r"(?<![&\".])#\s?(?P<v>(?:[a-z]{1,2}-?)?\d{1,4}-?[a-z]?(?:-[a-z\d]{1,3})?|[a-z](?!\w))(?![\w#*])",
    re.IGNORECASE,
)
# What "#" numbers instead of a door.
_NUMBERED = word_set(
    "case ref cb ph tag plate inc unit units id veh badge permit cad lane lic license engine"
    " truck vehicle zone call pump hyd hydrant susp subj party code acct account gate pin lockbox"
    " entry pad booking order store bus route bay inmate tower ticket flight run fire keypad"
    " report rpt attempt op opr oper operator ofc rn a gc dl oln phone cell tx alt member mrn"
    " card pol policy check invoice co tro doc docket caller victim vic patient pt copper camera"
    " cam detector head door dog no seq box wire tire rd incident event log zip ring map mattress"
    " fail sounded color rpt susps"
)
_BEHIND = re.compile(
    r"(?:,?[^\S\n]|\s?[/-]\s?|\s#\s?|#)(?:no\.?\s|nr\.?\s|number\s)?(?P<v>(?:unit\s(?:\d{1,4}[a-h]?|[a-h]\d{0,3})(?!\w)|a(?=[,;])|\d{1,4}[a-h]|\d{1,4}|[b-dfghj-mp-rt-v](?:-?\d{1,4})?)(?![\w/:.%'-]|\.\d"
    r"|\s?(?:yo|y/o|min|mins|hrs?|mph|blk|block|males?|females?|of|subj|subjs|veh|vehs|kids|cars|units?|in|ft|people|miles?|mi|adults?|juvs?|pts?|stop|w/|&|more|am|pm|callers?|calls?|officers?|occ|shots|days|cats|dogs|[a-z]+\s(?:ave|st|rd))\b))",
    re.IGNORECASE,
)


# A part of a house, written straight after its street: "Dr, bsmt", "AVE FL 2 INS", "Ln 2nd floor".
_SIDED = (
    r"(?:bsmt|bsmnt|basement|upstairs|upstrs|upstair|downstairs|downstrs|dnstairs|attic|loft"
    r"|garden\slevel|carriage\shouse|guest\s?house|granny\sflat|in-?law(?:\s(?:unit|apt|suite))?"
    r"|(?:rear|front|upper|lower|left|right|back|top|main|garage|basement)(?:\s(?:unit|apt|apartment"
    r"|flat|level|house|bldg|building|duplex|door|half|cottage|rear|left|right|side))?)"
)
_STOREYED = (
    r"(?:(?:fl|flr|floor)\.?\s?\d{1,2}(?![\w:/.-])|(?:\d{1,2}(?:st|nd|rd|th)|first|second|third"
    r"|fourth|ground|top|main)\s(?:fl|flr|floor)(?![\w]))"
)
_PART = re.compile(
    rf"(?:,\s?|\s|\s?[-/(]\s?)(?:in\s(?:the\s)?)?(?P<v>{_STOREYED}"
    rf"|{_SIDED}(?=\s?(?:[.,;:)\n\"\u201d]|\Z)|\s[-(]))",
    re.IGNORECASE,
)


# A flat named by its side: "in 12 REAR", "into 2 Left at 44".
_SIDE = re.compile(
    r"(?:(?:in|into|inside|outside|from|of|to|at)\s|(?<=, ))"
    r"(?P<v>\d{1,3}\s?(?:rear|front|left|right|upper|lower|up|rr|frt))"
    r"(?=\s?[,.;:)\n]|\s(?:at|w|w/|with|no|and|is|says|has|for|nobody|of\s\d)(?!\w)|\s?\Z)",
    re.IGNORECASE,
)


def _side(reading: Reading, place: int) -> Iterator[Hit]:
    found = _SIDE.match(reading.text, reading.tokens[place].start)
    if found is None and place + 1 < len(reading.tokens) and gap(reading, place) == ", ":
        found = _SIDE.match(reading.text, reading.tokens[place + 1].start)
    if found:
        yield _hit(*found.span("v"), "side", "a flat by its side")


def _door(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    found = _DOOR.match(reading.text, token.end)
    if found is None or found.start("v") == token.end:
        return
    value = found["v"].lower()
    if value in _UPPER_ONLY and not reading.text[found.start("v")].isupper():
        return
    strong = token.word in _STRONG and not (token.word in ("lot", "rm") and value == "of")
    if strong or _weak(reading, place, value):
        yield _hit(found.start("v"), found.end("v"), "apartment", "after a word for a door")


def _weak(reading: Reading, place: int, value: str) -> bool:
    """``unit``, ``bldg``, ``sp``: a door only with a letter, or after a street."""
    said = word(reading, place)
    lettered = any(each.isalpha() for each in value) and value.isascii()
    if said == "unit":
        alone = len(value) == 1 and lettered and gap(reading, place) == " "
        if word(reading, place - 2) in ("bldg", "building"):
            return True
        high = value.startswith("ph") and value[2:].isdigit()
        return high or (lettered and "-" in value) or (alone and not known(value + "x"))
    if said in ("sp", "slip", "cabin"):
        return value[0].isdigit() or lettered
    if said in ("trailer", "space"):
        return lettered or word(reading, place - 1) in ("st", "rd", "ave", "ln", "dr", "park", "ct")
    return said in ("bldg", "building") and len(value) <= 3


def door_behind(reading: Reading, end: int) -> Hit | None:
    """Return a door written straight after a street: ``W TALLOW AVE 3C``, ``LATHROP #B``."""
    found = _BEHIND.match(reading.text, end)
    return _hit(*found.span("v"), "behind", "straight after a street") if found else None


def part_behind(reading: Reading, end: int) -> Hit | None:
    """Return the part of a house written straight after its street: ``Dr, bsmt``, ``AVE FL 2``."""
    found = _PART.match(reading.text, end)
    return _hit(*found.span("v"), "part", "straight after a street") if found else None


def _hash(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    for found in _HASH.finditer(text):
        before = re.findall(r"[A-Za-z]+|[?!\n]", text[max(0, found.start() - 14) : found.start()])
        if _enumerates(text, found):
            continue
        if before and before[-1].lower() not in _NUMBERED and before[-1] not in "?!\n":
            yield _hit(*found.span("v"), "hash", "after a number sign")


# "Two transports. #1 T.W. voluntary. #2 R.A." counts people; a door begins no sentence.
_ITEM = re.compile(r"(?:\A|[.;:\n]\s{0,2})#\s?(?P<n>[1-9])\s")


def _enumerates(text: str, found: re.Match[str]) -> bool:
    """Return whether a number sign is that of a list's item, with another of the list."""
    if len(found["v"]) > 1 or not found["v"].isdigit():
        return False
    items = [each for each in _ITEM.finditer(text) if each["n"]]
    here = any(each.start("n") == found.start("v") for each in items)
    return here and len({each["n"] for each in items}) > 1


def _hit(start: int, end: int, rule: str, reason: str) -> Hit:
    return Hit(start, end, Entity.APARTMENT, rule, 0.8, reason)


DOOR_RULES = (
    Rule(
        name="apartment",
        find=_door,
        words=_STRONG | _WEAK,
        examples=Examples(
            finds=(
                "APT [3C] again",
                "unit: [PH2]",
                "rm [220] hip",
                "lot [22], blue",
                "UNIT [B-207]",
                "ste [C]",
                "apartment [four b]",
                "Apt. #[12B]",
                "TRLR [9]",
                "bldg [K]",
                "sp [41]",
                "en el lote [12]",
                "depto [4B] arriba",
            ),
            ignores=(
                "unit 12 en route",
                "UNITS 5 AND 11",
                "room temp",
                "building on fire",
                "a lot of smoke",
                "trailer fire",
                "UNIT 212 OUT",
                "un lote de ropa",
            ),
        ),
    ),
    Rule(
        name="side",
        find=_side,
        words=word_set("in into inside outside from of to at"),
        then=lambda said: said[:1].isdigit(),
        examples=Examples(
            finds=(
                "NB IN [12 REAR] W/ MACHETE",
                "his sister into [2 Left] at 44",
                "kids in [3 LEFT] no heat",
                "he is 71, in [5 UP].",
                "screaming from [4 front]",
                "smoke in [2 rear], 3 out",
            ),
            ignores=(
                "at 2 left on foot",
                "of 4 rear tires",
                "from 3 front windows",
                "in 2 upper teeth",
                "at 1402 left",
            ),
        ),
    ),
    Rule(
        name="hash",
        find=_hash,
        needs=("#",),
        examples=Examples(
            finds=(
                "calle del sol #[9]",
                "31 mill st #[2]",
                "at the lofts #[12B]",
                "townhome # [4], upstairs",
                "main entrance #[7]",
                "condo #[114]",
            ),
            ignores=(
                "CASE # 114",
                "unit #4",
                "zone #2",
                "lane #2",
                "veh #2",
                "attempt #3",
                "2 pts same place. #1 is calm. #2 is not",
            ),
        ),
    ),
)
