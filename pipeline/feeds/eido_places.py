"""Which of an EIDO object's locations says where the call is, and in which words.

In: an object's components and the XML embedded in them. Out: a position and an address, each empty
where nothing says it. A crossing stands in streets of their own or, like a mile post, in a line of
words beside them; of such a line only what is written as a street is an address. It must never take
where a caller was, nor what streets are near, for the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

__all__ = ["Embedded", "local_name", "named_texts", "place_of"]

_REF: Final = "$ref"
_PARTS: Final = ("HNO", "HNS", "PRD", "STP", "RD", "STS", "POD")
_MILE: Final = "MP"
_CALLER: Final = "Caller"
"""What a location is called where somebody was who called."""

_ROUTING: Final = "RoutingLocation"
"""What a location is called that only chose the call's way, such as a mast's sector."""

_MEETING: Final = "intersectingstreet"
_NEAR: Final = "crossstreet"
_TWO: Final = 2  # streets that meet

_KIND: Final = (
    r"(?:aly|alley|ave?|avenue|blvd|boulevard|cir|circle|ct|court|cv|cove|dr|drive|expy|fwy|freeway"
    r"|hwy|highway|ln|lane|loop|pkwy|parkway|pike|pl|place|plz|plaza|rd|road|row|sq|square|st|street"
    r"|spur|ter|terrace|trl|trail|tpke|way)"
)
_WIND: Final = r"(?:[ns][ew]?|[ew])"
_ROUTE: Final = (
    r"(?:i|us|sh|sr|cr|fm|hwy|highway|rt|rte|route|interstate|(?:state|county|co|us) (?:rd|road|hwy"
    rf"|highway|route|rt))[- ]?\d{{1,4}}[a-z]?(?: (?:{_WIND}b?|(?:north|south|east|west)bound))?"
)
_ROAD: Final = rf"(?:(?:[\w.'-]{{1,24}} ){{1,4}}{_KIND}\.?(?: {_WIND})?|{_ROUTE})"
_MILES: Final = r",? (?:mp|mm|mile ?(?:post|marker)?|milepost|exit) ?#?\d{1,4}(?:\.\d{1,3})?"
_WRITTEN: Final = re.compile(
    rf"{_ROAD}\s*(?:/|&|@|\band\b|\bat\b)\s*{_ROAD}|{_ROAD}{_MILES}|\d{{1,6}} {_ROAD}",
    re.IGNORECASE,
)
"""A crossing, a mile post, or a number at a street: what is written so tells of nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """XML that was opened, ``owner`` the id of its component and ``key`` where it stood there."""

    root: etree._Element
    owner: str
    key: str

    @property
    def is_street(self) -> bool:
        """Whether it names a street that meets, or is near, and no place of its own."""
        return self.key.casefold().startswith((_MEETING, _NEAR))


def place_of(
    components: Mapping[str, Mapping[str, Any]], incident: object, opened: Sequence[Embedded]
) -> dict[str, str]:
    """Return ``pos`` and ``address`` of the location that says most; nothing where none does."""
    named = tuple(_named_places(incident))
    found, owner = _first(_ordered(components, named, opened))
    if "number" in found:
        return {"pos": found["pos"], "address": found["address"]}
    routing = _ROUTING in _kinds(components.get(owner, {}))
    owners = dict.fromkeys((*(() if routing or not owner else (owner,)), *named))
    street = found.get("address", "")
    said = (_words(components.get(each, {}), each, opened, street) for each in owners)
    address = next(filter(None, said), street)
    return {"pos": found.get("pos", ""), "address": address} if found or address else {}


def named_texts(root: etree._Element, name: str) -> list[str]:
    """Return the texts of all elements of a name, without its prefix."""
    return [(each.text or "").strip() for each in root.iter() if local_name(each) == name]


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def _first(embedded: Sequence[Embedded]) -> tuple[dict[str, str], str]:
    """Return what the first says that says anything, and whose it is; ``number`` of a house."""
    for each in embedded:
        positions = [" ".join(text.split()[:2]) for text in named_texts(each.root, "pos") if text]
        street = _street(each.root)
        if positions or street:
            number = any(named_texts(each.root, "HNO"))
            found = {"pos": positions[0] if positions else "", "address": street}
            return found | ({"number": "yes"} if number and street else {}), each.owner
    return {}, ""


def _street(root: etree._Element) -> str:
    """Return a civic address on one line, with its mile post where it has no number."""
    parts = [text for part in _PARTS for text in named_texts(root, part)[:1] if text]
    miles = [text for text in named_texts(root, _MILE)[:1] if text and parts]
    return " ".join([*parts, *(f"{_MILE} {text}" for text in miles)])


def _words(
    component: Mapping[str, Any], owner: str, opened: Sequence[Embedded], street: str
) -> str:
    """Return the crossing of a location without a number, or else what is written beside it."""
    meeting = [
        _street(each.root)
        for each in opened
        if each.owner == owner and each.key.casefold().startswith(_MEETING)
    ]
    streets = [*dict.fromkeys(filter(None, (street, *meeting)))]
    if len(streets) == _TWO and meeting:
        return " & ".join(streets)
    said = component.get("locationDescriptionText")
    text = " ".join(said.split()) if isinstance(said, str) else ""
    return text if not street and _WRITTEN.fullmatch(text) else ""


def _ordered(
    components: Mapping[str, Mapping[str, Any]], named: Sequence[str], opened: Sequence[Embedded]
) -> list[Embedded]:
    """Return embedded XML that may say where the call is, one for routing last.

    Where the incident names its own, that is all; where a caller was is none that it does not name.
    """
    places = [each for each in opened if not each.is_street]
    own = [each for each in places if each.owner in named]
    if own:
        return own
    kinds = {name: _kinds(each) for name, each in components.items()}
    able = [each for each in places if _CALLER not in kinds.get(each.owner, ())]
    return sorted(able, key=lambda each: _ROUTING in kinds.get(each.owner, ()))


def _named_places(incident: object) -> Iterator[str]:
    """Yield the locations an incident refers to: ``locationReference``, by whatever longer name."""
    for key, value in incident.items() if isinstance(incident, dict) else ():
        if key.casefold().endswith("locationreference"):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and isinstance(item.get(_REF), str):
                    yield item[_REF]


def _kinds(component: Mapping[str, Any]) -> list[object]:
    """Return what a location is said to be, in one word or a list of them."""
    said = component.get("locationTypeDescriptionRegistryText")
    return said if isinstance(said, list) else [said]
