"""Single texts: null, searchable, shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.values import Cleaner, opens, searchable, shown


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "na", "N/A", "NaN", "NULL", "None", "nil", "0:0", "0.0000000000",
        "1800-01-01T00:00:00", "1900-01-01", "NOT AVAILABLE", "No Cross Streets Found", '"null"',
        ' "" ', "Not Given",
    ],
)  # fmt: skip
def test_null_texts_are_null(text):
    assert Cleaner(("not given",), '"')(text) == ""


@pytest.mark.parametrize("text", ["0", "no", "Nancy", "nullify", "1900-01-02", "none of these"])
def test_other_texts_are_kept(text):
    assert Cleaner((), "")(f"\t{text} \n") == text


@pytest.mark.parametrize("strip", ["", '"', "1"])
def test_many_texts_are_cleaned_as_one_by_one(strip):
    clean = Cleaner(("not given", "x" * 30), strip)
    texts = ["", " ", '"null"', "1900-01-01 00:00", "11900-01-01", "2900", "Not Given", "x" * 30]
    texts += ["\u00a0N/A ", "İ" * 30, "1", "kept", ' "1800-01-01" ', "none of these"]
    assert clean.each(texts) == [clean(text) for text in texts]


_NULLS = ("-", "ß", "ﬁne", "s", "Σ", "0-", "x" * 30)
_SAID = ["SS", "FINE", "ς", "N/", "a", "NA", "n", "0:0", "1900-01-01", "1", " ", '"', "\x85"]
_PARTS = st.sampled_from([*_NULLS, "\u017f", *_SAID])


@given(st.lists(st.lists(_PARTS, max_size=3).map("".join), max_size=6), st.sampled_from(["", '"']))
def test_any_texts_are_cleaned_as_one_by_one(texts, strip):
    for nulls in ((), _NULLS):
        clean = Cleaner(nulls, strip)
        assert clean.each(texts) == [clean(text) for text in texts]


@pytest.mark.parametrize("text", ["<!", "a<!--", "!<!", "<<!", "!" * 9 + "<!"])
def test_a_mark_that_follows_a_tag_is_found(text):
    assert opens(text, "!")
    assert not opens(text, "?")


@pytest.mark.parametrize("text", ["", "!", "!<", "< !", "!" * 9, "a!<b!"])
def test_a_mark_elsewhere_is_none(text):
    assert not opens(text, "!")


@pytest.mark.parametrize("text", ["ab", "true", "FALSE", "Yes", "no"])
def test_short_texts_and_flags_are_not_searched_for(text):
    assert not searchable(text)


@pytest.mark.parametrize("text", ["Ada", "920-555-0143", "A 1"])
def test_any_other_text_is_searched_for(text):
    assert searchable(text)


@pytest.mark.parametrize(
    "name", ["CallType", "call_type", "Call Number", ":@computed", "a-b.c:d", "unit12"]
)
def test_identifier_like_names_are_shown(name):
    assert shown(name) == name


@pytest.mark.parametrize(
    "name", ["x1234", "ada@mail.example", "Ada, B", "é", "x" * 41, "a\nb", "", "<b>"]
)
def test_other_names_are_not_shown(name):
    assert shown(name) == "…"
