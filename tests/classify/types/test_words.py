"""Reading a call type into words; the reviewed files hold together."""

from __future__ import annotations

import time

import pytest

from pipeline.classify.apco import apco_codes
from pipeline.classify.types.words import (
    is_dispatch_words,
    is_guessed,
    lines_of,
    phrases,
    plain_words,
    raw_words,
)


def test_short_forms_stand_for_their_words() -> None:
    assert plain_words("SUSP VEH-RES") == ("suspicious", "vehicle", "residence")
    assert plain_words("MVA no INJ") == ("motor", "vehicle", "accident", "no", "injury")
    assert plain_words("B&E") == ("breaking", "and", "entering")


def test_a_word_cut_short_is_completed() -> None:
    assert plain_words("HARASSM") == ("harassment",)
    assert plain_words("INVESTIGATIO") == ("investigation",)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ALMFIR", ("alarm", "fire")),
        ("DVPHYS", ("domestic", "violence", "physical")),
        ("SUSPV", ("suspicious", "vehicle")),
        ("BATDV", ("battery", "domestic", "violence")),
    ],
)
def test_a_glued_code_is_its_pieces(code: str, words: tuple[str, ...]) -> None:
    assert plain_words(code) == words
    assert not is_guessed(code)


def test_a_code_of_guessed_halves_is_said_to_be_guessed() -> None:
    assert is_guessed("RESTOR")
    assert not is_guessed("BURGLARY RESIDENCE")


def test_a_word_in_no_list_stays() -> None:
    assert plain_words("XQZW") == ("xqzw",)


def test_every_type_has_phrases_and_nothing_else_has() -> None:
    assert set(phrases()) == set(apco_codes())
    assert all(len(each) >= 3 for each in phrases().values())


def test_no_short_form_is_claimed_twice() -> None:
    forms = [
        tuple(raw_words(form.replace("_", " ")))
        for _, right in lines_of("abbreviations.txt", "=")
        for form in right.split()
    ]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BB GUN COMPLNT", True),
        ("BUS INVESTIGATIO", True),
        ("ACC PDO", True),
        ("BUS QUILLFEATHER", False),
        ("BUS MARTINAT", False),
        ("BUS 17", False),
        ("BUS XNVESTIGATION", False),
    ],
)
def test_dispatch_words_are_those_of_the_reviewed_files(text: str, expected: bool) -> None:
    assert is_dispatch_words(text) is expected


@pytest.mark.usefixtures("no_collection")
def test_a_word_without_an_end_is_read_as_it_is() -> None:
    word = "q" * 200_000
    began = time.process_time()
    assert plain_words(word) == (word,)
    assert time.process_time() - began < 1
