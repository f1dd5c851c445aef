"""Invents how agencies might write a phrase: the text the learned vote is trained on.

In go a phrase of ``phrases.txt`` and a random generator, out come spellings: shortened, cut,
reordered, with marks, prefixes and qualifiers as dispatch systems have them. No agency's list is
read. The same generator state gives the same spellings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from random import Random
from types import MappingProxyType

from pipeline.classify.types.words import abbreviations

__all__ = ["spelling"]

_PREFIXES = (
    "E",
    "F",
    "P",
    "L",
    "MED",
    "FD",
    "PD",
    "SO",
    "EMS",
    "LAW",
    "FIRE",
    "10-",
    "T",
    "Z",
    "C4",
)
_SUFFIXES = (
    "IP", "IN PROGRESS", "RPT", "REPORT", "COLD", "JO", "J/O", "JUST OCC", "PAST", "P1", "P2", "P3",
    "PRI 1", "NOW", "CODE 3", "CODE 2", "ROUTINE", "HOT", "DELAYED", "LATE", "OTHER", "MISC", "ATT",
    "POSS", "1", "2", "A", "B", "NON-EMERG", "FELONY", "MISD", "ADULT CALLER", "HIGH", "LOW",
)  # fmt: skip
_JOINS = (" ", " ", " ", " ", "-", "/", " - ", ": ", ", ", "_")
_CUTS = (12, 14, 16, 20)


@cache
def _short_forms() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return words to their short forms."""
    forms: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for form, words in abbreviations().items():
        forms[words].append(" ".join(form))
    return MappingProxyType({words: tuple(each) for words, each in forms.items()})


def spelling(phrase: str, random: Random) -> str:
    """Return one invented spelling, upper case mostly."""
    words = _shortened(phrase.split(), random)
    if len(words) in (2, 3) and random.random() < 0.3:
        words = words[1:] + words[:1]
    text = random.choice(_JOINS).join(words)
    if random.random() < 0.35:
        text += random.choice((" ", "-", " - ", "/", ": ")) + random.choice(_SUFFIXES)
    if random.random() < 0.15:
        text = random.choice(_PREFIXES) + random.choice((" ", "-", " - ", ": ")) + text
    if random.random() < 0.12:
        text = text[: random.choice(_CUTS)]
    return text.title() if random.random() < 0.2 else text.upper()


def _shortened(words: list[str], random: Random) -> list[str]:
    """Replace runs of words by short forms, cut some others, drop a vowel here and there."""
    found: list[str] = []
    at = 0
    while at < len(words):
        length = _form_length(words, at, random)
        if length:
            found.append(random.choice(_short_forms()[tuple(words[at : at + length])]))
        else:
            found.append(_clipped(words[at], random))
        at += length or 1
    return found


def _form_length(words: list[str], at: int, random: Random) -> int:
    for length in (4, 3, 2, 1):
        if tuple(words[at : at + length]) in _short_forms() and random.random() < 0.55:
            return length
    return 0


def _clipped(word: str, random: Random) -> str:
    draw = random.random()
    if len(word) > 5 and draw < 0.12:
        return word[: random.randint(3, 5)]
    if len(word) > 4 and draw < 0.2:
        return word[0] + "".join(letter for letter in word[1:] if letter not in "aeiou")
    if len(word) > 6 and draw < 0.23:
        at = random.randint(1, len(word) - 2)
        return word[:at] + word[at + 1 :]
    return word
