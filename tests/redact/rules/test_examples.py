"""Every rule finds what its examples say, whole, and leaves alone what it must ignore."""

from __future__ import annotations

import re

import pytest

from pipeline.redact.reading import read
from pipeline.redact.rules.dispatch import DispatchRules, all_rules
from pipeline.redact.rules.hit import Rule

FINDS = [(rule, text) for rule in all_rules() for text in rule.examples.finds]
IGNORES = [(rule, text) for rule in all_rules() for text in rule.examples.ignores]


def spans(marked: str) -> tuple[str, list[tuple[int, int]]]:
    wanted, text = [], ""
    for part in re.split(r"(\[[^\]]*\])", marked):
        if part.startswith("["):
            wanted.append((len(text), len(text) + len(part) - 2))
            text += part[1:-1]
        else:
            text += part
    return text, wanted


def masked(rule: Rule, text: str) -> set[int]:
    reading = read(text)
    (found,) = DispatchRules([rule]).find([reading])
    found = reading.back(found)
    return {place for finding in found for place in range(finding.start, finding.end)}


@pytest.mark.parametrize(("rule", "marked"), FINDS, ids=lambda each: getattr(each, "name", None))
def test_a_rule_finds_its_examples_whole(rule: Rule, marked: str) -> None:
    text, wanted = spans(marked)
    assert wanted
    letters = {i for start, end in wanted for i in range(start, end) if text[i].isalnum()}
    assert letters <= masked(rule, text)


@pytest.mark.parametrize(("rule", "text"), IGNORES, ids=lambda each: getattr(each, "name", None))
def test_a_rule_ignores_what_only_looks_like_it(rule: Rule, text: str) -> None:
    assert masked(rule, text) == set()


def test_every_rule_has_six_examples_and_four_it_ignores() -> None:
    assert len(all_rules()) > 20
    few = [r.name for r in all_rules() if len(r.examples.finds) < 6 or len(r.examples.ignores) < 4]
    assert few == []
