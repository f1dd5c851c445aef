"""Finds the records of an XML sample, and their leaves in the words of XPath.

In: a parsed root. Out: the records' XPath, prefixes for namespaces, and leaves. Which elements are
records is ``xml_places``' business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from lxml import etree

from pipeline.feeds.xml_record import INSTANCE
from pipeline.onboarding.around import around_xml
from pipeline.onboarding.inside import labelled_parts
from pipeline.onboarding.json_sample import ANY
from pipeline.onboarding.leaf import Leaf, words_of
from pipeline.onboarding.linked import linked_points
from pipeline.onboarding.listed import listed_parts
from pipeline.onboarding.plainness import Plainness, how_plain
from pipeline.onboarding.titles import titled_parts
from pipeline.onboarding.xml_pairs import GENERIC, VALUE, Tags, Tellers, name_of, tellers_of
from pipeline.onboarding.xml_places import OVER, record_paths, walk

__all__ = ["Spaces", "xml_records"]

Spaces = tuple[tuple[str, str], ...]

_PREFIX = re.compile(r"[A-Za-z_][\w.-]{0,20}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})")
_ABOVE = "ancestor::"  # of what stands around a record
_KNOWN = {
    "http://www.w3.org/2005/Atom": "a",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://purl.org/dc/elements/1.1/": "dc",
    "urn:oasis:names:tc:emergency:cap:1.2": "cap",
}


def xml_records(
    root: etree._Element,
) -> tuple[str, Spaces, list[list[Leaf]], tuple[str, ...]]:
    """Return (XPath of the records, namespaces by prefix, leaves of each, places around them)."""
    names, told = _Names(root), tellers_of(root)
    paths = record_paths(root, told)
    shown = [
        [tag if how_plain(_local(tag)) is not Plainness.NEVER else ANY for tag in path]
        for path in paths
    ]
    records = _at(root, shown)
    inside = {t[len(p) :]: told[t] for p in paths for t in told if t[: len(p)] == p}
    groups = _groups(records) - set(inside)
    leaves = [list(_leaves(record, _HERE, groups, inside, names)) for record in records]
    ways = (titled_parts, listed_parts, labelled_parts, linked_points)
    cut = zip(*(way(leaves) for way in ways), strict=True)
    steps = ["/" + "/".join(names.step(tag) for tag in path) for path in shown]
    over = _over(records, names)
    leaves = [
        [*each, *chain(*more), *end] for each, more, end in zip(leaves, cut, over, strict=True)
    ]
    leaves = [
        [*day, *each] for day, each in zip(_days(records, leaves, names), leaves, strict=True)
    ]
    said = [leaf.path for leaf in leaves[0]] if leaves else []
    above = tuple(f"/{each.removeprefix(_ABOVE)}" for each in said if each.startswith(_ABOVE))
    around = tuple(p for p in around_xml(root, records, names.step) if not p.endswith(above))
    return " | ".join(steps), tuple(sorted(names.spaces.items())), leaves, around


def _over(records: Sequence[etree._Element], names: _Names) -> list[list[Leaf]]:
    """Return of each record whether its own name, or its list's, says that the call is over.

    Nothing where all are named alike, or no name says so: ``<Active>`` and ``<Closed>`` do.
    """
    for axis, named in (
        ("self", [str(record.tag) for record in records]),
        ("parent", [_tag_above(record) for record in records]),
    ):
        ended = [tag for tag in dict.fromkeys(named) if OVER.search(words_of(_local(tag)))]
        if ended and len(ended) < len(set(named)):
            tests = " or ".join(f"{axis}::{names.step(tag)}" for tag in ended)
            texts = ["true" if tag in ended else "false" for tag in named]
            return [[Leaf(path=f"boolean({tests})", text=t, name="closed")] for t in texts]
    return [[] for _ in records]


def _tag_above(record: etree._Element) -> str:
    above = record.getparent()
    return "" if above is None else str(above.tag)


def _days(
    records: Sequence[etree._Element], leaves: Sequence[Sequence[Leaf]], names: _Names
) -> list[list[Leaf]]:
    """Return the days that are said once for all records, where no record says one itself."""
    if any(_DAY.match(leaf.text.strip()) for each in leaves for leaf in each):
        return [[] for _ in records]
    known: dict[etree._Element, list[Leaf]] = {}  # an element may hold all records
    found = []
    for record in records:
        above = list(record.iterancestors())
        known |= {each: _days_of(each, names) for each in above if each not in known}
        found.append([day for each in above for day in known[each]])
    return found


def _days_of(above: etree._Element, names: _Names) -> list[Leaf]:
    step = f"{_ABOVE}{names.step(str(above.tag))}"
    plain = [child for child in above if not len(child)]
    texts = [(f"@{names.step(str(n))}", str(text)) for n, text in above.attrib.items()]
    texts += [(names.step(str(child.tag)), child.text or "") for child in plain]
    return [Leaf(path=f"{step}/{n}", text=t) for n, t in texts if _DAY.fullmatch(t.strip())]


class _Names:
    """Prefixes for the namespaces of one document."""

    def __init__(self, root: etree._Element) -> None:
        self.spaces: dict[str, str] = {}
        self._own: dict[str, str] = {}  # as the document has them
        for element in root.iter():
            for prefix, uri in element.nsmap.items():
                if prefix and _PREFIX.fullmatch(prefix):
                    self._own.setdefault(uri, prefix)

    def step(self, tag: str) -> str:
        if not tag.startswith("{"):
            return tag
        uri, _, local = tag[1:].partition("}")
        for prefix, known in self.spaces.items():
            if known == uri:
                return f"{prefix}:{local}"
        prefix = _KNOWN.get(uri) or self._own.get(uri, "")
        if not prefix or prefix in self.spaces:
            prefix = f"n{len(self.spaces) + 1}"
        self.spaces[prefix] = uri
        return f"{prefix}:{local}"


def _at(root: etree._Element, paths: Sequence[Sequence[str]]) -> list[etree._Element]:
    """Return the elements at paths, in the order of the document."""
    found: list[etree._Element] = []
    for path in paths:
        here = [root]
        for tag in path[1:]:
            here = [child for element in here for child in element if tag in (child.tag, ANY)]
        found += here
    if len(paths) == 1:
        return found
    wanted = set(found)
    return [element for element in root.iter() if element in wanted]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _groups(records: Sequence[etree._Element]) -> frozenset[Tags]:
    """Return the places below a record at which elements with leaves of their own repeat."""
    found: set[Tags] = set()
    for record in records:
        for element, path in walk(record, ()):
            counts = Counter(str(c.tag) for c in element if len(c) or c.attrib)
            found.update((*path[1:], tag) for tag, number in counts.items() if number > 1)
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the walk of a record stands: its tags, and the steps of an XPath to there.

    ``name`` are the words that are told instead of those steps. ``each`` and ``where`` are the
    repeated group and its number, and ``begun`` the count of steps to it.
    """

    tags: Tags = ()
    steps: Tags = ()
    name: str = ""
    each: str = ""
    where: int = 0
    begun: int = 0

    def path(self, *more: str) -> str:
        return "/".join((*self.steps[self.begun :], *more))

    def leaf(self, path: str, text: str, words: str) -> Leaf:
        name = " ".join(filter(None, (self.name, words))) if self.name else ""
        return Leaf(path=path, text=text, each=self.each, where=self.where, name=name)


_HERE = _Place()


def _leaves(
    record: etree._Element,
    place: _Place,
    groups: frozenset[Tags],
    told: Tellers,
    names: _Names,
) -> Iterator[Leaf]:
    teller = told.get(place.tags, "") if place.name else ""
    for name, text in record.attrib.items():
        if not str(name).startswith(INSTANCE) and "@" + str(name) != teller:
            step = f"@{names.step(str(name))}"
            yield place.leaf(place.path(step), str(text), _beside(str(name)))
    path, said = place.path(), (record.text or "").strip()
    if teller and len(record.attrib) > 1 and not len(record) and not said:
        return  # <Field name="Nature" value="GAS LEAK"/>
    if not len(record) and (path or not record.attrib or said):
        yield place.leaf(path or ".", record.text or "", "")
        return
    for number, child in enumerate(record):
        if child.tag == teller:
            continue
        below = _below(place, child, told, names)
        if below.tags in groups and not place.each:
            each = "/".join(below.steps)
            below = replace(below, each=each, where=number, begun=len(below.steps))
        yield from _leaves(child, below, groups, told, names)


def _below(place: _Place, child: etree._Element, told: Tellers, names: _Names) -> _Place:
    """Return the place of a child; with the name that a value tells of it."""
    tag, step = str(child.tag), names.step(str(child.tag))
    tags = (*place.tags, tag)
    teller = told.get(tags, "")
    name = name_of(child, teller) if teller else ""
    if not name:
        said = " ".join(filter(None, (place.name, _beside(tag)))) if place.name else ""
        return replace(place, tags=tags, steps=(*place.steps, step), name=said)
    by = f"@{names.step(teller[1:])}" if teller.startswith("@") else names.step(teller)
    own = words_of(_local(tag))
    words = words_of(name) if GENERIC.fullmatch(own) else f"{own} {words_of(name)}"
    return replace(place, tags=tags, steps=(*place.steps, f"{step}[{by}='{name}']"), name=words)


def _beside(tag: str) -> str:
    """Return the words of a step below a name that is told; nothing where it says only value."""
    words = words_of(_local(tag))
    return "" if VALUE.fullmatch(words) else words
