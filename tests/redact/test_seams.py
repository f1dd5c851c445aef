"""A capital shows where words were typed without a space; names written so stay whole."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.redact.reading import read
from pipeline.redact.seams import seams
from pipeline.usecases.redact_texts import RedactedText, Redactor


def pieces(typed: str) -> str:
    return "|".join(typed[start:end] for start, end in pairwise((0, *seams(typed), len(typed))))


@pytest.mark.parametrize(
    "glued",
    [
        "RP|struck",
        "RP|Harvey",
        "MARIA|at",
        "neigh|Timo|Tuilagi",
        "seen|Marcus",
        "vic|Delphine",
        "headed|RP|wants",
    ],
)
def test_a_seam_is_a_capital_inside(glued: str) -> None:
    assert pieces(glued.replace("|", "")) == glued


@pytest.mark.parametrize(
    "whole",
    [
        "McDonald",
        "DeShawn",
        "MacArthur",
        "VanDyke",
        "LaQuanda",
        "FitzRoy",
        "DelValle",
        "McDONALD",
        "KeyShawn",
        "OBrienexchgd",
        "EMTs",
        "smithjones",
        "7ABc123",
    ],
)
def test_a_name_with_a_capital_inside_is_one_word(whole: str) -> None:
    assert seams(whole) == ()


def test_offsets_lead_back_to_the_text_as_it_was_typed() -> None:
    text = "neighTimo has 2dogs"
    reading = read(text)
    assert reading.text.startswith("neigh Timo has")
    assert reading.spans is not None
    where = {token.word: reading.spans[token.start][0] for token in reading.tokens}
    assert where["timo"] == 5


def test_a_name_behind_a_seam_is_masked_and_the_word_before_it_is_shown() -> None:
    made = Redactor().redact("neighborTimothy has the dog, RPSusan is afraid")
    assert isinstance(made, RedactedText)
    assert made.text == "neighbor [PERSON] has the dog, RP [PERSON] is afraid"


def test_a_word_with_something_invisible_in_it_has_no_seam() -> None:
    assert read("at FILL\u00admore and 5th").text == "at FILLmore and 5th"


def test_a_word_with_one_capital_is_one_name() -> None:
    tokens = [token.word for token in read("RO Dermot Inglesby, docks").tokens]
    assert tokens == ["ro", "dermot", "inglesby", "docks"]
