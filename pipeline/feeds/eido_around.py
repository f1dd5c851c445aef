"""What stands around the objects of an EIDO document: components of all, and people.

In: a parsed document and its objects. Out: components that objects may refer to, and texts that
tell of people, agents and callers: to which incident they belong nobody says, so that they are
looked for in the remarks of each. It must never leave out a person because nothing refers to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from pipeline.agencies.paths import FROM_ROOT
from pipeline.feeds.eido_calls import mentions
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["NOTHING", "Around", "around_of", "tells_of_people", "without_structure"]

MOST: Final = 200_000  # times that such texts are said in all objects
_PLACE: Final = "around"

_ID: Final = "$id"
_ROLE: Final = "agentRoleRegistryText"
_TOLD: Final = re.compile(
    r"person|people|caller|agent(?!cy)|contact|call(?:er)?back|subscriber|complainant|witness"
    r"|patient|party|jcard|officer|name",
    re.IGNORECASE,
)
"""Names of what tells of somebody."""
_SILENT: Final = re.compile(r"^\$|timestamp$|registrytext$", re.IGNORECASE)
"""Names of what tells of nobody, wherever it stands."""
_STEP: Final = re.compile(r"[\w$@:-]+")
_LEAST: Final = 3  # characters of a text that is looked for
_KINDS: Final = frozenset(("vcard", "version", "text", "uri", "4.0", "individual", "work", "home"))
"""Words of a jCard's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the objects of a document.

    ``components`` are what objects may refer to, by their ids; ``people`` the different texts that
    tell of people, in order; ``mentions`` all texts, since any may refer to a component inside.
    """

    components: Mapping[str, dict[str, Any]]
    people: Sequence[str] = ()
    mentions: Set[str] = frozenset()


NOTHING: Final = Around(components={})


def around_of(document: object, objects: Sequence[object]) -> Around:
    """Return what stands around the objects of a document.

    Raises:
        PayloadRefused: so many texts that all objects together would say them over 200,000 times.
    """
    inside = frozenset(id(each) for each in objects if isinstance(each, dict | list))
    return Around(
        components=_components_around(document, objects),
        people=_people_around(document, objects),
        mentions=frozenset(mentions(document, inside)),
    )


def _components_around(document: object, objects: Sequence[object]) -> dict[str, dict[str, Any]]:
    return {
        value[_ID]: value
        for value, _ in _around(document, objects)
        if isinstance(value, dict) and isinstance(value.get(_ID), str)
    }


def tells_of_people(path: str) -> bool:
    """Return whether a path around objects leads to what :func:`around_of` tells as people."""
    return any(map(_TOLD.search, _STEP.findall(path.removeprefix(FROM_ROOT))))


def without_structure(document: object, objects: Sequence[object]) -> object:
    """Return a document without the ids, references and times of update around its objects."""
    inside = {id(each) for each in objects if isinstance(each, dict | list)}

    def kept(value: object) -> object:
        if id(value) in inside:
            return value
        if isinstance(value, dict):
            return {n: kept(each) for n, each in value.items() if not _SILENT.search(str(n))}
        return [kept(each) for each in value] if isinstance(value, list) else value

    return kept(document)


def _people_around(document: object, objects: Sequence[object]) -> tuple[str, ...]:
    texts = (
        str(value).strip()
        for value, told in _around(document, objects)
        if told and isinstance(value, str | int | float) and not isinstance(value, bool)
    )
    found = dict.fromkeys(t for t in texts if len(t) >= _LEAST and t.casefold() not in _KINDS)
    if len(found) * len(objects) > MOST:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, _PLACE)
    return tuple(found)


def _around(document: object, objects: Sequence[object]) -> Iterator[tuple[object, bool]]:
    """Yield what stands outside of objects, and whether a name above it tells of somebody."""
    inside = {id(each) for each in objects if isinstance(each, dict | list)}
    waiting: list[tuple[object, bool]] = [(document, False)]
    while waiting:
        value, told = waiting.pop()
        if id(value) in inside:
            continue
        yield value, told
        if isinstance(value, dict):
            if _ROLE in value:  # an agent's id is an address that often holds a name
                waiting.append((value.get(_ID), True))
            below = [
                (each, told or _TOLD.search(str(name)) is not None)
                for name, each in value.items()
                if not _SILENT.search(str(name))
            ]
            waiting += reversed(below)
        elif isinstance(value, list):
            waiting += [(each, told) for each in reversed(value)]
