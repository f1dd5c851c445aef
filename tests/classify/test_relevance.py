"""The score's parts, and a re-ranker that can only reorder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.ranking import Judged, Reranker, learnt, ndcg, reordered
from pipeline.classify.relevance import PART_NAMES, Score, Sighting, Surroundings, score
from pipeline.model import Category, Tier
from pipeline.usecases.relevance import trial

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
KINDS = [
    (Category.STRUCTURE_FIRE, Tier.S0, 0.9),
    (Category.THEFT, Tier.S1, 0.2),
    (Category.TRAFFIC_HAZARD, Tier.S0, 0.15),  # editors here do not care, the score does
    (Category.BURGLARY, Tier.S1, 0.8),
    (Category.ROBBERY, Tier.S2, 0.85),
    (Category.COLLISION, Tier.S1, 0.1),
]


def sighting(
    category: Category = Category.THEFT, tier: Tier = Tier.S1, hours: float = 1
) -> Sighting:
    return Sighting(
        category=category,
        tier=tier,
        agency_id="elm-bluff",
        area_id="north",
        latest=NOW - timedelta(hours=hours),
    )


def test_every_part_has_its_name_and_its_reason() -> None:
    scored = score(sighting(), Surroundings(), NOW)
    assert tuple(part.name for part in scored.parts) == PART_NAMES
    assert all(part.reason for part in scored.parts)
    assert scored.total == round(sum(scored.by_name.values()), 1)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (
            score(sighting(Category.STRUCTURE_FIRE, Tier.S0), Surroundings(), NOW),
            score(sighting(Category.TRAFFIC_HAZARD, Tier.S0), Surroundings(), NOW),
        ),
        (
            score(sighting(hours=1), Surroundings(), NOW),
            score(sighting(hours=9), Surroundings(), NOW),
        ),
        (
            score(sighting(), Surroundings(alike_month=3), NOW),
            score(sighting(), Surroundings(alike_month=1), NOW),
        ),
        (
            score(sighting(), Surroundings(), NOW),
            score(sighting(), Surroundings(told_day=1), NOW),
        ),
        (score(sighting(), Surroundings(callers=2), NOW), score(sighting(), Surroundings(), NOW)),
        (
            score(sighting(), Surroundings(approved=9, decided=10), NOW),
            score(sighting(), Surroundings(approved=1, decided=10), NOW),
        ),
        (score(sighting(), Surroundings(), NOW), score(sighting(), Surroundings(told_area=5), NOW)),
    ],
)
def test_each_part_pulls_its_way(more: Score, less: Score) -> None:
    assert more.total > less.total


def simulated(days: int, a_day: int, seed: int) -> list[tuple[datetime, datetime, Judged]]:
    """Return decisions of an invented newsroom with a taste of its own."""
    random, history = Random(seed), []
    for number in range(days * a_day):
        category, tier, taste = random.choice(KINDS)
        around = Surroundings(
            alike_month=random.randrange(1, 5), told_day=random.randrange(2), callers=0
        )
        wanted = taste - 0.3 * around.told_day + 0.05 * around.alike_month
        at = NOW + timedelta(days=number // a_day, minutes=number % a_day)
        scored = score(sighting(category, tier, random.random() * 12), around, NOW)
        judged = Judged(score=scored, category=category.value, approved=random.random() < wanted)
        history.append((at, at - timedelta(hours=random.random() * 5), judged))
    return history


def test_what_is_learnt_orders_held_out_days_better_than_the_score_and_both_than_age() -> None:
    trials = [trial(simulated(20, 30, seed)) for seed in range(5)]
    oldest, plain, taught = (
        sum(getattr(each, name) for each in trials) / len(trials)
        for name in ("oldest", "transparent", "learnt")
    )
    assert oldest + 0.1 < plain < taught


@pytest.mark.parametrize("number", [0, 1, 40])
def test_too_few_decisions_leave_the_plain_order(number: int) -> None:
    judged = [each for _, _, each in simulated(1, 40, 1)][:number]
    reranker = learnt(judged)
    assert reranker.weights == {}
    scored = [each.score for each in judged]
    assert [each.total for each in reordered(scored, reranker, lambda s: (s, "theft"))] == sorted(
        (each.total for each in scored), reverse=True
    )


@given(st.lists(st.sampled_from(range(30))), st.floats(-5, 5))
def test_a_reranker_returns_exactly_what_it_was_given(items: list[int], weight: float) -> None:
    reranker = Reranker(decisions=500, weights={"tier": weight, "severity": -weight})
    one = score(sighting(), Surroundings(), NOW)
    assert sorted(reordered(items, reranker, lambda item: (one, str(item)))) == sorted(items)


def test_weights_survive_their_text_and_other_texts_are_refused() -> None:
    reranker = learnt([each for _, _, each in simulated(10, 20, 2)])
    assert reranker.weights
    assert Reranker.from_text(reranker.text()) == reranker
    for text in ("{}", "[]", '{"weights": 1, "decisions": 1, "bias": 0}', "{"):
        with pytest.raises(ValueError):
            Reranker.from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"decisions": 99, "bias": NaN, "weights": {}}',
        '{"decisions": 99, "bias": 0, "weights": {"tier": Infinity}}',
        '{"decisions": Infinity, "bias": 0, "weights": {}}',
        '{"decisions": -150, "bias": 0, "weights": {"tier": 1}}',
    ],
)
def test_weights_that_give_no_order_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="weights"):
        Reranker.from_text(text)


def test_ndcg_is_one_for_the_best_order_and_less_for_others() -> None:
    assert ndcg([True, True, False]) == 1
    assert ndcg([False, False]) == 1
    assert 0 < ndcg([False, True, True]) < 1
