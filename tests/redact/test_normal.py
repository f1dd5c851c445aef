"""Normalising never loses its way: every character has a place in the original."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.redact.normal import normalised
from pipeline.redact.reading import read
from pipeline.redact.suspicion import suspicious

DISGUISED = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("Aa0 9-.&#;%x\\u200b\u00ad\u0301\u202e\uff21\u0410\u2461\n=12"),
    ),
    max_size=60,
)


@given(DISGUISED)
def test_every_character_stands_for_a_stretch_of_the_original(text: str) -> None:
    plain, spans = normalised(text)
    if spans is None:
        assert plain == text
        return
    assert len(spans) == len(plain)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert list(spans) == sorted(spans)


@given(DISGUISED)
def test_plain_letters_and_digits_are_never_lost(text: str) -> None:
    plain, spans = normalised(text)
    covered = set(range(len(text))) if spans is None else {i for s, e in spans for i in range(s, e)}
    kept = [i for i, c in enumerate(text) if c.isascii() and c.isalnum() and i not in covered]
    assert kept == []
    assert plain is not None


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_ordinary_text_is_never_suspicious(text: str) -> None:
    assert suspicious(text) == ""


def test_what_cannot_be_judged_says_why() -> None:
    assert suspicious("call \u202e3410-555\u202c") == "turned"
    assert suspicious("a\U000e0041b") == "tagged"
    assert suspicious("a\ue000b") == "private-use"
    assert suspicious("half \ud800 one") == "half-character"
    assert suspicious("na\u0436me") == "mixed-scripts"


def test_innocent_signs_are_not_suspicious() -> None:
    assert suspicious("28\u00b0F \u2192 lanes \u00bd, \U0001f525 fl\u00e4mes 6\u2032 high") == ""


def test_a_reading_points_back_over_what_is_invisible() -> None:
    reading = read("RP KE\u200bOGH left")
    assert reading.text == "RP KEOGH left"
    (word,) = [token for token in reading.tokens if token.word == "keogh"]
    assert reading.spans is not None
    assert (reading.spans[word.start][0], reading.spans[word.end - 1][1]) == (3, 9)


def test_a_value_after_its_key_is_no_quoted_printable() -> None:
    for text in ("phone=605.555.0153", "apt=3D", "plate=4AB 19C", "dob=04/07/1939;age=86"):
        assert normalised(text)[0] == text


def test_quoted_printable_is_read_where_nothing_else_looks_so() -> None:
    assert normalised("call Qu=69llon at =41=62ernathwy")[0] == "call Quillon at Abernathwy"
    assert normalised("cal=\nled by Qu=69llon")[0] == "called by Quillon"


def test_letters_that_could_not_be_read_stay_part_of_their_word() -> None:
    assert [token.word for token in read("Qu\ufffdllon is here").tokens] == [
        "qu\ufffdllon",
        "is",
        "here",
    ]


def test_an_escape_of_json_ends_after_four_digits() -> None:
    assert normalised("\\u0052P adv Bel\\u00e9n Iba\\u00f1ez")[0] == "RP adv Belen Ibanez"
    assert normalised("Iba\\u{f1}ez, A\\U000000f1a")[0] == "Ibanez, Ana"


def test_a_name_with_escapes_in_it_is_masked_whole() -> None:
    reading = read("adv Iba\\u00f1a left")
    (word,) = [token for token in reading.tokens if token.word == "ibana"]
    assert reading.spans is not None
    assert (reading.spans[word.start][0], reading.spans[word.end - 1][1]) == (4, 14)


def test_a_share_before_a_number_is_no_escape() -> None:
    assert normalised("spo2 94%62yo, fuel 40%20 min")[0] == "spo2 94%62yo, fuel 40%20 min"
    plain = "418 Tanglewood 920-555-0143 Quillon"
    assert normalised("418%20Tanglewood 920%2D555%2D0143 %51uill%6Fn")[0] == plain
