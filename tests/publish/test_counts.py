"""Counts: what is small is hidden, and no arithmetic brings it back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.publish.counts import TOTAL, Counts, safe_counts

NAMES = st.sampled_from(["a", "b", "c", "d"])
TABLES = st.dictionaries(st.tuples(NAMES, NAMES), st.integers(0, 60), min_size=1, max_size=16)


def shown(table: dict[tuple[str, str], int]) -> Counts:
    return safe_counts(table, below=10, to=5)


def test_a_small_count_is_hidden_and_one_more_in_its_row_and_column() -> None:
    table = {
        ("a", "x"): 3,
        ("a", "y"): 40,
        ("a", "z"): 61,
        ("b", "x"): 30,
        ("b", "y"): 52,
        ("b", "z"): 70,
        ("c", "x"): 80,
        ("c", "y"): 90,
        ("c", "z"): 99,
    }
    found = shown(table)
    assert found.hidden == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
    assert found.cells["c", "z"] == 100
    assert found.cells[TOTAL, TOTAL] == 525


@settings(max_examples=40)
@given(TABLES)
def test_whatever_is_shown_is_large_and_rounded(table: dict[tuple[str, str], int]) -> None:
    for count in shown(table).cells.values():
        assert count is None or (count % 5 == 0 and count >= 10)


@settings(max_examples=40)
@given(TABLES)
def test_no_line_has_a_single_gap_or_a_small_sum_of_gaps(
    table: dict[tuple[str, str], int],
) -> None:
    found = shown(table)
    rows = {row for row, _ in found.cells}
    columns = {column for _, column in found.cells}
    for line in [
        *([(row, column) for column in columns] for row in rows),
        *([(row, column) for row in rows] for column in columns),
    ]:
        gaps = [cell for cell in line if found.cells[cell] is None]
        assert len(gaps) != 1
        sums = [cell for cell in line if (cell[1] == TOTAL) != (cell[0] == TOTAL)]
        if gaps and not any(cell in gaps for cell in sums) and TOTAL not in line[0]:
            assert sum(table.get(cell, 0) for cell in gaps) >= 10


@settings(max_examples=40)
@given(TABLES)
def test_an_attacker_who_knows_every_shown_count_exactly_finds_no_hidden_one(
    table: dict[tuple[str, str], int],
) -> None:
    """Even without rounding each hidden cell can have several values."""
    found = shown(table)
    rows = sorted({row for row, _ in found.cells} - {TOTAL})
    columns = sorted({column for _, column in found.cells} - {TOTAL})
    inner = [(row, column) for row in rows for column in columns]
    sums: list[list[float]] = []
    known: list[float] = []
    for cell, count in found.cells.items():
        if count is None:
            continue
        parts = [
            (cell[0] in (TOTAL, row)) and (cell[1] in (TOTAL, column)) for row, column in inner
        ]
        sums.append([float(part) for part in parts])
        known.append(
            sum(table.get(each, 0) for each, part in zip(inner, parts, strict=True) if part)
        )
    for index, cell in enumerate(inner):
        if found.cells[cell] is not None:
            continue
        goal = [float(number == index) for number in range(len(inner))]
        low = linprog(goal, A_eq=sums or None, b_eq=known or None, bounds=(0, None))
        high = linprog([-g for g in goal], A_eq=sums or None, b_eq=known or None, bounds=(0, None))
        assert low.status == 0
        assert high.status in (0, 3)  # 3: without any bound
        assert high.status == 3 or -high.fun - low.fun > 0.5


@pytest.mark.parametrize("table", [{("", "x"): 12}, {("a", "x"): -1}])
def test_a_table_that_is_none_is_refused(table: dict[tuple[str, str], int]) -> None:
    with pytest.raises(ValueError, match="not empty"):
        shown(table)


def test_a_table_of_small_counts_shows_nothing() -> None:
    assert set(shown({("a", "x"): 2, ("b", "y"): 1}).cells.values()) == {None}
