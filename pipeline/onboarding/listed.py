"""Parts texts of XML records by order: ``OAK ST & ELM ST; BLUFF; 2026-03-02 @ 19:14:59``.

In: the leaves of each record. Out: further leaves, whose paths are XPaths that cut out the place,
the town and the time that stand in every text before the first label. It must never take a place
for one that any text lacks, or write down what a text says: only the sign is part of an XPath.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.onboarding.leaf import Leaf, texts_by_path

__all__ = ["listed_parts"]

_SIGN: Final = ";"
_LEAST, _MOST = 2, 6  # parts looked at
_LABELLED: Final = re.compile(r"[A-Za-z][\w /#.-]{0,30}:(?!\d\d\b)")
_MOMENT: Final = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\W{1,3}\d{1,2}:\d\d.{0,12}")
_PLACE: Final = re.compile(r"\d\S*+ \D.*|[^/&]+ ?[/&] ?\S.*|.*\d.*")
_MOSTLY: Final = 0.8  # share of the places that look like one
_FEW: Final = 0.5  # share of records that have a town of their own


def listed_parts(records: Sequence[Sequence[Leaf]]) -> list[list[Leaf]]:
    """Return, for each record, place, time and town of its text; nothing unless all texts agree."""
    for path, texts in texts_by_path(records):
        rows = [_unlabelled(each[0]) for each in texts if len(each) == 1]
        if len(rows) != len(records):
            continue
        count = min(map(len, rows))
        if count < _LEAST:
            continue
        named = _named([tuple(row[n] for row in rows) for n in range(min(count, _MOST))])
        if {"address", "received time"} <= set(named.values()):
            return [
                [Leaf(path=_cut(path, n), text=row[n], name=name) for n, name in named.items()]
                for row in rows
            ]
    return [[] for _ in records]


def _unlabelled(text: str) -> list[str]:
    """Return the parts of a text before its first label."""
    parts: list[str] = []
    for part in text.split(_SIGN)[: text.count(_SIGN)]:
        if _LABELLED.match(part.strip()):
            break
        parts.append(part.strip())
    return parts


def _named(columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return what each part is by its values; a place stands first, and a town behind it."""
    named: dict[int, str] = {}
    for n, values in enumerate(columns):
        said = set(named.values())
        if all(map(_MOMENT.fullmatch, values)):
            if "received time" not in said:
                named[n] = "received time"
        elif "address" not in said:
            if sum(map(bool, map(_PLACE.fullmatch, values))) >= _MOSTLY * len(values):
                named[n] = "address"
        elif "municipality" not in said and len(set(values)) <= _FEW * len(values):
            named[n] = "municipality"
    return named


def _cut(path: str, place: int) -> str:
    """Return the XPath of a part; it stands before a sign in every text."""
    behind = path
    for _ in range(place):
        behind = f"substring-after({behind}, '{_SIGN}')"
    return f"substring-before({behind}, '{_SIGN}')"
