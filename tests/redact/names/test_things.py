"""A word that people bear is a thing beside its own neighbours alone."""

from __future__ import annotations

import pytest

from pipeline.redact.names.things import is_thing
from pipeline.redact.vehicle_words import is_vehicle
from pipeline.usecases.redact_texts import RedactedText, Redactor


def shown(text: str) -> str:
    done = Redactor().redact(text)
    assert isinstance(done, RedactedText), done
    return done.text


@pytest.mark.parametrize(
    "text",
    [
        "KNOX KEY AND PANEL ON FILE",
        "allergic reaction to a bee sting",
        "BLK ANGUS ON THE HIGHWAY",
        "lang line connected for the caller",
        "male pt speaks Karen and is in pain",
        "light smoke on the Charlie side",
        "stay away since Jan, no contact",
        "a pat down of the male was negative",
        "The judge denied it, ranger says clear",
        "in a blue Ford with a ladder rack",
        "BOLO for a 2017 Ford Transit van",
        "Green Forester parked across two stalls",
        "threatened him w a knife and left w 2 others",
        "mason jar on the stove was the cause",
        "in a Silver Dodge van with a flat tire",
        "the forest svc crew is on the way",
        "gry Hyun Elantra parked on the lawn",
    ],
)
def test_a_thing_is_shown_beside_the_words_that_make_it_one(text: str) -> None:
    assert "[" not in shown(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CALLER KNOX STATES", "KNOX"),
        ("rp Karen says male left", "Karen"),
        ("CHARLIE SAYS HE WAS HIT", "CHARLIE"),
        ("spoke to Angus at the door", "Angus"),
        ("Jan called again", "Jan"),
        ("mr ford left on foot", "ford"),
        ("Pat said he saw it", "Pat"),
        ("Jake broke the window", "Jake"),
        ("spoke to Kit at the door", "Kit"),
        ("rp Foster states he left", "Foster"),
        ("Dolly called again", "Dolly"),
        ("Judge Quillfeather denied it", "Quillfeather"),
        ("his wife Bee is inside", "Bee"),
    ],
)
def test_the_same_word_is_a_name_beside_any_others(text: str, name: str) -> None:
    assert name not in shown(text)


@pytest.mark.parametrize(
    "said",
    [
        "the gill nets",
        "a jake brake",
        "drum kit going",
        "the foster placement",
        "german shepherd loose",
        "perimeter beam broke",
        "under dash light",
        "furniture dolly taken",
        "an amber alert",
        "rubber buck round",
        "skip tracer here",
        "pearl necklace gone",
    ],
)
def test_neighbors_make_a_thing_of_one_of_the_words(said: str) -> None:
    words = ["", *said.split(), ""]
    assert any(is_thing(*words[at : at + 3]) for at in range(len(words) - 2))


@pytest.mark.parametrize("verb", ["says", "states", "left", "called", "and", "dob", "is"])
def test_no_verb_or_joint_makes_a_thing_of_a_name(verb: str) -> None:
    words = ["knox", "karen", "charlie", "angus", "bee", "bill", "frank", "rose", "jan", "walker"]
    words += ["ace", "amber", "dolly", "foster", "gill", "jake", "kit", "pearl", "shepherd"]
    assert not any(is_thing("caller", word, verb) for word in words)
    assert not any(is_thing(verb, word, "inside") for word in words if verb != "is")


def test_a_make_behind_a_color_that_nobody_is_called_is_a_vehicle() -> None:
    assert is_vehicle("blk", "ford", "left")
    assert not is_vehicle("gray", "ford", "left")
    assert not is_vehicle("brown", "lincoln", "left")
    assert is_vehicle("gray", "lexus", "left")
    assert is_vehicle("a", "green", "forester")
    assert not is_vehicle("mr", "green", "ford")
