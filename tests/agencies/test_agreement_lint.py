"""Clauses that do not belong into an agreement are found; those that forbid them are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.agencies import load_agency, load_all, schemas_folder
from pipeline.agencies.agreement_lint import clauses, found_clauses, lint
from pipeline.model import Category

Write = Callable[..., tuple[Path, Path]]
SAMPLES = Path(__file__).resolve().parents[2] / "sample_feeds"
FINDS = [(code, text) for code, each in clauses().items() for text in each.finds]
IGNORES = [(code, text) for code, each in clauses().items() for text in each.ignores]
DAY = date(2026, 11, 25)


def codes(text: str) -> set[str]:
    return {remark.code for remark in found_clauses(text)}


def test_every_kind_of_clause_has_examples_of_both_kinds() -> None:
    assert set(clauses()) == {
        "gag",
        "promotion",
        "exclusivity",
        "press-approval",
        "resale",
        "quota",
    }
    for each in clauses().values():
        assert len(each.finds) >= 4
        assert len(each.ignores) >= 3


@pytest.mark.parametrize(("code", "text"), FINDS)
def test_a_clause_is_found(code: str, text: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(("code", "text"), IGNORES)
def test_what_takes_it_back_is_not_found(code: str, text: str) -> None:
    assert code not in codes(text)


@pytest.mark.parametrize("code", sorted(clauses()))
def test_every_pattern_has_an_example_it_finds(code: str) -> None:
    clause = clauses()[code]
    idle = [p.pattern for p in clause.patterns if not any(map(p.search, clause.finds))]
    assert idle == []


@pytest.mark.parametrize("code", sorted(clauses()))
def test_every_exception_has_an_example_it_takes_back(code: str) -> None:
    clause = clauses()[code]
    idle = [p.pattern for p in clause.unless if not any(map(p.search, clause.ignores))]
    assert idle == []


def test_a_clause_in_a_long_text_is_told_with_its_sentence_alone() -> None:
    text = (
        "# Terms\n\n1. The town sends its calls.\n2. The chief will endorse the **application** at"
        " meetings. Rows are destroyed after 72 hours.\n\n| may | may not |\n|---|---|\n"
        "| say roughly when | name a street |\n"
    )
    (remark,) = found_clauses(text)
    assert remark.code == "promotion"
    assert remark.where == "The chief will endorse the application at meetings."
    assert remark.remedy


def test_the_agreements_of_the_samples_are_whole_and_have_no_such_clause() -> None:
    agencies, errors = load_all(SAMPLES, dialects=schemas_folder())
    assert not errors
    assert len(agencies) >= 7
    for agency in agencies:
        told = {each.code for each in lint(agency, on=DAY)}
        assert told & {*clauses(), "no-purpose", "no-termination"} == set()


def test_what_is_missing_is_told(write: Write, good: str) -> None:
    folder, dialects = write(good)
    agency = load_agency(folder, dialects=dialects)
    found = {remark.code: remark for remark in lint(agency, on=DAY)}
    assert {"no-purpose", "no-termination"} <= set(found)
    assert "field-outside" in found
    terms = dataclasses.replace(
        agency.agreement,
        version=2,
        purposes=("alerts",),
        termination="In writing.",
        expires=date(2026, 12, 25),
        categories=frozenset(Category),
    )
    renewed = dataclasses.replace(agency, agreement=terms)
    later = {remark.code for remark in lint(renewed, on=DAY)}
    assert {"no-history", "ends-soon", "all-categories"} <= later
    assert not {"no-purpose", "no-termination"} & later


def test_a_clause_hidden_in_the_consideration_is_found(write: Write, good: str) -> None:
    folder, dialects = write(
        good.replace("consideration: none", "consideration: free cameras for residents")
    )
    found = lint(load_agency(folder, dialects=dialects), on=DAY)
    assert [each.where for each in found if each.code == "promotion"] == [
        "free cameras for residents"
    ]


def test_a_term_of_ten_years_is_told(write: Write, good: str) -> None:
    folder, dialects = write(good.replace("expires: 2029-01-09", "expires: 2036-01-09"))
    found = lint(load_agency(folder, dialects=dialects), on=DAY)
    assert "too-long" in {each.code for each in found}
