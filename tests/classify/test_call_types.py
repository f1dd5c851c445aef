"""Agency codes to categories: total, folded, never guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.agencies.agency import Agency
from pipeline.classify.call_types import (
    call_category,
    categories_of,
    check_call_types,
    unknown_codes,
)
from pipeline.model import Category, Held, HoldReason, Incident, Sensitive

MakeAgency = Callable[..., Agency]
MakeIncident = Callable[..., Incident]
HELD = Held(reason=HoldReason.UNKNOWN_CALL_TYPE, detail="")


def test_every_call_type_of_an_incident_is_looked_up(
    make_agency: MakeAgency, make_incident: MakeIncident
) -> None:
    found = categories_of(make_incident("DOM", "Structure Fire"), make_agency())
    assert found == (Category.STRUCTURE_FIRE, Category.DOMESTIC)


def test_categories_come_once_and_in_one_order(
    make_agency: MakeAgency, make_incident: MakeIncident
) -> None:
    agency = make_agency()
    one = categories_of(make_incident("BURG", "DOM", "BURG"), agency)
    other = categories_of(make_incident("DOM", "BURG"), agency)
    assert one == other == (Category.BURGLARY, Category.DOMESTIC)


@pytest.mark.parametrize("spelling", ["structure fire", "  STRUCTURE   FIRE ", "Structure\tFire"])
def test_codes_are_compared_without_case_and_spacing(
    spelling: str, make_agency: MakeAgency, make_incident: MakeIncident
) -> None:
    found = categories_of(make_incident(spelling), make_agency())
    assert found == (Category.STRUCTURE_FIRE,)


@pytest.mark.parametrize(
    "codes", [("XJ-9",), ("BURG", "XJ-9"), ("XJ-9", "DOM"), ("",), ("STRUCTURE FIRES",), ()]
)
def test_one_unmapped_call_type_holds_the_incident_and_says_nothing_of_it(
    codes: tuple[str, ...], make_agency: MakeAgency, make_incident: MakeIncident
) -> None:
    assert categories_of(make_incident(*codes), make_agency()) == HELD


def test_a_code_mapped_to_something_apco_does_not_list_is_held_too(
    make_agency: MakeAgency, make_incident: MakeIncident
) -> None:
    agency = make_agency({"FIRE": "FSTRUCT"})
    assert categories_of(make_incident("FIRE"), agency) == HELD
    assert call_category("FIRE", agency) is None


def test_unknown_codes_are_returned_as_sensitive_and_in_order(
    make_agency: MakeAgency, make_incident: MakeIncident
) -> None:
    incident = make_incident("B UNKNOWN", "BURG", "A UNKNOWN")
    assert unknown_codes(incident, make_agency()) == (
        Sensitive("B UNKNOWN"),
        Sensitive("A UNKNOWN"),
    )


def test_a_mistaken_apco_code_is_told_with_its_neighbors(make_agency: MakeAgency) -> None:
    problems = check_call_types(make_agency({"FIRE": "FSTRUC", "BURG": "BURGLARY", "Z": "12"}))
    assert len(problems) == 2
    assert "'FIRE'" in problems[0]
    assert "FSTRU" in problems[0].partition("Did you mean")[2]
    assert "categories.md" in problems[1]


def test_a_right_table_has_no_problem(make_agency: MakeAgency) -> None:
    assert check_call_types(make_agency()) == ()
