"""Explains numbers by small rules: times, codes, ages, counts, speeds, doses, units.

In: a ``Number``. Out: the rules, in order; each has examples it finds and such it ignores, which
are its tests. A rule must never explain a number for being short where a word before it says that
it opens, pays, or houses somebody: that is looked at first, in ``numbers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.lexicon import is_bent_word
from pipeline.redact.number_shape import DATE, FILLERS, MILITARY, UNIT_ID, Number
from pipeline.redact.number_words import (
    CALL_WORDS,
    COUNTED,
    HIGHWAYS,
    MEASURES,
    NUMBERED,
    PARTICIPANTS,
    PLACE_CUES,
    PLURALS_ASIDE,
    SECRET_CUES,
    VITALS,
    YEAR_BEFORE,
)
from pipeline.redact.vocabulary import word_set

__all__ = ["RULES", "Rule"]

_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:-(?:[01]?\d|2[0-4]):[0-5]\d)?[az]?(?:m|p)?"
)
_TEN_CODE = re.compile(r"1[012]-\d{1,2}[a-z]?")
_DECIMAL = re.compile(r"\d{1,4}\.\d{1,3}[a-z]{0,3}")
_RATIO = re.compile(r"\d{1,3}(?:/\d{1,3}){1,3}|\d{1,2}-\d/\d|\d/\d")
_RANGE = re.compile(r"\d{1,3}-\d{1,3}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d\d)?")
_GLUED = re.compile(r"(\d{1,5})-?([a-z]{1,6}(?:/[a-z])?)")
_TIMES = re.compile(r"x\d{1,3}|\d{1,2}x\d{0,2}")
_ORDINAL = re.compile(r"\d{0,2}(?:1st|2nd|3rd|\dth)|\d0s|[1-9]0'?s")
_PLACED = re.compile(r"\d{1,2}-(?:story|alarm|man|year|yr|mile|car|door|lead)")
_HEIGHT = re.compile(r"[3-7]'(?:\d{1,2})?|[3-7]ft\d{0,2}")
_ISO = re.compile(r"20\d\d-\d\d-\d\dt\d\d(?::\d\d){1,2}z?")
_PIECES = re.compile(r"\d+|[a-z]+")
_HOLDS = frozenset({"5150", "5250", "5585"})
_YEAR = re.compile(r"19[5-9]\d|20[0-3]\d")
_LETTERED = re.compile(r"([a-z]{1,6})-?(\d{1,4})")
_GRADED = re.compile(r"[a-z]{1,2}\d|\d[a-z]")
_AGE_WORDS = frozenset(
    [
        "y",
        "yo",
        "yof",
        "yom",
        "yoa",
        "yow",
        "yr",
        "yrs",
        "m",
        "f",
        "mo",
        "mos",
        "wk",
        "wks",
        "w",
        "day",
        "days",
        "d",
        "month",
        "months",
        "year",
        "years",
        "yrold",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to explain a number. In an example the number is the first one, or in brackets."""

    name: str
    explains: Callable[[Number], bool]
    finds: tuple[str, ...]
    ignores: tuple[str, ...]


def _clock(number: Number) -> bool:
    return bool(_CLOCK.fullmatch(number.shape))


def _military(number: Number) -> bool:
    if not MILITARY.fullmatch(number.shape):
        return False
    if number.tail == " " and number.after[0].isalpha() and not number.shape[-1].isalpha():
        # 1800 Elm is a house.
        kind = name_facts(number.after[0]).kind
        if kind is Kind.NAME or kind is Kind.MOSTLY_NAME or kind is Kind.UNKNOWN:
            return False
    return number.sign != "#" and number.before[0] not in _NO_TIME_AFTER


_NO_TIME_AFTER = (
    PLACE_CUES
    | SECRET_CUES
    | frozenset(["ph", "phone", "cell", "tel", "ending", "ends", "last4", "four", "acct", "ref"])
)


def _measured(number: Number) -> bool:
    if number.value < 0 or len(number.shape) > 5 or number.shape[0] == "0":
        return number.shape == "0"
    if number.after[0] in _SHORT_MEASURES and number.value >= 200:
        return False
    return number.after[0] in MEASURES or number.after[0] in COUNTED


_SHORT_MEASURES = word_set(
    "in a c f h s m g j k v l d r w x t inside outside other others more total"
)


def _counted(number: Number) -> bool:
    word = number.after[0]
    many = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return 0 <= number.value < 1000 and many and word not in PLURALS_ASIDE and number.tail == " "


def _glued(number: Number) -> bool:
    found = _GLUED.fullmatch(number.shape)
    if found is None:
        return False
    unit = found.group(2)
    return unit in MEASURES or unit in COUNTED or unit in _AGE_WORDS or unit in {"y/o", "hrs", "z"}


def _unit(number: Number) -> bool:
    return bool(UNIT_ID.fullmatch(number.shape)) and number.before[0] not in PLACE_CUES - {"unit"}


def _numbered(number: Number) -> bool:
    small = len(number.shape) <= 4 and number.shape[0].isdigit()
    return small and number.before[0] in NUMBERED and not (number.broken and number.value > 99)


def _lettered(number: Number) -> bool:
    found = _LETTERED.fullmatch(number.shape)
    if found is None:
        return False
    head, digits = found.groups()
    return (head in NUMBERED or head in HIGHWAYS or head in PARTICIPANTS) and len(digits) <= 3


def _highway(number: Number) -> bool:
    return number.before[0] in HIGHWAYS and 0 < number.value < 1000


def _vital(number: Number) -> bool:
    near, far = number.before
    known = near in VITALS or (far in VITALS and near in FILLERS | {"now", "at", "down", "up"})
    return known and 0 <= number.value < (1_000_000 if near in _COUNTERS else 1000)


_COUNTERS = frozenset({"odo", "odometer", "mileage", "elev", "elevation", "flow"})
_SIZES = frozenset({"150", "250", "350", "450", "1500", "2500", "3500"})
_TRUCKS = frozenset(
    {
        "ford",
        "ram",
        "dodge",
        "chevy",
        "gmc",
        "silverado",
        "sierra",
        "f",
        "chev",
        "express",
        "econoline",
    }
)


def _model(number: Number) -> bool:
    return number.shape in _SIZES and number.before[0] in _TRUCKS


def _weight(number: Number) -> bool:
    near, far = number.before
    tall = bool(_HEIGHT.fullmatch(near)) or (
        far in {"4", "5", "6"} and near.isdigit() and len(near) < 3
    )
    return tall and 80 <= number.value <= 450


def _pieces(number: Number) -> bool:
    """Return whether letters and digits typed together are words and small numbers."""
    if not number.shape.isalnum():
        return False
    pieces = _PIECES.findall(number.shape)
    letters = [piece for piece in pieces if piece.isalpha()]
    digits = [piece for piece in pieces if piece.isdigit()]
    if any(len(piece) > 3 and not MILITARY.fullmatch(piece) for piece in digits):
        return False
    if len(pieces) == 2 and digits[:1] != pieces[:1] and letters[0] not in _LED:
        # SALMON7 is a plate on somebody's car.
        return letters[0] in {"contact", "witness", "caller", "victim", "driver", "party"}
    telling = any(len(piece) > 3 or piece in _TELLING for piece in letters)
    return telling and all(_known(piece) for piece in letters)


_TELLING = (MEASURES | COUNTED | NUMBERED | VITALS) - {
    "f",
    "c",
    "x",
    "r",
    "m",
    "a",
    "b",
    "t",
    "e",
    "l",
    "h",
    "d",
    "s",
    "v",
    "j",
    "k",
    "g",
    "p",
    "i",
}


_LED = (NUMBERED | VITALS | PARTICIPANTS) & (_TELLING | PARTICIPANTS)


def _known(piece: str) -> bool:
    if piece in _TELLING:
        return True
    kind = name_facts(piece).kind
    return len(piece) > 1 and (kind is Kind.WORD or (kind is Kind.UNKNOWN and is_bent_word(piece)))


def _year(number: Number) -> bool:
    if not _YEAR.fullmatch(number.shape):
        return False
    return number.after[0].isalpha() or number.before[0] in YEAR_BEFORE or number.shape >= "2010"


def _speed(number: Number) -> bool:
    near, far = number.before
    on_left = number.after[0] == "in" and (number.after[1] == "a" or number.after[1][:1].isdigit())
    on_right = near == "a" and far == "in"
    return 0 <= number.value < 200 and (on_left or on_right)


def _block(number: Number) -> bool:
    return number.value >= 0 and number.after[0] in {"blk", "block", "blks", "hundred", "hblk"}


def _money(number: Number) -> bool:
    return number.sign == "$" or number.after[0] in {"dollars", "bucks", "usd", "cents"}


def _small(number: Number) -> bool:
    return 0 <= number.value < 100 and not number.shape.startswith("00")


def _emergency(number: Number) -> bool:
    called = CALL_WORDS & {*number.before, *number.after}
    return number.shape in {"911", "811", "988", "311", "211", "511"} or bool(
        number.shape == "9-1-1" or (number.shape == "9.1.1" and called)
    )


def _shaped(form: re.Pattern[str]) -> Callable[[Number], bool]:
    return lambda number: form.fullmatch(number.shape) is not None


RULES: tuple[Rule, ...] = (
    Rule(
        name="small",
        explains=_small,
        finds=("2 vehicles", "lane 3"),
        ignores=("4471 home", "120 elm"),
    ),
    Rule(
        name="clock",
        explains=_clock,
        finds=("at 14:07", "02:37:11"),
        ignores=("44:71", "5:5550143"),
    ),
    Rule(
        name="military",
        explains=_military,
        finds=("E51 OS 1407"[4:], "2130hrs"),
        ignores=("4471", "cell 1402"),
    ),
    Rule(
        name="ten-code",
        explains=_shaped(_TEN_CODE),
        finds=("10-50", "11-82a"),
        ignores=("44-7112",),
    ),
    Rule(
        name="date",
        explains=_shaped(DATE),
        finds=("10/9", "3/14/26"),
        ignores=("7/4/44", "3/12/1984"),
    ),
    Rule(
        name="decimal", explains=_shaped(_DECIMAL), finds=("2.5", "154.280"), ignores=("44.26012",)
    ),
    Rule(name="ratio", explains=_shaped(_RATIO), finds=("138/84", "1-3/4"), ignores=("5551/0143",)),
    Rule(name="range", explains=_shaped(_RANGE), finds=("14-15",), ignores=("555-0143", "4-4-0-2")),
    Rule(
        name="thousands", explains=_shaped(_THOUSANDS), finds=("2,004 cars",), ignores=("4471,5 x",)
    ),
    Rule(name="money", explains=_money, finds=("$6480", "500 dollars"), ignores=("6480",)),
    Rule(
        name="percent",
        explains=lambda number: number.tail == "%",
        finds=("100%",),
        ignores=("4471",),
    ),
    Rule(name="measured", explains=_measured, finds=("300 ft", "176 lb"), ignores=("300 elm",)),
    Rule(
        name="counted", explains=_counted, finds=("148 souls",), ignores=("148 oaks", "148 glass")
    ),
    Rule(name="glued", explains=_glued, finds=("45yom", "9mm", "12ga"), ignores=("45xq", "94yof")),
    Rule(
        name="unit",
        explains=_unit,
        finds=("E12", "2B14", "BC1", "1L20"),
        ignores=("KRW4471", "apt A4"),
    ),
    Rule(
        name="numbered", explains=_numbered, finds=("engine 114", "mp 208"), ignores=("smith 208",)
    ),
    Rule(name="lettered", explains=_lettered, finds=("rp1", "i95", "zone3"), ignores=("krw4471",)),
    Rule(name="highway", explains=_highway, finds=("hwy 141", "I-95"), ignores=("elm 141",)),
    Rule(name="vital", explains=_vital, finds=("bgl 118", "hr 104"), ignores=("maria 118",)),
    Rule(
        name="year",
        explains=_year,
        finds=("2004 dodge", "in 1996"),
        ignores=("born 1984", "dob 1984"),
    ),
    Rule(name="speed", explains=_speed, finds=("104 in a 55",), ignores=("404 in elm",)),
    Rule(name="block", explains=_block, finds=("1800 blk of",), ignores=("1800 elm",)),
    Rule(name="times", explains=_shaped(_TIMES), finds=("x3", "4x4"), ignores=("x4471",)),
    Rule(
        name="ordinal", explains=_shaped(_ORDINAL), finds=("2nd", "11th", "30s"), ignores=("2xdq",)
    ),
    Rule(name="kind", explains=_shaped(_PLACED), finds=("2-story", "12-lead"), ignores=("212elm",)),
    Rule(name="height", explains=_shaped(_HEIGHT), finds=("5'10", "6ft2"), ignores=("9'99",)),
    Rule(name="grade", explains=_shaped(_GRADED), finds=("h2", "j4"), ignores=("krw4",)),
    Rule(
        name="iso", explains=_shaped(_ISO), finds=("2026-02-19T03:41:07",), ignores=("2026-1-9T",)
    ),
    Rule(name="model", explains=_model, finds=("ram 2500",), ignores=("elm 2500",)),
    Rule(name="weight", explains=_weight, finds=("5'10 [180]",), ignores=("elm 180",)),
    Rule(
        name="psych",
        explains=lambda number: number.shape in _HOLDS,
        finds=("5150 hold",),
        ignores=("5151",),
    ),
    Rule(
        name="pieces",
        explains=_pieces,
        finds=("eta3min", "25ppl"),
        ignores=("dog447",),
    ),
    Rule(name="emergency", explains=_emergency, finds=("911 hangup",), ignores=("912 hangup",)),
)
