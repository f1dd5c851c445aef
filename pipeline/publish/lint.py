"""Reads an editor's words for what neutral wording never says (rules 20 and 22).

In go headline and text, out come advices with the words they are about. ``stops`` ones may not go
out at all: descent as a description, children, where officers stand. The others are for a second
thought. Private text is the leak check's part; nothing is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["Advice", "Fault", "lint"]


class Fault(StrEnum):
    """What is wrong with a word. Stable codes."""

    DESCENT = "descent"
    CHILDREN = "children"
    OFFICERS = "officers"
    SUSPECT = "suspect"
    CERTAIN = "certain"
    GORE = "gore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One word or phrase and what is wrong with it."""

    fault: Fault
    words: str

    @property
    def stops(self) -> bool:
        """Whether it may not go out."""
        return self.fault in (Fault.DESCENT, Fault.CHILDREN, Fault.OFFICERS)


_PEOPLE = r"(?:m[ae]n|wom[ae]n|male|female|person|people|suspects?|subjects?|individuals?|teens?)"
_DESCENT = (
    r"(?:black|white|hispanic|latin[oax]|asian|african(?: american)?|arab(?:ic)?|native|"
    r"middle[- ]eastern|indian|caucasian|mexican|dark[- ]skinned|light[- ]skinned)"
)
_PATTERNS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.DESCENT: rf"{_DESCENT} {_PEOPLE}|{_PEOPLE} of color|hispanic|latin[oax]|caucasian|"
        r"(?:dark|light)[- ]skinned|\b[BWHA]/[MF]\b|\bB[MF]\b|\bW[MF]\b|race:",
        Fault.CHILDREN: r"child(?:ren)?|juveniles?|minors?|toddlers?|infants?|bab(?:y|ies)|"
        r"teen(?:ager)?s?|boys?|girls?|\d{1,2}[- ]year[- ]olds?|students?",
        Fault.OFFICERS: r"(?:officers?|deput(?:y|ies)|troopers?|swat|units?|police) "
        r"(?:(?:is|are|were|was) )?(?:staged?|staging|hiding|positioned|waiting|surround\w*|"
        r"set up|at the (?:rear|back|front))|perimeter|staging area|k-?9",
        Fault.SUSPECT: r"suspects?|perpetrators?|perps?|criminals?|thie(?:f|ves)|robbers?|"
        r"burglars?|shooters?|gunm[ae]n|offenders?|arsonists?|gang",
        Fault.CERTAIN: r"(?<!not )(?<!not a )confirmed|definitely|certainly|proven?|guilty|in fact|"
        r"obviously|clearly|caught|stole|robbed|attacked|shot|stabbed|killed|murdered?",
        Fault.GORE: r"blood(?:y|ied)?|gore|gruesome|horrific|brutal(?:ly)?|mangled|decapitat\w*|"
        r"dismember\w*|brains?|guts|body parts|corpses?|charred",
    }
)
_WORDS = {
    fault: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for fault, pattern in _PATTERNS.items()
}


def lint(headline: str, text: str) -> tuple[Advice, ...]:
    """Return what neutral wording would not say, in the order of :class:`Fault`."""
    words = f"{headline}\n{text}"
    found = {
        (fault, match.group().casefold())
        for fault, pattern in _WORDS.items()
        for match in pattern.finditer(words)
    }
    order = list(Fault)
    return tuple(
        Advice(fault=fault, words=said)
        for fault, said in sorted(found, key=lambda each: (order.index(each[0]), each[1]))
    )
