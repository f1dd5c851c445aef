"""Spoils narratives as haste does: short forms, lost words, case, typing errors, glue.

In: the pieces of a narrative. Out: the pieces with other texts and the same entities, so that the
truth stays exact. It must never change the digits of a telephone number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

__all__ = ["Piece", "Spoiling", "spoiled"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a narrative; ``entity`` is None where it is innocent."""

    text: str
    entity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiling:
    """Chances of each kind of damage, by word for the first four, by piece for the others."""

    abbreviate: float = 0.5
    drop: float = 0.06
    typos: float = 0.01
    punctuation: float = 0.08
    glue: float = 0.004
    unicode: float = 0.005


_ABBREVIATIONS = {
    "advised": "adv", "advises": "adv", "and": "&", "apartment": "apt", "arrival": "arr",
    "arrived": "arr", "at": "@", "ambulance": "amb", "apparent": "appt", "building": "bldg",
    "caller": "clr", "callback": "cb", "contact": "ctc", "custody": "cust", "block": "blk",
    "breathing": "brthg", "boyfriend": "b/f", "girlfriend": "g/f", "husband": "husb",
    "complainant": "comp", "possible": "poss", "possibly": "poss", "suspect": "susp",
    "subject": "subj", "victim": "vic", "vehicle": "veh", "vehicles": "vehs", "patient": "pt",
    "history": "hx", "with": "w/", "without": "w/o", "request": "req", "requests": "reqs",
    "requested": "req", "responding": "resp", "northbound": "nb", "registered": "reg",
    "residence": "res", "resident": "rsdnt", "reports": "rpts",
    "reporting": "rptg", "report": "rpt",
    "states": "sts", "stating": "stg", "unknown": "unk", "officer": "ofc", "negative": "neg",
    "neighbor": "nbr", "juvenile": "juv", "juveniles": "juvs", "location": "loc", "male": "m",
    "female": "f", "minutes": "min", "number": "no", "injuries": "inj", "identified": "id'd",
    "department": "dept", "information": "info", "en route": "enrt", "notified": "notif",
    "phone": "ph", "previous": "prev", "property": "prop", "received": "rcvd", "refused": "ref",
    "transport": "txp", "street": "st", "security": "sec", "through": "thru", "toward": "twd",
    "warrant": "wrnt", "weapon": "wpn", "weapons": "wpns", "witness": "wit", "your": "yr",
    "you": "u", "years": "yrs", "old": "o", "manager": "mgr", "employee": "emp", "from": "frm",
    "out": "o/o", "was": "ws", "for": "4", "to": "2", "last": "lst", "seen": "sn", "driver": "drvr",
    "passenger": "pass", "parking": "pkg", "intoxicated": "intox", "argument": "arg",
}  # fmt: skip
_ENDS = (".", "\n", ">", ":")
_WORD = re.compile(r"[A-Za-z']+")
_NEAR = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "y", "r": "e", "s": "d", "l": "k"}
_WIDE = {ord(digit): 0xFF10 + place for place, digit in enumerate("0123456789")}
_ACCENTS = str.maketrans("aeioucnyAEIOUCN", "áèïöúçñýÀÉÍÔÜÇÑ")
_TYPOGRAPHY = str.maketrans({"'": "\u2019", "-": "\u2013", '"': "\u201d", " ": "\u00a0"})
_EXTRAS = (
    "\u200b",
    " \U0001f6a8 ",
    " \u2022 ",
    "\ufeff",
    " \u2014 ",
    " \u25ba ",
    "\u2026",
    " \u2605 ",
)


def spoiled(pieces: list[Piece], spoiling: Spoiling, case: str, rng: Random) -> list[Piece]:
    """Return the pieces as they would have been typed; entities stay with their texts."""
    done: list[Piece] = []
    for piece in pieces:
        text = piece.text
        begins = case == "M" and (not done or done[-1].text.rstrip(" ")[-1:] in _ENDS)
        if piece.entity is None:
            text = _hasty(text, spoiling, rng)
        elif piece.entity in ("PERSON", "STAFF", "STREET", "PLACE"):
            text = _mistyped(text, spoiling.typos * 2, rng)
        if begins and piece.entity is None and rng.random() < 0.85:
            text = text[:1].upper() + text[1:]
        text = _noisy(_cased(text, case, piece.entity, rng), spoiling.unicode, rng)
        done.append(replace(piece, text=text))
    return _glued(done, spoiling.glue, rng)


def _hasty(text: str, spoiling: Spoiling, rng: Random) -> str:
    def word(found: re.Match[str]) -> str:
        plain = found.group()
        draw = rng.random()
        if draw < spoiling.drop and len(plain) < 9:
            return ""
        short = _ABBREVIATIONS.get(plain.lower())
        if short and rng.random() < spoiling.abbreviate:
            return short
        return _mistyped(plain, spoiling.typos, rng)

    text = _WORD.sub(word, text)
    if rng.random() < spoiling.punctuation:
        text = re.sub(r"[.,:;]", "", text)
    return re.sub(r"  +", " ", text)


def _mistyped(text: str, chance: float, rng: Random) -> str:
    if len(text) < 4 or rng.random() >= chance:
        return text
    place = rng.randrange(1, len(text) - 1)
    if not (text[place].isalpha() and text[place + 1].isalpha()):
        return text
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return rng.choice(
        [
            swapped,
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + _NEAR.get(text[place], "x") + text[place + 1 :],
        ]
    )


def _cased(text: str, case: str, entity: str | None, rng: Random) -> str:
    if case == "U":
        return text.upper() if rng.random() < 0.98 else text
    if case == "l" and entity not in ("PLATE", "VIN"):
        return text.lower()
    if case == "M" and entity in ("PERSON", "STAFF", "STREET"):
        draw = rng.random()
        return text.lower() if draw < 0.08 else text.upper() if draw < 0.16 else text
    return text


def _noisy(text: str, chance: float, rng: Random) -> str:
    if rng.random() >= chance:
        return text
    draw = rng.random()
    if draw < 0.25:
        return text.translate(_TYPOGRAPHY)
    if draw < 0.40:
        return text.translate(_WIDE)
    if draw < 0.60:
        return text.translate(_ACCENTS)
    if len(text) > 2 and draw < 0.75:
        place = rng.randrange(1, len(text))
        return text[:place] + rng.choice("\u200b\u00ad\u2060") + text[place:]
    return text + rng.choice(_EXTRAS) if not text.strip() else text


def _glued(pieces: list[Piece], chance: float, rng: Random) -> list[Piece]:
    if not chance:
        return pieces
    glued = []
    for piece in pieces:
        text = piece.text
        if piece.entity is None and rng.random() < chance:
            text = text.strip(" ") if rng.random() < 0.7 else text.replace(" ", "")
        glued.append(replace(piece, text=text))
    return glued
