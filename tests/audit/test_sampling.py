"""Drawing: the same from a seed, each stratum its share, each record the same chance."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.sampling import Fault, How, Mark, Review, Unit, agree, draw, settled

UNITS = tuple(
    Unit(record=n, agency_id="ab"[n % 3 == 0], week=f"2026-W{n % 5 + 10}", risk=1 + n % 7)
    for n in range(300)
)


@given(st.text(st.characters(codec="ascii"), max_size=9), st.integers(1, 300), st.sampled_from(How))
def test_a_draw_has_no_record_twice_and_does_not_ask_for_their_order(
    seed: str, size: int, how: How
) -> None:
    drawn = draw(UNITS, size=size, seed=seed, how=how)
    assert len(set(drawn)) == len(drawn) == size
    assert draw(tuple(reversed(UNITS)), size=size, seed=seed, how=how) == drawn


@given(st.integers(0, 10_000), st.integers(10, 290))
def test_at_random_each_stratum_has_its_share_to_within_one_record(seed: int, size: int) -> None:
    drawn = set(draw(UNITS, size=size, seed=str(seed), how=How.RANDOM))
    whole = Counter(unit.agency_id for unit in UNITS)
    part = Counter(unit.agency_id for unit in UNITS if unit.record in drawn)
    for agency_id, number in whole.items():
        assert abs(part[agency_id] - size * number / len(UNITS)) <= 1


def test_over_many_seeds_random_is_even_and_risk_is_not() -> None:
    even: Counter[int] = Counter()
    risky: Counter[int] = Counter()
    for seed in range(400):
        even.update(draw(UNITS, size=30, seed=str(seed), how=How.RANDOM))
        risky.update(draw(UNITS, size=30, seed=str(seed), how=How.RISK))
    by_risk = Counter({each.record: each.risk for each in UNITS})
    low = [n for n, risk in by_risk.items() if risk == 1]
    high = [n for n, risk in by_risk.items() if risk == 7]
    mean = {
        name: sum(c[n] for n in group) / len(group)
        for name, c, group in (
            ("even low", even, low),
            ("even high", even, high),
            ("risk low", risky, low),
            ("risk high", risky, high),
        )
    }
    assert mean["even low"] == pytest.approx(40, rel=0.1)
    assert mean["even high"] == pytest.approx(40, rel=0.1)
    assert mean["risk high"] > 4 * mean["risk low"]


def mark(start: int, end: int, entity: str = "PERSON", **values: object) -> Mark:
    return Mark(fault=Fault.MISSED, remark=0, start=start, end=end, entity=entity, **values)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ([], [], 0),
        ([mark(0, 5)], [mark(4, 9)], 1),
        ([mark(0, 5)], [mark(5, 9)], 0),
        ([mark(0, 5)], [mark(0, 5, "PHONE")], 0),
        ([mark(0, 5)], [mark(0, 5, caller=True)], 0),
        ([mark(0, 9), mark(2, 4)], [mark(3, 5)], 1),
    ],
)
def test_marks_are_alike_when_they_mean_the_same(
    one: list[Mark], other: list[Mark], alike: int
) -> None:
    assert agree(one, other) == agree(other, one) == alike
    reviews = [
        Review(record=1, by=by, marks=tuple(marks), index=index)
        for index, (by, marks) in enumerate([("x", one), ("y", other)])
    ]
    same = len(one) == len(other) == alike
    assert (settled(reviews, None) is not None) == same
    assert settled(reviews[:1], None) is None


@pytest.mark.parametrize(
    "values",
    [
        {"fault": Fault.MISSED, "start": 0, "end": 3},
        {"fault": Fault.NEEDLESS, "start": 0, "end": 3, "entity": "PERSON"},
        {"fault": Fault.NEEDLESS, "start": 3, "end": 3},
        {"fault": Fault.MISSED, "start": 3, "end": 2, "entity": "PERSON"},
        {"fault": Fault.MISSED, "remark": -2, "start": 0, "end": 2, "entity": "PERSON"},
        {"fault": Fault.MISSED, "start": 0, "end": 2, "entity": "Quillon"},
    ],
)
def test_a_mark_that_is_no_place_in_a_text_cannot_be_made(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Mark(**values)
