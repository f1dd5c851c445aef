"""Capture and recapture: overlaps counted once, estimates that hold what was seen."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.bounds import missed
from pipeline.audit.recapture import both, pairs


def test_places_that_overlap_in_one_text_are_one_and_count_once() -> None:
    one = [(0, 3, 9), (0, 20, 25), (1, 3, 9)]
    other = [(0, 5, 7), (0, 7, 12), (2, 3, 9), (1, 9, 12)]
    assert both(one, other) == both(other, one) == 1


def test_each_pair_of_searches_has_its_estimate() -> None:
    searches = {
        "a": [[(0, 0, 4), (0, 9, 12)], [(0, 1, 3)]],
        "b": [[(0, 0, 4)], [(0, 1, 3), (0, 8, 9)]],
        "c": [[], []],
    }
    found = {(p.one, p.other): p for p in pairs(searches)}
    assert list(found) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert (found["a", "b"].found, found["a", "b"].both) == ((3, 3), 2)
    assert found["a", "b"].estimate.total == pytest.approx(4 * 4 / 3 - 1)
    assert found["a", "c"].both == 0


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_an_interval_holds_the_estimate_and_never_less_than_what_was_seen(
    one: int, other: int, shared: int
) -> None:
    estimate = missed(one + shared, other + shared, shared)
    low, high = estimate.interval
    assert estimate.seen <= low <= max(estimate.total, estimate.seen) <= high


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Two independent searches that find 60 % and 70 % of 80 things, 400 times over."""
    chance = random.Random(7)
    held = 0
    for _ in range(400):
        first = {n for n in range(80) if chance.random() < 0.6}
        second = {n for n in range(80) if chance.random() < 0.7}
        low, high = missed(len(first), len(second), len(first & second)).interval
        held += low <= 80 <= high
    assert 0.90 <= held / 400 <= 1
