"""Default-deny shows only what is proven ordinary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import RedactedIncident
from pipeline.redact.deny import unexplained
from pipeline.redact.suspicion import suspicious
from pipeline.redact.tokens import tokens
from pipeline.redact.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 vehicles and 3 shots", "2 vehicles and 3 shots"),
        ("apt 2 males", "apt [UNEXPLAINED] males"),
        ("ABC 12 vehicles", "[UNEXPLAINED] vehicles"),
        ("55 50 12 vehicles", "[UNEXPLAINED] vehicles"),
        ("02 vehicles", "[UNEXPLAINED] vehicles"),
        ("120 vehicles", "[UNEXPLAINED] vehicles"),
        ("male in his 30s", "male in his [UNEXPLAINED]"),
        ("a child 5 years old", "a child [UNEXPLAINED] years old"),
        ("a child six months of age", "a child [UNEXPLAINED] months of age"),
        ("child age 5 days", "child age [UNEXPLAINED] days"),
        ("5 years ago", "5 years ago"),
        ("911 call", "911 call"),
        ("911 house", "[UNEXPLAINED] house"),
        ("a male in unit a male", "a male in unit [UNEXPLAINED] male"),
        ("five five five zero one four three", "[UNEXPLAINED]"),
        ("two vehicles, no one hurt", "two vehicles, no one hurt"),
        ("name is Good Friend inside", "name is [UNEXPLAINED] inside"),
        ("gate code is red dog outside", "gate code is [UNEXPLAINED] outside"),
        ("at 1847 river bend road now", "at [UNEXPLAINED] road now"),
        ("near high bridge rd", "near [UNEXPLAINED] rd"),
        ("walking in the street", "walking in the street"),
        ("Will ran from Rose", "[UNEXPLAINED] ran from [UNEXPLAINED]"),
        ("caller\u2019s car", "caller's car"),
    ],
)
def test_a_text_is_shown_as_far_as_it_is_explained(
    text: str, expected: str, shown: Callable[..., str]
) -> None:
    assert shown(text) == expected


@given(st.text(max_size=200))
def test_every_token_outside_the_vocabulary_and_the_counts_is_found(text: str) -> None:
    masked = {place for each in unexplained(text) for place in range(each.start, each.end)}
    for token in tokens(text):
        if token.start not in masked:
            word = token.word.removesuffix("'s")
            assert token.word in vocabulary() or word in vocabulary() or token.word.isdigit()
            assert token.word.isascii()


@given(st.text(max_size=200))
def test_the_shown_text_is_plain_ascii_without_markup(text: str) -> None:
    # Hypothesis and fixtures of function scope do not mix; the shapes are checked on the pieces.
    shown = [each for each in tokens(text) if not unexplained(each.word)]
    assert all(each.word.isascii() and each.word.isprintable() for each in shown)


def test_the_result_holds_no_character_outside_the_allow_list(
    run: Callable[..., RedactedIncident],
) -> None:
    every = " ".join(chr(code) for code in range(0x3000) if not suspicious(chr(code)))
    (remark,) = run(f"smoke {every} smoke").remarks
    kept = set(remark.text) - set("[]_")
    assert kept <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") | set(
        " .,:;!?'\"()/%+-"
    )
