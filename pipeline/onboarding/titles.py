"""Parts titles of XML records that say what and where: ``GAS LEAK @ 12 ELM ST; BLUFF``.

In: the leaves of each record. Out: further leaves, whose paths are XPaths that cut out the call's
type, its address, and its town where each title says one of a few. It must never write down what a
title says: only the joint is part of an XPath.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.onboarding.leaf import Leaf, texts_by_path

__all__ = ["titled_parts"]

_ATS: Final = (" at ", " @ ")  # between what and where
_TOWN: Final = "; "  # between where and which town
_FEW: Final = 0.5  # share of titles that have a town of their own
_MOST_WORDS: Final = 24  # of a title
_MOSTLY: Final = 0.8  # share of titles behind whose joint a place begins
# A house, a crossing, or a numbered road: "I-5 NB MP 228".
_PLACED: Final = re.compile(r"\d\S*+ |[^/&]+ ?[/&] ?\S|[A-Za-z]{1,5}[- ]\d{1,3}[A-Z]?(?: |$)")

# "2026-03-02 @ 19:14:59", "03/02 at 7:14": the joint of a date and its clock.
_DAY_BEFORE: Final = re.compile(r"\d[/.-]\d{1,4}\Z")
_CLOCK_BEHIND: Final = re.compile(r"\d{1,2}:\d\d")


def titled_parts(records: Sequence[Sequence[Leaf]]) -> list[list[Leaf]]:
    """Return, for each record, the parts of its title; nothing where titles do not all say both."""
    for path, texts in texts_by_path(records):
        whole = [each[0] for each in texts if len(each) == 1]
        if len(whole) == len(records):
            joint = next((at for at in _ATS if _joins(at, whole)), "")
            if joint:
                towns = _says_towns(joint, whole)
                return [_parts(path, text, joint, towns=towns) for text in whole]
    return [[] for _ in records]


def _joins(at: str, titles: Sequence[str]) -> bool:
    """Return whether all titles say what before a joint, and most a place behind it."""
    kinds = {text.partition(at)[0] for text in titles}
    if any(_is_moment(*text.partition(at)) for text in titles):
        return False
    short = all(at in text and len(text.split()) <= _MOST_WORDS for text in titles)
    placed = sum(bool(_PLACED.match(text.partition(at)[2])) for text in titles)
    varied = len(kinds) > max(5, 0.6 * len(titles)) and placed < _MOSTLY * len(titles)
    return short and not varied


def _is_moment(before: str, _: str, behind: str) -> bool:
    return bool(_DAY_BEFORE.search(before) and _CLOCK_BEHIND.match(behind))


def _says_towns(at: str, titles: Sequence[str]) -> bool:
    """Return whether each place is followed by one of a few towns."""
    places = [text.partition(at)[2] for text in titles]
    towns = {place.partition(_TOWN)[2] for place in places}
    return all(place.count(_TOWN) == 1 for place in places) and len(towns) <= _FEW * len(places)


def _parts(path: str, text: str, at: str, *, towns: bool) -> list[Leaf]:
    """Return the parts of one title, with the XPaths that cut them out."""
    what, _, where = text.partition(at)
    behind = f"substring-after({path}, '{at}')"
    said = Leaf(path=f"substring-before({path}, '{at}')", text=what, name="type text")
    if not towns:
        return [said, Leaf(path=behind, text=where, name="address")]
    place, _, town = where.partition(_TOWN)
    return [
        said,
        Leaf(path=f"substring-before({behind}, '{_TOWN}')", text=place, name="address"),
        Leaf(path=f"substring-after({behind}, '{_TOWN}')", text=town, name="municipality"),
    ]
