"""What changed between two policies is said part by part, and what is looser is never left out."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.model import (
    Audience,
    Category,
    Closing,
    Entity,
    InZone,
    Operator,
    PlaceLevel,
    Policy,
    Release,
    RetentionClass,
    Row,
    Terms,
    Tier,
)
from pipeline.policies import (
    Difference,
    Direction,
    differences,
    load_policy,
    looser_ones,
    shipped_policies,
)
from pipeline.policies.difference import _NUMBERS
from pipeline.policies.history_page import history_page
from pipeline.policies.lattice import NUMBERS
from pipeline.policies.limits import WHAT
from pipeline.policies.saying import say

POLICY = load_policy()
HOUR = timedelta(hours=1)
LOOSER, STRICTER, OTHER = Direction.LOOSER, Direction.STRICTER, Direction.OTHER


def with_rule(category: Category, **parts: Any) -> Policy:
    rule = replace(POLICY.categories[category], **parts)
    return replace(POLICY, categories={**POLICY.categories, category: rule})


def with_terms(category: Category, **parts: Any) -> Policy:
    own = POLICY.categories[category].terms
    public = replace(own[Audience.PUBLIC], **parts)
    return with_rule(category, terms={**own, Audience.PUBLIC: public})


def only(found: tuple[Difference, ...]) -> Difference:
    (one,) = found
    return one


def test_a_policy_differs_in_nothing_from_itself() -> None:
    assert differences(POLICY, POLICY) == ()


@pytest.mark.parametrize(
    ("part", "value", "direction"),
    [
        ("row", Row.DROPPED, STRICTER),
        ("dropped_fields", frozenset({"remarks"}), STRICTER),
        ("place", PlaceLevel.BLOCK, LOOSER),
        ("place", PlaceLevel.TOWN, STRICTER),
        ("min_addresses", 8, LOOSER),
        ("min_addresses", 40, STRICTER),
        ("decimals", 2, STRICTER),
        ("digits", 2, STRICTER),
        ("area_at_residence", False, LOOSER),
        ("only_verified", True, STRICTER),
        ("in_zone", InZone.DROPS_PLACE, LOOSER),
        ("time_dropped", True, STRICTER),
        ("delay", HOUR / 2, LOOSER),
        ("delay", 48 * HOUR, STRICTER),
        ("closing", Closing.ENDS_DELAY, LOOSER),
        ("max_age", 9 * HOUR, LOOSER),
        ("live", 24 * HOUR, STRICTER),
        ("listed", 2000 * HOUR, LOOSER),
        ("one_per_area", HOUR, LOOSER),
    ],
)
def test_each_part_of_terms_is_compared(part: str, value: object, direction: Direction) -> None:
    changed = with_terms(Category.BURGLARY, **{part: value})
    forth, back = only(differences(POLICY, changed)), only(differences(changed, POLICY))
    assert (forth.part, forth.concerns, forth.audience) == (WHAT[part], ("burglary",), "public")
    assert forth.direction is direction
    assert {forth.direction, back.direction} == {LOOSER, STRICTER}
    assert (forth.old, forth.new) == (back.new, back.old)
    assert forth.old != forth.new
    assert forth.basis == "the agency's agreement"


def test_every_part_of_terms_has_a_name() -> None:
    words = {"legal_basis", "reason"}
    assert {each.name for each in fields(Terms)} - words == set(WHAT)


def test_a_field_left_out_instead_of_another_is_looser() -> None:
    old = with_terms(Category.SMOKE, dropped_fields=frozenset({"remarks"}))
    new = with_terms(Category.SMOKE, dropped_fields=frozenset({"time"}))
    assert only(differences(old, new)).direction is LOOSER


def test_what_is_told_anew_says_all_its_terms() -> None:
    told = POLICY.categories[Category.SMOKE].terms
    new = with_rule(Category.NOISE, terms=told)
    found = only(differences(POLICY, new))
    assert (found.direction, found.old) == (LOOSER, "not told")
    assert found.new.startswith("told: snap_area(min_addresses=20) ")


def test_an_audience_without_terms_is_told_nothing() -> None:
    rule = POLICY.categories[Category.SMOKE]
    both = {**rule.terms, Audience.PARTNER: rule.terms[Audience.PUBLIC]}
    found = only(differences(POLICY, with_rule(Category.SMOKE, terms=both)))
    assert (found.audience, found.direction) == ("partner", LOOSER)


@pytest.mark.parametrize(
    ("change", "part", "direction"),
    [
        ({"tier": Tier.S3}, "the tier", STRICTER),
        ({"tier": Tier.S0}, "the tier", LOOSER),
        ({"release": Release.WITHHOLD}, "what may happen with it, at most", STRICTER),
        ({"approvals": 2}, "the number of editors", STRICTER),
        ({"time_floor": HOUR}, "the time shown", LOOSER),
        ({"label": "Break-in"}, "the label", OTHER),
        ({"basis": "rule 1: because"}, "the reason", OTHER),
    ],
)
def test_a_categorys_rule_is_compared(
    change: dict[str, Any], part: str, direction: Direction
) -> None:
    found = only(differences(POLICY, with_rule(Category.BURGLARY, **change)))
    assert (found.part, found.direction) == (part, direction)


@pytest.mark.parametrize("name", sorted(_NUMBERS))
def test_numbers_are_compared(name: str) -> None:
    number = getattr(POLICY, name)
    found = only(differences(POLICY, replace(POLICY, **{name: number * 2})))
    stricter = name in NUMBERS and NUMBERS[name](1, 2) == 2
    assert found.direction is (STRICTER if stricter else LOOSER if name in NUMBERS else OTHER)
    assert found.concerns == ()


@pytest.mark.parametrize("kind", [RetentionClass.MEMORY, RetentionClass.REQUEST])
def test_private_text_kept_longer_is_looser(kind: RetentionClass) -> None:
    longer = replace(POLICY, retention={**POLICY.retention, kind: 9999 * HOUR})
    assert only(differences(POLICY, longer)).direction is LOOSER
    assert only(differences(longer, POLICY)).direction is STRICTER


@pytest.mark.parametrize(
    ("operator", "direction"), [(Operator.DROP, STRICTER), (Operator.KEEP_FOR_EDITOR, LOOSER)]
)
def test_operators_are_compared(operator: Operator, direction: Direction) -> None:
    new = replace(POLICY, operators={**POLICY.operators, Entity.PHONE: operator})
    found = only(differences(POLICY, new))
    assert (found.concerns, found.direction) == (("PHONE",), direction)


def test_equal_differences_are_told_once_with_all_they_concern() -> None:
    new = with_rule(Category.THEFT, approvals=2)
    rule = new.categories[Category.BURGLARY]
    both = replace(
        new, categories={**new.categories, Category.BURGLARY: replace(rule, approvals=2)}
    )
    assert only(differences(POLICY, both)).concerns == ("burglary", "theft")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (HOUR / 2, "30 minutes"),
        (timedelta(days=30), "30 days"),
        (48 * HOUR, "48 hours"),
        (timedelta(0), "nothing"),
        (timedelta.max, "no limit"),
        (Closing.IGNORED, "its end changes nothing"),
        (Row.DROPPED, "not told"),
        (PlaceLevel.ROUNDED, "rounded coordinates"),
        (PlaceLevel.BEAT, "the beat"),
        (True, "yes"),
        (frozenset({"b", "a"}), "a, b"),
        (0.005, "0.005"),
    ],
)
def test_values_are_said_in_words(value: object, said: str) -> None:
    assert say(value) == said


def test_looser_ones_are_found_among_others() -> None:
    worse = replace(POLICY, leak_limit=0.1, bias_factor=1.2)
    found = looser_ones(differences(POLICY, worse))
    assert [each.part for each in found] == ["the share of leaks at which an agency pauses"]


def test_the_history_has_every_version_and_says_what_became_looser() -> None:
    policies = [load_policy(each) for each in shipped_policies()]
    page = history_page(policies)
    heads = [line for line in page.splitlines() if line.startswith("## ")]
    assert heads == [f"## {each}" for each in reversed(shipped_policies())]
    assert "| looser | whether it is told |" in page
