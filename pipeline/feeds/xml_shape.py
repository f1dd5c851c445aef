"""Reads XML records by shape: one walk answers for all that have the same tags.

In: the text of a document that the parser found well-formed, and its record elements. Out: drafts
as they are drawn of an ``XmlRecord``; a record that is not plainly tags and texts is left to the
walk. It must never judge a document, and keep no text of one: a shape holds tags, names of
attributes and positions.

The texts of a record are cut out of the document between its tags. Before, the document is written
as the parser reads it: line breaks as line feeds, no comments and instructions, CDATA sections as
plain text. What is left to be looked for is a quoted ``>``. What a mapping reads of a shape is
found out by walking a record of that shape whose texts are the numbers of their positions. A shape
that comes often is made one pattern: its tags, and between them the texts that are wanted.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise, repeat
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.feeds.draw import Draft, Plan, Taking, drawn, planned, settled, taking
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
_OFTEN: Final = 200  # records of a shape until it is made a pattern, which takes milliseconds
_MOST_PATTERNS: Final = 256
_LONGEST_PATTERN: Final = 8 * 1024  # characters of its shape
_MOST_ALIKE: Final = 8  # patterns with equally many tags, which are tried one after another
_MOST_PARENTS: Final = 16
_MOST_NAMES: Final = 8  # of records
_MARK: Final = "~"

Spaces = tuple[tuple[str, str], ...]
"""What prefixes mean."""

Parse = Callable[[str], etree._Element]
"""Parses a document; raises ``PayloadRefused``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """What is the same for all records with the same tags.

    ``wanted`` are the positions of the texts that are read; those from ``texts`` on are attributes.
    All else counts among the wanted. What stands ``between``, and ``beside`` takes, must be white
    space. ``counted`` takes the texts that make up the revision's content: they stand in every
    second place of ``content``, and in those before them is what precedes each, or, where it is
    empty, ``without``.
    """

    plan: Plan
    wanted: tuple[int, ...]
    unread: tuple[tuple[str, int], ...]
    between: tuple[int, ...]
    beside: Taking
    texts: int
    counted: Taking
    content: tuple[str, ...]
    without: tuple[str, ...]

    def draft(self, texts: Sequence[str], clean: Cleaner) -> Draft:
        """Return the draft of a record with these wanted texts."""
        unread = [(name, text) for name, i in self.unread if (text := texts[i])]
        return drawn(self.plan, texts, unread, partial(self.written, texts), clean)

    def written(self, texts: Sequence[str]) -> str:
        """Return the content of a record with these wanted texts, but for what is mapped."""
        counted = self.counted(texts)
        pieces = [*self.content]
        pieces[1::2] = counted
        if not all(counted):
            pieces[:-1:2] = [
                before if text else bare
                for before, bare, text in zip(pieces[::2], self.without, counted, strict=False)
            ]
        return "".join(pieces)


Record = tuple[_Shape | None, Sequence[str]]
"""A record's shape, if it has one, and its wanted texts."""

_WALKED: Final[Record] = (None, ())
"""A record without a shape, or so long that the walk has to say whether one of its texts is."""


class Shapes:
    """The shapes of one layout's records that were met so far, where prefixes mean the same."""

    __slots__ = ("_alike", "_known", "_layout", "_met", "_parse", "_patterns", "_spaces")

    def __init__(self, layout: Layout, spaces: Spaces, parse: Parse) -> None:
        self._layout, self._spaces, self._parse = layout, spaces, parse
        self._known: dict[str, _Shape | None] = {}
        self._met: dict[str, int] = {}
        self._patterns = 0
        self._alike: dict[int, list[tuple[re.Pattern[str], _Shape]]] = {}

    def records(self, text: str, name: str) -> list[Record] | None:
        """Return the outermost elements of a name in a plain document; None if that is unclear."""
        found: list[Record] = []
        start, end = f"<{name}", f"</{name}>"
        alike, nothing = self._alike, ()
        reference = text.find("&")
        at = text.find(start)
        while at >= 0:
            if text[at + len(start)] not in " \n\t/>":  # a longer name
                at = text.find(start, at + len(start))
                continue
            until = text.find(end, at)
            for pattern, shape in alike.get(text.count("<", at, until), nothing):
                if match := pattern.match(text, at):
                    texts: Sequence[str] = match.groups()
                    short = match.end() - at <= MAX_TEXT
                    at = match.end()
                    if 0 <= reference < at:
                        texts = [_REFERENCE.sub(_meant, each) for each in texts]
                        reference = text.find("&", at)
                    found.append((shape, texts) if short else _WALKED)
                    break
            else:
                until += len(end)
                record = _split(text[at:until], name) if until > at else None
                if record is None:
                    return None
                found.append(self._shaped(*record) if until - at <= MAX_TEXT else _WALKED)
                at = until
                if 0 <= reference < at:
                    reference = text.find("&", at)
            at = text.find(start, at)
        return found

    def _shaped(self, tags: Sequence[str], texts: Sequence[str]) -> Record:
        """Return shape and wanted texts of a record, ``texts[i]`` following ``tags[i]``."""
        key = "<".join(tags)
        attributes: Sequence[str] = ()
        if '"' in key:
            pieces = key.split('"')
            attributes = pieces[1::2]
            held = "".join(attributes)
            # A value that seems to reach into the next tag is one that holds a ">".
            if not len(pieces) % 2 or any(mark in held for mark in "<&\n\t"):
                return _WALKED
            key = '"'.join(pieces[0::2])
        shape = self._known.get(key)
        if shape is None:
            shape = None if key in self._known else self._learned(key)
            if shape is None:
                return _WALKED
        if "".join(shape.beside(texts)).strip():
            return _WALKED  # text beside elements
        self._meet(key, shape)
        values = [*texts, *attributes] if attributes else texts
        return shape, [values[i] for i in shape.wanted]

    def _learned(self, key: str) -> _Shape | None:
        if len(key) > _LONGEST or len(self._known) >= _MOST:
            return None
        shape = self._known[key] = _shape(key, self._spaces, self._layout, self._parse)
        return shape

    def _meet(self, key: str, shape: _Shape) -> None:
        """Count a record of a shape that has no pattern; make one when there were many."""
        met = self._met[key] = self._met.get(key, 0) + 1
        if met != _OFTEN or self._patterns >= _MOST_PATTERNS or len(key) > _LONGEST_PATTERN:
            return
        alike = self._alike.setdefault(key.count("<"), [])
        if len(alike) < _MOST_ALIKE:
            alike.append((_pattern(key, shape), shape))
            self._patterns += 1


def shaped(
    text: str, elements: Sequence[etree._Element], layout: Layout, clean: Cleaner, parse: Parse
) -> Iterator[Draft | None]:
    """Yield a draft for each of a document's record elements, or None where it must be walked.

    ``text`` is what the parser was given, without declaration; ``elements`` are in its order.
    """
    around = _around(elements) if _by_tags(layout) else None
    records = None
    if around is not None:
        names, spaces = around
        records = _in_turn(_shapes(layout, spaces, parse), _plain(text), elements, names)
    if records is None:
        yield from repeat(None, len(elements))
        return
    for shape, texts in records:
        yield None if shape is None else shape.draft(texts, clean)


def _in_turn(
    shapes: Shapes, text: str, elements: Sequence[etree._Element], names: Sequence[str]
) -> Iterable[Record] | None:
    """Return the records of all names in the order of their elements; None if that is unclear.

    No record is inside an element of such a name, so that as many outermost ones of a name as there
    are records of it are the same, in the same order.
    """
    found = {name: shapes.records(text, name) for name in names}
    if len(names) == 1:
        (records,) = found.values()
        return records if records is not None and len(records) == len(elements) else None
    written = [_written(element) for element in elements]
    turns: dict[str, Iterator[Record]] = {}
    for name, some in found.items():
        if some is None or len(some) != written.count(name):
            return None
        turns[name] = iter(some)
    return [next(turns[name]) for name in written]


@lru_cache(maxsize=64)
def _shapes(layout: Layout, spaces: Spaces, parse: Parse) -> Shapes:
    return Shapes(layout, spaces, parse)


@lru_cache(maxsize=64)
def _by_tags(layout: Layout) -> bool:
    """Return whether what is read of a record hangs on its tags alone."""
    paths = compiled(layout)
    if paths.odd_ignored is not None or paths.odd_deep is not None or paths.told:
        return False
    return all(
        _BY_TAGS.fullmatch(path) and ".." not in path and "::" not in path for path in paths.read
    )


def _around(elements: Sequence[etree._Element]) -> tuple[Sequence[str], Spaces] | None:
    """Return how records are written, and what prefixes mean around them; None if unclear."""
    if not elements:
        return None
    around = dict.fromkeys([element.getparent() for element in elements])
    if len(around) > _MOST_PARENTS:
        return None
    kinds = {(element.tag, element.prefix): element for element in elements}
    names = {_written(element) for element in kinds.values()}
    if len(kinds) > _MOST_NAMES or len(names) != len(kinds):
        return None
    spaces: set[Spaces] = set()
    for parent in around:
        if parent is None or any(
            _written(each) in names for each in (parent, *parent.iterancestors())
        ):
            return None  # then a record may be inside another element of its name
        spaces.add(tuple(sorted((prefix or "", uri) for prefix, uri in parent.nsmap.items())))
    return (sorted(names), spaces.pop()) if len(spaces) == 1 else None


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


def _split(record: str, name: str) -> tuple[list[str], list[str]] | None:
    """Return tags and texts of an element; None if another one of its name may be inside."""
    pieces = record.replace(">", "<").split("<")
    if len(pieces) != 2 * record.count("<") + 1:  # there are more ">" than those of tags
        pieces = _TAG.split(record)
    tags, texts = pieces[1::2], pieces[2:-1:2]
    if tags[0].endswith("/"):
        return None
    for tag in tags[1:]:
        if tag.startswith(name) and (tag == name or tag[len(name)] in " \n\t/"):
            return None
    if "&" in record:
        texts = [_REFERENCE.sub(_meant, each) if "&" in each else each for each in texts]
    return tags, texts


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
    counted, content, without = _templates(rest.content)
    read = {*used, *counted, *(i for _, i in unread)}
    wanted = tuple(i for i in _in_order(key) if i in read)
    places = {position: place for place, position in enumerate(wanted)}
    return _Shape(
        plan=settled(plan, [places[i] for i in used]),
        wanted=wanted,
        unread=tuple((name, places[i]) for name, i in unread),
        between=tuple(between),
        beside=taking(between),
        texts=texts,
        counted=taking([places[i] for i in counted]),
        content=content,
        without=without,
    )


def _in_order(key: str) -> Iterator[int]:
    """Yield the positions of attributes and texts as they stand in a record."""
    tags = key.split("<")
    attributes = itertools.count(len(tags) - 1)
    for i, tag in enumerate(tags):
        yield from itertools.islice(attributes, tag.count('"'))
        if i < len(tags) - 1:  # nothing follows the last tag
            yield i


def _pattern(key: str, shape: _Shape) -> re.Pattern[str]:
    """Return what records of a shape match whole, with a group for each wanted text.

    Nothing in it can match in two ways, so that a record is gone over once. An end tag's name is
    not looked at: in a well-formed document it is that of the element that was begun last.
    """
    wanted, between = frozenset(shape.wanted), frozenset(shape.between)
    attributes = itertools.count(shape.texts)
    found = []
    for i, tag in enumerate(key.split("<")):
        head, *rest = map(re.escape, tag.split('"')) if tag[0] != "/" else ["/[^>]*+"]
        found.append(f"<{head}")
        for after, position in zip(rest, attributes, strict=False):
            value = '[^"<&\n\t]*+'
            found.append(f'"({value})"{after}' if position in wanted else f'"{value}"{after}')
        found.append(r">\s*+" if i in between else ">([^<]*+)" if i in wanted else ">[^<]*+")
    found[-1] = ">"
    return re.compile("".join(found))


def _describes(root: etree._Element) -> bool:
    """Return whether an attribute of XML Schema instances says something of an element."""
    return any(str(name).startswith(_INSTANCE) for each in root.iter() for name in each.keys())  # noqa: SIM118


def _position(mark: str) -> int:
    if not mark.startswith(_MARK):
        raise ValueError("no position")
    return int(mark.removeprefix(_MARK))


def _templates(content: str) -> tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the positions that make up the revision's content, and what stands between them.

    The pieces have an empty place for each text; the last are what precedes an empty one.
    """
    counted: list[int] = []
    pieces = [""]
    without = []
    for item in content.split("\x1f"):
        head, mark, position = item.partition(f"={_MARK}")
        if not mark:
            pieces[-1] += f"\x1f{head}"
            continue
        counted.append(int(position))
        without.append(f"{pieces[-1]}\x1f{head}=" if head else pieces[-1])
        pieces[-1] += f"\x1f{head}="
        pieces += ["", ""]
    pieces[0] = pieces[0].removeprefix("\x1f")
    without[:1] = [each.removeprefix("\x1f") for each in without[:1]]
    return tuple(counted), tuple(pieces), tuple(without)
