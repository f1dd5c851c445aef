"""Finds licence plates by where they stand alone: before an expiry or a year, on a line.

In: readings. Out: hits of PLATE. Plates beside a vehicle or a state are ``plates``'s. It must never
take a unit, a direction or a body style for a plate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.plates import LONGEST, NO_GROUP, SHORTEST, STATE_MARKS, plain_group
from pipeline.redact.rules.walk import has_digit, known
from pipeline.redact.vehicle_words import VEHICLES
from pipeline.redact.vocabulary import word_set

__all__ = ["LONE_PLATE_RULES"]

# What follows a plate in a return: until when it is good, the year and make, whose it is.
_RETURNED = re.compile(
    r"(?:(?<=\s)|^)(?P<v>(?=[A-Z -]{0,8}\d)(?=[\d -]{0,8}[A-Z])"
    r"[A-Z\d]{1,4}(?:[ -][A-Z\d]{1,4}){1,2})"
    r"(?=,?\s(?:EXPD?|EXPIRES|VALID\s(?:THRU|TO)?)\s?:?\s?(?:\d{1,2}[/-])?\d{2,4}(?!\w)"
    r"|,?\s(?:19[5-9]|20[0-3])\d\s[A-Z]{3,})"
)
_LINE = re.compile(
    r"^(?:[^\w\n]{0,3}[A-Z]{2,8}[^\w\n]{1,3}|\[?\d{1,2}:?\d\d(?::?\d\d)?\]?[ \t]{1,3}"
    r"|[^\w\n]{1,4})?"
    r"(?P<v>[A-Z\d]{2,4}[ -][A-Z\d]{2,4}|[A-Z\d]{6,7})[ \t.]*$",
    re.MULTILINE,
)
_BEFORE, _BEHIND = 20, 24  # characters about an expiry or a year in which its plate is looked for
_RETURN_WORDS = word_set("ret rtn return returns ran run reg lic tag plate plt lp on for is")
_MIXED = re.compile(r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]+")


def _returned(reading: Reading, place: int) -> Iterator[Hit]:
    """``RET PX 4D 21 EXP 06/23``, ``BKC 11T 2009 PONT``: groups before an expiry or a year."""
    text = reading.text
    start = max(0, reading.tokens[place].start - _BEFORE)
    for found in _RETURNED.finditer(text, start, reading.tokens[place].end + _BEHIND):
        groups = found["v"].lower().replace("-", " ").split()
        while groups and (groups[0] in _RETURN_WORDS or groups[0] in STATE_MARKS):
            groups.pop(0)
        whole = "".join(groups)
        sized = SHORTEST <= len(whole) <= LONGEST and not whole.isalpha()
        if len(groups) > 1 and sized and not whole.isdigit() and not _ordinary(groups):
            first = found.end("v") - len(" ".join(groups))
            yield Hit(first, found.end("v"), Entity.PLATE, "plate-returned", 0.8, "as in a return")


def _ordinary(groups: list[str]) -> bool:
    """Return whether groups make no plate: of two either is a word, of three one has digits."""
    if len(groups) == 2:
        return any(map(plain_group, groups))
    return sum(map(has_digit, groups)) < 2 or len(groups[0]) > 2 or groups[0] in NO_GROUP


def _spells(group: str) -> bool:
    """Return whether letters are a word, and not one shortened to three consonants."""
    short = len(group) == 3 and set(group).isdisjoint("aeiouy") and group not in NO_GROUP
    return not short and (known(group) or plain_group(group))


def _line(reading: Reading, _: int) -> Iterator[Hit]:
    """``-REMARK- CTN 8R2``: nothing but a plate on a line, where a car is spoken of."""
    text = reading.text
    if not any(each.word in VEHICLES for each in reading.tokens):
        return
    for found in _LINE.finditer(text):
        groups = found["v"].replace("-", " ").split(" ")
        low = [each.lower() for each in groups]
        odd = [each for each in low if each.isalpha() and not _spells(each)]
        mixed = any(len(each) > 2 and _MIXED.fullmatch(each) for each in groups)
        plain = any(each.isalpha() and _spells(each) for each in low)
        one = len(groups) == 1 and len(found["v"]) > SHORTEST
        if not plain and mixed and (odd or one or len(groups) > 1):
            yield Hit(*found.span("v"), Entity.PLATE, "plate-line", 0.7, "alone on its line")


LONE_PLATE_RULES = (
    Rule(
        name="plate-returned",
        find=_returned,
        words=word_set("exp expd expires valid"),
        numbers=True,
        lengths=(4,),
        fits=lambda said: said.isdigit() and said[:2] in ("19", "20"),
        examples=Examples(
            finds=(
                "RET [QX 7K 33] EXP 04/24 2011 PONT",
                "RET [PX 9D 40] EXP 05/24",
                "RTN [KB 5T 20] 2013 HOND CIVIC",
                "came back [QWX 77R] 2016 TOYOTA RO",
                "[JT 4B 19] EXPIRES 09/25 SIL",
                "RAN [7K 22 QX], EXP 11/2024",
                "[L4 RT7] VALID THRU 05/26",
            ),
            ignores=(
                "SIL 4D 2009 PONT VIBE",
                "ON E 12 2014 FORD",
                "CARD EXP 04/27",
                "AT 14 30 2021 HOND STOPPED",
                "ENG 12 2009 FORD FIRE",
            ),
        ),
    ),
    Rule(
        name="plate-line",
        find=_line,
        needs=("\n",),
        examples=Examples(
            finds=(
                "-REMARK- BRO CAMRY\n-REMARK- [QTN 4K7]\n-REMARK- GOA",
                "WHI SEDAN\n[CTR 4K7]\nGOA",
                "blk sedan left nb\n[7KQ 4R2]",
                "1412 WHI VAN\n1413 [LRQ-8X4]\n1414 UTL",
                "[8KLM337]\nred truck",
                "> GRN SUV\n> [4TR 9KV]",
                "silver accord\n* [RJ4 7TQ].",
            ),
            ignores=(
                "blk sedan\nENG 12",
                "van on scene\nE12 ENRT",
                "sedan\nCODE 4",
                "truck\n2B14 OS\n4 MIN",
                "no cars\nQTN 4K7 is the room",
            ),
        ),
    ),
)
