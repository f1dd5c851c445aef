"""Tells the lines of printed pages between a table's rows: titles, feet, stamps, totals.

In: rows or lines, and what stood above and below the table. Out: which of them are no rows, and
what they say beyond numbers of pages and counts: that may speak of any row. A line is told by its
form (``Page 2 of 7``), by what it says again, or by where it stands, between two such lines. It
must never take what may be left of a row for one: that stays, and is refused as a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

__all__ = [
    "MOST_CELLS",
    "as_said",
    "folded",
    "is_page_line",
    "is_page_number",
    "left_out",
    "may_be_paged",
    "sifted",
]

MOST_CELLS: Final = 4
"""Cells that say something in such a line."""

_LONGEST: Final = 80  # characters of a line, by one of which at least a report in pages is known
_SHORT: Final = re.compile(rf"\n.{{1,{_LONGEST}}}+(?:\n|\Z)")

_NUMBERED: Final = r"(?:(?:page|pg\.?)\s*+[:#]?\s*+\d{1,5}(?:\s*+(?:of|/)\s*+\d{1,5})?)"
_PAGE: Final = re.compile(rf"[-\s]*(?:{_NUMBERED}|\d{{1,5}} of \d{{1,5}})[-\s]*", re.IGNORECASE)
_ITS_PAGE: Final = re.compile(rf"\b{_NUMBERED}(?!\w)", re.IGNORECASE)
_STAMP: Final = re.compile(
    r"(?:(?:report|date|time)\s+)*"
    r"(?:(?:printed|generated|produced|exported)\s*(?:on|at|by|:|(?=\d))"
    r"|(?:run|print)\s*(?:date|time|on|by|at)?\s*:|as of\s+\d)",
    re.IGNORECASE,
)
_LONG: Final = 400  # characters; a longer line has no such form
_RULE: Final = 2  # signs; more are a line of nothing
_WHEN: Final = re.compile(r"\d{1,4}[/.:-]\d{1,2}")
_CALLS: Final = r"(?:calls?|records?|incidents?|events?|cfs|rows?|entries)"
_TOTAL: Final = re.compile(
    r"(?:grand|sub|page|report|daily|shift)?[\s-]{0,3}totals?\b"
    rf"|(?:number|count|no\.?|#) of {_CALLS}\b"
    rf"|\*?\s{{0,3}}\d{{1,7}} {_CALLS}\b",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(  # a total that speaks of nobody
    rf"(?:{_TOTAL.pattern}|{_CALLS}|on|for|of|this|the|page|report|day|date|listed|printed|found"
    r"|service|[\d\s:=*.,/#-])++",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(r"[\d\s.,:%-]+")
_RULED: Final = frozenset("=_*~-")
_LETTERS: Final = 5  # in a line, by fewer of which none is known again: a number may have some
_DIGITS: Final = re.compile(r"\d+")


def folded(line: str) -> str:
    """Return what a line says on every page; empty for one too short to be known by it."""
    told = sum(map(str.isalpha, line)) >= _LETTERS
    return _DIGITS.sub("0", " ".join(line.split())).casefold() if told else ""


def is_page_number(line: str) -> bool:
    """Return whether a line is the number of a page, and no more."""
    return _PAGE.fullmatch(line.strip()) is not None


def is_page_line(said: Sequence[str], known: Collection[str]) -> bool:
    """Return whether the cells of a line that say something are no row's, by what they say.

    ``known`` are lines from above or below the rows, folded.
    """
    first, last = said[0], said[-1]
    if sum(map(len, said)) > _LONG:
        return folded(" ".join(said)) in known
    if _PAGE.fullmatch(first) or _PAGE.fullmatch(last) or folded(" ".join(said)) in known:
        return True
    if _STAMP.match(first) or _STAMP.match(last):
        return _WHEN.search(" ".join(said)) is not None
    if all(len(cell) > _RULE and _RULED.issuperset("".join(cell.split())) for cell in said):
        return True
    return _TOTAL.match(first) is not None and all(map(_FIGURE.fullmatch, said[1:]))


def as_said(line: str) -> str:
    """Return what a line says beyond its page's number; nothing where it only counts."""
    rest = " ".join(_ITS_PAGE.sub(" ", line).split())
    short = len(rest) <= _LONG
    return "" if _PAGE.fullmatch(line) or (short and _COUNT.fullmatch(rest)) else rest


def may_be_paged(body: str) -> bool:
    """Return whether a line is so short that it may be a page's; quick, for long tables."""
    return _SHORT.search(body) is not None or _SHORT.match("\n" + body[: _LONGEST + 1]) is not None


def left_out(
    rows: list[list[str]], odd: Iterable[int], names: Collection[str], beside: Iterable[str]
) -> list[str]:
    """Make rows that are lines of pages empty, and return what each of them says.

    ``beside`` are lines from above and below the rows; the others are as :func:`sifted` has them.
    """
    lines = sifted(rows, odd, names, set(map(folded, beside)) - {""})
    for number in lines:
        rows[number] = []
    return list(lines.values())


def sifted(
    rows: Sequence[list[str]],
    odd: Iterable[int],
    names: Collection[str],
    known: Collection[str],
) -> dict[int, str]:
    """Return which of the ``odd`` rows are lines of pages, and what each of them says.

    ``names`` are those of the columns: a row that says them all is a header, and is left.
    """
    columns, known = frozenset(filter(None, names)), frozenset(known)
    said = {n: cells for n in odd if (cells := _few(rows[n], columns)) is not None}
    sure = {n for n, cells in said.items() if not cells or is_page_line(cells, known)}
    if not sure:
        return {}
    runs = [run for run in _runs(sorted(said)) if not sure.isdisjoint(run)]
    doubted = (n for run in runs for n in takewhile(lambda n: n not in sure, run))
    again = Counter(folded(said[n][0]) for n in doubted if _wordy(said[n]))
    found: dict[int, str] = {}
    for run in runs:
        first, last = (next(n for n in way if n in sure) for way in (run, run[::-1]))
        for n in (n for n in run if said[n]):
            line = " ".join(said[n])
            between = first < n < last and folded(line) != ""
            if n in sure or between or (_wordy(said[n]) and again[folded(line)] > 1):
                found[n] = as_said(line)
    return found


def _few(row: Sequence[str], columns: frozenset[str]) -> list[str] | None:
    """Return the cells that say something of a row with few of them; none of a header's."""
    cells = list(filter(None, map(str.strip, row)))
    if columns and len(columns.intersection(cells)) == len(columns):
        return []
    few = 0 < len(cells) <= MOST_CELLS and 2 * len(cells) <= max(len(columns), 1)
    return cells if few else None


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places that follow each other."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _wordy(said: Sequence[str]) -> bool:
    return len(said) == 1 and folded(said[0]) != "" and len(said[0].split()) > 1
