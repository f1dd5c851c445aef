from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.model import Refused
from pipeline.publish.plain import (
    HEADLINE_LIMIT,
    TEXT_LIMIT,
    editor_words,
    plain_line,
    plain_text,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("given_text", "plain"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1;4mbold", "bold"),
        ("\x1b]0;window title\x07seen", "seen"),
        ("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("bell\x07 null\x00 escape\x1b", "bell null escape"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\uffffc\ufdd0d\U0001fffee", "abcde"),
        ("\ufeffmark", "mark"),
        ("abc\u202edef\u2066g\u2069", "abcdefg"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("a\u2028b\u2029c\x85d\r\ne\rf\x0bg", "a\nb\nc\nd\ne\nf\ng"),
        ("a\tb", "a b"),
        ("  around \n", "around"),
        ("fire 🔥 👩‍🚒 naïve 漢字 ☃", "fire 🔥 👩‍🚒 naïve 漢字 ☃"),
        ("]]> <b>&amp;</b> {{7*7}} ${x}", "]]> <b>&amp;</b> {{7*7}} ${x}"),
    ],
)
def test_plain_text_keeps_characters_and_drops_what_steers(given_text, plain):
    assert plain_text(given_text, 100) == plain


@given(ANY_TEXT, st.integers(1, 40))
def test_plain_text_twice_is_plain_text_once_and_never_longer_than_the_limit(text, limit):
    once = plain_text(text, limit)
    assert plain_text(once, limit) == once
    assert len(once) <= limit


@given(ANY_TEXT)
def test_plain_text_can_stand_in_xml_and_utf_8(text):
    plain = plain_text(text, 1_000)
    element = etree.Element("x")
    element.text = plain
    assert (etree.fromstring(etree.tostring(element)).text or "") == plain
    assert {unicodedata.category(c) for c in plain if c != "\n"}.isdisjoint({"Cc", "Cs"})


@given(ANY_TEXT)
def test_plain_line_has_no_line_breaks_and_single_spaces(text):
    line = plain_line(text, 1_000)
    assert line.split() == ([] if not line else line.split(" "))


def test_plain_line_cuts_with_an_ellipsis():
    assert plain_line("word " * 100, 11) == "word word…"
    assert len(plain_line("x" * 999, HEADLINE_LIMIT)) == HEADLINE_LIMIT


def test_plain_text_is_quick_on_text_that_begins_many_escapes():
    assert plain_text("\x1b]" * 200_000, 5) == "]]]]…"


def test_editor_words_are_made_plain_and_not_cut():
    headline = "H" * HEADLINE_LIMIT
    assert editor_words(f"\x00{headline}\n", "a\r\nb" + "c" * (TEXT_LIMIT - 3)) == (
        headline,
        "a\nb" + "c" * (TEXT_LIMIT - 3),
    )


@pytest.mark.parametrize(
    ("headline", "text", "says"),
    [
        ("", "t", "headline is empty"),
        ("\x1b\u202e", "t", "headline is empty"),
        ("h", " \n ", "text is empty"),
        ("h" * 161, "t", "headline has 161 characters"),
        ("h", "t" * 2_001, "text has 2001 characters"),
    ],
)
def test_editor_words_refuses_what_it_would_have_to_cut_or_invent(headline, text, says):
    with pytest.raises(Refused, match=says):
        editor_words(headline, text)
