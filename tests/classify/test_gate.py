"""The gate: the strictest category decides, and nothing passes that is not named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agencies.agency import Agency
from pipeline.classify import gate
from pipeline.model import (
    Category,
    CategoryRule,
    Held,
    HoldReason,
    Policy,
    Release,
    Tier,
    Withheld,
    WithholdReason,
)
from pipeline.policies import load_policy

MakeAgency = Callable[..., Agency]
SHIPPED = load_policy()


def sensitive(detail: str) -> Withheld:
    return Withheld(reason=WithholdReason.SENSITIVE_CATEGORY, detail=detail)


def test_a_released_category_within_the_agreement_goes_on_under_its_rule(
    policy: Policy, make_agency: MakeAgency
) -> None:
    assert gate((Category.BURGLARY,), policy, make_agency()) == policy.categories[Category.BURGLARY]


@pytest.mark.parametrize(
    ("categories", "outcome"),
    [
        ("domestic", sensitive("domestic")),
        ("structure-fire domestic", sensitive("domestic")),
        ("domestic tactical", sensitive("domestic")),
        ("administrative medical", sensitive("medical")),
        ("pursuit", Held(reason=HoldReason.TACTICAL, detail="pursuit")),
        ("burglary pursuit service", Held(reason=HoldReason.TACTICAL, detail="pursuit")),
        ("burglary service", Withheld(reason=WithholdReason.ADMINISTRATIVE, detail="service")),
        ("weapon service", Withheld(reason=WithholdReason.ADMINISTRATIVE, detail="service")),
        ("noise", Withheld(reason=WithholdReason.CATEGORY_NOT_RELEASED, detail="noise")),
        ("weapon noise", Withheld(reason=WithholdReason.CATEGORY_NOT_RELEASED, detail="noise")),
        ("", Held(reason=HoldReason.UNKNOWN_CALL_TYPE)),
    ],
)
def test_the_strictest_category_decides_in_any_order(
    categories: str, outcome: object, policy: Policy, make_agency: MakeAgency
) -> None:
    agency = make_agency()
    for order in permutations(Category(name) for name in categories.split()):
        assert gate(order, policy, agency) == outcome


def test_a_category_outside_the_agreement_is_withheld(
    policy: Policy, make_agency: MakeAgency
) -> None:
    agency = make_agency(categories=frozenset({Category.STRUCTURE_FIRE}))
    outcome = gate((Category.STRUCTURE_FIRE, Category.BURGLARY), policy, agency)
    assert outcome == Withheld(reason=WithholdReason.AGREEMENT_SCOPE, detail="burglary")


def test_several_released_categories_go_on_under_the_strictest_of_each_rule(
    policy: Policy, make_agency: MakeAgency
) -> None:
    rule = gate((Category.BURGLARY, Category.ROBBERY), policy, make_agency())
    assert isinstance(rule, CategoryRule)
    assert (rule.category, rule.tier) == (Category.ROBBERY, Tier.S2)
    assert (rule.approvals, rule.time_floor) == (2, timedelta(hours=6))


def test_a_policy_may_withhold_what_it_would_hold(policy: Policy, make_agency: MakeAgency) -> None:
    stricter = replace(policy.categories[Category.PURSUIT], release=Release.WITHHOLD)
    changed = replace(policy, categories={**policy.categories, Category.PURSUIT: stricter})
    outcome = gate((Category.PURSUIT,), changed, make_agency())
    assert outcome == Withheld(reason=WithholdReason.CATEGORY_NOT_RELEASED, detail="pursuit")


@pytest.mark.parametrize("tier", [Tier.S3, Tier.S4, Tier.S5])
def test_a_tier_that_is_never_told_stays_so_whatever_release_says(
    tier: Tier, policy: Policy, make_agency: MakeAgency
) -> None:
    loose = replace(policy.categories[Category.THEFT], tier=tier, release=Release.CANDIDATE)
    changed = replace(policy, categories={**policy.categories, Category.THEFT: loose})
    assert isinstance(gate((Category.THEFT,), changed, make_agency()), Held | Withheld)


@given(st.sets(st.sampled_from(list(Category)), min_size=1), st.sampled_from(list(Category)))
def test_another_category_never_opens_the_gate(categories: set[Category], more: Category) -> None:
    agency = _AGENCY
    before = gate(tuple(categories), SHIPPED, agency)
    after = gate((*categories, more), SHIPPED, agency)
    if not isinstance(before, CategoryRule):
        assert not isinstance(after, CategoryRule)
    elif isinstance(after, CategoryRule):
        assert after.approvals >= before.approvals
        assert after.time_floor >= before.time_floor


# Stands in for the attributes of an agency that the gate reads.
class _Scope:
    terms = ()

    class agreement:
        categories = frozenset(Category)


_AGENCY: Agency = _Scope()  # type: ignore[assignment]
