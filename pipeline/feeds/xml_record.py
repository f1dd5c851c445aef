"""One XML record: compiled paths, read-once texts, and the ledger of every leaf in it.

In: a record's element and the layout's XPaths. Out: texts, and an account of what nobody read. A
leaf is an attribute or a run of text; an element's text is its string value, everywhere. Attributes
of XML Schema instances (``xsi:nil`` and such) describe and are no leaves. Nothing here parses.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from pipeline.feeds.draw import Account
from pipeline.feeds.layout import Layout
from pipeline.feeds.values import shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["XmlPaths", "XmlRecord", "compiled"]

# Limits far above any real export.
MAX_ATTRIBUTES: Final = 256  # per element
MAX_TEXT: Final = 256 * 1024  # characters of one text or attribute

_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_NIL: Final = f"{_INSTANCE}nil"
_EVERYTHING_BELOW: Final = "/**"


class XmlPaths:
    """The XPaths of one layout. Raises ``ConfigError`` for one that cannot be used."""

    __slots__ = ("deep", "ignored", "read", "records")

    def __init__(self, layout: Layout) -> None:
        spaces = dict(layout.namespaces)
        self.records = _xpath(layout.records, spaces, layout)
        wanted = {path for _, path in layout.reads()} | set(layout.groups())
        self.read = {path: _xpath(path, spaces, layout) for path in sorted(wanted)}
        plain = [path for path in layout.ignored_fields if not path.endswith(_EVERYTHING_BELOW)]
        deep = [path for path in layout.ignored_fields if path.endswith(_EVERYTHING_BELOW)]
        deep = [path.removesuffix(_EVERYTHING_BELOW) for path in deep]
        # One union each: a call per record instead of a call per path.
        self.ignored = _xpath(" | ".join(plain), spaces, layout) if plain else None
        self.deep = _xpath(" | ".join(deep), spaces, layout) if deep else None


@lru_cache(maxsize=64)
def compiled(layout: Layout) -> XmlPaths:
    """Return the layout's XPaths, compiled once per layout."""
    return XmlPaths(layout)


def _xpath(path: str, spaces: dict[str, str], layout: Layout) -> etree.XPath:
    try:
        xpath = etree.XPath(path, namespaces=spaces)
        xpath(etree.Element("x"))  # an unknown prefix or function shows only here
    except etree.XPathError:
        problem = f"{path!r} is not a usable XPath"
    else:
        return xpath
    remedy = "Correct it, and list its prefixes under format.namespaces."
    raise ConfigError(problem, remedy=remedy, path=layout.source)


class XmlRecord:
    """One record element, or a group in it that shares the record's ``read`` marks.

    Marks are elements (their own text) and (element, attribute name) pairs. ``names`` holds the
    paths shown in notices; one dict serves a whole payload.
    """

    __slots__ = ("_element", "_names", "_paths", "_read")

    def __init__(
        self,
        element: etree._Element,
        paths: XmlPaths,
        names: dict[tuple[str, str], str],
        read: set[object] | None = None,
    ) -> None:
        self._element, self._paths, self._names = element, paths, names
        self._read: set[object] = set() if read is None else read

    def texts(self, path: str) -> list[str]:
        found: Any = self._paths.read[path](self._element)
        if not isinstance(found, list):
            return [_computed(found)]
        return [self._text(item) for item in found]

    def groups(self, path: str) -> Sequence[XmlRecord]:
        found: Any = self._paths.read[path](self._element)
        return [
            XmlRecord(item, self._paths, self._names, self._read)
            for item in (found if isinstance(found, list) else ())
            if isinstance(item, etree._Element)
        ]

    def account(self) -> Account:
        ignored = _marks(self._paths.ignored, self._element)
        deep = _marks(self._paths.deep, self._element)
        ledger = _Ledger(self._names, self._read, ignored, deep)
        ledger.visit(self._element, "")
        return Account(unread=ledger.unread, content="\x1f".join(ledger.content))

    def _text(self, item: Any) -> str:
        """Return an item's string value and mark what it came from as read."""
        if not isinstance(item, etree._Element):
            self._read.add(_mark(item))
            return str(item)
        text = "".join(map(str, item.itertext())) if len(item) else item.text or ""
        if text and item.get(_NIL) in ("true", "1"):
            return ""  # null although filled: not marked, so the text stays accounted for
        if len(item):
            self._read.update(item.iter())
        else:
            self._read.add(item)
        return text


class _Ledger:
    """Walks every leaf of a record once: its content, and what nobody read.

    Content is tags and texts in document order, between separators that XML cannot contain.
    """

    __slots__ = ("_deep", "_ignored", "_names", "_read", "content", "unread")

    def __init__(
        self,
        names: dict[tuple[str, str], str],
        read: set[object],
        ignored: set[object],
        deep: set[object],
    ) -> None:
        self._names, self._read, self._ignored, self._deep = names, read, ignored, deep
        self.unread: list[tuple[str, str]] = []
        self.content: list[str] = []

    def visit(self, element: etree._Element, path: str) -> None:
        """Account for ``element`` and everything below it; ``path`` is how notices name it."""
        self.content.append(str(element.tag))
        if attributes := element.items():
            self._attributes(element, attributes, path)
        if text := element.text:
            self._leaf(element, text, path)
        for child in element:
            if child not in self._deep:
                tag = str(child.tag)
                self.visit(child, self._names.get((path, tag)) or self._name(path, tag))
            if text := child.tail:
                self._leaf(element, text, path)
        self.content.append("")

    def _leaf(self, element: etree._Element, text: str, path: str) -> None:
        if text.isspace() or element in self._ignored:
            return
        if len(text) > MAX_TEXT:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {element.sourceline}")
        self.content.append(f"={text}")
        if element not in self._read:
            self.unread.append((path or _local(str(element.tag)), text))

    def _attributes(
        self, element: etree._Element, attributes: Sequence[tuple[Any, Any]], path: str
    ) -> None:
        longest = max(len(value) for _, value in attributes)
        if len(attributes) > MAX_ATTRIBUTES or longest > MAX_TEXT:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {element.sourceline}")
        for name, value in sorted(attributes):
            leaf = (element, name)
            if name.startswith(_INSTANCE) or leaf in self._ignored or leaf in self._deep:
                continue
            self.content.append(f"@{name}={value}")
            if leaf not in self._read:
                where = f"@{_local(name)}"
                self.unread.append((f"{path}/{where}" if path else where, value))

    def _name(self, path: str, tag: str) -> str:
        name = f"{path}/{_local(tag)}" if path else _local(tag)
        self._names[path, tag] = name
        return name


def _marks(xpath: etree.XPath | None, element: etree._Element) -> set[object]:
    found: Any = () if xpath is None else xpath(element)
    return {item if isinstance(item, etree._Element) else _mark(item) for item in found}


def _mark(item: Any) -> object:
    """Return the mark of an attribute or text result; a namespace node or the like has none."""
    parent = item.getparent() if isinstance(item, etree._ElementUnicodeResult) else None
    if parent is None:
        return None
    return (parent, item.attrname) if item.is_attribute else parent


def _local(tag: str) -> str:
    return shown(tag.rpartition("}")[2])


def _computed(found: object) -> str:
    """Return a number, truth value or string that an XPath computed, as text."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() else repr(found)
    return str(found)
