from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Commitment, IncidentRef
from pipeline.redact.forms import MOST_FORMS, commitments, forms

SAME = {
    "telephones": [
        "(920) 555-0143",
        "920.555.0143",
        "+1 920 555 0143",
        "ph 9205550143",
        "nine two zero five five five zero one four three",
        "555-0143",
    ],
    "names": ["Aurelia Stancil", "STANCIL, AURELIA B", "aurelia  stancil", "Stancil Aurelia"],
    "addresses": ["1650 Chimney Swift Ct", "1650 N CHIMNEY SWIFT COURT", "1650 Chimney Swift #204"],
    "plates": ["ABC-1234", "abc 1234"],
}


@pytest.mark.parametrize("spellings", SAME.values(), ids=SAME)
def test_spellings_of_one_value_share_a_form(spellings: list[str]) -> None:
    first = set(forms(spellings[0]))
    assert [each for each in spellings if not first & set(forms(each))] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("920-555-0143", "920-555-0144"),
        ("Aurelia Stancil", "Aurelia Stanton"),
        ("1650 Chimney Swift Ct", "1651 Chimney Swift Ct"),
        ("1650 Chimney Swift Ct", "1650 Heron Ct"),
        ("ABC-1234", "ABC-1235"),
    ],
)
def test_other_values_share_none(one: str, other: str) -> None:
    assert set(forms(one)) & set(forms(other)) == set()


@given(st.text(min_size=1))
def test_any_text_has_some_forms_and_not_too_many(text: str) -> None:
    assert 0 < len(forms(text)) <= MOST_FORMS


def commit(text: str) -> Commitment:
    body = text.encode("utf-8", "surrogatepass")
    return Commitment("2026-Q4:" + hmac.digest(b"key", body, hashlib.sha256).hex())


def test_one_value_in_two_incidents_looks_like_two_values() -> None:
    one = commitments(commit, IncidentRef("a"), "Aurelia Stancil")
    assert one == commitments(commit, IncidentRef("a"), "Aurelia Stancil")
    assert set(one) & set(commitments(commit, IncidentRef("b"), "Aurelia Stancil")) == set()
