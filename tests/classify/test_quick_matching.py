"""The quick ways of reading a text find what the plain ways find: words, phrases, traits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.classify.lexicon import read_lexicon, signal_documents
from pipeline.classify.signals import words_of
from pipeline.classify.trait_rows import TraitRows, known_rows
from pipeline.classify.traits import LONGEST, traits_of

LEXICON = read_lexicon(words_of)
DOCUMENTS = signal_documents()
TOLD = [text for document in DOCUMENTS.values() for text in (*document.finds, *document.ignores)]
NUMBERS = ["7", "12", "14", "66", "88", "114", "twelve", "seventy", "5150", "920"]
SPELLED = {
    word: number
    for words, numbers in (
        ("zero one two three four five six seven eight nine ten eleven twelve", range(13)),
        ("thirteen fourteen fifteen sixteen seventeen eighteen nineteen", range(13, 20)),
        ("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
    )
    for word, number in zip(words.split(), numbers, strict=True)
}
WRITTEN = sorted({word for text in TOLD for word in words_of(text)} | {*NUMBERS, "zyx"})
TALK = st.lists(st.sampled_from(TOLD), min_size=1, max_size=2).map(" / ".join).map(words_of)
MIXED = st.builds(
    lambda talk, strewn: [*talk[:6], *strewn, *talk[6:]],
    TALK,
    st.lists(st.sampled_from(WRITTEN), max_size=12),
)


def plain_spans(words: Sequence[str]) -> set[tuple[str, str, int, int]]:
    """Read the notation as its description says, phrase by phrase, from every word on."""
    told, quiet = set(), set()
    for name, document in DOCUMENTS.items():
        for line in (*document.phrases, *document.names, *document.hints):
            told |= {(name, line, *span) for span in plain_matches(line, words)}
        for line in document.unless:
            for start, end in plain_matches(line, words):
                quiet |= {(name, at) for at in range(start, end)}
    return {
        each for each in told if not all((each[0], at) in quiet for at in range(each[2], each[3]))
    }


def plain_matches(line: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    choices = [([sign[:-1]], []) if sign.endswith("?") else ([sign],) for sign in line.split()]
    for parts in product(*choices):
        signs = [sign for part in parts for sign in part]
        for start in range(len(words)):
            end = plain_start(signs, words, start)
            if end is not None:
                yield start, end


def plain_end(signs: Sequence[str], words: Sequence[str], at: int) -> int | None:
    if not signs:
        return at
    if signs[0] == "...":
        ends = (plain_end(signs[1:], words, at + skipped) for skipped in range(4))
        return next((end for end in ends if end is not None), None)
    if at >= len(words) or not plain_fits(signs[0], words[at]):
        return None
    return plain_end(signs[1:], words, at + 1)


def plain_start(signs: Sequence[str], words: Sequence[str], start: int) -> int | None:
    """Read a phrase from its first word on, where ``eighty one`` is one number, and no word."""
    tens = SPELLED.get(words[start - 1], 0) if start else 0
    ones = 0 if words[start].isdecimal() else SPELLED.get(words[start], 0)
    if not (tens >= 20 and 1 <= ones <= 9):
        return plain_end(signs, words, start)
    fits = signs[0].startswith("<") and plain_fits(signs[0], str(tens + ones))
    return plain_end(signs[1:], words, start + 1) if fits else None


def plain_fits(sign: str, word: str) -> bool:
    if sign.startswith("<"):
        low, high = sign.strip("<>").split("-")
        number = int(word) if word.isdecimal() and len(word) < 4 else SPELLED.get(word)
        return number is not None and int(low) <= number <= int(high)
    return any(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part in sign.split("|")
    )


@pytest.mark.parametrize("part", range(4))
def test_the_lexicon_finds_what_its_notation_says_in_every_example(part: int) -> None:
    for text in TOLD[part::12]:
        words = words_of(text)
        assert spans(words) == plain_spans(words)


@given(MIXED)
def test_the_lexicon_finds_what_its_notation_says_among_strewn_words(words: list[str]) -> None:
    assert spans(words) == plain_spans(words)


def spans(words: Sequence[str]) -> set[tuple[str, str, int, int]]:
    return {(*found, span.start, span.stop) for found, span in LEXICON.spans(words)}


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_cut_into_the_same_words_as_all_others(text: str) -> None:
    assert words_of(f"{text} é") == [*words_of(text), "e"]


NAMES = sorted({trait for text in TOLD for trait in traits_of(words_of(text))})[::2]
ROWS = TraitRows(NAMES)
BY_NAME = {trait: row for row, trait in enumerate(NAMES)}


def rows_of(words: Sequence[str]) -> NDArray[np.intp]:
    found, _ = ROWS.placed(words[:LONGEST])
    return known_rows(found)


@given(MIXED)
def test_rows_are_those_of_the_known_names_in_their_order(words: list[str]) -> None:
    named = [BY_NAME[trait] for trait in traits_of(words) if trait in BY_NAME]
    assert np.array_equal(rows_of(words), named)


def test_rows_are_those_of_a_text_too_long_to_be_read_whole() -> None:
    words = words_of(" ".join(TOLD))
    assert len(words) > 1000
    named = [BY_NAME[trait] for trait in traits_of(words) if trait in BY_NAME]
    assert np.array_equal(rows_of(words), named)
    assert not len(rows_of([]))
