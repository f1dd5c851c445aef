"""Bias: areas told of more often than the town are flagged, too few calls are not judged."""

from __future__ import annotations

import pytest

from pipeline.publish.balance import area_shares


def test_an_area_told_of_much_more_often_than_the_town_is_flagged() -> None:
    dispatched = {"east": 100, "west": 100, "north": 100, "alley": 4}
    published = {"east": 40, "west": 10, "north": 10, "alley": 4}
    found = area_shares(published, dispatched, factor=1.5, least=20)
    assert [(each.area_id, each.flagged) for each in found] == [
        ("east", True),
        ("north", False),
        ("west", False),
    ]
    assert found[0].ratio == 1.9


def test_equal_shares_are_not_flagged() -> None:
    found = area_shares({"a": 5, "b": 10}, {"a": 50, "b": 100}, factor=1.5, least=20)
    assert [each.ratio for each in found] == [1.0, 1.0]
    assert not any(each.flagged for each in found)


def test_nothing_published_judges_nobody() -> None:
    assert area_shares({}, {"a": 50}, factor=1.5, least=20) == ()


def test_more_published_than_dispatched_is_a_fault() -> None:
    with pytest.raises(ValueError, match="more was published"):
        area_shares({"a": 2}, {"a": 1}, factor=1.5, least=1)
