"""Telephones decided by their digits are those that phonenumbers finds, with the same offsets."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from phonenumbers import PhoneNumberMatcher, phonenumberutil

from pipeline.adapters.presidio_needs import LONG_NUMBER
from pipeline.adapters.presidio_phones import UsPhoneRecognizer, _is_grouped

GOLD = Path(__file__).resolve().parents[1] / "redact" / "gold"
PIECES = (
    *("", "1", "011", "+", "(", ")", "[", " ", "-", "/", ".", " x", "ext", "#", "a", "~", ":"),
    *(
        "0",
        "5",
        "608",
        "555-0143",
        "920 555 0143",
        "03/12/1984",
        "2026",
        "1200",
        "44",
        "(608) ",
        " and then ",
        "smoke from the roof of a house, no people hurt",
    ),
)


@pytest.fixture(scope="module")
def recognizer() -> UsPhoneRecognizer:
    return UsPhoneRecognizer()


def quick(recognizer: UsPhoneRecognizer, text: str) -> list[tuple[int, int]]:
    found = recognizer.analyze(text, ["PHONE_NUMBER"])
    return long_ones(text, [(each.start, each.end) for each in found])


def slow(text: str) -> list[tuple[int, int]]:
    found = PhoneNumberMatcher(text, "US", leniency=0)
    grouped = [each for each in found if _is_grouped(each.raw_string)]
    return long_ones(text, [(each.start, each.end) for each in grouped])


def long_ones(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out what has fewer than seven digits in a row: ``1200ext`` is no telephone."""
    return [(start, end) for start, end in spans if LONG_NUMBER.search(text, start, end)]


def test_no_mixture_of_digits_and_signs_is_judged_otherwise(
    recognizer: UsPhoneRecognizer,
) -> None:
    chance = random.Random(7)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 30))) for _ in range(6_000)]
    found = [quick(recognizer, text) for text in texts]
    assert sum(map(bool, found)) > 1_000
    assert found == [slow(text) for text in texts]


@pytest.mark.parametrize("file", ["development.jsonl", "held-out.jsonl"])
def test_no_narrative_is_judged_otherwise(file: str, recognizer: UsPhoneRecognizer) -> None:
    texts = [json.loads(line)["text"] for line in (GOLD / file).read_text("utf-8").splitlines()]
    found = [quick(recognizer, text) for text in texts]
    assert sum(map(bool, found)) > 40
    assert found == [slow(text) for text in texts]


def test_vital_signs_times_and_references_are_no_telephones(recognizer: UsPhoneRecognizer) -> None:
    text = "138/90 92 18 97, 0600-0800 0412, 59 66-12 1097, ref 7710342, cb 920 555 01 43"
    assert [text[start:end] for start, end in quick(recognizer, text)] == ["920 555 01 43"]


def test_a_plain_number_is_not_parsed(
    monkeypatch: pytest.MonkeyPatch, recognizer: UsPhoneRecognizer
) -> None:
    monkeypatch.setattr(phonenumberutil, "parse", None)
    monkeypatch.setattr("phonenumbers.phonenumbermatcher.parse", None)
    text = "dob 03/12/1984 cb 920-555-0143 or 555-0144, log 20260307"
    assert [text[start:end] for start, end in quick(recognizer, text)] == [
        "920-555-0143",
        "555-0144",
    ]
