"""The XPaths of a layout, compiled once, and the places they name in a record.

In: a layout. Out: compiled XPaths, and for plain paths (names and slashes only) the key of the
place they name, so that one walk of a record answers them all. A plain path means what it means as
XPath. Must never hold a text of a payload.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from pipeline.feeds.layout import Layout
from pipeline.feeds.values import shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["MAX_DEPTH", "Place", "Places", "XmlPaths", "compiled"]

MAX_DEPTH: Final = 64
"""Elements inside each other, far above any real export."""

_EVERYTHING_BELOW: Final = "/**"
_NAME: Final = r"(?:[^\W\d][\w.\-]*:)?[^\W\d][\w.\-]*"
_PLAIN: Final = re.compile(rf"(?:{_NAME}/)*(?:{_NAME}|@{_NAME})")


class XmlPaths:
    """The paths of one layout. Raises ``ConfigError`` for one that cannot be used.

    ``plain`` maps paths to place keys, ``grouped`` does so for (group path, path in it), and
    ``groups`` are the keys of such groups. ``ignored`` and ``deep`` are place keys; ``odd_ignored``
    and ``odd_deep`` are unions of the ignored XPaths that are not plain.
    """

    __slots__ = (
        "deep",
        "grouped",
        "groups",
        "ignored",
        "odd_deep",
        "odd_ignored",
        "plain",
        "read",
        "records",
    )

    def __init__(self, layout: Layout) -> None:
        spaces = dict(layout.namespaces)
        self.records = _xpath(layout.records, layout)
        wanted = {path for _, path in layout.reads()} | set(layout.groups())
        self.read = {path: _xpath(path, layout) for path in sorted(wanted)}
        flat = [path for path in layout.ignored_fields if not path.endswith(_EVERYTHING_BELOW)]
        deep = [path for path in layout.ignored_fields if path.endswith(_EVERYTHING_BELOW)]
        deep = [path.removesuffix(_EVERYTHING_BELOW) for path in deep]
        self.ignored, self.odd_ignored = _split(flat, layout)
        self.deep, self.odd_deep = _split(deep, layout)
        plain = {path: _key(path, spaces) for path in wanted if _PLAIN.fullmatch(path)}
        self.plain = {path: key for path, key in plain.items() if not self._skipped(key)}
        # A path inside a repeated group is plain where both are, and is known by both.
        self.grouped = {
            (each, path): f"{self.plain[each]}/{plain[path]}"
            for each, path in layout.reads()
            if each in self.plain and path in plain and not plain[each].startswith("@")
        }
        self.grouped = {two: key for two, key in self.grouped.items() if not self._skipped(key)}
        self.groups = frozenset(self.plain[each] for each, _ in self.grouped)

    def _skipped(self, key: str) -> bool:
        """True when the walk passes over the place, so that a mapped path must be searched."""
        below = any(key == deep or key.startswith(f"{deep}/") for deep in self.deep)
        return below or key in self.ignored or bool(self.odd_ignored or self.odd_deep)


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


def _split(paths: list[str], layout: Layout) -> tuple[frozenset[str], etree.XPath | None]:
    """Return the keys of the plain paths, and one XPath that unites the others."""
    spaces = dict(layout.namespaces)
    for path in paths:
        _xpath(path, layout)
    plain = frozenset(_key(path, spaces) for path in paths if _PLAIN.fullmatch(path))
    odd = [path for path in paths if not _PLAIN.fullmatch(path)]
    return plain, _xpath(" | ".join(odd), layout) if odd else None


def _key(path: str, spaces: dict[str, str]) -> str:
    return "/".join(_clark(step, spaces) for step in path.split("/"))


def _clark(step: str, spaces: dict[str, str]) -> str:
    """Return ``t:Name`` as ``{uri}Name``; names without prefix have no namespace."""
    mark, name = ("@", step[1:]) if step.startswith("@") else ("", step)
    prefix, colon, local = name.partition(":")
    return f"{mark}{{{spaces[prefix]}}}{local}" if colon else f"{mark}{name}"


class Place:
    """One kind of place in the records of a payload: all elements reached by the same names."""

    __slots__ = ("children", "deep", "depth", "group", "ignored", "key", "name")

    def __init__(self, key: str, name: str, paths: XmlPaths, depth: int) -> None:
        self.key, self.name, self.depth = key, name, depth
        self.ignored, self.deep = key in paths.ignored, key in paths.deep
        self.group = key in paths.groups
        self.children: dict[str, Place] = {}


class Places:
    """Every place seen in one payload. ``step`` is a Clark name, with ``@`` for an attribute."""

    __slots__ = ("_known", "_paths", "at", "root")

    def __init__(self, paths: XmlPaths) -> None:
        self._paths = paths
        self._known: dict[str, Place] = {}
        self.root = Place("", "", paths, 0)
        self.at = self._known.get
        """Returns the place with a key if the payload has shown it; asked for every path."""

    def below(self, place: Place, step: str) -> Place:
        """Return the place one step below ``place``.

        Raises:
            PayloadRefused: it is deeper than :data:`MAX_DEPTH`.
        """
        found = place.children.get(step)
        if found is None:
            if place.depth >= MAX_DEPTH:
                raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"depth {MAX_DEPTH}")
            key = f"{place.key}/{step}" if place.key else step
            local = step.rpartition("}")[2].removeprefix("@")
            name = f"@{shown(local)}" if step.startswith("@") else shown(local)
            found = place.children[step] = self._known[key] = Place(
                key,
                f"{place.name}/{name}" if place.name else name,
                self._paths,
                place.depth + 1,
            )
        return found
