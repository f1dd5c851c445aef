"""Finds which elements of an XML sample are its records.

In: a parsed root. Out: the tags down to them, of one place or of several that are alike. A record
is the element that comes most often with something below it; calls may stand in two lists
(``<Active>``, ``<Closed>``), or under two names (``<FireCall>``, ``<PoliceCall>``). It must never
take what calls consist of, such as units, for calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from lxml import etree

from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.xml_pairs import Tags, Tellers, name_of

__all__ = ["OVER", "is_called", "record_paths", "walk"]

OVER: Final = re.compile(
    r"\b(?:closed|cleared|completed|ended|finished|past|archived?|history|inactive)\b"
)
"""Words of a list, or of a record's name, that say that its calls are over."""

_CALLED: Final = re.compile(r"\b(?:calls?|incidents?|events?|cfs|calls? for service|dispatch)$")
"""How the name of a record ends that is a call."""

_SOAP: Final = (
    "{http://schemas.xmlsoap.org/soap/envelope/}Envelope",
    "{http://www.w3.org/2003/05/soap-envelope}Envelope",
)
_LOOKED: Final = 50  # elements of a place, for what they hold
_MOST_PLACES: Final = 400  # in a document whose places are compared
_SHARED: Final = 3  # kinds of leaves that two records have in common, at least
_CALLS_ALIKE: Final = 0.6  # of the fewer kinds, where both names say that they are calls
_SAME_NAME: Final = 0.6  # of all kinds, under one name
_ALIKE: Final = 0.8  # of all kinds, under two

_Elements = Mapping[Tags, Sequence[etree._Element]]


def record_paths(root: etree._Element, told: Tellers) -> tuple[Tags, ...]:
    """Return the tags down to the records, of each place where they stand.

    Of the places where an element has more than one brother of its name, the highest whose
    elements hold at least two leaves, and most of all leaves together with those that are alike;
    none where a value tells their name.
    """
    places: dict[Tags, list[etree._Element]] = {}
    for element, path in walk(root, ()):
        places.setdefault(path, []).append(element)
    total = max(1, _leaf_count(root))
    leaves = {path: sum(map(_leaf_count, elements)) for path, elements in places.items()}
    able = [
        path
        for path, elements in places.items()
        if len(path) > 1 and path not in told and leaves[path] >= 2 * len(elements)
    ]
    kinds = _Kinds(places, told) if len(able) <= _MOST_PLACES else None
    for path in sorted(able, key=len):
        if len(places[path]) > 1:
            mates = [other for other in able if kinds and kinds.alike(path, other)]
            whole = leaves[path] + sum(leaves[each] for each in mates if is_called(each[-1]))
            if (leaves[path] if not is_called(path[-1]) else whole) >= 0.5 * total:
                return tuple(each for each in places if each == path or each in mates)
    return (_alone(root, total),)


def walk(element: etree._Element, above: Tags) -> Iterator[tuple[etree._Element, Tags]]:
    """Yield the elements that hold others or attributes, with their tags."""
    path = (*above, str(element.tag))
    if len(element) or element.attrib:
        yield element, path
    for child in element:
        yield from walk(child, path)


class _Kinds:
    """What kinds of leaves the elements of each place hold."""

    def __init__(self, places: _Elements, told: Tellers) -> None:
        self._places, self._told = places, told
        self._known: dict[Tags, frozenset[Tags]] = {}

    def alike(self, path: Tags, other: Tags) -> bool:
        """Return whether elements at another place are records as well, none inside another."""
        if path == other or path[: len(other)] == other or other[: len(path)] == path:
            return False
        one, two = self._of(path), self._of(other)
        shared = len(one & two)
        if shared < _SHARED:
            return False
        if (
            is_called(path[-1])
            and is_called(other[-1])
            and shared >= _CALLS_ALIKE * min(len(one), len(two))
        ):
            return True
        return shared >= (_SAME_NAME if path[-1] == other[-1] else _ALIKE) * len(one | two)

    def _of(self, path: Tags) -> frozenset[Tags]:
        if path not in self._known:
            some = islice(self._places[path], _LOOKED)
            self._known[path] = frozenset(k for each in some for k in self._leaves(each, path, ()))
        return self._known[path]

    def _leaves(self, element: etree._Element, path: Tags, above: Tags) -> Iterator[Tags]:
        """Yield the kinds of an element's leaves: their tags, and what a value names them."""
        teller = self._told.get((*path, *above), "")
        if teller:
            above = (*above, f"={name_of(element, teller)}")
            yield above
            return
        for name in element.attrib:
            yield (*above, "@" + str(name))
        if not len(element) and above:
            yield above
        for child in element:
            yield from self._leaves(child, path, (*above, str(child.tag)))


def is_called(tag: str) -> bool:
    """Return whether an element's name says that it is a call."""
    return _CALLED.search(words_of(tag.rpartition("}")[2])) is not None


def _alone(root: etree._Element, total: int) -> Tags:
    """Return the path of a single record: through elements that hold one element and no more."""
    path, element = [str(root.tag)], root
    body = root.find(root.tag.replace("}Envelope", "}Body")) if root.tag in _SOAP else None
    if body is not None and len(body):
        path, element = [*path, str(body.tag)], body
        total = _leaf_count(body)
    while len(element) == 1 and len(element[0]) and _leaf_count(element[0]) >= 0.8 * total:
        element = element[0]
        path.append(str(element.tag))
    return tuple(path)


def _leaf_count(element: etree._Element) -> int:
    return sum((not len(each)) + len(each.attrib) for each in element.iter())
