"""Answers XPaths that lead out of a record once for each element that they lead to.

In: the mapped paths of a layout. Out: the same, for one payload, whose results are kept by the
element around the records from which the rest of a path is searched: all records in it have the
same. Searched anew for every record, a payload would take the square of its length. It must never
outlive a payload, and a path that it cannot take in two is searched as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lxml import etree

from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["Search", "outward_once", "taken_in_two"]

MOST: Final = 1_000_000
"""Results of one path that all records of a payload may have together."""

Search = Callable[[etree._Element], Any]

_NAME: Final = r"(?:[^\W\d][\w.\-]*:)?(?:[^\W\d][\w.\-]*|\*)"
_STEP: Final = rf"@?{_NAME}(?:\[[^\[\]|]*\])?"
_REST: Final = rf"{_STEP}(?:/{_STEP})*"
_FROM_ROOT: Final = re.compile(rf"/{_REST}")
_UPWARD: Final = re.compile(rf"(\.\.(?:/\.\.)*|ancestor::{_NAME})/({_REST})")


def taken_in_two(path: str) -> tuple[str, str] | None:
    """Return the way up and the rest; from the root, with no way; None where it is neither."""
    if _FROM_ROOT.fullmatch(path):
        return "", path
    found = _UPWARD.fullmatch(path)
    return (found[1], found[2]) if found else None


def outward_once(
    read: Mapping[str, etree.XPath], halves: Mapping[str, tuple[Search | None, Search]]
) -> dict[str, Search]:
    """Return what searches one payload; ``halves`` are of the paths that are taken in two."""
    once = {path: _Once(way, rest, read[path]) for path, (way, rest) in halves.items()}
    return {**read, **once}


class _Once:
    """One path, whose results are kept by the element they were searched from."""

    __slots__ = ("_found", "_given", "_rest", "_way", "_whole")

    def __init__(self, way: Search | None, rest: Search, whole: Search) -> None:
        self._way, self._rest, self._whole = way, rest, whole
        self._found: dict[etree._Element | None, Any] = {}
        self._given = 0

    def __call__(self, element: etree._Element) -> Any:
        """Return what the path finds.

        Raises:
            PayloadRefused: all records together were given more than :data:`MOST` results.
        """
        bases = [None] if self._way is None else self._way(element)
        if len(bases) != 1:  # of several, the order in the document counts
            return self._whole(element)
        (base,) = bases
        found = self._found.get(base)
        if found is None:
            found = self._found[base] = self._rest(element if base is None else base)
        if isinstance(found, list):
            self._given += len(found)
            if self._given > MOST:
                raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, "around")
        return found
