"""The XPaths of a layout, compiled once, and the places they name in a record.

In: a layout. Out: compiled XPaths, and for plain paths (names and slashes only) the key of the
place they name, so that one walk of a record answers them all. A plain path means what it means as
XPath. Where a value tells an element's name, as in ``Col[@name='Nature']``, every such name is a
place of its own. Must never hold a text of a payload.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from lxml import etree

from pipeline.feeds.layout import Layout
from pipeline.feeds.outward import Search, outward_once, taken_in_two
from pipeline.feeds.values import shown
from pipeline.feeds.xml_cuts import cuts_in
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["MAX_DEPTH", "MAX_PLACES", "Place", "Places", "XmlPaths", "compiled", "ways"]

MAX_DEPTH: Final = 64
"""Elements inside each other, far above any real export."""

MAX_PLACES: Final = 10_000
"""Kinds of places in a payload; the longest real mapping has some 300."""

_EVERYTHING_BELOW: Final = "/**"
_NAME: Final = r"(?:[^\W\d][\w.\-]*:)?[^\W\d][\w.\-]*"
# <Col name="Nature">: a field's name that is a value, here that of an attribute.
_TOLD: Final = rf"\[(@?{_NAME})=(?:'([^'\"\s][^'\"\n]*)'|\"([^'\"\s][^'\"\n]*)\")\]"
_STEP: Final = re.compile(rf"(@?{_NAME})(?:{_TOLD})?(?:/|$)")
_PLAIN: Final = re.compile(rf"(?:{_NAME}(?:{_TOLD})?/)*(?:{_NAME}(?:{_TOLD})?|@{_NAME})")

_ANY: Final = r"\*\[local-name\(\)='[\w.\-]+'\]"
_ROOTED: Final = re.compile(rf"(?:/(?:{_NAME}|{_ANY}))+(?:/@{_NAME})?")
_LOCAL: Final = re.compile(r"/(?:\*\[local-name\(\)='([\w.\-]+)'\]|@?(?:[\w.\-]+:)?([\w.\-]+))")
_OUTWARD: Final = re.compile(r"(?:^|[\s|(,])/|\.\.|::")  # a path that may lead out of a record

_Step = tuple[str, str, str]
"""Tag or attribute as Clark name, what tells its name as such, and that name; these may be empty"""


class XmlPaths:
    """The paths of one layout. Raises ``ConfigError`` for one that cannot be used.

    ``plain`` maps paths to place keys, ``grouped`` does so for (group path, path in it), and
    ``groups`` are the keys of such groups. ``ignored`` and ``deep`` are place keys; ``odd_ignored``
    and ``odd_deep`` are unions of the ignored XPaths that are not plain. ``told`` are the keys,
    without names, of elements whose name a value tells, and what tells it. ``outward`` are mapped
    paths that may lead out of a record, ``outer_ignored`` and ``outer_deep`` ignored ones that
    begin at the root. ``cuts`` are the paths that cut a text, ``bases`` what finds such texts,
    ``told_whole`` those that are read as a remark, in which anything may stand, and ``left`` the
    texts of which only what is left over is private.
    """

    __slots__ = (
        "_halves",
        "bases",
        "cuts",
        "deep",
        "grouped",
        "groups",
        "ignored",
        "left",
        "odd_deep",
        "odd_ignored",
        "outer_deep",
        "outer_ignored",
        "outward",
        "plain",
        "read",
        "records",
        "told",
        "told_whole",
    )

    def __init__(self, layout: Layout) -> None:
        spaces = dict(layout.namespaces)
        self.records = _xpath(layout.records, layout)
        wanted = {path for _, path in layout.reads()} | set(layout.groups())
        self.read = {path: _xpath(path, layout) for path in sorted(wanted)}
        flat = [path for path in layout.ignored_fields if not path.endswith(_EVERYTHING_BELOW)]
        deep = [path for path in layout.ignored_fields if path.endswith(_EVERYTHING_BELOW)]
        deep = [path.removesuffix(_EVERYTHING_BELOW) for path in deep]
        self.cuts = cuts_in(self.read)
        bases = {cut.base for cut in self.cuts.values()}
        self.bases = {base: _xpath(f"string({base})", layout) for base in sorted(bases)}
        self.told_whole = frozenset(remark.text for remark in layout.remarks)
        reads = replace(layout, private_values=()).reads()
        self.left = (bases & set(layout.private_values)) - {path for _, path in reads}
        self.outward = [path for path in self.read if _OUTWARD.search(path)]
        cut = {path: taken_in_two(path) for path in self.outward}
        self._halves = {
            path: (_xpath(two[0], layout) if two[0] else None, _xpath(two[1], layout))
            for path, two in cut.items()
            if two is not None
        }
        self.outer_ignored = [_xpath(path, layout) for path in flat if path.startswith("/")]
        self.outer_deep = [_xpath(path, layout) for path in deep if path.startswith("/")]
        flat, deep = ([p for p in ps if not _is_outside(p, layout.records)] for ps in (flat, deep))
        both = {two: "/".join(filter(None, two)) for two in layout.reads()}
        self.told = _told([*both.values(), *layout.groups(), *flat, *deep], spaces)
        self.ignored, self.odd_ignored = self._split(flat, layout)
        self.deep, self.odd_deep = self._split(deep, layout)
        plain = {path: self._read_key(path, spaces) for path in wanted}
        self.plain = {path: key for path, key in plain.items() if key}
        # A path inside a repeated group is plain where both are, and is known by both.
        grouped = {two: self._read_key(both[two], spaces) for two in both if two[0] in self.plain}
        self.grouped = {two: key for two, key in grouped.items() if key}
        self.groups = frozenset(self.plain[each] for each, _ in self.grouped)

    def searches(self) -> dict[str, Search]:
        """Return what searches each path in one payload."""
        return outward_once(self.read, self._halves)

    def _key(self, path: str, spaces: dict[str, str]) -> tuple[str, str]:
        """Return the key of a plain path's place, and the same without names.

        Both are empty where the path is not plain. Nor is one that means elements of every name
        where names tell places apart.
        """
        key = bare = ""
        for step, teller, name in _steps(path, spaces):
            bare = f"{bare}/{step}" if bare else step
            if self.told.get(bare, "") != teller:
                return "", ""
            key = f"{key}/{step}" if key else step
            key += told_as(teller, name) if teller else ""
        return key, bare

    def _read_key(self, path: str, spaces: dict[str, str]) -> str:
        """Return the key under which the walk finds a path; empty where it must be searched."""
        key, bare = self._key(path, spaces)
        passed = self.odd_ignored or self.odd_deep or self._passed(key) or self._passed(bare)
        return "" if passed else key

    def _passed(self, key: str) -> bool:
        """Return whether the walk passes over the place."""
        below = any(key == deep or key.startswith(f"{deep}/") for deep in self.deep)
        return below or key in self.ignored

    def _split(self, paths: list[str], layout: Layout) -> tuple[frozenset[str], etree.XPath | None]:
        """Return the keys of the plain paths, and one XPath that unites the others.

        A path without names is plain here, too: it is the key of elements of every name.
        """
        spaces = dict(layout.namespaces)
        for path in paths:
            _xpath(path, layout)
        keys = {path: self._key(path, spaces)[0] or _bare(_steps(path, spaces)) for path in paths}
        odd = [path for path, key in keys.items() if not key]
        kept = frozenset(key for key in keys.values() if key)
        return kept, _xpath(" | ".join(odd), layout) if odd else None


@lru_cache(maxsize=64)
def compiled(layout: Layout) -> XmlPaths:
    """Return the layout's XPaths, compiled once per layout."""
    return XmlPaths(layout)


def _xpath(path: str, layout: Layout) -> etree.XPath:
    try:
        xpath = etree.XPath(path, namespaces=dict(layout.namespaces))
        xpath(etree.Element("x"))  # an unknown prefix or function shows only here
    except etree.XPathError:
        problem = f"{path!r} is not a usable XPath"
    else:
        return xpath
    remedy = "Correct it, and list its prefixes under format.namespaces."
    raise ConfigError(problem, remedy=remedy, path=layout.source)


def _is_outside(path: str, records: str) -> bool:
    """Return whether a path from the root surely names nothing inside of a record.

    It is not asked for in every record then. Names alone are compared, whatever their namespace.
    """
    if not (_ROOTED.fullmatch(path) and all(map(_ROOTED.fullmatch, ways(records)))):
        return False
    way, to_records = _locals(path), map(_locals, ways(records))
    return all(way[: len(each)] != each for each in to_records)


def ways(records: str) -> list[str]:
    """Return the paths of ``/Calls/Fire | /Calls/Police``; any other XPath is one."""
    found = [path.strip() for path in records.split("|")]
    return found if all(map(_ROOTED.fullmatch, found)) else [records]


def _locals(path: str) -> list[str]:
    return [named or plain for named, plain in _LOCAL.findall(path)]


def _steps(path: str, spaces: dict[str, str]) -> list[_Step]:
    """Return the steps of a plain path; none where it is not plain."""
    if not _PLAIN.fullmatch(path):
        return []
    return [
        (_clark(step, spaces), _clark(teller, spaces) if teller else "", one or other or "")
        for step, teller, one, other in _STEP.findall(path)
    ]


def _told(paths: list[str], spaces: dict[str, str]) -> dict[str, str]:
    """Return what tells the names of elements, by their keys; the first that says so counts."""
    found: dict[str, str] = {}
    for path in paths:
        bare = ""
        for step, teller, _ in _steps(path, spaces):
            bare = f"{bare}/{step}" if bare else step
            if teller:
                found.setdefault(bare, teller)
    return found


def _bare(steps: list[_Step]) -> str:
    """Return the key of elements of every name; empty where a step has one."""
    return "" if any(teller for _, teller, _ in steps) else "/".join(step for step, _, _ in steps)


def told_as(teller: str, name: str) -> str:
    """Return what a key says of an element with a name."""
    return f"[{teller}='{name}']"


def _clark(step: str, spaces: dict[str, str]) -> str:
    """Return ``t:Name`` as ``{uri}Name``; names without prefix have no namespace."""
    mark, name = ("@", step[1:]) if step.startswith("@") else ("", step)
    prefix, colon, local = name.partition(":")
    return f"{mark}{{{spaces[prefix]}}}{local}" if colon else f"{mark}{name}"


class Place:
    """One kind of place in the records of a payload: all elements reached by the same names.

    ``teller`` is what tells the names of its elements, each of which has a place ``named`` so;
    ``bare`` is the key without such names.
    """

    __slots__ = (
        *("bare", "children", "deep", "depth", "group", "ignored", "key", "name", "named"),
        *("teller", "told"),
    )

    def __init__(self, key: str, name: str, paths: XmlPaths, depth: int, bare: str) -> None:
        self.key, self.name, self.depth, self.bare = key, name, depth, bare
        self.ignored = key in paths.ignored or bare in paths.ignored
        self.deep = key in paths.deep or bare in paths.deep
        self.group = key in paths.groups
        self.children: dict[str, Place] = {}
        self.teller = paths.told.get(bare, "")
        self.named: dict[str, Place] = {}
        self.told = ""


class Places:
    """Every place seen in one payload. ``step`` is a Clark name, with ``@`` for an attribute."""

    __slots__ = ("_known", "_paths", "at", "root", "search")

    def __init__(self, paths: XmlPaths) -> None:
        self._paths = paths
        self.search = paths.searches()
        self._known: dict[str, Place] = {}
        self.root = Place("", "", paths, 0, "")
        self.at = self._known.get
        """Returns the place with a key if the payload has shown it; asked for every path."""

    def below(self, place: Place, step: str) -> Place:
        """Return the place one step below ``place``.

        Raises:
            PayloadRefused: it is deeper than :data:`MAX_DEPTH`, or one of too many.
        """
        found = place.children.get(step)
        if found is None:
            if place.depth >= MAX_DEPTH:
                raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"depth {MAX_DEPTH}")
            key = f"{place.key}/{step}" if place.key else step
            bare = f"{place.bare}/{step}" if place.bare else step
            name = _shown(step)
            name = f"{place.name}/{name}" if place.name else name
            found = place.children[step] = self._added(key, name, place.depth + 1, bare)
            found.ignored = found.ignored or step == place.told  # a name is no value
        return found

    def of(self, place: Place, element: etree._Element) -> Place:
        """Return the place of an element whose name is told; ``place`` where it tells none.

        Raises:
            PayloadRefused: it tells two names, or there are too many places.
        """
        name = _name_of(element, place.teller)
        if not name or any(mark in name for mark in "'\"\n") or name[0].isspace():
            return place  # no path can say it
        found = place.named.get(name)
        if found is None:
            key = place.key + told_as(place.teller, name)
            said = place.name + told_as(_shown(place.teller), shown(name))
            found = place.named[name] = self._added(key, said, place.depth, place.bare)
            found.teller, found.told = "", place.teller
        return found

    def _added(self, key: str, name: str, depth: int, bare: str) -> Place:
        if len(self._known) >= MAX_PLACES:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"places {MAX_PLACES}")
        found = self._known[key] = Place(key, name, self._paths, depth, bare)
        return found


def _shown(step: str) -> str:
    local = step.rpartition("}")[2].removeprefix("@")
    return f"@{shown(local)}" if step.startswith("@") else shown(local)


def _name_of(element: etree._Element, teller: str) -> str:
    """Return the name that an element tells of itself."""
    if teller.startswith("@"):
        return element.get(teller[1:]) or ""
    told = element.findall(teller)
    if len(told) > 1:
        raise PayloadRefused(NoticeCode.DUPLICATE_NAME, f"line {element.sourceline}")
    return "".join(map(str, told[0].itertext())) if told else ""
