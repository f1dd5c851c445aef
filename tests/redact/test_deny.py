"""Default-deny shows only what is proven ordinary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.model import Entity, Finding, RedactedIncident
from pipeline.redact.deny import unexplained
from pipeline.redact.names import Kind, name_facts
from pipeline.redact.reading import read
from pipeline.redact.suspicion import suspicious


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 vehicles and 3 shots", "2 vehicles and 3 shots"),
        ("apt 2 males", "apt [UNEXPLAINED] males"),
        ("ABX 1234 vehicles", "[UNEXPLAINED] vehicles"),
        ("55 50 12 vehicles", "[UNEXPLAINED] vehicles"),
        ("120 vehicles", "120 vehicles"),
        ("120 4471 vehicles", "[UNEXPLAINED] vehicles"),
        ("male in his 30s", "male in his 30s"),
        ("gone since abt 215pm", "gone since abt 215pm"),
        ("tow ticket 4417203 issued", "tow ticket 4417203 issued"),
        ("a child 5 years old", "a child 5 years old"),
        ("a child six months of age", "a child six months of age"),
        ("child age 5 days", "child age 5 days"),
        ("89 yo male", "89 yo male"),
        ("90 yo male", "[UNEXPLAINED] yo male"),
        ("alarm entered at keypad 0417 hrs", "alarm entered at keypad 0417 hrs"),
        ("alarm entered at keypad 4471", "alarm entered at keypad [UNEXPLAINED]"),
        ("cut to c/o L hand w/ a knife", "cut to c/o L hand w/ a knife"),
        ("cited under 647(f) at scene", "cited under 647(f) at scene"),
        ("ka\u00a5la is at the door", "[UNEXPLAINED] is at the door"),
        ("j\u20acss is at the door", "[UNEXPLAINED] is at the door"),
        ("male said he wasn\\u2019t hurt", "male said he wasn't hurt"),
        ("w\\u0061\\u0073\\u006e hurt", "[UNEXPLAINED] hurt"),
        ("female 94 fell", "female [UNEXPLAINED] fell"),
        ("5 years ago", "5 years ago"),
        ("911 call", "911 call"),
        ("912 house", "[UNEXPLAINED] house"),
        ("a male in unit a male", "a male in unit [UNEXPLAINED] male"),
        ("five five five zero one four three", "[UNEXPLAINED]"),
        ("two vehicles, no one hurt", "two vehicles, no one hurt"),
        ("name is Good Friend inside", "name is [UNEXPLAINED] inside"),
        ("the passcode is red dog outside", "the passcode is [UNEXPLAINED] outside"),
        ("near high bridge rd", "near [UNEXPLAINED] rd"),
        ("walking in the street", "walking in the street"),
        ("then Will ran from Rose", "then [UNEXPLAINED] ran from [UNEXPLAINED]"),
        ("caller\u2019s car", "caller's car"),
        ("no name given, names withheld", "no name given, names withheld"),
        ("her name Withers outside", "her name [UNEXPLAINED] outside"),
        ("threatened him w a knife", "threatened him w a knife"),
        ("out w 2 kids", "out w 2 kids"),
        ("out w 2218 kids", "out [UNEXPLAINED] kids"),
        ("the _boy_ is safe", "the boy is safe"),
    ],
)
def test_a_text_is_shown_as_far_as_it_is_explained(
    text: str, expected: str, shown: Callable[..., str]
) -> None:
    assert shown(text) == expected


@given(st.text(max_size=200))
@example("P\u00bc\u0234")
def test_what_is_shown_is_plain_ascii_and_no_name(text: str) -> None:
    reading = read(text)
    masked = {place for each in unexplained(reading) for place in range(each.start, each.end)}
    for token in reading.tokens:
        if token.start not in masked:
            assert token.word.isascii()
            assert token.word.isprintable()
            assert name_facts(token.word).kind is not Kind.NAME


@given(st.integers(min_value=100_000, max_value=10**12))
def test_a_long_number_alone_is_never_shown(number: int) -> None:
    assert unexplained(read(f"caller gave {number} and left"))


def test_what_is_covered_is_left_to_whom_it_covers() -> None:
    reading = read("spoke to zyxwv qqq outside")
    (first, *_) = unexplained(reading)
    assert [each.start for each in unexplained(reading, (first,))] == [15]


def test_the_result_holds_no_character_outside_the_allow_list(
    run: Callable[..., RedactedIncident],
) -> None:
    every = " ".join(chr(code) for code in range(0x3000) if not suspicious(chr(code)))
    (remark,) = run(f"smoke {every} smoke").remarks
    kept = set(remark.text) - set("[]_")
    assert kept <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") | set(
        " .,:;!?'\"()/%+-"
    )


@pytest.mark.parametrize("slip", ["boyfreind", "nieghbor", "mailboxat"])
def test_a_slip_that_nobody_doubts_stands_beside_a_name(slip: str) -> None:
    text = f"her {slip} Zorvane left"
    reading = read(text)
    name = Finding(
        start=text.index("Zorvane"),
        end=text.index(" left"),
        entity=Entity.PERSON,
        recognizer="test",
        recognizer_version="1",
        score=1.0,
        reason="a name",
    )
    at = (text.index(slip), text.index(slip) + len(slip))
    shown = unexplained(reading, (name,), {at: 0.001})
    doubted = unexplained(reading, (name,), {at: 0.02})
    assert at not in {(each.start, each.end) for each in shown}
    assert at in {(each.start, each.end) for each in doubted}
