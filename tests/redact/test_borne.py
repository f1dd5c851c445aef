"""A title goes with its name, a word for a door with its number; what is proven is the value."""

from __future__ import annotations

import pytest

from pipeline.model import Entity
from pipeline.redact.borne import without_lead
from pipeline.usecases.redact_texts import RedactedText, Redactor


@pytest.fixture(name="redactor", scope="module")
def _redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("spoke to Mrs. Quillfeather outside", "spoke to [PERSON] outside"),
        ("COMP MR ABERNATHWY ADV SMOKE", "COMP [PERSON] ADV SMOKE"),
        ("smoke in apt 812 now", "smoke in [APARTMENT] now"),
        ("smoke in apt. #812 now", "smoke in [APARTMENT] now"),
        ("engine 12 en route", "engine 12 en route"),
        ("a lot of smoke", "a lot of smoke"),
    ],
)
def test_titles_and_labels_go_with_what_they_name(
    redactor: Redactor, text: str, shown: str
) -> None:
    found = redactor.redact(text)
    assert isinstance(found, RedactedText)
    assert found.text == shown


def test_what_is_committed_to_is_the_value_alone() -> None:
    assert without_lead("Mrs. Quillfeather", Entity.PERSON) == "Quillfeather"
    assert without_lead("APT #812", Entity.APARTMENT) == "812"
    assert without_lead("Missy Quill", Entity.PERSON) == "Missy Quill"
    assert without_lead("Ms.", Entity.PERSON) == "Ms."
    assert without_lead("unit 4", Entity.PERSON) == "unit 4"
