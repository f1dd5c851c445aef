"""EIDO: components joined by ``$ref``, XML inside JSON strings opened, usage rules obeyed.

In: decoded text and a layout. Out: what ``json`` makes of the joined object. XML in a string goes
through the hardened parser and stays text where that refuses it. A location whose rules do not
allow passing it on, or that expired, marks the whole call as restricted: closed by default. It must
never follow a reference out of the document, nor one into itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from pipeline.feeds.assemble import Item
from pipeline.feeds.eido_around import (
    components_around,
    people_around,
    tells_of_people,
    without_structure,
)
from pipeline.feeds.eido_calls import begun, objects
from pipeline.feeds.eido_places import Embedded, local_name, named_texts, place_of
from pipeline.feeds.json import parse, read_values
from pipeline.feeds.json_record import compiled
from pipeline.feeds.layout import Layout
from pipeline.feeds.outside import Outer, Use, outer_leaves, outside_json, unread_of
from pipeline.feeds.values import Cleaner
from pipeline.feeds.xml import parsed
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["eido_objects", "eido_outside", "joined", "read_eido"]

MOST_COMPONENTS: Final = 10_000
DEEPEST: Final = 3  # references followed one behind the other

_ID: Final = "$id"
_REF: Final = "$ref"
_TRACKED: Final = "incidentTrackingIdentifier"
_STRUCTURE: Final = frozenset(
    {
        _ID,
        *("updatedByAgencyReference", "updatedByAgentReference", "lastUpdateTimeStamp"),
        "lastUpdateTimestamp",
        *("LastUpdateTimeStamp", "OwningAgencyIdentifier", "UpdatedByAgentIdentifier"),
    }
)
_UPDATES: Final = ("lastUpdateTimeStamp", "lastUpdateTimestamp", "LastUpdateTimeStamp")
_AGENTS: Final = ("UpdatedByAgentIdentifier", "agentIdentification")
_FOLLOWED: Final = frozenset({"callerReference"})
"""References whose component is told where it is referred to, besides where it stands."""

_OLD_NAMES: Final = {"locationInformationComponent": "locationComponent"}
"""Names of the drafts before NENA-STA-021.1."""

_YES: Final = frozenset({"yes", "true", "1"})
_WORDS: Final = frozenset(
    {
        *("country", "A1", "A2", "A3", "A4", "A5", "A6"),
        *("method", "retransmission-allowed", "retention-expiry", "ruleset-reference"),
        *("note-well", "timestamp", "Language", "language-tag", "parameters", "sex", "tz"),
        *("integer", "ServiceType", "ServiceEnvironment", "ServiceMobility"),
        *("ProviderIDSeries", "TypeOfProvider", "Comment"),
    }
)
"""Elements whose words speak of nobody; ``Comment`` is told as a remark instead."""


def read_eido(text: str, layout: Layout) -> Iterator[Item]:
    """Yield one draft or refusal per object, and what stands around them.

    Raises:
        PayloadRefused: as for JSON, or too many components, or people around the objects.
        ConfigError: a path or schema of the agency file cannot be used.
    """
    document = parse(text)
    found = objects(document)
    yield from read_values(_each(document, found), layout)
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
        PayloadRefused: as for JSON, or too many components.
    """
    document = parse(text)
    return _each(document, objects(document))


def _each(document: object, found: list[Any]) -> list[object]:
    """Return each object of a document, joined with what stands around them."""
    beside = components_around(document, found)
    people = []
    for text in people_around(document, found):
        root = _opened(text) if text.startswith("<") else None
        people += [_plain(text)] if root is None else _texts(root)
    return [joined(item, beside, people) for item in found]


def joined(
    document: object,
    beside: Mapping[str, dict[str, Any]] = MappingProxyType({}),
    people: Sequence[str] = (),
) -> object:
    """Return an object with references followed, embedded XML told, and what is derived of both.

    ``number`` is the incident's id, ``latest`` the newest update, ``opened`` the begin of its first
    call, or else when it was made, or first noted or dispatched, ``place`` has ``pos`` and
    ``address`` of the location that says most, ``embedded`` the texts of embedded XML, ``comments``
    those a provider wrote for people, ``agents`` the names of who wrote the object, and ``usage``
    says ``yes`` where the call is restricted. ``beside`` are components around it that it may refer
    to, and ``people`` texts there, told as ``around``. A list of one incident is that incident; a
    call that is handed on before anybody made an incident of it has none.
    """
    if not isinstance(document, dict):
        return document
    document = {_OLD_NAMES.get(str(name), str(name)): each for name, each in document.items()}
    own = dict(_components(document))
    known = {**beside, **own}
    if len(known) > MOST_COMPONENTS:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"components {MOST_COMPONENTS}")
    incident = _only(document.get("incidentComponent"))
    if incident is not None:
        document["incidentComponent"] = incident
    latest = max(_updates(document), default="")
    opened = _Opened()
    result = _Joiner(known, _standing(document), opened).told(document)
    return {
        **(result if isinstance(result, dict) else {}),
        "number": _number(document, incident),
        "latest": latest,
        "opened": begun(document, incident),
        "place": place_of(own, incident, opened.found),
        "embedded": [text for each in opened.found for text in _texts(each.root)],
        "comments": [{"text": text} for each in opened.found for text in _comments(each.root)],
        "agents": sorted(_agents(document)),
        "around": [*people],
        "usage": "yes" if opened.unread or _any_closed(opened, latest) else "no",
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


def _standing(document: dict[str, Any]) -> frozenset[str]:
    """Return the ids of components in the object's own arrays: they are told where they stand."""
    arrays = (each for each in document.values() if isinstance(each, list))
    items = (item for array in arrays for item in array if isinstance(item, dict))
    return frozenset(item[_ID] for item in items if isinstance(item.get(_ID), str))


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


class _Opened:
    """Embedded XML that was opened, and whether some was not."""

    __slots__ = ("found", "unread")

    def __init__(self) -> None:
        self.found: list[Embedded] = []
        self.unread = False


class _Joiner:
    """Tells the components of one object; XML found on the way goes into ``opened``."""

    __slots__ = ("_known", "_opened", "_standing")

    def __init__(
        self, known: dict[str, dict[str, Any]], standing: frozenset[str], opened: _Opened
    ) -> None:
        self._known, self._standing, self._opened = known, standing, opened

    def told(self, value: Any, above: tuple[str, ...] = (), key: str = "", owner: str = "") -> Any:
        """Return a value without structure; a reference becomes its component where it may."""
        if isinstance(value, list):
            return [self.told(each, above, key, owner) for each in value]
        if isinstance(value, dict):
            name = value.get(_REF)
            if set(value) == {_REF} and isinstance(name, str):
                return self._referred(name, above, key)
            owner = value[_ID] if isinstance(value.get(_ID), str) else owner
            return {
                name: self.told(each, above, name, owner)
                for name, each in value.items()
                if name not in _STRUCTURE
            }
        if isinstance(value, str) and value.lstrip().startswith("<"):
            return self._embedded(value, above, key, owner)
        return _plain(value) if isinstance(value, str) else value

    def _referred(self, name: str, above: tuple[str, ...], key: str) -> Any:
        if name not in self._known or name in above or len(above) >= DEEPEST:
            return None
        if name in self._standing and key not in _FOLLOWED:
            return None
        return self.told(self._known[name], (*above, name), key, name)

    def _embedded(self, text: str, above: tuple[str, ...], key: str, owner: str) -> str | None:
        root = _opened(text)
        if root is None:
            self._opened.unread = True
            return text
        if not above:
            self._opened.found.append(Embedded(root=root, owner=owner, key=key))
        return None


def _plain(text: str) -> str:
    """Return a text as people write it: a number is looked for without scheme and host."""
    if text.startswith("sip:"):
        user = text.removeprefix("sip:").partition("@")[0]
        return user if user.lstrip("+").isdigit() else text
    return text.removeprefix("tel:")


def _opened(text: str) -> etree._Element | None:
    """Return embedded XML, or None where the hardened parser refuses it."""
    try:
        return parsed(text.strip())
    except PayloadRefused:
        return None


def _texts(root: etree._Element) -> list[str]:
    """Return the texts and attributes of embedded XML but the words that speak of nobody."""
    found: list[str | None] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if local_name(element) in _WORDS:
            continue
        found += [element.text if not len(element) else None, *map(str, element.attrib.values())]
        waiting.extend(reversed(element))
    return [text.strip() for text in found if text and text.strip()]


def _comments(root: etree._Element) -> list[str]:
    return [text for text in named_texts(root, "Comment") if text]


def _any_closed(opened: _Opened, latest: str) -> bool:
    return any(_closed(each.root, latest) for each in opened.found)


def _closed(root: etree._Element, latest: str) -> bool:
    """Return whether a location may not be passed on: not said, forbidden, or expired."""
    if not any(local_name(each) == "geopriv" for each in root.iter()):
        return False
    allowed = named_texts(root, "retransmission-allowed")
    if not allowed or any(text.lower() not in _YES for text in allowed):
        return True
    return any(_before(expiry, latest) for expiry in named_texts(root, "retention-expiry"))


def _before(one: str, other: str) -> bool:
    """Return whether a time lies before another; one nobody can read counts as past."""
    try:
        return datetime.fromisoformat(one) <= datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return True
