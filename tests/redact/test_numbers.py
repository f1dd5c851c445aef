"""Each rule for numbers explains its examples and leaves the others masked."""

from __future__ import annotations

import pytest

from pipeline.redact.number_rules import RULES, Rule
from pipeline.redact.number_shape import Number, number_at
from pipeline.redact.numbers import explain
from pipeline.redact.tokens import tokens

FINDS = [(rule, text) for rule in RULES for text in rule.finds]
IGNORES = [(rule, text) for rule in RULES for text in rule.ignores]


def marked(text: str) -> Number:
    start, plain = max(text.find("["), 0), text.replace("[", "").replace("]", "")
    cut = tokens(plain)
    return next(
        number_at(plain, cut, at)
        for at, token in enumerate(cut)
        if token.start >= start and any(map(str.isdigit, token.word))
    )


def explained(text: str) -> str:
    return explain(marked(text))


@pytest.mark.parametrize(("rule", "text"), FINDS, ids=[text for _, text in FINDS])
def test_a_rule_finds_its_examples(rule: Rule, text: str) -> None:
    assert rule.explains(marked(text))
    assert explained(text)


@pytest.mark.parametrize(("rule", "text"), IGNORES, ids=[text for _, text in IGNORES])
def test_no_rule_explains_what_a_rule_ignores(rule: Rule, text: str) -> None:
    assert explained(text) == ""


def test_every_rule_has_examples_of_both_kinds() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) >= 25
    assert all(rule.finds and rule.ignores for rule in RULES)


@pytest.mark.parametrize(
    "text",
    [
        "apt 12",
        "gate code 4471",
        "gate code 12",
        "lockbox 1402",
        "keypad 4471#",
        "dob 3/12/1984",
        "born 1984",
        "age 94",
        "94 yof",
        "female 91",
        "unit 4b",
        "lives at 4471",
        "555-0143",
        "acct 20817",
    ],
)
def test_numbers_that_lead_to_somebody_are_explained_by_no_rule(text: str) -> None:
    assert explained(text) == ""
