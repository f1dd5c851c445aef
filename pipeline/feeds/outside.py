"""What stands in a payload outside of its records: mapped, ignored or unread, never kept.

In: a document, its records, and the paths of a layout. Out: fields of the envelope, such as
``/Envelope/Header/MessageID`` or ``$.meta.count``. It speaks of no call, so its texts go nowhere:
they are counted by their paths, and a new one shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from lxml import etree

from pipeline.agencies.paths import FROM_ROOT
from pipeline.feeds.json_paths import ANY_INDEX, Pattern
from pipeline.feeds.json_record import JsonPaths, Leaves, text_of
from pipeline.feeds.values import Cleaner, shown
from pipeline.feeds.xml_paths import MAX_DEPTH, MAX_PLACES, XmlPaths
from pipeline.feeds.xml_record import INSTANCE, marks_of
from pipeline.model import NoticeCode, PayloadRefused

__all__ = [
    "Outer",
    "Outside",
    "Use",
    "outer_leaves",
    "outside_json",
    "outside_xml",
    "unread_of",
]


_OWN_TEXTS: Final = etree.XPath("text()[normalize-space()]", smart_strings=False)


class Use(StrEnum):
    """What becomes of an input field."""

    MAPPED = "mapped"
    IGNORED = "ignored"
    UNREAD = "unread"


class Outer(NamedTuple):
    """One leaf outside of all records: its path as a notice may show it, its text, its use."""

    path: str
    text: str
    use: Use

    def __repr__(self) -> str:
        return "<Outer>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What nobody asked for outside of a payload's records: (path, count).

    ``page_lines`` is how many lines of printed pages stand between a table's rows, headers too.
    """

    unread: tuple[tuple[str, int], ...] = ()
    page_lines: int = 0


def unread_of(leaves: Iterable[Outer], clean: Cleaner) -> Iterator[Outside]:
    """Yield what was not asked for, counted by path, if there is any; what is null is not there."""
    counts = Counter(leaf.path for leaf in leaves if leaf.use is Use.UNREAD and clean(leaf.text))
    if counts:
        yield Outside(unread=tuple(sorted(counts.items())))


def outside_xml(
    root: etree._Element, records: Sequence[etree._Element], paths: XmlPaths
) -> Iterator[Outer]:
    """Yield every attribute and text outside of the records.

    Raises:
        PayloadRefused: too deep, or too many kinds of places.
    """
    inside, holding = set(records), Counter([record.getparent() for record in records])
    read = _read_outside(records, paths) if paths.outward else set()
    ignored = set().union(*(marks_of(path, root) for path in paths.outer_ignored))
    deep = set().union(*(marks_of(path, root) for path in paths.outer_deep))
    kinds: set[str] = set()
    ways = [(root, "", 1)]
    while ways:
        element, above, depth = ways.pop()
        if element in inside or element in deep:
            continue
        path = f"{above}/{shown(etree.QName(element).localname)}"
        kinds.add(path)
        if depth > MAX_DEPTH or len(kinds) > MAX_PLACES:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"depth {depth}")
        others = len(element) > holding[element]  # most elements around hold records alone
        for step, mark, text in _leaves_of(element):
            if mark not in deep and text and not text.isspace():
                yield Outer(f"{path}{step}", text, _use(mark, element, read, ignored))
        ways += [(child, path, depth + 1) for child in element] if others else []


def _use(mark: object, element: object, read: set[object], ignored: set[object]) -> Use:
    if mark in read or element in read:
        return Use.MAPPED
    return Use.IGNORED if mark in ignored else Use.UNREAD


def _leaves_of(element: etree._Element) -> Iterator[tuple[str, object, str]]:
    """Yield (last step or nothing, mark, text) of an element's attributes and its own texts."""
    for name, value in element.items():
        tag = str(name)
        if not tag.startswith(INSTANCE):
            yield f"/@{shown(tag.rpartition('}')[2])}", (element, tag), str(value)
    texts: Any = _OWN_TEXTS(element)
    yield "", element, "".join(texts)


def _read_outside(records: Iterable[etree._Element], paths: XmlPaths) -> set[object]:
    """Return the marks of what a mapping reads around its records: of one for each parent."""
    first = {record.getparent(): record for record in records}
    searches, found = paths.searches(), set[object]()
    for path in paths.outward:
        for record in first.values():
            found |= marks_of(searches[path], record)
    return found


def outer_leaves(paths: JsonPaths) -> Leaves:
    """Return what judges the kinds of leaves outside of a payload's records, and bounds them."""
    return Leaves((), paths.outer_ignored, paths.outer_deep)


def outside_json(document: object, records: Iterable[object], leaves: Leaves) -> Iterator[Outer]:
    """Yield every leaf outside of the records; none where records are made, and stand nowhere.

    ``leaves`` are :func:`outer_leaves`, the same for all documents of a payload.

    Raises:
        PayloadRefused: too many kinds of leaves.
    """
    inside = {id(record): record for record in records if isinstance(record, dict | list)}
    met = [0]
    found = list(_outer_json([document], (), inside, met, leaves))
    yield from found if met[0] == len(inside) else ()


def _outer_json(
    values: Collection[Any], path: Pattern, inside: dict[int, Any], met: list[int], leaves: Leaves
) -> Iterator[Outer]:
    """Yield the leaves in values of one path but for records, and count these in ``met``."""
    others = [value for value in values if id(value) not in inside]
    met[0] += len(values) - len(others)
    for value in others:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from _outer_json((item,), (*path, name), inside, met, leaves)
        elif isinstance(value, list):
            yield from _outer_json(value, (*path, ANY_INDEX), inside, met, leaves)
        elif value is not None:
            name, _, ignored = leaves.judge(path)
            yield Outer(FROM_ROOT + name, text_of(value), Use.IGNORED if ignored else Use.UNREAD)
