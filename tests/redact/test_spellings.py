"""Words of a text, in which values and slips of them are searched for."""

from __future__ import annotations

import string

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.redact.spellings import WORD, words_in


@given(st.text(st.sampled_from(string.printable), max_size=80))
@example("O'Quill's 2nd dog--Rex, ' and'")
def test_words_of_plain_text_are_those_of_any_text(text: str) -> None:
    assert words_in(text) == [word.lower() for word in WORD.findall(text)]


def test_words_keep_their_accents_and_either_apostrophe() -> None:
    assert words_in("\u00c9mile O\u2019Quill\u00e9 7th") == [
        "\u00e9mile",
        "o\u2019quill\u00e9",
        "th",
    ]
