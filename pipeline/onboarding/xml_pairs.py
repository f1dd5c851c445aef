"""Finds elements of an XML sample whose name is a value: ``<Col name="Nature">...</Col>``.

In: a parsed root. Out: the places of such elements, and what tells their names: an attribute, or a
child. The vocabulary of CAD exports must know several of the names, and most stand once in their
parent, for few fields come again: else it is a number, a unit or a person that is told there. It
must never take a name that may be a value of one call: names are written into the agency's file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from pipeline.onboarding.inline import how_known
from pipeline.onboarding.leaf import words_of

__all__ = [
    "GENERIC",
    "TELLING",
    "VALUE",
    "Tags",
    "Tellers",
    "are_names",
    "may_name_a_field",
    "name_of",
    "tellers_of",
]

Tags = tuple[str, ...]
"""The tags from the root down to an element."""

Tellers = Mapping[Tags, str]
"""Places of elements whose name a value tells, and what: ``@`` and an attribute, or a child."""

GENERIC: Final = re.compile(
    r"(?:col|column|field|data|simple data|item|attr|attribute|prop|property|param|entry"
    r"|element|cell|pair|value|str|string|date|int|long|double|bool|arr|lst|f|c|d|kv|nvp|name value"
    r"|name value pair|key value|key value pair|member|parameter|custom field|user field|udf|tag"
    r"|time ?stamp|date ?time|moment)"
    r"(?: \d+)?"
)
"""Words of elements that say nothing beside the name that a value tells."""

TELLING: Final = re.compile(
    r"(?:(?:field|column|col|attribute|attr|property|prop|item|data|element) ?)?"
    r"(?:name|key|field|label|column|caption|title|id)",
)
"""Words of what may tell the name of a field."""

VALUE: Final = re.compile(
    r"(?:value|val|text|content|data|v|display ?(?:name|value)|simple ?value|string)"
)
"""Words of what says no more than that it is the value."""

_TIMED: Final = re.compile(r"(?:date ?time|time ?stamp|time|date|moment)")
"""Words of elements of which one says when each thing was."""

_HAPPENED: Final = re.compile(r"(?:event|type|kind|stage|status|code|of|for|what)")
"""Words of an attribute that tells what was then."""

_NAME: Final = re.compile(r"[A-Za-z_](?:[\w #/.&()-]{0,38}[\w#.)])?")
_NUMBER: Final = re.compile(r"\d{3}")
_KNOWN: Final = 0.6  # how well the vocabulary knows a name that it knows
_FEWEST: Final = 2  # names it knows
_SHARE: Final = 0.3  # of all names
_ONCE: Final = 0.75  # share of the names of each parent that stand there once
_MOST_NAMES: Final = 300  # different ones


def tellers_of(root: etree._Element) -> Tellers:
    """Return the places of elements whose name a value tells."""
    told: dict[tuple[Tags, str], list[list[tuple[str, str]]]] = {}
    for parent, tags in _walk(root, ()):
        here: dict[str, list[tuple[str, str]]] = {}
        for child in parent:
            for teller, name in _names(child):
                here.setdefault(teller, []).append((str(child.tag), name))
        for teller, names in here.items():
            told.setdefault((tags, teller), []).append(names)
    found: dict[Tags, str] = {}
    for (tags, teller), parents in told.items():
        if are_names(parents):
            for tag in {tag for names in parents for tag, _ in names}:
                found.setdefault((*tags, tag), teller)
    return found


def name_of(element: etree._Element, teller: str) -> str:
    """Return the name that an element tells; empty where it is none to be written down."""
    names = [name for each, name in _names(element) if each == teller]
    return names[0] if len(names) == 1 and may_name_a_field(names[0]) else ""


def _walk(element: etree._Element, above: Tags) -> Iterator[tuple[etree._Element, Tags]]:
    tags = (*above, str(element.tag))
    if len(element):
        yield element, tags
        for child in element:
            yield from _walk(child, tags)


def _names(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what may tell an element's name, and the name."""
    timed = _TIMED.fullmatch(_words(str(element.tag))) is not None
    for attribute, value in element.attrib.items():
        words = _words(str(attribute))
        if TELLING.fullmatch(words) or (timed and _HAPPENED.fullmatch(words)):
            yield "@" + str(attribute), str(value)
    for child in element if len(element) > 1 else ():
        if not len(child) and TELLING.fullmatch(_words(str(child.tag))):
            yield str(child.tag), child.text or ""


def _words(tag: str) -> str:
    return words_of(tag.rpartition("}")[2])


def are_names(parents: list[list[tuple[str, str]]]) -> bool:
    """Return whether texts beside each other are names of fields, in one parent or in several."""
    counts = [number for each in parents for number in Counter(n for _, n in each).values()]
    names = {name for each in parents for _, name in each}
    if counts.count(1) < _ONCE * len(counts) or not 0 < len(names) <= _MOST_NAMES:
        return False
    known = sum(may_name_a_field(name) and how_known(words_of(name)) >= _KNOWN for name in names)
    return known >= max(_FEWEST, _SHARE * len(names))


def may_name_a_field(name: str) -> bool:
    """Return whether a told name may be a field's by its form: a few words, and no number."""
    return _NAME.fullmatch(name) is not None and _NUMBER.search(name) is None
