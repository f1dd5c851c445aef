"""Makes a table of counts safe: small cells, and what gives them away, are hidden.

In go counts by row and column, out come rounded counts with gaps (rule 15). A count below the limit
is hidden. Whoever knows the totals subtracts, so further cells are hidden until no hidden count
follows from what is shown, and the hidden ones of a line together reach the limit. Then all are
rounded. Nothing hidden may be told by a word, an order, or a smaller table of the same calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]

__all__ = ["TOTAL", "Counts", "safe_counts"]

TOTAL = ""
"""The name of the row and column that hold sums; no other may have it."""

_ROOM = 0.01
"""How much more than nothing a hidden cell must be able to be."""

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts by (row, column), rounded; None is hidden. ``TOTAL`` names sums."""

    cells: Mapping[Cell, int | None]

    @property
    def total(self) -> int | None:
        """The sum of all; None when it is hidden or nothing was counted."""
        return self.cells.get((TOTAL, TOTAL))

    @property
    def hidden(self) -> frozenset[Cell]:
        """The cells that are not told."""
        return frozenset(cell for cell, count in self.cells.items() if count is None)


def safe_counts(counts: Mapping[Cell, int], *, below: int, to: int) -> Counts:
    """Return all cells of rows and columns that occur, with their sums, safe to show.

    ``below`` is the smallest count that may be told, ``to`` what counts are rounded to.

    Raises:
        ValueError: a row or column is called :data:`TOTAL`, or a count is negative.
    """
    if any(TOTAL in cell or count < 0 for cell, count in counts.items()):
        raise ValueError("names are not empty, counts not negative")
    whole = _with_sums(counts)
    lines = _lines(whole)
    hidden = {cell for cell, count in whole.items() if count < below}
    while more := _more(whole, lines, hidden, below):
        hidden |= more
    shown = {
        cell: None if cell in hidden else (count + to // 2) // to * to
        for cell, count in sorted(whole.items())
    }
    return Counts(cells=MappingProxyType(shown))


def _with_sums(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts})
    whole = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        whole[row, TOTAL] = sum(whole[row, column] for column in columns)
    for column in columns:
        whole[TOTAL, column] = sum(whole[row, column] for row in rows)
    whole[TOTAL, TOTAL] = sum(counts.values())
    return whole


def _lines(whole: Mapping[Cell, int]) -> list[list[Cell]]:
    """Return each row and column, its sum last: whoever reads knows that they add up."""
    rows = sorted({row for row, _ in whole}, key=lambda name: (name == TOTAL, name))
    columns = sorted({column for _, column in whole}, key=lambda name: (name == TOTAL, name))
    across = [[(row, column) for column in columns] for row in rows]
    return across + [[(row, column) for row in rows] for column in columns]


def _more(
    whole: Mapping[Cell, int], lines: list[list[Cell]], hidden: set[Cell], below: int
) -> set[Cell]:
    """Return cells to hide as well; none when what is hidden is safe."""
    for line in lines:
        gaps = [cell for cell in line if cell in hidden]
        if not gaps:
            continue
        parts = sum(whole[cell] for cell in gaps if cell != line[-1])
        if len(gaps) == 1 or (line[-1] not in hidden and parts < below):
            return _smallest(whole, line, hidden)
    given_away = next(_given_away(lines, hidden), None) or _forced(whole, hidden)
    if given_away is None:
        return set()
    for line in lines:
        if given_away in line and (found := _smallest(whole, line, hidden)):
            return found
    return {cell for line in lines for cell in line} - hidden


def _smallest(whole: Mapping[Cell, int], line: list[Cell], hidden: set[Cell]) -> set[Cell]:
    """Return the smallest cell of a line that is still shown, its sum only when nothing else is."""
    shown = [cell for cell in line if cell not in hidden]
    return {min(shown, key=lambda cell: (cell == line[-1], whole[cell], cell))} if shown else set()


def _given_away(lines: list[list[Cell]], hidden: set[Cell]) -> Iterator[Cell]:
    """Yield hidden cells that follow from the sums: those in which all solutions agree."""
    unknown = sorted(hidden)
    if not unknown:
        return
    place = {cell: index for index, cell in enumerate(unknown)}
    equations = np.zeros((len(lines), len(unknown)))
    for number, line in enumerate(lines):
        for cell in line:
            if cell in place:
                equations[number, place[cell]] = -1.0 if cell == line[-1] else 1.0
    _, sizes, directions = np.linalg.svd(equations)
    rank = int((sizes > 1e-9).sum())
    free = np.abs(directions[rank:]).max(axis=0) if rank < len(unknown) else np.zeros(len(unknown))
    yield from (cell for cell in unknown if free[place[cell]] < 1e-9)


def _forced(whole: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """Return a hidden cell that must be nothing because counts are not negative, if there is one.

    Where one solution has something in every hidden cell, none is forced; only else each is tried.
    """
    unknown = sorted(cell for cell in hidden if TOTAL not in cell)
    if not unknown:
        return None
    place = {cell: index for index, cell in enumerate(unknown)}
    left, right = [], []
    for cell, count in whole.items():
        if cell in hidden or TOTAL not in cell:
            continue
        parts = [
            each
            for each in whole
            if TOTAL not in each and cell[0] in (TOTAL, each[0]) and cell[1] in (TOTAL, each[1])
        ]
        left.append([float(each in parts) for each in unknown])
        right.append(float(count - sum(whole[each] for each in parts if each not in place)))
    if not left:
        return None
    bounds: list[tuple[float, None]] = [(0.0, None)] * len(unknown)
    # One more unknown, the smallest of all, is made as large as can be.
    smallest = np.hstack([-np.eye(len(unknown)), np.ones((len(unknown), 1))])
    widest = linprog(
        [0.0] * len(unknown) + [-1.0],
        A_ub=smallest,
        b_ub=np.zeros(len(unknown)),
        A_eq=np.hstack([np.array(left), np.zeros((len(left), 1))]),
        b_eq=right,
        bounds=[*bounds, (0.0, 1.0)],
    )
    if widest.status == 0 and -widest.fun >= _ROOM:
        return None
    for cell in unknown:
        goal = [-float(each == cell) for each in unknown]
        most = linprog(goal, A_eq=left, b_eq=right, bounds=bounds)
        if most.status == 0 and -most.fun < _ROOM:
            return cell
    return None
