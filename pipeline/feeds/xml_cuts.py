"""Judges what XPaths cut out of a text that signs part, and what they leave over.

In: the XPaths of a layout; then a text, and what one of them cut out of it. Out: where the value
stands, or that it is none; and the rest, in pieces. An XPath cuts at the first place that fits, and
to the end where its sign is missing. So no value is one whose label comes twice or ends a longer
label, or in which a further label, tag or sign still parts something. Must never cut otherwise than
the XPath says: nobody knows then what the text means.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Cut", "Span", "cuts_in", "left_over", "place_of"]

Span = tuple[int, int]
"""Where a value begins and ends in its text."""

_LITERAL: Final = r"('[^']*'|\"[^\"]*\")"
_AFTER: Final = re.compile(rf"substring-after\((.*),\s*{_LITERAL}\)", re.DOTALL)
_ENDED: Final = re.compile(rf"substring-before\(concat\((.*),\s*{_LITERAL}\),\s*\2\)", re.DOTALL)
_BEFORE: Final = re.compile(rf"substring-before\((.*),\s*{_LITERAL}\)", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z]\w*(?:\s[^<>]*)?/?>")
_NAME: Final = r"[A-Za-z][\w/#&.'-]*+(?: [\w/#&.'-]++){0,3}+"
# A label behind a sign: "100 LARCH ST; Caller: JORUN", "<b>Caller:</b>"; a clock is none.
_LABEL: Final = re.compile(rf"[>\n,;|][^\S\n]*+{_NAME}\s?:(?!//|\d\d\b)")
_TELLING: Final = re.compile(r"[:;|<\n]")  # of what parts values; a comma may stand in one
_BROKEN: Final = re.compile(r"&#?\w{1,8}\Z")  # "MILL FEED &amp": its semicolon was no sign
_SIGNS: Final = frozenset(">\n,;|")
_APART: Final = re.compile(r"[\n;|]")
_NAMED: Final = re.compile(rf"^{_NAME}\s?:\s*")
_MOST: Final = 200  # pieces of one text


@dataclass(frozen=True, slots=True)
class Cut:
    """How one XPath cuts the text at ``base``: behind each of ``labels`` in turn, up to an end.

    ``shared`` are what all XPaths of that text cut at.
    """

    base: str
    labels: tuple[str, ...]
    shared: frozenset[str]


def cuts_in(paths: Iterable[str]) -> dict[str, Cut]:
    """Return those of the XPaths that cut a text, and how."""
    taken = {path: each for path in paths if (each := _taken(path)) is not None}
    shared: dict[str, set[str]] = {}
    for base, labels, ends in taken.values():
        shared.setdefault(base, set()).update((*labels, *ends))
    return {
        path: Cut(base, labels, frozenset(shared[base]))
        for path, (base, labels, _) in taken.items()
    }


def _taken(path: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """Return the text that an XPath cuts, at which labels from the first on, and at which ends."""
    labels: list[str] = []
    ends: list[str] = []
    rest = path
    while True:
        if found := _AFTER.fullmatch(rest):
            labels.insert(0, found[2][1:-1])
        elif found := _ENDED.fullmatch(rest) or _BEFORE.fullmatch(rest):
            ends.append(found[2][1:-1])
        else:
            return (rest, tuple(labels), tuple(ends)) if labels or ends else None
        rest = found[1]


def place_of(value: str, text: str, cut: Cut) -> Span | None:
    """Return where a value stands in its text; nothing where it is none."""
    start = 0
    for label in cut.labels:
        at = text.find(label, start)
        if at < 0:
            return None
        if _is_label(label) and (text.count(label) != 1 or not _begins(text, at)):
            return None
        start = at + len(label)
    return None if _holds_more(value, cut) else (start, start + len(value))


def _is_label(literal: str) -> bool:
    return ":" in literal or "<" in literal


def _begins(text: str, at: int) -> bool:
    """Return whether a label begins at a place: it is not the end of a longer one."""
    before = text[:at].rstrip(" \t\xa0")
    return not text[at].isalnum() or not before or before[-1] in _SIGNS


def _holds_more(value: str, cut: Cut) -> bool:
    """Return whether a sign still parts something in a value."""
    if _BROKEN.search(value) or any(each in value for each in cut.labels if each.strip(" ,")):
        return True
    said = html.unescape(value)  # the sign of "&amp;" parts nothing
    telling = [literal for literal in cut.shared if _TELLING.search(literal)]
    if any(literal in (value if "<" in literal else said) for literal in telling):
        return True
    if any("<" in literal for literal in telling) and _TAG.search(value):
        return True
    return any(":" in literal for literal in telling) and _LABEL.search(said) is not None


def left_over(text: str, spans: Collection[Span]) -> list[str]:
    """Return what stands in a text outside of the values, in pieces without markup.

    A piece with a label is returned with it and without. What says a value again is no piece, nor
    is a single word: "Agency: FIRE" must not take the fire out of the remarks. Of more than
    :data:`_MOST` the others are in the whole text, which is returned, too.
    """
    told = {text[start:end].strip().casefold() for start, end in spans}
    parts = _APART.split(html.unescape(_TAG.sub("\n", _without(text, sorted(spans)))))
    pieces: dict[str, None] = {}
    for n, part in enumerate(filter(None, (part.strip(" \t\r,\xa0") for part in parts))):
        if n == _MOST:
            return [*pieces, text]
        behind = _NAMED.sub("", part, count=1)
        if behind:
            said = (each for each in (part, behind) if not each.isalpha())
            pieces |= {each: None for each in said if each.casefold() not in told}
    return list(pieces)


def _without(text: str, spans: Sequence[Span]) -> str:
    found, last = [], 0
    for start, end in spans:
        found.append(text[last : max(last, start)])
        last = max(last, end)
    return "\n".join([*found, text[last:]])
