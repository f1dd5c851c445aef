"""Finds doors inside a building, keys and where they are hidden, and exact positions.

In: readings. Out: hits of APARTMENT, ACCESS_CODE and GEO. Police units are not apartments: "unit"
counts only after an address or before letters and a dash. It must never mask a floor, a zone or a
lane.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.shapes import compiled
from pipeline.redact.vocabulary import word_set

__all__ = ["INSIDE_RULES"]

_DOOR = re.compile(
    r"\.?\s{0,2}(?:no\.?|number|#|:"
    r"|=)?\s{0,2}#?\s?(?P<v>(?=[a-z]{0,3}-?\d)[a-z]{0,3}-?\d{1,5}(?:-?[a-z]{1,2})?(?:-\d{1,3})?(?![\w:])"
    r"|[a-z](?:-?\d{1,4})?(?!\w)|(?:one|two|three|four|five|six|seven|eight|nine"
    r"|ten)(?:\s[a-d])?(?!\w)|ph\d?|ll|upper|lower(?!\w))",
    re.IGNORECASE,
)
_STRONG = word_set("apt apartment apts ste suite lot spc trlr rm room apmt appt")
_NO_DOOR = word_set("a i and to in of")
_HASH = re.compile(r"#\s?(?P<v>[a-z]?-?\d{1,4}-?[a-z]?(?:-[a-z\d]{1,3})?)(?![\w#])", re.IGNORECASE)
_KEY_PLACE = re.compile(
    r"(?P<v>(?:(?:hidden|kept|left|is|still|hanging|located)\s)?"
    r"(?:under(?:neath)?|undr|inside|in|on|behind|above|beneath|beside|below|atop|over|by|at|w/"
    r"|with|next to|top of|beside)\s"
    r"(?:the\s|teh\s|a\s|her\s|his\s|their\s|my\s|our\s)?(?:\w[\w'’]*\s?){1,6})",
    re.IGNORECASE,
)
_KEY_STOP = re.compile(
    r"[.,;|\n)\]→<\"]|\s(?:and|then|alarm|code|gate|garage|pt|rp|cb|per|call|adv|ph|so|if|please"
    r"|was|were|who|but|or|for|to let|w/)\b"
    r"|\s-\s|$",
    re.IGNORECASE,
)
_KEY_LINK = re.compile(
    r"s?\s?(?:loc(?:ation)?|box|(?:to|for)\s(?:\w+\s){0,4}?(?=under|undr|inside|in\s|on\s|behind"
    r"|above|beneath|beside|at\s|is\s))?\s?[:=→]?\s{0,2}(?:is\s|are\s|it's\s|its\s)?(?:kept\s"
    r"|hidden\s|left\s|always\s|hung\s|stashed\s)?[→:]?\s?",
    re.IGNORECASE,
)
_PLACE_WORD = re.compile(
    r"under(?:neath)?|undr|inside|on|in|behind|above|beneath|beside|below|atop|by|at|with|next"
    r"|top|w/|hidden|hanging|[123](?:st|nd|rd)\s(?:flower|pot|planter|rock|step|drawer)",
    re.IGNORECASE,
)
_NOT_KEY = re.compile(
    r"(?:in|on)\s(?:hand|scene|site|file|person|ignition|custody|the\sign|his\shand|her\shand)"
    r"|in\scuphold|at\s(?:scene|door\b)|with\s(?:pd|fd|officer|ofc|him|her|them|neighbor|manager"
    r"|mgr)",
    re.IGNORECASE,
)
_LATLON = compiled("degrees")
_PAIR = re.compile(
    r"[nsew]?[\s:]?[-+]?\d{1,3}\.\d{3,8}\s?°?\s?[nsew]?[,;/\s]{1,3}(?:(?:lon|long"
    r"|x)[:=\s]{1,2})?[nsew]?[\s:]?[-+]?\d{1,3}\.\d{3,8}\s?°?\s?[nsew]?(?!\w)"
    r"|[ns]?\s?\d{1,2}[°\s]{1,2}\d{1,2}(?:\.\d{1,5})?['′]?\s?(?:\d{1,2}(?:\.\d{1,4})?[\"″]?)?\s?[ns]?[,\s/]{1,3}[ew]?\s?-?\d{1,3}[°\s]{1,2}\d{1,2}(?:\.\d{1,5})?['′]?(?:\s?\d{1,2}(?:\.\d{1,4})?[\"″]?)?\s?[ew]?(?!\w)",
    re.IGNORECASE,
)
_ONE = re.compile(r"[-+]?\d{1,3}\.\d{4,8}\s?°?\s?[nsew]?(?!\w)", re.IGNORECASE)
_PLUS = re.compile(r"[2-9cfghjmpqrvwx]{4,8}\+[2-9cfghjmpqrvwx]{2,3}(?!\w)", re.IGNORECASE)
_W3W = re.compile(
    r"(?:///|w3w[:\s/]{1,3}|what\s?(?:3|three)\s?words\s?(?:is|are"
    r"|:)?\s?)(?P<v>[a-z]{3,15}[.\s][a-z]{3,15}[.\s][a-z]{3,15})",
    re.IGNORECASE,
)
_GRID_REF = re.compile(
    r"(?:\d{1,2}[c-x]\s?[a-z]{2}\s?\d{4,5}\s?\d{4,5}"
    r"|\d{1,2}[c-x]\s\d{6}\s?m?e?\s\d{7}\s?m?n?)(?!\w)",
    re.IGNORECASE,
)


def _door(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    found = _DOOR.match(reading.text, token.end)
    if found is None:
        return
    value = found.group("v").lower()
    if value in _NO_DOOR and not reading.text[found.start("v")].isupper():
        return
    if token.word not in _STRONG and not _weak_door(reading, place, value):
        return
    yield _door_hit(
        found.start("v"),
        found.end("v"),
        f"after {'a strong' if token.word in _STRONG else 'a weak'} word for a door",
    )


def _weak_door(reading: Reading, place: int, value: str) -> bool:
    """``unit``, ``bldg``, ``sp``, ``trailer``, ``floor``: a door only with a letter, or after a"
    " place."""
    word = reading.tokens[place].word
    mixed = any(c.isalpha() for c in value) and (any(c.isdigit() for c in value) or len(value) == 1)
    if word == "unit":
        before = reading.text[max(0, reading.tokens[place].start - 3) : reading.tokens[place].start]
        letter_first = value[0].isalpha() and "-" in value
        return letter_first or (
            mixed and len(value) == 1 and "," not in before and bool(before.strip())
        )
    return word in {"sp", "trailer", "door", "bldg", "building"} and (value[0].isdigit() or mixed)


def _after_address(reading: Reading, end: int) -> Iterator[Hit]:
    """A door written straight after a street: ``W TALLOW AVE 3C``, ``LATHROP B``, ``#9``."""
    found = _BEHIND.match(reading.text, end)
    if found:
        yield _door_hit(found.start("v"), found.end("v"), "straight after an address")


_BEHIND = re.compile(
    r"[\s,/\-]{1,3}(?:lvl\s)?(?P<v>#?\s?\d{1,4}[a-z]?(?![\w/:.%\-]|\s?(?:yo|y/o|min|hrs?|mph|blk"
    r"|male|female|of|subj|veh|males|kids|cars))|#?[b-hj-z](?:-?\d{1,4})?(?![\w'/&]"
    r"|\s[a-z]{2,}\s(?:ave|st|rd)))",
    re.IGNORECASE,
)


def _hash_door(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _HASH.finditer(reading.text):
        before = reading.text[max(0, found.start() - 14) : found.start()].rstrip().lower()
        if before.endswith(_NOT_DOOR_BEFORE) or not before:
            continue
        yield _door_hit(found.start("v"), found.end("v"), "after a number sign")


_NOT_DOOR_BEFORE = (
    "case",
    "ref",
    "cb",
    "ph",
    "tag",
    "plate",
    "inc",
    "unit",
    "id",
    "veh",
    "badge",
    "permit",
    "cad",
    "lane",
    "lic",
    "engine",
    "truck",
    "vehicle",
    "zone",
    "call",
    "pump",
    "hyd",
    "susp",
    "subj",
    "party",
    "code",
    "acct",
    "gate",
    "pin",
    "lockbox",
    "entry",
    "pad",
    "booking",
    "order",
    "store",
    "bus",
    "route",
    "bay",
    "inmate",
    "tower",
    "ticket",
    "flight",
    "run",
    "fire",
    "keypad",
    ".",
    "?",
    "!",
    "a",
    "unit,",
    "report",
    "rpt",
    "attempt",
    "op",
    "opr",
    "oper",
    "operator",
)


def _door_hit(start: int, end: int, reason: str) -> Hit:
    return Hit(start, end, Entity.APARTMENT, "apartment", 0.8, reason)


def _key_place(reading: Reading, place: int) -> Iterator[Hit]:
    text = reading.text
    link = _KEY_LINK.match(text, reading.tokens[place].end)
    start = link.end() if link else reading.tokens[place].end
    while start < len(text) and text[start] == " ":
        start += 1
    if not _PLACE_WORD.match(text, start) or _NOT_KEY.match(text, start):
        return
    stop = _KEY_STOP.search(text, start + 3, min(len(text), start + 70))
    end = stop.start() if stop else min(len(text), start + 70)
    yield Hit(start, end, Entity.ACCESS_CODE, "key-place", 0.85, "where a key is kept")


def _position(reading: Reading, _: int) -> Iterator[Hit]:
    for pattern, reason in (
        (_PAIR, "pair of coordinates"),
        (_ONE, "coordinate"),
        (_GRID_REF, "grid reference"),
    ):
        for found in pattern.finditer(reading.text):
            yield Hit(found.start(), found.end(), Entity.GEO, "position", 0.9, reason)


def _named_position(reading: Reading, place: int) -> Iterator[Hit]:
    start = reading.tokens[place].end
    found = re.compile(r"[\s:=/]{0,3}").match(reading.text, start)
    value = _LATLON.match(reading.text, found.end() if found else start)
    if value and any(c in ".°'" for c in value.group()):
        yield Hit(
            value.start(), value.end(), Entity.GEO, "position", 0.9, "after a word for a position"
        )


def _code_position(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _PLUS.finditer(reading.text):
        yield Hit(found.start(), found.end(), Entity.GEO, "position", 0.85, "plus code")


def _three_words(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _W3W.finditer(reading.text):
        yield Hit(
            found.start("v"),
            found.end("v"),
            Entity.GEO,
            "position",
            0.9,
            "three words for a position",
        )


INSIDE_RULES = (
    Rule(
        name="apartment",
        find=_door,
        words=_STRONG | {"unit", "sp", "trailer", "bldg", "building", "door"},
        examples=Examples(
            finds=(
                "APT [3C] again",
                "rm [220] hip",
                "lot [22], blue",
                "UNIT [B-207]",
                "ste [C]",
                "apartment [four b]",
            ),
            ignores=(
                "unit 12 en route",
                "UNITS 5 AND 11",
                "room temp",
                "building on fire",
                "a lot of smoke",
                "trailer fire",
            ),
        ),
    ),
    Rule(
        name="hash-door",
        find=_hash_door,
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
            ignores=("CASE # 114", "unit #4", "zone #2", "lane #2", "veh #2"),
        ),
    ),
    Rule(
        name="key-place",
        find=_key_place,
        words=frozenset({"key", "keys", "fob", "lockbox", "lckbx", "spare"}),
        examples=Examples(
            finds=(
                "KEY IS [UNDER THE CERAMIC FROG], GARAGE",
                "spare key [inside the birdhouse by the mailbox].",
                "LOCKBOX [ON GAS METER] CODE",
                "key to bak door [undr teh gargoyl]alarm",
                "boiler room key is [on the nail behind the fire extinguisher]",
                "has key [in coffee can]|",
            ),
            ignores=(
                "keys in hand",
                "key on scene",
                "keys in ignition",
                "key broken",
                "keys with officer",
            ),
        ),
    ),
    Rule(
        name="position",
        find=_position,
        needs=(".", "°"),
        examples=Examples(
            finds=(
                "PH2 [33.41872, -111.90377] RAD 18",
                "last ping [45.5231 -122.6402]",
                "at [40.81733,-96.70112]",
                "[N 47° 25.418' W 121° 24.907']",
                "LAT [45.487120] LON [-122.803311]",
                "[29.4102° N, 98.5310° W]",
            ),
            ignores=("temp 102.6", "freq 154.280", "1.5 miles", "bac .214", "0.25 mi"),
        ),
    ),
    Rule(
        name="position-named",
        find=_named_position,
        words=frozenset({"lat", "lon", "long", "latitude", "longitude", "gps", "lng"}),
        examples=Examples(
            finds=(
                "lat [38.5779N] lon",
                "lon [109.5508W]",
                "GPS [44.05812]",
                "lat: [43.1]",
                "longitude [-89.4]",
                "lng=[-88.02]",
            ),
            ignores=("gps not equipped", "long way", "long time 3 hrs", "lat pulldown"),
        ),
    ),
    Rule(
        name="plus-code",
        find=_code_position,
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
            ignores=(
                "in other words",
                "exchanged words with clerk",
                "words only no assault",
                "www.site",
            ),
        ),
    ),
)
