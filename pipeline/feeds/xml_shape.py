"""Reads XML records by shape: one walk answers for all that have the same tags.

In: the text of a document that the parser found well-formed, and its record elements. Out: drafts
as they are drawn of an ``XmlRecord``; a record that is not plainly tags and texts is left to the
walk. It must never judge a document, and keep no text of one: a shape holds tags, names of
attributes and positions.

The texts of a record are cut out of the document between its tags. Before, the document is written
as the parser reads it: line breaks as line feeds, no comments and instructions, CDATA sections as
plain text. What is left to be looked for is a quoted ``>``. What a mapping reads of a shape is
found out by walking a record of that shape whose texts are the numbers of their positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, repeat
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.feeds.draw import Account, Draft, Plan, Taking, drawn, planned, taking
from pipeline.feeds.layout import Layout
from pipeline.feeds.values import Cleaner, opens
from pipeline.feeds.xml_paths import Places, compiled
from pipeline.feeds.xml_record import MAX_TEXT, XmlRecord
from pipeline.model import PayloadRefused

__all__ = ["shaped"]

# In a well-formed document these begin nowhere but where they are, and none is inside another.
_ASIDE: Final = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG: Final = re.compile(r"<([^>]*)>")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|apos|quot));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": '"'}
# Paths whose answer hangs on tags alone: no values compared, nothing computed, nothing outside.
_BY_TAGS: Final = re.compile(r"(?!/)(?:[\w:.\-@*/]|\[\d+\]|\s*\|\s*(?!/))+")
_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"

_MOST: Final = 2048  # shapes of one layout
_LONGEST: Final = 32 * 1024  # characters of one shape; all of a layout's are below 64 MB
_MOST_PARENTS: Final = 16
_MARK: Final = "~"

Spaces = tuple[tuple[str, str], ...]
"""What prefixes mean."""

Parse = Callable[[str], etree._Element]
"""Parses a document; raises ``PayloadRefused``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """What is the same for all records with the same tags.

    ``used`` takes the texts that ``plan`` wants, ``between`` those that must be white space, and
    ``counted`` those at ``positions``, which make up the revision's content: they fill the template
    ``content`` or, when some are empty, ``sparse``, each with the mark before it or without any.
    Positions from ``texts`` on are those of attributes.
    """

    plan: Plan
    used: Taking
    unread: tuple[tuple[str, int], ...]
    between: Taking
    counted: Taking
    positions: tuple[int, ...]
    texts: int
    content: str
    sparse: str


class Shapes:
    """The shapes of one layout's records that were met so far, where prefixes mean the same."""

    __slots__ = ("_known", "_layout", "_parse", "_paths", "_spaces")

    def __init__(self, layout: Layout, spaces: Spaces, parse: Parse) -> None:
        self._layout, self._spaces, self._parse = layout, spaces, parse
        self._paths = compiled(layout)
        self._known: dict[str, _Shape | None] = {}

    def draft(self, tags: Sequence[str], texts: Sequence[str], clean: Cleaner) -> Draft | None:
        """Return the draft of a record, ``texts[i]`` following ``tags[i]``; None if unclear."""
        key = "<".join(tags)
        attributes: Sequence[str] = ()
        if '"' in key:
            pieces = key.split('"')
            attributes = pieces[1::2]
            held = "".join(attributes)
            # A value that seems to reach into the next tag is one that holds a ">".
            if not len(pieces) % 2 or any(mark in held for mark in "<&\n\t"):
                return None
            key = '"'.join(pieces[0::2])
        shape = self._known.get(key)
        if shape is None:
            shape = None if key in self._known else self._learned(key)
            if shape is None:
                return None
        if "".join(shape.between(texts)).strip():
            return None  # text beside elements
        values = [*texts, *attributes] if attributes else texts
        counted = shape.counted(values)
        if all(counted):
            content = shape.content % counted
        else:
            content = shape.sparse % tuple(
                [
                    text if i >= shape.texts else f"\x1f={text}" if text else ""
                    for i, text in zip(shape.positions, counted, strict=True)
                ]
            )
        if len(content) > MAX_TEXT:
            return None  # the walk says which text is too long, if one is
        unread = [(name, text) for name, i in shape.unread if (text := values[i])]
        account = Account(unread=unread, content=content)
        return drawn(shape.plan, shape.used(values), account, clean)

    def _learned(self, key: str) -> _Shape | None:
        if len(key) > _LONGEST or len(self._known) >= _MOST:
            return None
        shape = self._known[key] = _shape(key, self._spaces, self._layout, self._parse)
        return shape


def shaped(
    text: str, elements: Sequence[etree._Element], layout: Layout, clean: Cleaner, parse: Parse
) -> Iterator[Draft | None]:
    """Yield a draft for each of a document's record elements, or None where it must be walked.

    ``text`` is what the parser was given, without declaration; ``elements`` are in its order.
    """
    found = _cut(text, elements) if _by_tags(layout) else None
    if found is None:
        yield from repeat(None, len(elements))
        return
    spaces, records = found
    shapes = _shapes(layout, spaces, parse)
    for tags, texts in records:
        yield shapes.draft(tags, texts, clean)


@lru_cache(maxsize=64)
def _shapes(layout: Layout, spaces: Spaces, parse: Parse) -> Shapes:
    return Shapes(layout, spaces, parse)


@lru_cache(maxsize=64)
def _by_tags(layout: Layout) -> bool:
    """Return whether what is read of a record hangs on its tags alone."""
    paths = compiled(layout)
    if paths.odd_ignored is not None or paths.odd_deep is not None:
        return False
    return all(_BY_TAGS.fullmatch(path) and ".." not in path for path in paths.read)


def _cut(
    text: str, elements: Sequence[etree._Element]
) -> tuple[Spaces, list[tuple[list[str], list[str]]]] | None:
    """Return what prefixes mean around records, and tags and texts of each; None if unclear."""
    if not elements:
        return None
    around = dict.fromkeys(element.getparent() for element in elements)
    names = {_written(element) for element in elements}
    if len(names) != 1 or len(around) > _MOST_PARENTS:
        return None
    (name,) = names
    spaces: set[Spaces] = set()
    for parent in around:
        if parent is None or any(
            _written(each) == name for each in (parent, *parent.iterancestors())
        ):
            return None  # then a record may be inside another element of its name
        spaces.add(tuple(sorted((prefix or "", uri) for prefix, uri in parent.nsmap.items())))
    if len(spaces) != 1:
        return None
    text = _plain(text)
    pieces = text.replace(">", "<").split("<")
    if len(pieces) != 2 * text.count("<") + 1:  # there are more ">" than those of tags
        pieces = _TAG.split(text)
    texts = pieces[2::2]
    if "&" in text:
        texts = [_REFERENCE.sub(_meant, each) if "&" in each else each for each in texts]
    records = _spans(pieces[1::2], texts, name)
    # No record is inside an element of its name, and as many outermost ones of that name were
    # found as there are records, so that they are the same, in the same order.
    return (spaces.pop(), records) if len(records) == len(elements) else None


def _plain(text: str) -> str:
    """Return a well-formed document as one of tags and texts that parses to the same tree."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if opens(text, "!") or opens(text, "?"):
        text = _ASIDE.sub(lambda found: escape(found[1] or ""), text)
    return text


def _written(element: etree._Element) -> str:
    """Return an element's name as its tag has it."""
    local = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


def _spans(tags: list[str], texts: list[str], name: str) -> list[tuple[list[str], list[str]]]:
    """Return tags and texts of each outermost element of a name; nothing if that is unclear."""
    found = []
    at, last, end = 0, len(tags), f"/{name}"
    starts = (name, f"{name} ", f"{name}\n", f"{name}\t", f"{name}/")
    while at < last:
        tag = tags[at]
        if tag.startswith(end) and tag[len(end) :].strip() == "":
            return []  # one of that name was inside another
        if not tag.startswith(name) or not (tag == name or tag.startswith(starts[1:])):
            at += 1
            continue
        if tag.endswith("/"):
            return []
        try:
            until = tags.index(end, at + 1) + 1
        except ValueError:
            return []
        found.append((tags[at:until], texts[at : until - 1]))
        at = until
    return found


def _meant(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1], 16) if found[1] else int(found[2]))


def _shape(key: str, spaces: Spaces, layout: Layout, parse: Parse) -> _Shape | None:
    """Walk a record of this shape whose texts are positions, and say what was read of it."""
    if "'" in key or "xmlns" in key:
        return None
    pieces = key.split('"')
    texts = key.count("<")  # between two tags each
    written = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        written += f'"{_MARK}{texts + number}"{piece}'
    names = written.split("<")
    body = []
    between = []
    for i, (tag, following) in enumerate(pairwise(names)):
        leaf = not tag.startswith("/") and not tag.endswith("/") and following.startswith("/")
        body.append(f"<{tag}>{_MARK}{i}" if leaf else f"<{tag}>\n")
        if not leaf:
            between.append(i)
    around = "".join(
        f" xmlns{':' if prefix else ''}{prefix}={quoteattr(uri)}" for prefix, uri in spaces
    )
    try:
        root = parse(f"<w{around}>{''.join(body)}<{names[-1]}></w>")
    except PayloadRefused:
        return None
    if len(root) != 1 or not len(root[0]) or _describes(root):
        return None
    paths = compiled(layout)
    record = XmlRecord(root[0], paths, Places(paths))
    plan, marks = planned(record, layout)
    rest = record.account()
    try:
        used = tuple(map(_position, marks))
        unread = tuple((name, _position(mark)) for name, mark in rest.unread)
    except ValueError:  # a path gave other texts than those of leaves
        return None
    counted, content, sparse = _templates(rest.content)
    return _Shape(
        plan=plan,
        used=taking(used),
        unread=unread,
        between=taking(between),
        counted=taking(counted),
        positions=counted,
        texts=texts,
        content=content,
        sparse=sparse,
    )


def _describes(root: etree._Element) -> bool:
    """Return whether an attribute of XML Schema instances says something of an element."""
    return any(str(name).startswith(_INSTANCE) for each in root.iter() for name in each.keys())  # noqa: SIM118


def _position(mark: str) -> int:
    if not mark.startswith(_MARK):
        raise ValueError("no position")
    return int(mark.removeprefix(_MARK))


def _templates(content: str) -> tuple[tuple[int, ...], str, str]:
    """Return the positions that make up the revision's content, and its two templates."""
    counted = []
    full, sparse = [], []
    for item in content.split("\x1f"):
        head, mark, position = item.partition(f"={_MARK}")
        head = head.replace("%", "%%")
        if not mark:
            full.append(f"\x1f{head}")
            sparse.append(f"\x1f{head}")
            continue
        counted.append(int(position))
        full.append(f"\x1f{head}=%s")
        sparse.append(f"\x1f{head}=%s" if head else "%s")
    return tuple(counted), "".join(full)[1:], "".join(sparse)[1:]
