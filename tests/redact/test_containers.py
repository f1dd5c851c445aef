"""Markup is opened: what a person typed is text wherever it stands, formatting is nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.redact.containers import pieces
from pipeline.redact.normal import normalised

MARKED = st.lists(
    st.sampled_from(
        [*"<>/=\"' ab-1[]{}\\", "<b>", "<a href=", "<!--", "-->", "[/b]", "{\\rtf1", "<row x='1'>"]
    ),
    max_size=30,
).map("".join)


def words(text: str) -> str:
    return " ".join(normalised(text)[0].split())


@given(MARKED)
def test_pieces_cover_all_of_a_text_in_order(text: str) -> None:
    place = 0
    for _, start, end in pieces(text):
        assert start == place
        assert end >= start
        place = end
    assert place == len(text)


@given(MARKED)
def test_each_character_of_opened_markup_has_its_place(text: str) -> None:
    plain, spans = normalised(text)
    if spans is not None:
        assert len(plain) == len(spans)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert list(spans) == sorted(spans)


def test_formatting_is_nothing() -> None:
    assert words('<div class="note">smoke&nbsp;<b>out</b><br/>') == "smoke out"
    assert words("[b]PAR:[/b] [color=red]FIRE[/color]") == "PAR: FIRE"
    assert words(r"{\rtf1\ansi shots \b heard\b0, left}") == "shots heard , left"


def test_tags_of_a_record_are_labels() -> None:
    assert words("<CallerName>Ada Quill</CallerName>") == "Caller Name: Ada Quill"
    assert words('<remark seq="4" user="a.quill">x</remark>') == "remark: seq: 4 user: a.quill x"


def test_values_of_attributes_and_comments_are_text() -> None:
    assert words('<a href="mailto:a.quill@mail.example">x</a>') == "mailto:a.quill@mail.example x"
    assert words("<img alt='Ada Quill'>") == "Ada Quill"
    assert words("<!-- Ada Quill --> out") == "Ada Quill out"


def test_what_only_looks_like_a_tag_stays() -> None:
    for text in ("BP <90 AND >40", "<ADA QUILL>", "<Ada, Quill>"):
        assert normalised(text) == (text, None)
    assert "Quill" in words("<Quill>")
