"""Sums, shares and intervals, with the counts they are made of."""

from __future__ import annotations

import pytest

from pipeline.evaluation.figures import Share, Speed, as_data, figures, wilson
from pipeline.evaluation.gates import Gates, missed
from pipeline.evaluation.gold import GoldSpan
from pipeline.evaluation.page import html_page
from pipeline.evaluation.score import Judged, Score
from pipeline.model import Entity

SPEED = Speed(seconds=0.5, loading=0.25, narratives=3, words=126)


def one(
    *found: tuple[Entity, int],
    name: str = "a",
    style: str = "prose",
    innocent: int = 100,
    masked: int = 0,
    held: bool = False,
    unfaithful: bool = False,
) -> Score:
    judged = tuple(
        Judged(span=GoldSpan(start=9 * at, end=9 * at + 5, entity=entity), readable=readable)
        for at, (entity, readable) in enumerate(found)
    )
    return Score(
        id=name,
        style=style,
        words=42,
        identifiers=judged,
        innocent=innocent,
        masked=masked,
        held=held,
        unfaithful=unfaithful,
    )


SCORES = [
    one((Entity.PERSON, 0), (Entity.PHONE, 2), name="<a>", masked=10),
    one((Entity.STAFF, 5), (Entity.PERSON, 0), name="b", style="ems"),
    one((Entity.PERSON, 0), name="c", style="ems", innocent=50, held=True),
]


# The values are Wilson's formula worked out by hand for z = 1.96.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (10, 10, 0.7225, 1.0),
        (0, 10, 0.0, 0.2775),
        (299, 299, 0.9873, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_an_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_staff_stands_apart_from_recall_and_leaks() -> None:
    found = figures(SCORES, SPEED)
    assert found.recall == Share(part=3, whole=4)
    assert found.staff == Share(part=0, whole=1)
    assert found.leak_free == Share(part=2, whole=3)
    assert found.leak_free_with_staff == Share(part=1, whole=3)


def test_held_narratives_are_told_and_count_as_masked_in_a_second_figure() -> None:
    found = figures(SCORES, SPEED)
    assert found.held == Share(part=1, whole=3)
    assert found.over_masking == Share(part=10, whole=200)
    assert found.over_masking_with_held == Share(part=60, whole=250)


def test_figures_stand_by_entity_and_by_style() -> None:
    found = figures(SCORES, SPEED)
    assert dict(found.by_entity) == {
        "PERSON": Share(part=3, whole=3),
        "STAFF": Share(part=0, whole=1),
        "PHONE": Share(part=0, whole=1),
    }
    assert list(found.by_style) == ["ems", "prose"]
    assert found.by_style["ems"].held == Share(part=1, whole=2)
    assert found.by_style["prose"].recall == Share(part=1, whole=2)


def test_a_miss_is_named_by_narrative_entity_and_offsets() -> None:
    first, second = figures(SCORES, SPEED).misses
    assert (first.id, first.start, first.end, first.entity, first.readable) == (
        "<a>",
        9,
        14,
        "PHONE",
        2,
    )
    assert (second.id, second.entity) == ("b", "STAFF")


def test_data_for_machines_has_counts_beside_every_share() -> None:
    data = as_data(figures(SCORES, SPEED))
    assert data["recall"] == {"share": 0.75, "low": 0.30064, "high": 0.95441, "part": 3, "whole": 4}
    assert data["speed"]["narratives_per_second_of_a_core"] == 6.0
    assert len(data["misses"]) == 2


@pytest.mark.parametrize(
    ("gates", "sentence"),
    [
        (Gates(min_recall=0.76), "recall is 75.00%, less than 76.00%"),
        (Gates(min_recall_lower=0.31), "recall's lower bound is 30.06%, less than 31.00%"),
        (Gates(min_leak_free=0.9), "leak-free narratives is 66.67%, less than 90.00%"),
        (Gates(max_over_masking=0.04), "over-masking is 5.00%, more than 4.00%"),
        (
            Gates(max_over_masking_with_held=0.05),
            "over-masking with held narratives is 24.00%, more than 5.00%",
        ),
        (Gates(max_held=0.0), "held narratives is 33.33%, more than 0.00%"),
    ],
)
def test_a_bar_that_was_not_cleared_is_told(gates: Gates, sentence: str) -> None:
    assert missed(figures(SCORES, SPEED), gates) == (sentence,)


def test_bars_that_were_cleared_are_not_told() -> None:
    cleared = Gates(
        min_recall=0.75,
        min_recall_lower=0.3,
        min_leak_free=0.6,
        min_leak_free_lower=0.2,
        max_over_masking=0.05,
        max_held=0.34,
    )
    assert missed(figures(SCORES, SPEED), cleared) == ()
    assert missed(figures(SCORES, SPEED), Gates()) == ()


def test_nothing_to_catch_clears_no_bar_of_recall() -> None:
    found = figures([one()], SPEED)
    assert len(missed(found, Gates(min_recall=0.5, min_recall_lower=0.5))) == 2


def test_an_unfaithful_text_fails_without_any_bar() -> None:
    (sentence,) = missed(figures([one(unfaithful=True)], SPEED), Gates())
    assert sentence.startswith("1 narrative(s) show text")


def test_the_page_needs_nothing_beside_it_and_obeys_no_id() -> None:
    page = html_page(figures(SCORES, SPEED), title="Judged <here>", version="v1;x")
    assert page.count("<svg") == page.count("</svg>") == 3
    assert "Judged &lt;here&gt;" in page
    assert "&lt;a&gt;" in page
    assert "<a>" not in page
    for outside in ("<script", "<link", "<?xml", "<!DOCTYPE svg", "src=", "@import", "url(http"):
        assert outside not in page
    assert "1 of 3" in page


def test_the_page_is_the_same_for_the_same_figures() -> None:
    found = figures(SCORES, SPEED)
    pages = {html_page(found, title="t", version="v") for _ in range(2)}
    assert len(pages) == 1
