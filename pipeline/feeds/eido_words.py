"""Reads what a location of an EIDO says in words: its street, or the streets that meet.

In: XML of a location, and texts beside it. Out: a street on one line, a crossing, or a line that is
written as a street; empty where nothing is said so. It must never join parts of two addresses, nor
let a line through that may tell of somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from lxml import etree

from pipeline.feeds.eido_xml import local_name

__all__ = ["Street", "crossing", "one_line", "street_of", "written"]

_HOUSE: Final = ("HNO", "HNS")
_PARTS: Final = (*_HOUSE, "PRD", "STP", "RD", "STS", "POD")
_ROADS: Final = ("RD", "A6")  # A6 is the street in RFC 4119, RD in RFC 5139
_MILE: Final = "MP"
_TWO: Final = 2  # streets that meet

_UNIT: Final = r"(?:mp|mm|mile ?(?:post|marker)?|milepost|exit)"
_POST: Final = r"#?\d{1,4}(?:\.\d{1,3})?"
_MILE_POST: Final = re.compile(rf"({_UNIT} ?)?{_POST}", re.IGNORECASE)

_KIND: Final = (
    r"(?:aly|alley|ave?|avenue|blvd|boulevard|cir|circle|ct|court|cv|cove|dr|drive|expy|fwy|freeway"
    r"|hwy|highway|ln|lane|loop|pkwy|parkway|pike|pl|place|plz|plaza|rd|road|row|sq|square|st|street"
    r"|spur|ter|terrace|trl|trail|tpke|way)"
)
_WIND: Final = r"(?:[ns][ew]?|[ew]|north|south|east|west)"
_ROUTE: Final = (
    r"(?:i|us|sh|sr|cr|fm|hwy|highway|rt|rte|route|interstate|(?:state|county|co|us) (?:rd|road|hwy"
    rf"|highway|route|rt))[- ]?\d{{1,4}}[a-z]?(?: (?:{_WIND}b?|(?:north|south|east|west)bound))?"
)
_NO_STREET: Final = (
    r"(?:a|an|the|and|or|of|at|on|in|by|to|off|from|for|with|near|behind|across|next|inside|outside"
    r"|call|calls|called|caller|calling|callback|back|cb|ph|phone|cell|tel|ask|see|meet|says|said"
    r"|is|was|has|his|her|their|my|our|your|home|house|apt|apartment|unit|lot|room|suite|ste|rp|rep"
    r"|party|contact|name|named|mr|mrs|ms|wife|husband|son|daughter|mother|father|neighbor"
    r"|male|female|man|woman|boy|girl|child|victim|patient|pt|owner|resident|tenant|lives)"
)
"""Words of a sentence, and of people: a line that has one is no name of a street."""
_BEFORE: Final = (
    r"(?:old|new|upper|lower|little|big|st|saint|mt|mount|fort|ft|lake|san|santa|la|las|los|el|del)"
)
_WORD: Final = rf"(?!{_NO_STREET}\b)[^\W\d_](?:[^\W\d_]|[.'-](?!s\b)){{0,23}}"
_NAME: Final = (
    rf"(?:\d{{1,3}}(?:st|nd|rd|th)|\d{{1,2}} mile|(?:dr )?martin luther king(?: jr)?"
    rf"|(?:{_BEFORE}\.? ){{0,2}}{_WORD}(?: {_WORD})?)"
)
"""Two words at most: a third may be the name of somebody before the street's own."""
_ROAD: Final = rf"(?:(?:{_WIND}\.? )?{_NAME} {_KIND}\.?(?: {_WIND})?|{_ROUTE})"
_WRITTEN: Final = re.compile(
    rf"{_ROAD}\s*(?:/|&|@|\band\b|\bat\b)\s*{_ROAD}|{_ROAD},? {_UNIT} ?{_POST}|\d{{1,6}} {_ROAD}",
    re.IGNORECASE,
)
"""A crossing, a mile post, or a number at a street: what is written so tells of nobody."""


class Street(NamedTuple):
    """A street on one line, and whether a house stands in it."""

    text: str
    is_house: bool


def street_of(root: etree._Element) -> Street | None:
    """Return the first civic address that has a street, with its mile post if it has no number."""
    for each in root.iter():
        parts = {local_name(part): one_line(part.text) for part in reversed(each)}
        road = next((parts[name] for name in _ROADS if parts.get(name)), "")
        if road:
            return _street({**parts, "RD": road})
    return None


def _street(parts: dict[str, str]) -> Street:
    said = [parts[name] for name in _PARTS if parts.get(name)]
    is_house = any(parts.get(name) for name in _HOUSE)
    post = _MILE_POST.fullmatch(parts.get(_MILE, ""))
    if post is not None and not is_house:
        said.append(post[0] if post[1] else f"{_MILE} {post[0]}")
    return Street(" ".join(said), is_house)


def crossing(own: str, meeting: Iterable[etree._Element]) -> str:
    """Return the two streets that meet, the location's own first; a house among them is none."""
    found = [each.text for root in meeting if (each := street_of(root)) and not each.is_house]
    streets = [*dict.fromkeys(filter(None, (own, *found)))]
    return " & ".join(streets) if found and len(streets) == _TWO else ""


def written(text: object) -> str:
    """Return a text that is written as a street, a crossing or a mile post; no other."""
    line = one_line(text)
    return line if _WRITTEN.fullmatch(line) else ""


def one_line(text: object) -> str:
    """Return a text on one line; what is no text says nothing."""
    return " ".join(text.split()) if isinstance(text, str) else ""
