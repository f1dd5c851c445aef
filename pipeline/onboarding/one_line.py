"""Finds how calls of one line each are parted: ``CAD:ALARM;12 OAK ST;RCVD 14:02``.

In: the texts of pages. Out: the separator and the labels that nearly all of their lines have, and
the leaves of each call. A label is a word with a colon, or one that pagers are known to write bare.
It must never take a word for a label because a single caller said it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pipeline.feeds.layout import AROUND
from pipeline.feeds.one_line import REST, label_of, lines_of_calls, parted_records, parts_of
from pipeline.model import PayloadRefused
from pipeline.onboarding.leaf import Leaf
from pipeline.onboarding.plainness import Plainness, how_plain

__all__ = ["LineForm", "line_form", "line_leaves"]

_SEPARATORS: Final = (";", "|", " - ")
_PARTS: Final = 4  # of a line, at least
_LABELS: Final = 2  # that make a line one of this kind
_MOST_LINES: Final = 2_000
_MOST: Final = 0.5  # share of lines that have a label; not every call has a unit
_TWICE: Final = 0.2  # share of lines that say a word twice, from which it is no label
_FEW: Final = 3  # lines, in fewer of which anybody may have said a word
_SAME: Final = 0.8  # share of lines whose part is an address, or a priority

_COLON: Final = re.compile(
    r"([A-Z][A-Za-z#/&.]{0,15}(?: [A-Z#/&.]{2,12}){0,2})\s?[:=](?!//|\d\d\b)"
)
_BARE: Final = re.compile(r"([A-Z][A-Z#/]{1,11})(?=\s+\S)")
_ADDRESS: Final = re.compile(r"\d\S*+ ++\S.*[A-Za-z]{2}.*|[^/&@]{3,}[ ]?[/&@][ ]?[^/&@]{3,}")
_PRIORITY: Final = re.compile(r"(?:P|PRI ?)?[0-9]|[A-E]")

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(("CFS", "INC", "INC#", "CALL#", "EVT", "EVENT", "RUN#", "CASE"), "call number")
    | dict.fromkeys(("RCVD", "RECD", "RCV", "TIME", "TOC", "REC"), "received time")
    | dict.fromkeys(("DISP", "DSP", "DISPATCHED"), "dispatched time")
    | dict.fromkeys(("UNITS", "UNIT", "UNT", "UN", "ASSIGNED"), "units")
    | dict.fromkeys(("LL", "LATLON", "GPS", "XY"), "lat lon")
    | {"LAT": "latitude", "LON": "longitude", "LNG": "longitude", "LONG": "longitude"}
    | dict.fromkeys(("RP", "CALLER", "COMPL"), "caller name")
    | dict.fromkeys(("PH", "PHONE", "CB", "TEL"), "caller phone")
    | dict.fromkeys(("ADDR", "ADR", "LOC", "ADDRESS", "LOCATION"), "address")
    | dict.fromkeys(("NAT", "NATURE", "TYPE", "TYP", "PROB"), "call type")
    | dict.fromkeys(("PRI", "PRIO", "PRIORITY"), "priority")
    | dict.fromkeys(("MAP", "MAPPAGE"), "map page")
    | dict.fromkeys(("BTWN", "XST", "XSTS", "CROSS"), "cross streets")
    | {"CITY": "city", "TWN": "city", "APT": "apartment", "BLDG": "building", "PLACE": "place name"}
    | dict.fromkeys(("BEAT", "ZONE", "GRID", "DIST", "SECTOR"), "beat")
    | dict.fromkeys(("CMT", "CMTS", "RMK", "RMKS", "INFO", "NOTES", "NARR", "TXT"), "remarks")
)
"""Labels that pagers write, and what they say."""

_SURE: Final = frozenset({"CFS", "RCVD", "UNITS", "LL", "RP", "BTWN", "XST", "LAT", "LON", "INC#"})
"""Labels that are no words of a sentence, though a single line has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """What parts the lines, and the labels in the order in which they first stand."""

    separator: str
    labels: tuple[str, ...]


def line_form(texts: Sequence[str]) -> LineForm | None:
    """Return how the calls of all texts are parted; None where they are not, or without labels.

    Where bars alone stand between labels with colons, lines are labelled text as any other.
    """
    best: LineForm | None = None
    for separator in _SEPARATORS:
        lines = [_lines(text, separator) for text in texts]
        if not all(lines):
            continue
        some = [line for each in lines for line in each][:_MOST_LINES]
        labels, bare = _labels(some, separator)
        plain = separator == "|" and not bare and not _has_positions(some, separator, labels)
        if (
            len(labels) >= _LABELS
            and not plain
            and (best is None or len(labels) > len(best.labels))
        ):
            best = LineForm(separator=separator, labels=labels)
    return best


def line_leaves(texts: Sequence[str], form: LineForm) -> list[list[list[Leaf]]]:
    """Return, for each text, the leaves of each of its calls.

    Raises:
        PayloadRefused: a text has none.
    """
    told = [parted_records(text, form.separator, form.labels, rest=True) for text in texts]
    names = _named([record for each in told for record in each], form)
    return [
        [
            [
                Leaf(path=path, text=text, name=names.get(path, ""))
                for path, said in record.items()
                for text in said
            ]
            for record in each
        ]
        for each in told
    ]


def _lines(text: str, separator: str) -> list[str]:
    """Return the lines of calls with enough parts."""
    try:
        lines, _ = lines_of_calls(text, separator, label_of(()))
    except PayloadRefused:
        return []
    return lines if all(line.count(separator) >= _PARTS - 1 for line in lines) else []


def _labels(lines: Sequence[str], separator: str) -> tuple[tuple[str, ...], bool]:
    """Return the labels of lines, and whether one of them stands without a colon."""
    counts, twice = Counter[str](), Counter[str]()
    order: dict[str, bool] = {}
    for line in lines:
        said = Counter[str]()
        for place, part in enumerate(map(str.strip, line.split(separator))):
            for label, bare in _heads(part, first=place == 0, few=len(lines) < _FEW):
                said[label] += 1
                order[label] = order.get(label, False) or bare
        counts.update(said.keys())
        twice.update(label for label, number in said.items() if number > 1)
    kept = [
        label
        for label in order
        if counts[label] >= _MOST * len(lines) and twice[label] <= _TWICE * len(lines)
    ]
    return tuple(kept), any(order[label] for label in kept)


def _heads(part: str, *, first: bool, few: bool) -> Iterator[tuple[str, bool]]:
    """Yield the label that a part may begin with, and whether it is bare."""
    if found := _COLON.match(part):
        known = found[1].upper() in _NAMES
        if known or (how_plain(found[1]) is not Plainness.NEVER and (first or not few)):
            yield found[1], False
    elif (found := _BARE.match(part)) and found[1] in (_SURE if few else _NAMES):
        yield found[1], True


def _has_positions(lines: Sequence[str], separator: str, labels: tuple[str, ...]) -> bool:
    label = label_of(labels)
    return any(
        name.startswith("part ") or name == REST
        for line in lines
        for name in parts_of(line, separator, label, rest=True)
    )


def _named(records: Sequence[Mapping[str, Sequence[str]]], form: LineForm) -> dict[str, str]:
    """Return what parts are called: by their labels, or by what nearly all of their texts are."""
    names = {label: _NAMES[label.upper()] for label in form.labels if label.upper() in _NAMES}
    names[REST] = "remarks"
    paths = dict.fromkeys(path for record in records for path in record)
    if records and (first := next(iter(records[0]))) not in names and first != AROUND:
        names[first] = "call type"
    for path in paths:
        texts = [text for record in records for text in record.get(path, ())]
        for pattern, name in ((_PRIORITY, "priority"), (_ADDRESS, "address")):
            like = sum(pattern.fullmatch(text) is not None for text in texts)
            if path not in names and name not in names.values() and like >= _SAME * len(texts):
                names[path] = name
    return names
