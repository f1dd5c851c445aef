"""Words the sequence model vouches for may stand; a made-up name never may."""

from __future__ import annotations

import pytest

from pipeline.model import Entity, Finding, Held, Vouched
from pipeline.redact.deny import unexplained
from pipeline.redact.deny_place import Text
from pipeline.redact.reading import Reading, read
from pipeline.redact.vouching import may_stand
from pipeline.usecases.redact_texts import Redactor

NAMES = ("Zorvath", "Quellidge", "Threndle", "Ombracht", "Yivkana", "Plodgett", "Skurrix")
CARRIERS = (
    "rp {} says the alarm is ringing",
    "RP STS {} IS AT THE DOOR WITH A KNIFE",
    "caller {} heard a crash outside",
    "suspect is {} unk last, left on foot",
    "ofc {} en route code 3",
    "per {} the gate is open",
    "male named {} laying in the road",
    "neighbor {} has a key",
    "{} hit her and took the phone",
    "contact {} on arrival",
    "her husband {} is intox and yelling",
    "mr {} fell in the bathroom",
    "spoke w/ {} no further needed",
    "pt {} 56 yof chest pain",
    "NAME: {}",
    "father and {} are fighting over the tv",
    "RP ADV {} AND HIS BROTHER ARE IN THE YARD",
    "dog bit {} on the hand",
    "it was {} who set the fire",
    "call {} back when clear",
)


def vouched(reading: Reading, *words: str) -> dict[tuple[int, int], float]:
    return {(each.start, each.end): 0.02 for each in reading.tokens if each.word in words}


def denied(text: str, *words: str) -> set[str]:
    reading = read(text)
    found = unexplained(reading, (), vouched(reading, *words))
    return {text[each.start : each.end].lower() for each in found}


@pytest.fixture(name="redactor", scope="module")
def _redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize("case", [str.lower, str.upper, str])
def test_made_up_names_are_masked_where_names_stand(redactor: Redactor, case: type[str]) -> None:
    texts = [case(carrier.format(name)) for carrier in CARRIERS for name in NAMES]
    names = [case(name) for _ in CARRIERS for name in NAMES]
    for name, text, made in zip(names, texts, redactor.redact_many(texts), strict=True):
        assert isinstance(made, Held) or name not in made.text, text


def test_a_word_that_is_vouched_for_is_shown_and_one_that_is_not_is_masked() -> None:
    assert denied("rooster crowng at night", "crowng") == set()
    assert denied("rooster crowng at night") == {"crowng"}


@pytest.mark.parametrize(
    "text",
    [
        "rp zorvath left the scene",
        "aka zorvath left the scene",
        "officer zorvath left the scene",
        "smith zorvath left the scene",
        "left the scene with zorvath jr",
        "crash at zorvath ave and the bridge",
        "crash involving Zorvath near the bridge",
        "van zorvath left the scene",
    ],
)
def test_nobody_may_vouch_for_a_word_beside_a_sign_of_a_name(text: str) -> None:
    assert "zorvath" in denied(text, "zorvath")


@pytest.mark.parametrize("word", ["jonhson", "rodrigez", "micheal"])
def test_nobody_may_vouch_for_a_word_near_a_common_name(word: str) -> None:
    reading = read(f"left with {word} earlier")
    assert not may_stand(Text(reading, bytearray(len(reading.tokens))), 2)


@pytest.mark.parametrize(
    "text",
    [
        "gate code 4471",
        "apt 212 is dark",
        "dob 1971",
        "keypad #4471 opens it",
        "ref 88213374 on file",
    ],
)
def test_nobody_may_vouch_for_a_number_that_leads_to_somebody(text: str) -> None:
    numbers = [word for word in text.split() if any(map(str.isdigit, word))]
    bare = numbers[0].strip("#")
    assert bare in denied(text, bare)


def test_half_a_plate_may_not_be_vouched_for() -> None:
    assert "qxk" in denied("az qxk 9y2l gold sedan", "qxk")


def test_who_does_not_know_a_vouched_word_masks_it() -> None:
    one = Vouched(
        start=0,
        end=4,
        entity=Entity.UNEXPLAINED,
        recognizer="any",
        recognizer_version="1",
        score=0.001,
        reason="ordinary",
    )
    assert isinstance(one, Finding)
    assert one.entity is Entity.UNEXPLAINED
