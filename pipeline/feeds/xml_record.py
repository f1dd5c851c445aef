"""One XML record: read-once texts, and the account of every leaf in it.

In: a record's element and the layout's compiled paths. Out: texts, and what nobody read. A leaf is
an attribute or a run of text; an element's text is its string value, everywhere. Attributes of XML
Schema instances (``xsi:nil`` and such) describe and are no leaves. Nothing here parses.

Each record is walked once. Plain paths are answered from what the walk found, and read all leaves
at their place; any other XPath is evaluated, and marks the very nodes it returned.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any, Final

from lxml import etree

from pipeline.feeds.draw import Account
from pipeline.feeds.outward import Search
from pipeline.feeds.xml_cuts import Cut, Span, left_over, place_of
from pipeline.feeds.xml_paths import Place, Places, XmlPaths
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["INSTANCE", "XmlRecord", "marks_of"]

# Limits far above any real export.
MAX_ATTRIBUTES: Final = 256  # per element
MAX_TEXT: Final = 256 * 1024  # characters of one text or attribute

INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
"""Namespace of attributes that describe, and are no leaves."""
_NIL: Final = f"{INSTANCE}nil"
_TRUE: Final = ("true", "1")
_SIGN: Final = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});")


class XmlRecord:
    """One record element."""

    __slots__ = ("_cut", "_element", "_paths", "_places", "_read", "_read_places", "_walk")

    def __init__(self, element: etree._Element, paths: XmlPaths, places: Places) -> None:
        self._element, self._paths, self._places = element, paths, places
        self._read: set[object] = set()
        self._read_places: set[Place] = set()
        self._cut: dict[str, list[Span]] = {}
        self._walk = _Walk(
            places,
            marks_of(paths.odd_ignored, element),
            marks_of(paths.odd_deep, element),
        )
        self._walk.visit(element, places.root)

    def texts(self, path: str, /) -> list[str]:
        if path in self._paths.left:  # private values are asked for last
            spans = self._cut.get(path, ())
            return [piece for text in self._texts(path) for piece in left_over(text, spans)]
        return self._texts(path)

    def _texts(self, path: str) -> list[str]:
        key = self._paths.plain.get(path)
        if key is None:
            return self.search(self._element, path)
        place = self._places.at(key)
        if place is None:
            return []
        if place in self._walk.containers:
            return self.search(self._element, path)
        self._read_places.add(place)
        leaves = self._walk.leaves.get(place)
        return [] if leaves is None else [text for _, text, _ in leaves]

    def groups(self, path: str, /) -> Sequence[_XmlGroup]:
        key = self._paths.plain.get(path)
        if key in self._paths.groups:
            place = self._places.at(key)
            spans = () if place is None else self._walk.spans.get(place, ())
            return [_XmlGroup(element, self, path, span) for element, span in spans]
        found: Any = self._places.search[path](self._element)
        return [
            _XmlGroup(item, self, path, None)
            for item in (found if isinstance(found, list) else ())
            if isinstance(item, etree._Element)
        ]

    def search(self, element: etree._Element, path: str) -> list[str]:
        """Return the texts of an XPath evaluated at ``element``, and mark what it returned.

        What it cut out of a text and is no value there is not returned (``xml_cuts``).
        """
        found: Any = self._places.search[path](element)
        if isinstance(found, list):
            return [self._text(item) for item in found]
        cut = self._paths.cuts.get(path)
        if cut is not None and isinstance(found, str) and found.strip():
            return self._cut_out(element, path, cut, found)
        return [_computed(found)]

    def _cut_out(self, element: etree._Element, path: str, cut: Cut, value: str) -> list[str]:
        """Return a value that was cut out of a text; nothing where it holds more than one."""
        text: Any = self._paths.bases[cut.base](element)
        if path in self._paths.told_whole:
            start = str(text).find(value)
            span: Span | None = (start, start + len(value))
        else:
            span = place_of(value, str(text), cut)
        if span is None:
            return []
        self._cut.setdefault(cut.base, []).append(span)
        return [_computed(value)]

    def within(
        self, element: etree._Element, each: str, path: str, span: tuple[int, int]
    ) -> list[str]:
        """Return the texts at a path in one repeated group whose leaves the walk has counted."""
        key = self._paths.grouped.get((each, path))
        if key is None:
            return self.search(element, path)
        place = self._places.at(key)
        if place is None:
            return []
        if place in self._walk.containers:
            return self.search(element, path)
        # Every leaf there is in one of these groups, and a mapping reads all groups of a path.
        self._read_places.add(place)
        leaves = self._walk.leaves.get(place)
        if leaves is None:
            return []
        start, end = span
        return [text for _, text, count in leaves if start <= count < end]

    def account(self) -> Account:
        unread = [
            (place.name, text)
            for place, leaves in self._walk.leaves.items()
            if place not in self._read_places
            for mark, text, _ in leaves
            if text and mark not in self._read
        ]
        return Account(unread=unread, content="\x1f".join(self._walk.content))

    def _text(self, item: Any) -> str:
        if not isinstance(item, etree._Element):
            self._read.add(_mark(item))
            return str(item)
        text = "".join(map(str, item.itertext())) if len(item) else item.text or ""
        if text and item.get(_NIL) in _TRUE:
            return ""  # null although filled: not marked, so the text stays accounted for
        if len(item):
            self._read.update(item.iter())
        else:
            self._read.add(item)
        return text


class _XmlGroup:
    """A repeated group in a record; what it reads counts for the record."""

    __slots__ = ("_each", "_element", "_record", "_span")

    def __init__(
        self,
        element: etree._Element,
        record: XmlRecord,
        each: str,
        span: tuple[int, int] | None,
    ) -> None:
        self._element, self._record, self._each, self._span = element, record, each, span

    def texts(self, path: str, /) -> list[str]:
        if self._span is None:
            return self._record.search(self._element, path)
        return self._record.within(self._element, self._each, path, self._span)

    def groups(self, _path: str, /) -> Sequence[_XmlGroup]:
        return ()

    def account(self) -> Account:
        return Account(unread=(), content="")


class _Walk:
    """Visits every leaf of a record once: ``leaves`` by place, and the revision's content.

    Leaves are counted as they come: ``spans`` says which of them stand in each repeated group.

    Content is tags and texts in document order, between separators that XML cannot contain.
    ``containers`` are places of elements that have child elements.
    """

    __slots__ = (
        "_count",
        "_deep",
        "_ignored",
        "_places",
        "containers",
        "content",
        "leaves",
        "spans",
    )

    def __init__(self, places: Places, ignored: set[object], deep: set[object]) -> None:
        self._places, self._ignored, self._deep = places, ignored, deep
        self.leaves: dict[Place, list[tuple[object, str, int]]] = {}
        self.spans: dict[Place, list[tuple[etree._Element, tuple[int, int]]]] = {}
        self._count = 0
        self.containers: set[Place] = set()
        self.content: list[str] = []

    def visit(self, element: etree._Element, place: Place) -> None:
        """Account for ``element`` and everything below it."""
        start = self._count
        self._visit(element, place)
        if place.group:
            self.spans.setdefault(place, []).append((element, (start, self._count)))

    def _visit(self, element: etree._Element, place: Place) -> None:
        nil = False
        if attributes := element.items():
            nil = self._attributes(element, attributes, place)
        text = element.text
        if not len(element):
            self._leaf(element, text or "", place, nil=nil)
            return
        self.containers.add(place)
        leaf = self._leaf
        if text and not text.isspace():
            leaf(element, text, place, nil=nil)
        content, children, deep = self.content, place.children, self._deep
        content.append("(")
        for child in element:
            tag: Any = child.tag
            below = children.get(tag) or self._places.below(place, tag)
            if below.teller:
                below = self._places.of(below, child)
                tag = below.key
            if not (below.deep or (deep and child in deep)):
                content.append(tag)
                if len(child) or below.group or child.items():
                    self.visit(child, below)
                else:  # most elements: spared one call
                    leaf(child, child.text or "", below, nil=False)
            text = child.tail
            if text and not text.isspace():
                leaf(element, text, place, nil=nil)
        content.append(")")

    def _leaf(self, element: etree._Element, text: str, place: Place, *, nil: bool) -> None:
        if place.ignored or (self._ignored and element in self._ignored):
            return
        if text:
            if len(text) > MAX_TEXT:
                raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {element.sourceline}")
            self.content.append(f"={text}")
            if nil:  # null although filled: kept where no path finds it
                place = self._places.below(place, "@nil")
        self._count += 1
        leaves = self.leaves.get(place)
        if leaves is None:
            self.leaves[place] = [(element, text, self._count - 1)]
        else:
            leaves.append((element, text, self._count - 1))

    def _attributes(
        self, element: etree._Element, attributes: Sequence[tuple[Any, Any]], place: Place
    ) -> bool:
        """Account for the attributes; return True when the element says that it is nil."""
        longest = max(len(value) for _, value in attributes)
        if len(attributes) > MAX_ATTRIBUTES or longest > MAX_TEXT:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {element.sourceline}")
        nil = False
        for name, value in sorted(attributes):
            if name.startswith(INSTANCE):
                nil = nil or (name == _NIL and value in _TRUE)
                continue
            mark = (element, name)
            below = self._places.below(place, f"@{name}")
            if below.ignored or below.deep or mark in self._ignored or mark in self._deep:
                continue
            self.content.append(f"@{name}={value}")
            self.leaves.setdefault(below, []).append((mark, value, self._count))
            self._count += 1
        return nil


def marks_of(xpath: Search | None, element: etree._Element) -> set[object]:
    """Return the marks of what an XPath finds: elements, or (element, name) of an attribute."""
    found: Any = () if xpath is None else xpath(element)
    if not isinstance(found, list | tuple):
        return set()  # a text, number or truth value that it computed
    return {item if isinstance(item, etree._Element) else _mark(item) for item in found}


def _mark(item: Any) -> object:
    """Return the mark of an attribute or text result; a namespace node or the like has none."""
    parent = item.getparent() if isinstance(item, etree._ElementUnicodeResult) else None
    if parent is None:
        return None
    return (parent, item.attrname) if item.is_attribute else parent


def _computed(found: object) -> str:
    """Return a number, truth value or string that an XPath computed, as text.

    What is cut out of HTML in a text says ``&amp;`` for a sign still.
    """
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() else repr(found)
    text = str(found)
    return _SIGN.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
