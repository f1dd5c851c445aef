from __future__ import annotations

import pytest

from pipeline.model import Category
from pipeline.publish.cap_codes import CERTAINTY, CODES


def test_codes_are_total_over_the_categories():
    assert set(CODES) == set(Category)


@pytest.mark.parametrize("category", Category)
def test_a_message_of_every_category_passes_the_rules(category, render, make_alert):
    files = render([make_alert(category=category)], only="cap")  # the gate raises otherwise
    assert f"<category>{CODES[category].category}</category>".encode() in files["cap/q7Jx2.xml"]


def test_no_code_claims_certainty_or_asks_readers_to_act():
    assert CERTAINTY == "Unknown"
    assert {codes.urgency for codes in CODES.values()} == {"Past", "Unknown"}
    assert {codes.severity for codes in CODES.values()} == {"Moderate", "Minor", "Unknown"}
