"""Glued words are parted beside what glues sentences; a name is never cut into shown halves."""

from __future__ import annotations

import json
from itertools import pairwise

import pycrfsuite
import pytest

from pipeline.emulator.narratives import narratives
from pipeline.model import DetectorFailure
from pipeline.redact import glue
from pipeline.redact.glue import glued, seamed
from pipeline.redact.glue.features import place_features
from pipeline.redact.glue.train import examples, train
from pipeline.redact.reading import read
from pipeline.usecases.redact_texts import RedactedText, Redactor


def pieces(typed: str) -> str:
    return "|".join(typed[start:end] for start, end in pairwise((0, *glued(typed), len(typed))))


def lines(count: int) -> list[str]:
    return [
        json.dumps({"text": each.text, "style": each.style})
        for each in narratives(1, "train", count)
    ]


@pytest.fixture(scope="module")
def small() -> bytes:
    return train(list(examples(lines(150), 1)))


@pytest.mark.parametrize(
    "typed",
    [
        "rp|says|john|is|drunk",
        "ofcr|guidryreffer",
        "DOG|INSIDE",
        "SISTR|EILENE",
        "dog|loose",
        "cb|6075550102",
    ],
)
def test_words_meet_where_the_model_is_sure_and_one_is_in_no_name(typed: str) -> None:
    assert pieces(typed.replace("|", "")) == typed


# Names and places of words, passwords, plates, units, ids.
@pytest.mark.parametrize(
    "whole",
    [
        "Quillfeather",
        "quillfeather",
        "BOATWRIGHT",
        "Hollowman",
        "applegarth",
        "mango77",
        "SALMON7",
        "KRW4471",
        "E12",
        "haddad83",
        "DEVONSHIRE",
        "thibodeaux",
        "Bedrosian",
        "44P0192LD3",
        "5550143",
        "tidemail",
        "keyondraystelle",
    ],
)
def test_what_may_be_one_name_or_code_stays_whole(whole: str) -> None:
    assert glued(whole) == ()


# Surnames of no list, each of which short words begin or end.
ONE_NAME = (
    "atkisson andrringa asbyzadeh attridgge barakgone baughgone bedasson forqsson wascomswamy"
    " bohancar carbohan hermason mommen ongate isfee heisnekr bendinpour gusttovich tallat"
    " predasson gallother piroonme territoo rachcell fromulescu withcombre hintsoon madenathan"
)


@pytest.mark.parametrize("spelt", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("name", ONE_NAME.split())
def test_a_name_that_short_words_make_up_is_one_word(name: str, spelt) -> None:
    assert glued(spelt(name)) == ()


@pytest.mark.parametrize("name", ["atkisson", "BARAKGONE", "ASBYZADEH", "carbohan"])
def test_nothing_of_such_a_name_is_shown(name: str) -> None:
    made = Redactor().redact(f"RP ADV {name} LEFT SCENE")
    assert isinstance(made, RedactedText)
    assert made.text in ("RP ADV [PERSON] LEFT SCENE", "RP ADV [STAFF] LEFT SCENE")


def test_what_is_left_between_such_words_is_masked_whole() -> None:
    made = Redactor().redact("rpsaysjohnisdrunk and DOGINSIDE")
    assert isinstance(made, RedactedText)
    assert made.text == "rp says [PERSON] is drunk and DOG INSIDE"


def test_offsets_lead_back_to_the_text_as_it_was_typed() -> None:
    text = "12 DOGINSIDE"
    reading = read(text)
    assert reading.text == "12 DOG INSIDE"
    assert reading.spans is not None
    assert {token.word: reading.spans[token.start][0] for token in reading.tokens}["inside"] == 6


def test_training_twice_gives_the_same_file(small: bytes) -> None:
    assert train(list(examples(lines(150), 1))) == small


def test_probabilities_equal_those_of_the_training_library(tmp_path, monkeypatch) -> None:
    given = list(examples(lines(150), 1))
    path = str(tmp_path / "model.crfsuite")
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(
        {"c1": 0.1, "c2": 0.02, "feature.minfreq": 4, "feature.possible_transitions": True}
        | {"max_iterations": 60}
    )
    for typed, seams in given:
        labels = ["B" if at in seams else "I" for at in range(1, len(typed))]
        trainer.append(place_features(typed), labels)
    trainer.train(path)
    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    ours = seamed.load(train(given))
    monkeypatch.setattr(seamed, "_shipped", lambda: ours)
    compared = 0
    for typed, _ in given[:200]:
        tagger.set(place_features(typed))
        theirs = [tagger.marginal("B", at) for at in range(len(typed) - 1)]
        assert seamed.likely(typed) == pytest.approx(theirs, abs=0.01)
        compared += len(theirs)
    assert compared > 1000


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"[]",
        lambda content: b'{"format":1,"steps":[0,0,0,0],"features":{}}',
        lambda content: b'{"format":1,"steps":[0,0,0],"features":{"a":1}}',
        lambda content: b'{"format":1,"steps":[0,0,0,0],"features":{"a":"1"}}',
        lambda content: content.replace(b'"format":1', b'"format":2'),
    ],
)
def test_a_damaged_file_is_a_failure_of_the_detector(small: bytes, damage) -> None:
    with pytest.raises(DetectorFailure):
        seamed.load(damage(small))


def test_a_missing_file_holds_what_has_glued_words(monkeypatch) -> None:
    def gone() -> seamed.Seams:
        raise DetectorFailure("model")

    monkeypatch.setattr(seamed, "_shipped", gone)
    glue.glued.cache_clear()
    with pytest.raises(DetectorFailure):
        glued("rpsaysjonquilisdrunk")
