"""XML payloads: hardened parse, XSD, then XPaths per record with every leaf accounted for.

In: decoded text and a layout. Out: drafts. The parser never sees a DOCTYPE, an XML declaration or
raw bytes, and comments and processing instructions are gone before anything reads a text, so all
readers see one string. Must never pass on a message of libxml2: it quotes the payload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.agencies.inputs import load_xsd
from pipeline.feeds.assemble import Item, few_enough
from pipeline.feeds.draw import draw
from pipeline.feeds.layout import Layout
from pipeline.feeds.outside import Outer, outside_xml, unread_of
from pipeline.feeds.values import Cleaner, opens, shown
from pipeline.feeds.xml_paths import MAX_DEPTH, Places, XmlPaths, compiled, ways
from pipeline.feeds.xml_record import MAX_ATTRIBUTES, XmlRecord
from pipeline.feeds.xml_shape import shaped
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["parsed", "read_xml", "xml_outside"]

_DECLARATION: Final = re.compile(r"\A<\?xml\s[^>]*\?>")
_DOCTYPE: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

# Limits far above any real export (the largest call seen has some 2,000 elements).
MAX_ELEMENTS: Final = 200_000  # per record

_TOO_DEEP: Final = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_TOO_WIDE: Final = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")
_COUNT: Final = etree.XPath("count(descendant-or-self::*)")


def read_xml(text: str, layout: Layout) -> Iterator[Item]:
    """Yield one draft per record element, and what stands outside of them.

    Raises:
        PayloadRefused: not well-formed, DOCTYPE, beyond a limit, invalid, or no records found.
        ConfigError: a path or schema of the agency file cannot be used.
    """
    paths = compiled(layout)
    clean = Cleaner(layout.nulls, layout.strip)
    text = _undeclared(text)
    root = _tree(text)  # how deep a record goes is judged as it is read
    if layout.schema is not None:
        _validate(root, layout.schema)
    places = Places(paths)
    # An element takes four characters at least; they are not counted for nothing.
    many = len(text) > 4 * MAX_ELEMENTS and text.count("<") > MAX_ELEMENTS
    elements = _records(root, paths, layout)
    few_enough(elements)
    drafts = shaped(text, elements, layout, clean, _tree)
    for element, draft in zip(elements, drafts, strict=True):
        if many and _elements(element) > MAX_ELEMENTS:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {element.sourceline}")
        yield draft or draw(XmlRecord(element, paths, places), layout, clean)
    yield from unread_of(outside_xml(root, elements, paths), clean)


def parsed(text: str) -> etree._Element:
    """Return the root of a document, comments and processing instructions gone.

    Raises:
        PayloadRefused: not well-formed, with a DOCTYPE, or beyond a limit.
    """
    root = _tree(_undeclared(text))
    if _TOO_DEEP(root):
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"depth {MAX_DEPTH}")
    return root


def xml_outside(text: str, layout: Layout) -> Iterator[Outer]:
    """Yield all that stands outside of a document's records; raises as :func:`read_xml`."""
    paths, root = compiled(layout), parsed(text)
    return outside_xml(root, _records(root, paths, layout), paths)


def _undeclared(text: str) -> str:
    """Return a document without its declaration, whose encoding no longer holds.

    Its line breaks stay, so that positions do.
    """
    return _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)


def _tree(text: str) -> etree._Element:
    if opens(text, "!") and _DOCTYPE.search(text):
        raise PayloadRefused(NoticeCode.DOCTYPE_PRESENT)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as failure:
        line, column = failure.position
        position = f"line {line} column {column}"
    else:
        if text.count("=") > MAX_ATTRIBUTES and _TOO_WIDE(root):
            # Asked of the parser's own structures: listing 100,000 attributes takes a minute.
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"attributes {MAX_ATTRIBUTES}")
        return root
    # Outside the handler, so that the parser's message is not even in the exception's context.
    raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, position)


def _validate(root: etree._Element, path: Path) -> None:
    schema = _schema(path, path.stat().st_mtime_ns if path.is_file() else 0)
    try:
        if schema.validate(root):
            return
        position = _position(root, schema)
    except etree.LxmlError:  # an internal error of the validator
        position = ""
    raise PayloadRefused(NoticeCode.SCHEMA_INVALID, position)


def _position(root: etree._Element, schema: etree.XMLSchema) -> str:
    """Return line and element of the first violation, without its message."""
    log: Any = schema.error_log
    if not len(log):
        return ""
    first = log[0]
    spaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found: Any = root.getroottree().xpath(first.path or "/*", namespaces=spaces)
    except etree.XPathError:
        found = []
    name = f" element {shown(etree.QName(found[0]).localname)}" if found else ""
    return f"line {first.line}{name}"


@lru_cache(maxsize=32)
def _schema(path: Path, _modified: int) -> etree.XMLSchema:
    """Return the compiled XSD, once for one state of the file."""
    try:
        return load_xsd(path)
    except (etree.LxmlError, OSError):
        problem = "this XSD cannot be used"
    raise ConfigError(problem, remedy="Check that it compiles and needs no network.", path=path)


def _records(root: etree._Element, paths: XmlPaths, layout: Layout) -> list[etree._Element]:
    found: Any = paths.records(root)
    items = found if isinstance(found, list) else []
    elements = [item for item in items if isinstance(item, etree._Element)]
    if not elements and _TOO_DEEP(root):
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"depth {MAX_DEPTH}")
    if not elements and layout.schema is None and not _has_parent(root, layout):
        raise PayloadRefused(NoticeCode.NO_RECORDS_PATH)
    return elements


def _elements(element: etree._Element) -> int:
    count: Any = _COUNT(element)
    return int(count)


def _has_parent(root: etree._Element, layout: Layout) -> bool:
    """True when an element that would hold records is there: a quiet feed, not another."""
    parents = [path.rpartition("/")[0] for path in ways(layout.records)]
    parents = [parent for parent in parents if parent and not parent.endswith("/")]
    try:
        return any(root.xpath(parent, namespaces=dict(layout.namespaces)) for parent in parents)
    except etree.XPathError:
        return False
