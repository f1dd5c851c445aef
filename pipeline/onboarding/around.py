"""Names what stands around the records of a sample, as agency.yml would ignore it.

In: a parsed document and its records. Out: paths from the root, at most :data:`MOST`. It speaks of
no call, and is ignored so that what comes new there shows. It must never write down a name that may
tell of somebody: what has it stays unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from lxml import etree

from pipeline.agencies.paths import FROM_ROOT
from pipeline.feeds.xml_record import INSTANCE
from pipeline.onboarding.json_keys import quoted
from pipeline.onboarding.plainness import Plainness, how_plain
from pipeline.onboarding.xml_places import is_called

__all__ = ["MOST", "around_json", "around_xml"]

MOST: Final = 60
"""Paths; an envelope of more is no envelope, but data of another kind."""

_PARTS: Final = 3  # of a call


def around_xml(
    root: etree._Element, records: Sequence[etree._Element], step: Callable[[str], str]
) -> tuple[str, ...]:
    """Return where attributes and texts stand outside of the records; ``step`` writes a tag.

    What is named as a call and is no record stays unread, so that it is told.
    """
    inside = set(records)
    holding = {each for record in records for each in record.iterancestors()}
    found: dict[str, None] = {}
    ways = [(root, "")]
    while ways:
        element, above = ways.pop()
        if element in inside or not _plain(str(element.tag)):
            continue
        if element not in holding and len(element) >= _PARTS and is_called(str(element.tag)):
            continue
        path = f"{above}/{step(str(element.tag))}"
        names = [
            str(n) for n in element.attrib if _plain(str(n)) and not str(n).startswith(INSTANCE)
        ]
        found |= dict.fromkeys(f"{path}/@{step(name)}" for name in names)
        if any(text.strip() for text in _texts(element)):
            found[path] = None
        ways += [(child, path) for child in reversed(element)]
    return tuple(islice(found, MOST))


def _texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    yield from (child.tail or "" for child in element)


def _plain(tag: str) -> bool:
    return how_plain(tag.rpartition("}")[2]) is Plainness.SURE


def around_json(document: object, records: Iterable[object]) -> tuple[str, ...]:
    """Return the JMESPaths, from the top, of leaves that stand outside of the records."""
    inside = {id(record) for record in records if isinstance(record, dict | list)}
    return tuple(islice(dict.fromkeys(_around(document, FROM_ROOT, inside)), MOST))


def _around(value: Any, path: str, inside: set[int]) -> Iterator[str]:
    if id(value) in inside:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            if how_plain(name) is Plainness.SURE:
                joint = "" if path == FROM_ROOT else "."
                yield from _around(item, f"{path}{joint}{quoted(name)}", inside)
    elif isinstance(value, list):
        for item in value:
            yield from _around(item, f"{path}[]", inside)
    elif value is not None:
        yield path.removesuffix("[]")
