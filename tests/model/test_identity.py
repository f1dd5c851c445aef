from __future__ import annotations

import re

import pytest

from pipeline.agencies import agency_json_schema
from pipeline.model import AGENCY_ID_LENGTH, Refused, is_agency_id
from pipeline.model.switch import Scope, switch_name

YES = ("a", "juniper-falls-pd", "911", "x" * AGENCY_ID_LENGTH)
NO = (
    *("", "-a", "a-", "a--b", "A", "a_b", "a b", "a\n", "ä", "../a", "a/b", "a.b"),
    "x" * (AGENCY_ID_LENGTH + 1),
)


@pytest.mark.parametrize("text", YES)
def test_an_id_may_be_a_folder_an_address_and_the_name_of_a_switch(text: str) -> None:
    assert is_agency_id(text)
    assert switch_name(Scope.AGENCY, text) == text


@pytest.mark.parametrize("text", NO)
def test_nothing_else_is_an_id(text: str) -> None:
    assert not is_agency_id(text)
    with pytest.raises(Refused):
        switch_name(Scope.FEED, text)


def test_the_agency_file_says_the_same_of_its_id() -> None:
    rule = agency_json_schema()["properties"]["id"]
    taken = re.compile(rule["pattern"])
    for text in (*YES, *NO):
        fits = taken.search(text) is not None and len(text) <= rule["maxLength"]
        # Python's `$` lets a last line break pass; the reader's does not.
        assert fits == is_agency_id(text) or text.endswith("\n")
