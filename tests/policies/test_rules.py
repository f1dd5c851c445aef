"""The rules: numbered without gaps, and honest about who keeps them."""

from __future__ import annotations

import pytest

from pipeline.policies import RULES, Kept


def test_the_numbers_have_no_gap() -> None:
    assert list(RULES) == list(range(1, 31))


@pytest.mark.parametrize("number", RULES)
def test_a_rule_that_code_does_not_keep_says_what_is_missing(number: int) -> None:
    rule = RULES[number]
    assert bool(rule.missing) == (rule.kept is not Kept.CODE)


@pytest.mark.parametrize("number", RULES)
def test_a_rule_is_one_sentence_that_a_table_can_hold(number: int) -> None:
    rule = RULES[number]
    assert rule.text.endswith(".")
    assert "|" not in rule.text + rule.missing
