"""Texts of their own are redacted without database, keys, settings, network or files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

import pipeline
from pipeline import Redactor
from pipeline.model import DetectorFailure, Finding, Held, HoldReason
from pipeline.usecases.redact_texts import RedactedText


def test_the_face_of_the_package_is_loaded_only_when_asked_for() -> None:
    code = (
        "import sys, pipeline\n"
        "assert [m for m in sys.modules if m.startswith('pipeline.')] == []\n"
        "pipeline.Redactor\n"
        "assert 'presidio_analyzer' not in sys.modules\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_package_has_no_other_names() -> None:
    assert pipeline.Redactor is Redactor
    with pytest.raises(AttributeError, match="Redacted"):
        _ = pipeline.Redacted  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("caller_name", "Quillfeather, Zebulon", "QUILLFEATHER is at the door"),
        ("caller_phone", "920-555-0143", "call 9205550143 back"),
        ("caller_address", "412 Tannery Row", "she lives at 412 tannery"),
        ("incident_address", "412 Tannery Row", "go to 412 TANNERY"),
        ("patient", "Zebulon Quillfeather", "zebulon fell"),
    ],
)
def test_a_known_value_of_any_kind_is_masked(kind: str, value: str, text: str) -> None:
    done = Redactor().redact(text, known={kind: value})
    assert isinstance(done, RedactedText)
    shown = done.text.lower()
    assert not [part for part in ("quill", "zebu", "0143", "412", "tanner") if part in shown]
    assert done.findings


def test_a_known_value_of_one_text_is_not_sought_in_the_next() -> None:
    redactor = Redactor()
    texts = ["smoke in the building", "smoke in the building"]
    first, second = redactor.redact_many(texts, [{"caller_name": "Smoke Building"}, None])
    assert isinstance(first, RedactedText)
    assert isinstance(second, RedactedText)
    assert "smoke" not in first.text
    assert second.text == texts[1]


def test_every_text_is_answered_in_order_across_batches() -> None:
    texts = [f"{number % 80 + 1} cars" for number in range(150)]
    results = list(Redactor().redact_many(texts))
    assert len(results) == 150
    assert [each.text for each in results if isinstance(each, RedactedText)] == texts


def test_known_values_must_be_as_many_as_texts() -> None:
    with pytest.raises(ValueError, match="one known mapping per text"):
        Redactor().redact_many(["a", "b"], [None])


def test_a_text_that_fails_is_held_and_its_neighbours_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redactor = Redactor()
    find = redactor._detector.find

    def failing(texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        if any("bad" in text for text in texts):
            raise DetectorFailure("timeout")
        return find(texts)

    monkeypatch.setattr(redactor._detector, "find", failing)
    first, second, third = redactor.redact_many(["fire", "bad fire", "smoke"])
    assert isinstance(first, RedactedText)
    assert second == Held(reason=HoldReason.DETECTOR, detail="timeout")
    assert isinstance(third, RedactedText)


def test_a_text_too_long_is_held() -> None:
    assert isinstance(Redactor().redact("smoke " * 10_000), Held)


def test_an_empty_text_stays_empty() -> None:
    assert Redactor().redact("") == RedactedText(text="", findings=())
