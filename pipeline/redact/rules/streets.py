"""Finds house numbers with their streets, with a suffix, without one, and alone.

In: readings. Out: hits of ADDRESS. It must never take words across a full stop, and never take a
count, a time, a vehicle's year or a unit for a house. Streets without a house are ``crossings``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.model import Entity
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.gazetteers import dictionary_words
from pipeline.redact.reading import Reading
from pipeline.redact.rules.doors import door_behind, part_behind
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.street_words import (
    COUNTED,
    CUES,
    DIRECTIONS,
    NEVER,
    NUMBERED,
    ROADS,
    SUFFIXES,
)
from pipeline.redact.rules.walk import capital, gap, has_digit, joined, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["ORDINAL", "STREET_RULES", "street_end"]

ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_HOUSE = re.compile(r"\d[\do]{0,5}[a-z]?[\u00bc\u00bd\u00be]?|[nsew]\d{1,6}(?:[nsew]\d{2,6})?")
_GRID = re.compile(r"[nsew]\d{3,6}|[nsew]\d{1,3}[nsew]\d{2,6}")
_FRACTION = re.compile(r"\s?(?:\u00bd|\u00bc|\u00be)|\s[13]/[248](?!\w)")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
# 2024Z and 061524 are a time and a date, 30s how old somebody looks.
_NO_HOUSE = re.compile(
    r"(?:[01]\d|2[0-3])[0-5]\dz|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d\d|[1-9]0s"
)
_YEAR = re.compile(r"19[5-9]\d|20[0-3]\d")
_LONG_NAME = 5
# Whose roads bear numbers: County Rd 12, BIA Rd 33, Forest Rd 220.
_OWNERS = ROADS | word_set(
    "bia indian tribal navajo reservation forest fs usfs nf blm ranch farm market park township twp"
    " lease logging mission agency village"
)
# Words that begin names of streets more often than anything else behind a number.
_LEADING = (DIRECTIONS - {"no", "so"}) | word_set(
    "old upper lower big little rocky sandy saint mount fort calle avenida camino paseo rue via"
)
# Ordinary words that stand in names of streets behind a house number.
_HOUSE_OK = word_set(
    "two three four five six seven mile long fire front main gas early black white red blue"
    " green gray grey brown gold silver station service private wild hit clear service"
)
_HIGHWAYS = word_set("exited exit off mp mm mile milepost i hwy mph")
_BEHIND = (" ", "\u00a0", "-", "\u00bc", "\u00bd", "\u00be")
_ORDINARY = (Kind.WORD, Kind.UNKNOWN)
# Streets are called by these, and nobody counts them in a call.
_PLURAL_NAMES = word_set(
    "pines oaks springs meadows hills woods farms maples elms cedars palms estates gardens heights"
    " falls lakes fields birches willows roses cypresses sands dunes shores pastures forks"
)
_ALONE = word_set("at o number address addr house residence no the from")
# "Old Kiln Road on Tuesday": no road is called by these.
_SMALL_WORDS = word_set("on at in to by is or of if as up an rp pd fd we he it no so my")
_FAR = word_set("ft feet mi miles yds km m knots rpm watts ppm psi bpm mph hrs hours")
_NOT_HOUSES = _FAR | {"a", "on", "w"}
# Words before a house number; of two the nearer one first.
_HOUSED = word_set("number address addr house residence") | frozenset(
    ("no house", "no fire", "is address", "is addr", "is house", "is residence")
)
_SHORT_DAYS = word_set("sun mon tue tues wed thu thur thurs fri sat")
_DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday arrival scene")
# Whose number is no house's: "taxi number 81".
_NO_HOUSES = word_set(
    "phone cell unit call taxi cab truck tractor trailer bus coach train fleet flight engine car"
    " plow hull tail boat route page gate platform track jersey bib locker hydrant pole tower well"
)
_BEFORE_ALONE = ("", "#", ":", "=", ": #", "\u00a0", "\t")
# Words after which even a clock time is a house.
_HOUSE_CUES = word_set(
    "lives live living house address addr adr number res residence resides home stays staying"
    " numeric rp neighbor caller grandma grandmas moms mothers dads sisters f/o"
)


def street_end(reading: Reading, first: int) -> int:
    """Return the place of the last token of a street with a suffix begun at ``first``, or -1."""
    place = first
    if word(reading, place) in ROADS and has_digit(word(reading, place + 1)):
        return _with_direction(reading, place + 1)
    end = -1
    for step in range(_LONG_NAME):
        here = first + step
        if step and not joined(reading, here - 1):
            break
        said = word(reading, here)
        if step and said in SUFFIXES:
            end = here
            county = said in ("rd", "rte", "route", "road") and word(reading, here - 1) in _OWNERS
            if (said in ROADS or county) and _road_number(reading, here):
                end = here + 1
            continue
        if end >= 0 or not _in_name(said, step):
            break
    return _with_direction(reading, end) if end >= 0 else -1


def _in_name(said: str, step: int) -> bool:
    if said in DIRECTIONS:
        return True
    if (said in NEVER and said not in _HOUSE_OK) or (
        not step and said in COUNTED and len(said) > 1
    ):
        return False
    return not has_digit(said) or bool(ORDINAL.fullmatch(said)) or (step > 0 and said.isdigit())


def _road_number(reading: Reading, place: int) -> bool:
    after = word(reading, place + 1)
    lettered = len(after) <= 2 and after.isalpha() and after not in _SMALL_WORDS
    return joined(reading, place) and (has_digit(after) or lettered)


def _with_direction(reading: Reading, place: int) -> int:
    after = word(reading, place + 1)
    is_direction = after in DIRECTIONS and len(after) <= 2 and after not in ("no", "so")
    behind = gap(reading, place + 1)
    if is_direction and gap(reading, place) == " " and not behind.startswith(("/", "-")):
        return place + 1
    return place


def _may_be_house(said: str) -> bool:
    return bool(_HOUSE.fullmatch(said)) and not _NO_HOUSE.fullmatch(said)


def _house(reading: Reading, place: int) -> Iterable[Hit]:
    token = reading.tokens[place]
    # Most numbers end here: nothing of a street behind them, no word for a house before them.
    behind = reading.text[token.end : token.end + 1]
    if behind not in _BEHIND and word(reading, place - 1) not in _ALONE and token.word[0].isdigit():
        return ()
    if token.start and reading.text[token.start - 1] == "$":
        return ()
    if _other_number(reading, place):
        return ()
    start, first = _number_span(reading, place)
    if first < 0:
        end = place if _alone(reading, place) else -1
    else:
        end = street_end(reading, first)
        if end < 0:
            end = _bare_end(reading, place, first)
        if end < 0 and _alone(reading, place):
            end = _on_street(reading, place)
    return () if end < 0 else _address(reading, start, place, end)


def _address(reading: Reading, start: int, place: int, end: int) -> Iterator[Hit]:
    last = reading.tokens[end].end
    yield Hit(start, last, Entity.ADDRESS, "address", 0.9, "house number and street")
    door = door_behind(reading, last) if end > place else None
    part = part_behind(reading, door.end if door else last) if end > place else None
    yield from (each for each in (door, part) if each)


def _number_span(reading: Reading, place: int) -> tuple[int, int]:
    """Return where the house number starts, and the place of the street's first token or -1."""
    cut, text = reading.tokens, reading.text
    start = cut[place].start
    before = word(reading, place - 1)
    if gap(reading, place - 1) == "-" and before.isdigit() and len(before) <= 3 and place:
        start = cut[place - 1].start
    first = place + 1
    end = cut[place].end
    fraction = _FRACTION.match(text, end)
    if fraction:
        end = fraction.end()
        while first < len(cut) and cut[first].start < end:
            first += 1
    elif gap(reading, place) == "-" and len(word(reading, first)) == 1:
        end, first = cut[first].end, first + 1
    if first >= len(cut) or text[end : cut[first].start] not in (" ", "\u00a0", "  "):
        return start, -1
    return start, first


def _other_number(reading: Reading, place: int) -> bool:
    """Return whether the number belongs to the word before it, or counts what follows."""
    before, after = word(reading, place - 1), word(reading, place + 1)
    glue = gap(reading, place - 1) if place else ""
    if glue in (":", "/", ".", "-", "'", ",", "$", "+") and (has_digit(before) or glue in ".$/"):
        return not (
            glue == "-" and before.isdigit() and len(before) <= 3 and _apart(reading, place)
        )
    if glue in ("-", "\u2010", "\u2011"):
        return True
    if glue == ", " and has_digit(before):
        return not _street_like(reading, place)
    if glue.endswith(("$", "#", ":", "=")) and glue.strip() and before not in CUES:
        return glue.endswith(("$", "#")) or before in NUMBERED
    if before in NUMBERED and glue in (" ", ""):
        return True
    return after in COUNTED and gap(reading, place) == " " and not _street_like(reading, place)


def _apart(reading: Reading, place: int) -> bool:
    """Return whether the token before the one before a hyphen stands by itself: no telephone."""
    return (gap(reading, place - 2) != "-" and place > 1) or place == 1


def _street_like(reading: Reading, place: int) -> bool:
    """``15 N Rookery Ln``: one letter before a street is no count."""
    return street_end(reading, place + 1) > place + 2


def _alone(reading: Reading, place: int) -> bool:
    """A number by itself after "house", "address", "lives at" or, if no time, "at"."""
    said = reading.tokens[place].word
    if _GRID.fullmatch(said) and len(said) >= 5:
        return True
    before, earlier = word(reading, place - 1), word(reading, place - 2)
    after = word(reading, place + 1)
    if gap(reading, place - 1).strip(" ") not in _BEFORE_ALONE or not said[0].isdigit():
        return False
    if after in ("address", "house", "residence") and before in ("the", "from", "at"):
        return True
    if before == "o" and gap(reading, place - 2) == "/" and after not in COUNTED:
        return True
    if before in _HOUSED or before + " " + earlier in _HOUSED:
        counted = after in COUNTED or after in _FAR
        return earlier not in _NO_HOUSES and not counted
    if before == "at" and earlier in _HOUSE_CUES and after == "w":
        return True
    if before != "at" or after in COUNTED or after in _NOT_HOUSES:
        return False
    if earlier in _HOUSE_CUES:
        return len(said) >= 2
    if has_digit(earlier) or earlier in _HIGHWAYS:
        return False
    return (len(said) in (3, 4, 5) and not _CLOCK.fullmatch(said)) and earlier not in (
        "temp",
        "hr",
        "bgl",
        "off",
        "speed",
        "engine",
    )


def _on_street(reading: Reading, place: int) -> int:
    """Return the end of the street a house says it is on: ``number 9 on Plover Mews``."""
    if word(reading, place + 1) not in ("on", "of", "off") or not joined(reading, place):
        return place
    first = place + 2
    end = street_end(reading, first)
    if end < 0 and first < len(reading.tokens) and joined(reading, place + 1):
        end = _upright_end(reading, first)
    return max(place, end)


def _upright_end(reading: Reading, first: int) -> int:
    """Return the last of one or two words with a capital among small letters, or -1."""
    if reading.text.isupper() or word(reading, first) in _DAYS:
        return -1
    end = first - 1
    while end < first + 1 and word(reading, end + 1).isalpha() and capital(reading, end + 1):
        if end >= first and not joined(reading, end):
            break
        end += 1
    return end if end >= first else -1


def _bare_end(reading: Reading, place: int, first: int) -> int:
    """A street without suffix: after a direction, after a cue, or an unknown word."""
    number = reading.tokens[place].word
    if number[0] == "0" or (len(number) == 1 and word(reading, place - 1) == "of"):
        # A time, a year, or some of many.
        return -1
    directed = word(reading, first) in _LEADING and joined(reading, first)
    start = first + 1 if directed else first
    cued = word(reading, place - 1) in CUES and not gap(reading, place - 1).strip("@ :=")
    if not cued and not directed and (len(number) < 2 or _YEAR.fullmatch(number)):
        return -1
    if (not cued and not directed and _CLOCK.fullmatch(number)) or (
        number[0] in "nsew" and len(number) < 4
    ):
        return -1
    if gap(reading, start).startswith((":", "=", "-")):
        return -1
    if _CLOCK.fullmatch(number) and word(reading, first) in _SHORT_DAYS:
        # "by 1800 Sun": a time and its day.
        return -1
    if not _bare_word(reading, start, cued=cued, directed=directed, number=number):
        return -1
    end = start
    while end < start + 2 and joined(reading, end):
        said = word(reading, end + 1)
        more = said.isalpha() and len(said) > 1 and said not in NEVER and said not in COUNTED
        if not more or (known(said) and not (cued and capital(reading, end + 1) and end == start)):
            break
        end += 1
    return _with_direction(reading, end)


def _bare_word(reading: Reading, place: int, *, cued: bool, directed: bool, number: str) -> bool:
    said = word(reading, place)
    if not (cued or directed) and (_is_lettered(said) or _is_done(said)):
        return False
    if said in NEVER or said in COUNTED or len(said) < 3 or not said[0].isalpha():
        return bool(directed and ORDINAL.fullmatch(said)) or (directed and said.isdigit())
    if not (cued or directed) and _is_plural(said):
        return False
    if not known(said):
        before = gap(reading, place - 2)
        apart = cued or directed or before.strip() != "" or place < 2
        return apart or len(number) >= 3
    if directed:
        return capital(reading, place) or cued
    shown = reading.text[reading.tokens[place].end : reading.tokens[place].end + 2]
    return cued and len(number) >= 2 and capital(reading, place) and not shown.startswith("'")


def _is_lettered(said: str) -> bool:
    """``25F G2P1``: letters and digits are no street that nobody announces."""
    return has_digit(said) and said[0].isalpha()


def _is_done(said: str) -> bool:
    """``PIN 8841 accepted``: what was done with a number."""
    return said.endswith("ed") and name_facts(said).kind is Kind.WORD


def _is_plural(said: str) -> bool:
    """``118 seniors``: things are counted, and no list of names has the word."""
    counted = "p" in dictionary_words().get(said, "") and said not in _PLURAL_NAMES
    return counted and name_facts(said).kind in _ORDINARY


STREET_RULES = (
    Rule(
        name="address",
        find=_house,
        numbers=True,
        fits=_may_be_house,
        examples=Examples(
            finds=(
                "at [412 N HARBOR ST] apt 4",
                "LIVES AT [W1180 Marsh Rd]",
                "[6021 Larkmead Terrace] last night",
                "seen at [507 1/2 s cottonmouth bayou rd]",
                "[12-34 56th Ave] side door",
                "[2750 n tamarack]. super on scene",
                "RP AT [1803] HAS CASINGS",
                "FIRE NO [W2077]",
                "[412B Elm St]",
                "made to [2214 Old Kiln Road] on Tuesday",
                "the [412] address",
                "to [N8812 County Rd TT], barn",
                "buick at [5520 Hwy 49 N], cl",
                "[2817 Kessler] again",
                "of [14 Old Mill Race], said",
                "it is number [7 on Plover Mews], blue door",
                "house number [41 on Tanager]. Dog",
                "at [118 BIA Rd 41] second trailer",
                "[88 Forest Rd 2210], green gate",
            ),
            ignores=(
                "I am taxi number 81, the man did not pay",
                "tractor number 709 on the door",
                "3 cars on fire",
                "wm 505 140 bro bro, gry sweats",
                "12 LEAD SHOWS ST ELEVATION",
                "2 wheel drive rental",
                "train 7714 consist 3 locos",
                "return the child by 1800 Sun per order",
                "medic 43 en route",
                "2 men fighting",
                "55 mph in a 35",
                "40 acres of brush",
                "arrived at 1432 code 3",
                "2019 Subaru Outback",
                "units 14, 16 chk area",
                "BP 138/90 92 18 97%",
                "10-50 on hwy 6 at mp 208",
                "skid 112 ft, 41 ft yaw",
                "drill: 118 seniors out",
                "2031Z POSN 43 miles",
                "WM 30s ball cap",
                "last seen 061524 bus stop",
                "$300 cash and 2 phones",
                "seen at 250 ft by the drone",
                "house is 80 ft off the road",
                "31F G3P2 38 wks, ctx",
                "4471 accepted, then motion",
                "granted at 0217 via phone",
                "party of 2 dayhikers stopped",
                "22 aboard, most elderly",
            ),
        ),
    ),
)
