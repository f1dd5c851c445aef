"""Which of an EIDO object's locations says where the call is.

In: an object and the XML embedded in it. Out: position and address of one location, each empty
where it says none. Only components of ``locationComponent`` are locations, and only XML in
``locationByValue`` says where one is; its words are ``eido_words``'s. It must never take for the
place where a caller was, where somebody lives, or what streets are near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from lxml import etree

from pipeline.feeds.eido_calls import mentions, referred
from pipeline.feeds.eido_words import Street, crossing, one_line, street_of, written
from pipeline.feeds.eido_xml import Embedded, named_texts

__all__ = ["place_of"]

_ID: Final = "$id"
_LOCATIONS: Final = "locationComponent"
_KIND: Final = "locationTypeDescriptionRegistryText"
_VALUE: Final = "locationbyvalue"
_MEETING: Final = "intersectingstreetbyvalue"

_NAMING: Final = re.compile(
    r"(?:current|initial|confirmed|actual|primary|incident|scene|event)*locationreferences?"
)
"""Names under which an incident refers to its own location; others may lead to somebody's."""
_INCIDENTS: Final = re.compile(
    r"(?:current|initial|confirmed|actual|primary|location|address|of|the)*(?:incident|scene|event)"
    r"(?:location|address|scene|place)*|initial(?:location)?"
)
_ROUTING: Final = re.compile(r"(?:routing|(?:cell)?tower)(?:sector|location)*")
"""What only chose the call's way, such as a mast's sector."""


class _Kind(IntEnum):
    """What a location is said to be, the best for a place first."""

    INCIDENTS = 0
    UNSAID = 1
    ROUTING = 2
    OTHER = 3  # a caller's, somebody's home, or what nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Location:
    """A location: what it is, and the XML that says where, or which streets meet there."""

    component: Mapping[str, Any]
    kind: _Kind
    own: Sequence[etree._Element]
    meeting: Sequence[etree._Element]

    @property
    def name(self) -> str:
        """The id by which others refer to it; empty where it has none."""
        name = self.component.get(_ID)
        return name if isinstance(name, str) else ""


def place_of(
    document: Mapping[str, Any], incident: object, opened: Sequence[Embedded], around: Set[str]
) -> dict[str, str]:
    """Return ``pos`` and ``address`` of the location that says most; nothing where none does.

    ``around`` are texts around the object, which may refer to its locations.
    """
    able = _able(document, incident, opened, around)
    telling = [(each.kind, said) for each in able if (said := _said(each))]
    # Of one kind, a location that has a position counts before one that has words alone.
    best = min(telling, key=lambda told: (told[0], "pos" not in told[1]), default=None)
    return {} if best is None else best[1]


def _able(
    document: Mapping[str, Any], incident: object, opened: Sequence[Embedded], around: Set[str]
) -> list[_Location]:
    """Return the locations that may say where the call is.

    Those that the incident names, and no other; of them a caller's only if it names nothing else.
    Where it names none, those that are said to be the incident's or for routing, and those of which
    nobody says what they are, unless somebody else refers to them.
    """
    locations = [*_locations(document, opened)]
    named = _named(incident)
    if named:
        own = [each for each in locations if each.name in named]
        return [each for each in own if each.kind is not _Kind.OTHER] or own
    unsaid = any(each.kind is _Kind.UNSAID for each in locations)
    others = {*mentions(document), *around} if unsaid else set()
    return [
        each
        for each in locations
        if each.kind in (_Kind.INCIDENTS, _Kind.ROUTING)
        or (each.kind is _Kind.UNSAID and each.name not in others)
    ]


def _said(location: _Location) -> dict[str, str]:
    """Return what a location says; of one for routing, only what its XML says."""
    pos, street = _where(location.own)
    address = street.text
    if not street.is_house and location.kind is not _Kind.ROUTING:
        component = location.component
        address = (
            crossing(street.text, location.meeting)
            or street.text
            or written(component.get("locationDescriptionText"))
            or one_line(component.get("locationInternalText"))
        )
    return {key: text for key, text in (("pos", pos), ("address", address)) if text}


def _where(roots: Sequence[etree._Element]) -> tuple[str, Street]:
    """Return the position and the street of the first that says either."""
    for root in roots:
        positions = [" ".join(text.split()[:2]) for text in named_texts(root, "pos") if text]
        street = street_of(root)
        if positions or street:
            return positions[0] if positions else "", street or Street("", False)
    return "", Street("", False)


def _locations(document: Mapping[str, Any], opened: Sequence[Embedded]) -> Iterator[_Location]:
    """Yield the locations, each with the XML that stands in itself and in nothing inside it."""
    value = document.get(_LOCATIONS)
    held: dict[tuple[int, str], list[etree._Element]] = {}
    for each in opened:
        held.setdefault((id(each.holder), each.key.casefold()), []).append(each.root)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield _Location(
                component=item,
                kind=_kind(item.get(_KIND)),
                own=held.get((id(item), _VALUE), ()),
                meeting=held.get((id(item), _MEETING), ()),
            )


def _named(incident: object) -> Sequence[str]:
    """Return the locations to which an incident refers as its own."""
    items = incident.items() if isinstance(incident, dict) else ()
    return [
        name
        for key, value in items
        if _NAMING.fullmatch(key.casefold())
        for name in referred(value)
    ]


def _kind(said: object) -> _Kind:
    """Return what a location is said to be; of several kinds, the worst."""
    return max(map(_kind_of, _leaves(said)), default=_Kind.UNSAID)


def _kind_of(text: str) -> _Kind:
    words = "".join(filter(str.isalpha, text)).casefold()
    if _INCIDENTS.fullmatch(words):
        return _Kind.INCIDENTS
    return _Kind.ROUTING if _ROUTING.fullmatch(words) else _Kind.OTHER


def _leaves(value: object) -> Iterator[str]:
    """Yield the texts of a value, however it wraps them; blank ones say nothing."""
    if isinstance(value, list | dict):
        for each in value if isinstance(value, list) else value.values():
            yield from _leaves(each)
    elif value is not None and str(value).strip():
        yield str(value)
