"""The statistics, against published values and their own definitions."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.bounds import clopper_pearson, missed, needed, upper_bound


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 5.
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_intervals_are_those_newcombe_published(
    part: int, whole: int, low: float, high: float
) -> None:
    assert clopper_pearson(part, whole) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(("limit", "sample"), [(0.01, 299), (0.005, 598), (0.001, 2995)])
def test_samples_without_a_leak_are_as_large_as_the_rule_says(limit: float, sample: int) -> None:
    assert needed(limit) == sample
    assert upper_bound(0, sample) <= limit < upper_bound(0, sample - 1)


@given(st.integers(0, 12), st.sampled_from([0.05, 0.01, 0.005]))
def test_one_record_fewer_would_not_do(leaks: int, limit: float) -> None:
    sample = needed(limit, leaks)
    assert upper_bound(leaks, sample) <= limit < upper_bound(leaks, sample - 1)


@given(st.integers(1, 60), st.data())
def test_at_the_upper_bound_so_few_leaks_are_seen_once_in_twenty(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole - 1))
    share = upper_bound(part, whole)
    seen = sum(comb(whole, k) * share**k * (1 - share) ** (whole - k) for k in range(part + 1))
    assert seen == pytest.approx(0.05, abs=1e-9)


def test_nothing_audited_shows_nothing() -> None:
    assert clopper_pearson(0, 0) == (0.0, 1.0)
    assert upper_bound(0, 0) == 1.0


def test_chapman_counts_what_neither_search_found() -> None:
    # 200 marked, 150 caught, 50 of them marked: 601 by Lincoln-Petersen's 600 (Seber 1982).
    found = missed(200, 150, 50)
    assert found.lincoln == 600
    assert found.total == pytest.approx(201 * 151 / 51 - 1)
    assert found.seen == 300
    assert found.unseen == pytest.approx(found.total - 300)
    assert missed(3, 3, 3).unseen == 0
    assert missed(0, 0, 0).total == 0


@pytest.mark.parametrize("counts", [(1, 2, 2), (-1, 2, 0), (3, 3, -1)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="each of them found"):
        missed(*counts)
