"""XML inside the strings of an EIDO: opened, its texts told, its usage rules obeyed.

In: texts. Out: elements, their texts for people and for searches, and whether a location may be
passed on. A location whose rules do not allow that, or that expired, marks its call as restricted:
closed by default. It must never let a document through that the hardened parser refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

from pipeline.feeds.xml import parsed
from pipeline.model import PayloadRefused

__all__ = ["Embedded", "Opened", "comments", "local_name", "named_texts", "opened_xml", "texts"]

_YES: Final = frozenset({"yes", "true", "1"})
_WORDS: Final = frozenset(
    {
        *("country", "A1", "A2", "A3", "A4", "A5"),
        *("method", "retransmission-allowed", "retention-expiry", "ruleset-reference"),
        *("note-well", "timestamp", "Language", "language-tag", "parameters", "sex", "tz"),
        *("integer", "ServiceType", "ServiceEnvironment", "ServiceMobility"),
        *("ProviderIDSeries", "TypeOfProvider", "Comment"),
    }
)
"""Elements whose words speak of nobody; ``Comment`` is told as a remark instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """XML that was opened, ``holder`` the object that held its text and ``key`` where."""

    root: etree._Element
    holder: Mapping[str, Any] | None
    key: str


class Opened:
    """Embedded XML that was opened, and whether some was not."""

    __slots__ = ("found", "unread")

    def __init__(self) -> None:
        self.found: list[Embedded] = []
        self.unread = False

    def is_closed(self, latest: str) -> bool:
        """Return whether something may not be passed on at the time of the latest update."""
        return self.unread or any(_closed(each.root, latest) for each in self.found)


def opened_xml(text: str) -> etree._Element | None:
    """Return embedded XML, or None where the hardened parser refuses it."""
    try:
        return parsed(text.strip())
    except PayloadRefused:
        return None


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def named_texts(root: etree._Element, name: str) -> list[str]:
    """Return the texts of all elements of a name, without its prefix."""
    return [(each.text or "").strip() for each in root.iter() if local_name(each) == name]


def texts(root: etree._Element) -> list[str]:
    """Return the texts and attributes of embedded XML but the words that speak of nobody."""
    found: list[str | None] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if local_name(element) in _WORDS:
            continue
        found += [element.text if not len(element) else None, *map(str, element.attrib.values())]
        waiting.extend(reversed(element))
    return [text.strip() for text in found if text and text.strip()]


def comments(root: etree._Element) -> list[str]:
    """Return what a provider wrote for people."""
    return [text for text in named_texts(root, "Comment") if text]


def _closed(root: etree._Element, latest: str) -> bool:
    """Return whether a location may not be passed on: not said, forbidden, or expired."""
    if not any(local_name(each) == "geopriv" for each in root.iter()):
        return False
    allowed = named_texts(root, "retransmission-allowed")
    if not allowed or any(text.lower() not in _YES for text in allowed):
        return True
    return any(_before(expiry, latest) for expiry in named_texts(root, "retention-expiry"))


def _before(one: str, other: str) -> bool:
    """Return whether a time lies before another; one nobody can read counts as past."""
    try:
        return datetime.fromisoformat(one) <= datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return True
