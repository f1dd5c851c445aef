"""Paths in notices: the agency file's names and plain words, none of the feed's own."""

from __future__ import annotations

import pytest

from pipeline.redact import path_names, shown_path

NAMES = path_names(["Col[@name='Nature']", "caller.phone"])


@pytest.mark.parametrize(
    "path",
    [
        "Col[@name='Nature']",
        "Col[@name='weight']",
        "units[].status",
        "Fields/Field[Name='Address']/Value",
        "/Envelope/Header/Message",
        "$.meta.count",
    ],
)
def test_names_of_the_file_and_plain_words_are_shown(path: str) -> None:
    assert shown_path(path, path_names([path.replace("weight", "Nature"), "Envelope"])) == path


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("Col[@name='Quillfeather']", "Col[@name='…']"),
        ("Col[Quillfeather='Nature']", "Col[…='Nature']"),
        ("Col[@name='4471']", "Col[@name='…']"),
        ("$.Quillfeather.count", "$.….count"),
        ("/Quillfeather/count", "/…/count"),
        ("it's Quillfeather", "it'…"),
    ],
)
def test_any_other_segment_is_masked(path: str, shown: str) -> None:
    assert shown_path(path, NAMES) == shown
