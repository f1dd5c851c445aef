"""An agency under packs: stricter terms, approvals void when they change, entries of its own."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from elm_bluff import Line, call

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import entries_about
from pipeline.audit import EntryKind
from pipeline.model import Audience, Category, ConfigError, Conflict
from pipeline.policies import load_policy
from pipeline.usecases.approve import approve
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.queue import one_candidate
from pipeline.usecases.terms import terms_in_force
from pipeline.usecases.walk import walk_landed

NOW_IN_FORCE = load_policy().version


def policy_changes(line: Line, rule: str) -> list[tuple[str, str]]:
    store = open_store(line.settings.database_url)
    try:
        with store.read() as tx:
            found = entries_about(tx, f"rule:{rule}", (EntryKind.POLICY_CHANGE,))
    finally:
        store.close()
    bodies = [json.loads(entry)["body"] for _, entry in found]
    return [(body["from"], body["to"]) for body in bodies]


def test_a_pack_voids_what_waits_and_proposes_it_under_the_joined_policy(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "CRASH"), call("2", "LARCENY")])
    line.run()
    before = line.pending()
    line.change(jurisdiction=["florida-2026-12"])
    for candidate in before:
        with pytest.raises(Conflict, match=f"made under policy {NOW_IN_FORCE}, now"):
            approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    walk_landed(line.settings, now=line.at)
    rows = [one_candidate(line.settings, each, now=line.at) for each in line.pending()]
    assert {row.proposal.candidate.policy for row in rows} == {f"{NOW_IN_FORCE}+florida-2026-12"}
    theft = next(r for r in rows if r.proposal.candidate.facts.category is Category.THEFT)
    assert theft.timing.opens is not None
    assert theft.timing.opens - theft.proposal.candidate.facts.latest == timedelta(hours=24)
    decided = approve(line.settings, rows[0].candidate_id, editor="Ida Okwu", now=line.at)
    assert decided.approvals == 1


def test_an_agencys_own_policy_has_entries_of_its_own_and_the_shared_one_stays(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    assert policy_changes(line, "policy-change") == [("", NOW_IN_FORCE)]
    line.change(jurisdiction=["hipaa-2026-12"])
    for _ in range(2):
        walk_landed(line.settings, now=line.at)
    mine = "policy-change:elm-bluff"
    assert policy_changes(line, mine) == [("", f"{NOW_IN_FORCE}+hipaa-2026-12")]
    line.change(jurisdiction=[])
    walk_landed(line.settings, now=line.at)
    assert policy_changes(line, mine)[1:] == [(f"{NOW_IN_FORCE}+hipaa-2026-12", NOW_IN_FORCE)]
    assert policy_changes(line, "policy-change") == [("", NOW_IN_FORCE)]


def test_terms_in_force_are_those_of_the_joined_policy(sqlite_line: Line) -> None:
    sqlite_line.change(jurisdiction=["hipaa-2026-12"])
    found = terms_in_force(sqlite_line.settings, agency="elm-bluff")
    crash = next(
        each
        for each in found
        if each.category is Category.INJURY_COLLISION and each.audience is Audience.PUBLIC
    )
    assert "45 CFR 164.514" in crash.terms.legal_basis
    assert crash.terms.place.name == "TOWN"


def test_a_pack_nobody_knows_stops_the_agency_and_is_told(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.change(jurisdiction=["texas-2026-12"])
    report = walk_landed(line.settings, now=line.at)
    assert "no jurisdiction pack 'texas-2026-12'" in report.failures["elm-bluff"]
    assert load_catalog(line.settings).agencies
    with pytest.raises(ConfigError, match="Known: california"):
        terms_in_force(line.settings, agency="elm-bluff")
