"""Puts other people, streets and numbers into a narrative, in the form of the old ones.

In: the pieces of a narrative and a random source. Out: the pieces with other private texts. A name
that comes twice is replaced twice by the same one. Telephones keep the reserved 555-01xx lines. It
never touches what is innocent, or an identifier whose form it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from pipeline.emulator.narratives.lists import word_list
from pipeline.emulator.narratives.names import first_name, last_name, street_name
from pipeline.emulator.narratives.persons import TYPES
from pipeline.emulator.narratives.spoil import Piece
from pipeline.redact.names import name_facts

__all__ = ["refilled"]

_SHARE = 0.75  # of identifiers are replaced
_WORD = re.compile(r"[^\W\d_]+|\d+")
_KEPT_IN_NAMES = frozenset(
    word_list(
        "and de la las los del van von der den al el bin ibn abu da do dos di o mac mc st jr sr ii "
        "iii iv mr mrs ms miss dr the of or y e s aka senor don dona ha le du san"
    )
)
_KEPT_IN_STREETS = frozenset(
    [each.lower() for each in TYPES]
    + list(
        word_list(
            "n s e w ne nw se sw north south east west county cnty co road rd state highway hwy us "
            "sr cr fm rr rt rte route lot space spc unit apt bldg mile mi marker mm mp blk block "
            "of the and to at de la el las los del calle camino avenida po box farm old new st "
            "saint mt mount ft fort th nd"
        )
    )
)
_ROAD_BY_NUMBER = re.compile(r"[1-9]\d*")
_LINE = re.compile(r"(?<=01)\d\d(?!\d)")
_AREA = re.compile(r"(?<!\d)[2-9]\d\d(?=\W{0,2}555)")
_GROUP = re.compile(r"\d+")
_SHORT_LETTERS = 3


def refilled(pieces: Sequence[Piece], rng: Random) -> list[Piece]:
    """Return the pieces with most private texts replaced."""
    said: dict[str, str] = {}
    return [
        piece
        if piece.entity not in _FILLS or rng.random() > _SHARE
        else replace(piece, text=_FILLS[piece.entity](piece.text, rng, said))
        for piece in pieces
    ]


def _name(text: str, rng: Random, said: dict[str, str]) -> str:
    def word(found: re.Match[str]) -> str:
        old = found.group()
        low = old.lower()
        if low in _KEPT_IN_NAMES:
            return old
        if len(old) == 1:
            return _like(old, rng.choice("ABCDEFGHJKLMNPRSTVW"))
        if low not in said:
            facts = name_facts(low)
            given = facts.given > facts.surname or (not facts.surname and rng.random() < 0.5)
            said[low] = re.split(r"[\W_]", (first_name if given else last_name)(rng, "train"))[0]
        return _like(old, said[low])

    return _WORD.sub(word, text)


def _street(text: str, rng: Random, said: dict[str, str]) -> str:
    def word(found: re.Match[str]) -> str:
        old = found.group()
        low = old.lower()
        if old.isdigit():
            return _digits(old, rng)
        if low in _KEPT_IN_STREETS or len(old) < _SHORT_LETTERS:
            return old
        if low not in said:
            new = street_name(rng, "train").split()[0]
            said[low] = new if new.isalpha() else last_name(rng, "train").split()[0]
        return _like(old, said[low])

    return _WORD.sub(word, text)


def _number(text: str, rng: Random, _said: dict[str, str]) -> str:
    def word(found: re.Match[str]) -> str:
        old = found.group()
        if old.isdigit():
            return _digits(old, rng)
        if len(old) > _SHORT_LETTERS or not old.isascii():
            return old
        return "".join(_like(each, rng.choice("ABCDEFGHJKLMNPRSTVWXYZ")) for each in old)

    return _WORD.sub(word, text)


def _only_digits(text: str, rng: Random, _said: dict[str, str]) -> str:
    return _GROUP.sub(lambda found: _digits(found.group(), rng), text)


def _phone(text: str, rng: Random, _said: dict[str, str]) -> str:
    area = str(rng.randint(201, 989))
    line = _LINE.sub(lambda _: f"{rng.randrange(100):02}", text)
    return _AREA.sub(area, line)


def _birth(text: str, rng: Random, _said: dict[str, str]) -> str:
    # Months, days and years stay what they are: only last digits change, as far as they may.
    def group(found: re.Match[str]) -> str:
        old = found.group()
        most = 2 if old[:1] == "1" and len(old) < 3 else 1 if old[:1] == "3" else 9
        return old[:-1] + str(rng.randint(0 if len(old) > 1 else 1, most))

    return _GROUP.sub(group, text)


def _age(text: str, rng: Random, _said: dict[str, str]) -> str:
    return _GROUP.sub(lambda _: str(rng.randint(90, 103)), text)


def _handle(text: str, rng: Random, _said: dict[str, str]) -> str:
    whole, at, host = text.partition("@") if text[:1] != "@" else (text, "", "")

    def word(found: re.Match[str]) -> str:
        old = found.group()
        if old.isdigit():
            return _digits(old, rng)
        if len(old) < 4 or old.lower() in {"http", "https", "facebook", "instagram", "example"}:
            return old
        new = (first_name if rng.random() < 0.5 else last_name)(rng, "train")
        return _like(old, re.split(r"[\W_]", new)[0])

    return _WORD.sub(word, whole) + at + host


def _place(text: str, rng: Random, _said: dict[str, str]) -> str:
    # A place named like a person is one still when the person changes.
    if rng.random() < 0.5:
        return text

    def word(found: re.Match[str]) -> str:
        old = found.group()
        facts = name_facts(old.lower())
        named = (facts.given or facts.surname) and not facts.in_vocabulary and len(old) > 3
        return _like(old, last_name(rng, "train").split()[0]) if named else old

    return _WORD.sub(word, text)


def _digits(old: str, rng: Random) -> str:
    first = old[0] if old[0] == "0" else rng.choice("123456789")
    return first + "".join(rng.choice("0123456789") for _ in old[1:])


def _like(old: str, new: str) -> str:
    if old.isupper() and (len(old) > 1 or len(new) == 1):
        return new.upper()
    return new.lower() if old.islower() else new[:1].upper() + new[1:]


_FILLS: dict[str | None, Callable[[str, Random, dict[str, str]], str]] = {
    "PERSON": _name,
    "STAFF": _name,
    "STREET": _street,
    "ADDRESS": _street,
    "PLACE": _place,
    "PHONE": _phone,
    "DOB": _birth,
    "AGE": _age,
    "EMAIL": _handle,
    "HANDLE": _handle,
    "APARTMENT": _number,
    "PLATE": _number,
    "VIN": _number,
    "LICENSE": _number,
    "SSN": _only_digits,
    "GOVERNMENT_ID": _number,
    "FINANCIAL": _number,
    "MEDICAL_ID": _number,
    "GEO": _only_digits,
    "ACCESS_CODE": _only_digits,
}
