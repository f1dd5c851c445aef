"""Tells the components of one EIDO object: references followed, embedded XML opened.

In: a parsed object and its components by their ids. Out: the object without structure, a reference
replaced by its component where it may be, and the XML found on the way. It must never follow a
reference out of the document or into itself, nor tell components many times over: what references
add is bounded for a whole document, since a few that refer to each other would fill the memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pipeline.feeds.eido_xml import Embedded, Opened, opened_xml
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["Bound", "Joiner", "plain"]

DEEPEST: Final = 3  # references followed one behind the other
LEAST: Final = 5_000  # values that references may add to any document
_CHARACTERS: Final = 20  # of a document for each value more; of a text for what it counts besides

_ID: Final = "$id"
_REF: Final = "$ref"
_STRUCTURE: Final = frozenset(
    {
        _ID,
        *("updatedByAgencyReference", "updatedByAgentReference", "lastUpdateTimeStamp"),
        "lastUpdateTimestamp",
        *("LastUpdateTimeStamp", "OwningAgencyIdentifier", "UpdatedByAgentIdentifier"),
    }
)
_FOLLOWED: Final = frozenset({"callerReference"})
"""References whose component is told where it is referred to, besides where it stands."""


class Bound:
    """How much references may still add to a document of so many characters."""

    __slots__ = ("_left", "_most")

    def __init__(self, characters: int = 0) -> None:
        self._left = self._most = LEAST + characters // _CHARACTERS

    def spend(self, value: object) -> None:
        """Count a value that a reference adds; a long text counts as several.

        Raises:
            PayloadRefused: references add more than they may.
        """
        self._left -= 1 + (len(value) // _CHARACTERS if isinstance(value, str) else 0)
        if self._left < 0:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"references {self._most}")


class Joiner:
    """Tells the components of one object; XML found on the way goes into ``opened``."""

    __slots__ = ("_bound", "_known", "_opened", "_standing")

    def __init__(
        self, document: dict[str, Any], known: Mapping[str, Any], opened: Opened, bound: Bound
    ) -> None:
        self._known, self._standing = known, _standing(document)
        self._opened, self._bound = opened, bound

    def told(
        self,
        value: Any,
        above: tuple[str, ...] = (),
        key: str = "",
        holder: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return a value without structure; a reference becomes its component where it may.

        ``holder`` is the object in which the value stands, under ``key``.

        Raises:
            PayloadRefused: references add more than they may.
        """
        if above:
            self._bound.spend(value)
        if isinstance(value, list):
            return [self.told(each, above, key, holder) for each in value]
        if isinstance(value, dict):
            name = value.get(_REF)
            if set(value) == {_REF} and isinstance(name, str):
                return self._referred(name, above, key)
            return {
                name: self.told(each, above, name, value)
                for name, each in value.items()
                if name not in _STRUCTURE
            }
        if isinstance(value, str) and value.lstrip().startswith("<"):
            return self._embedded(value, above, key, holder)
        return plain(value) if isinstance(value, str) else value

    def _referred(self, name: str, above: tuple[str, ...], key: str) -> Any:
        if name not in self._known or name in above or len(above) >= DEEPEST:
            return None
        if name in self._standing and key not in _FOLLOWED:
            return None
        return self.told(self._known[name], (*above, name), key)

    def _embedded(
        self, text: str, above: tuple[str, ...], key: str, holder: Mapping[str, Any] | None
    ) -> str | None:
        root = opened_xml(text)
        if root is None:
            self._opened.unread = True
            return text
        if not above:
            self._opened.found.append(Embedded(root=root, holder=holder, key=key))
        return None


def plain(text: str) -> str:
    """Return a text as people write it: a number is looked for without scheme and host."""
    if text.startswith("sip:"):
        user = text.removeprefix("sip:").partition("@")[0]
        return user if user.lstrip("+").isdigit() else text
    return text.removeprefix("tel:")


def _standing(document: dict[str, Any]) -> frozenset[str]:
    """Return the ids of components in the object's own arrays: they are told where they stand."""
    arrays = (each for each in document.values() if isinstance(each, list))
    items = (item for array in arrays for item in array if isinstance(item, dict))
    return frozenset(item[_ID] for item in items if isinstance(item.get(_ID), str))
