"""The worst that can be typed is redacted or held, and a text too long is held unread."""

from __future__ import annotations

import pytest

from pipeline.model import Held, HoldReason
from pipeline.usecases.redact_texts import RedactedText, Redactor

MEGABYTE = 1_000_000
PUMPS = (
    *(
        "7",
        "7 ",
        "608-555-0143 ",
        "TALLOW KETTERICK ",
        "(",
        "[",
        "<a ",
        "e\u0301",
        "\u0301",
        "&#65;",
    ),
    *("%41", '{"a":', "a ", "\n", "\\u0041", "QUJD", "=41", "1:", "x@", "4.4."),
)


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize("pump", PUMPS)
def test_a_megabyte_is_held_unread(pump: str, redactor: Redactor) -> None:
    text = (pump * MEGABYTE)[:MEGABYTE]
    assert redactor.redact(text) == Held(reason=HoldReason.DETECTOR, detail="oversized")


@pytest.mark.parametrize("pump", PUMPS)
def test_the_longest_text_that_is_read_is_answered(pump: str, redactor: Redactor) -> None:
    answer = redactor.redact((pump * 20_000)[:20_000])
    if isinstance(answer, Held):
        assert answer.detail
    else:
        assert isinstance(answer, RedactedText)
        assert "7" not in answer.text
        assert "KETTERICK" not in answer.text
