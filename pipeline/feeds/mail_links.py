"""Tells where a link to a map in a mail's page points, and what short blocks of it say.

In: elements. Out: a point as text, with the label of its line. It must never follow a link, or put
a point in the place of a text that says more than that there is a map.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from lxml import etree

__all__ = ["MANY", "short_text", "shown_point"]

MANY: Final = 20
"""Elements of a block that is looked at closely; they may stand inside each other."""
_LONG: Final = 400  # characters of such a block, space and all
# Where a map is asked to be, in degrees: "?q=41.85831,-73.20858", "/@41.85831,-73.20858,15z".
_ON_A_MAP: Final = re.compile(
    r"https?://\S{1,300}?(?:/@|[?&][a-z]{1,12}=(?:loc:)?)"
    r"(-?\d{1,3}\.\d{3,15})(?:,|%2c)(?:\s|\+|%20)?(-?\d{1,3}\.\d{3,15})(?![\d.])",
    re.IGNORECASE,
)
_MAP: Final = "map"
_SHOW: Final = frozenset(
    (
        *("map", "maps", "mapped", "view", "open", "see", "show", "click", "link", "directions"),
        *("google", "bing", "apple", "location", "call", "incident", "here", "this", "the", "a"),
        *("for", "in", "of", "on", "to"),
    )
)
"""Words of a link that say of nobody but that there is a map."""


def shown_point(link: etree._Element) -> tuple[str, str] | None:
    """Return the text of a link to a map, "map" if it has none, and the point as ``lat, lon``.

    None for a link that is not alone in the element around it, or says more than that there is a
    map.
    """
    found = _ON_A_MAP.match(link.get("href", "").strip())
    parent = link.getparent()
    if found is None or parent is None:
        return None
    text = short_text(link)
    if text is None or text != short_text(parent) or not _SHOW.issuperset(text.lower().split()):
        return None
    return text or _MAP, f"{found[1]}, {found[2]}"


def short_text(element: etree._Element) -> str | None:
    """Return the text of an element on one line; None where it has many elements or is long."""
    if sum(1 for _ in islice(element.iter(), MANY)) == MANY:
        return None
    text = "".join(map(str, element.itertext()))
    return " ".join(text.split()) if len(text) <= _LONG else None
