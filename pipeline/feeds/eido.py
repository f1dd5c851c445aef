"""EIDO: components joined by ``$ref``, XML inside JSON strings opened, usage rules obeyed.

In: decoded text and a layout. Out: what ``json`` makes of the joined object, with what is derived
of it beside. References are followed by ``eido_join``, XML is read by ``eido_xml``, places are
``eido_places``'s. It must never take the people around several objects for those of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pipeline.feeds.assemble import Item
from pipeline.feeds.eido_around import (
    NOTHING,
    Around,
    around_of,
    tells_of_people,
    without_structure,
)
from pipeline.feeds.eido_calls import begun, objects
from pipeline.feeds.eido_join import Bound, Joiner, plain
from pipeline.feeds.eido_places import place_of
from pipeline.feeds.eido_xml import Opened, comments, opened_xml, texts
from pipeline.feeds.json import parse, read_values
from pipeline.feeds.json_record import compiled
from pipeline.feeds.layout import Layout
from pipeline.feeds.outside import Outer, Use, outer_leaves, outside_json, unread_of
from pipeline.feeds.values import Cleaner
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["eido_objects", "eido_outside", "joined", "read_eido"]

MOST_COMPONENTS: Final = 10_000

_ID: Final = "$id"
_REF: Final = "$ref"
_TRACKED: Final = "incidentTrackingIdentifier"
_UPDATES: Final = ("lastUpdateTimeStamp", "lastUpdateTimestamp", "LastUpdateTimeStamp")
_AGENTS: Final = ("UpdatedByAgentIdentifier", "agentIdentification")
_OLD_NAMES: Final = {"locationInformationComponent": "locationComponent"}
"""Names of the drafts before NENA-STA-021.1."""


def read_eido(text: str, layout: Layout) -> Iterator[Item]:
    """Yield one draft or refusal per object, and what stands around them.

    Raises:
        PayloadRefused: as for JSON, or beyond a limit of components, references, or people around.
        ConfigError: a path or schema of the agency file cannot be used.
    """
    document = parse(text)
    found = objects(document)
    yield from read_values(_each(document, found, Bound(len(text))), layout)
    clean = Cleaner(layout.nulls, layout.strip)
    yield from unread_of(_outside(document, found, layout), clean)


def eido_outside(text: str, layout: Layout) -> Iterator[Outer]:
    """Yield all that stands around a document's objects; raises as :func:`read_eido`."""
    document = parse(text)
    return _outside(document, objects(document), layout)


def _outside(document: object, found: list[Any], layout: Layout) -> Iterator[Outer]:
    """Yield what stands around objects; what tells of people is looked for in all of them."""
    around = without_structure(document, found)
    for leaf in outside_json(around, found, outer_leaves(compiled(layout))):
        yield leaf._replace(use=Use.MAPPED) if tells_of_people(leaf.path) else leaf


def eido_objects(text: str) -> list[object]:
    """Return each object of a document, joined.

    Raises:
        PayloadRefused: as for JSON, or too many components or references.
    """
    document = parse(text)
    return _each(document, objects(document), Bound(len(text)))


def _each(document: object, found: list[Any], bound: Bound) -> list[object]:
    """Return each object of a document, joined with what stands around them."""
    around = around_of(document, found)
    people = []
    for text in around.people:
        root = opened_xml(text) if text.startswith("<") else None
        people += [plain(text)] if root is None else texts(root)
    around = replace(around, people=people)
    return [joined(item, around, bound) for item in found]


def joined(
    document: object,
    around: Around = NOTHING,
    bound: Bound | None = None,
) -> object:
    """Return an object with references followed, embedded XML told, and what is derived of both.

    ``number`` is the incident's id, ``latest`` the newest update, ``opened`` the begin of its first
    call, or else when it was made, or first noted or dispatched, ``place`` has ``pos`` and
    ``address`` of the location that says most, ``embedded`` the texts of embedded XML, ``comments``
    those a provider wrote for people, ``agents`` the names of who wrote the object, and ``usage``
    says ``yes`` where the call is restricted. What stands ``around`` it may be referred to, and its
    people are told. A list of one incident is that incident; a call that is handed on before
    anybody made an incident of it has none.

    Raises:
        PayloadRefused: too many components, or more references than ``bound`` allows.
    """
    if not isinstance(document, dict):
        return document
    document = {_OLD_NAMES.get(str(name), str(name)): each for name, each in document.items()}
    own = dict(_components(document))
    known = {**around.components, **own}
    if len(known) > MOST_COMPONENTS:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"components {MOST_COMPONENTS}")
    incident = _only(document.get("incidentComponent"))
    if incident is not None:
        document["incidentComponent"] = incident
    latest = max(_updates(document), default="")
    opened = Opened()
    result = Joiner(document, known, opened, bound or Bound()).told(document)
    return {
        **(result if isinstance(result, dict) else {}),
        "number": _number(document, incident),
        "latest": latest,
        "opened": begun(document, incident),
        "place": place_of(document, incident, opened.found, around.mentions),
        "embedded": [text for each in opened.found for text in texts(each.root)],
        "comments": [{"text": text} for each in opened.found for text in comments(each.root)],
        "agents": sorted(_agents(document)),
        "around": [*around.people],
        "usage": "yes" if opened.is_closed(latest) else "no",
    }


def _only(value: object) -> object:
    """Return the incident of a list that holds one; several stay a list, which no schema takes."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _number(document: dict[str, Any], incident: object) -> object:
    own = incident if isinstance(incident, dict) else {}
    tracked = own.get(_TRACKED)  # where it stands here, each document may make the $id anew
    return tracked or own.get(_ID) or document.get(_TRACKED) or document.get(_ID)


def _components(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(each.get(_ID), str):
                yield each[_ID], each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def _updates(value: object) -> Iterator[str]:
    for _, each in _components(value):
        yield from (each[n] for n in _UPDATES if isinstance(each.get(n), str))


def _agents(document: dict[str, Any]) -> Iterator[str]:
    """Yield who wrote a component or took the call: an address that often holds a name."""
    for name, each in _components(document):
        yield from (each[n] for n in _AGENTS if isinstance(each.get(n), str))
        author = each.get("updatedByAgentReference")
        if isinstance(author, dict) and isinstance(author.get(_REF), str):
            yield author[_REF]
        if "agentRoleRegistryText" in each:
            yield name
