"""Switches: what they stop at once, what they never stop, and that the log has them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, build_line, call, everything_outside_the_vault, public_bytes

from pipeline.adapters.store import open_store
from pipeline.adapters.store.outbox import due_sendings
from pipeline.adapters.store.sampling import entries_of
from pipeline.adapters.store.stops import may_go, untold
from pipeline.audit import EntryKind
from pipeline.model import Alert, Refused, RetractReason
from pipeline.model.switch import Scope
from pipeline.usecases.approve import approve
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.retract import retract
from pipeline.usecases.switches import switch_off, switch_on, switchboard, switches
from pipeline.usecases.walk import walk_landed

BY = {"person": "Enno Vries", "reason": "the feed sends another town's calls"}


@pytest.fixture
def line(tmp_path: Path) -> Line:
    built = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    built.deliver("a.csv", [call("1")])
    return built


def approved(line: Line) -> Alert:
    line.run()
    (candidate,) = line.pending()
    alert = approve(line.settings, candidate, editor="Ida Okwu", now=line.at).alert
    assert alert is not None
    return alert


def off(line: Line, scope: Scope, name: str = "") -> None:
    switch_off(line.settings, scope, name, now=line.at, **BY)


def on(line: Line, scope: Scope, name: str = "") -> None:
    switch_on(line.settings, scope, name, now=line.at, **BY)


@pytest.mark.parametrize(
    ("scope", "name"), [(Scope.FEED, "elm-bluff"), (Scope.AGENCY, "elm-bluff"), (Scope.ALL, "")]
)
def test_a_feed_that_is_off_is_not_looked_at_and_nothing_of_it_is_lost(
    line: Line, scope: Scope, name: str
) -> None:
    off(line, scope, name)
    report = pull_agencies(line.settings, run_id="r", now=line.at)
    assert (report.landed, report.failures, report.switched_off) == ((), {}, ("elm-bluff",))
    on(line, scope, name)
    assert len(pull_agencies(line.settings, run_id="r", now=line.at).landed) == 1


def test_a_switch_of_the_feed_leaves_what_was_landed_to_the_walk(line: Line) -> None:
    pull_agencies(line.settings, run_id="r", now=line.at)
    off(line, Scope.FEED, "elm-bluff")
    assert walk_landed(line.settings, now=line.at).payloads == 1


@pytest.mark.parametrize(("scope", "name"), [(Scope.AGENCY, "elm-bluff"), (Scope.ALL, "")])
def test_an_agency_that_is_off_is_not_walked(line: Line, scope: Scope, name: str) -> None:
    pull_agencies(line.settings, run_id="r", now=line.at)
    off(line, scope, name)
    assert walk_landed(line.settings, now=line.at).payloads == 0
    assert line.count().payloads.landed == 1
    on(line, scope, name)
    assert walk_landed(line.settings, now=line.at).payloads == 1


EVERY = [(Scope.AGENCY, "elm-bluff"), (Scope.TIER, "s0"), (Scope.ALL, "")]


@pytest.mark.parametrize(("scope", "name"), EVERY)
def test_nothing_of_what_is_off_is_approved(line: Line, scope: Scope, name: str) -> None:
    line.run()
    (candidate,) = line.pending()
    off(line, scope, name)
    with pytest.raises(Refused, match="is switched off since"):
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)


@pytest.mark.parametrize(("scope", "name"), EVERY)
def test_an_approved_alert_waits_until_the_switch_is_on_again(
    line: Line, scope: Scope, name: str
) -> None:
    alert = approved(line)
    off(line, scope, name)
    publish_due(line.settings, now=line.at)
    assert alert.alert_id.encode() not in public_bytes(line)
    later = line.later(60)
    report = ledger_report(later.settings, now=later.at)
    assert report.balanced
    on(line, scope, name)
    publish_due(line.settings, now=line.at)
    assert alert.alert_id.encode() in public_bytes(line)


@pytest.mark.parametrize(("scope", "name"), EVERY)
def test_a_retraction_goes_out_whatever_is_off(line: Line, scope: Scope, name: str) -> None:
    line.run()
    (candidate,) = line.pending()
    alert = approve(line.settings, candidate, editor="Ida Okwu", now=line.at).alert
    assert alert is not None
    publish_due(line.settings, now=line.at)
    assert alert.facts.headline.encode() in public_bytes(line)
    off(line, scope, name)
    retract(
        line.settings, alert.alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG
    )
    publish_due(line.settings, now=line.at)
    detail = next(p for p in line.settings.public.rglob(f"*{alert.alert_id}*.json"))
    assert alert.facts.text not in detail.read_text()


def test_another_tier_is_told_all_the_same(line: Line) -> None:
    line.run()
    (candidate,) = line.pending()
    off(line, Scope.TIER, "S2")
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    store = open_store(line.settings.database_url)
    with store.read() as tx:
        assert untold(tx, switchboard(tx)) == frozenset()
        assert due_sendings(tx, line.at, limit=9, board=switchboard(tx)) == ()
        assert "retracted" in str(may_go(switchboard(tx)).compile(compile_kwargs=LITERAL))
    store.close()


LITERAL = {"literal_binds": True}


def test_a_switch_is_an_entry_that_names_who_and_why(line: Line) -> None:
    off(line, Scope.TIER, "s2")
    (found,) = switches(line.settings).off
    assert (found.name, found.by, found.why) == ("S2", BY["person"], BY["reason"])
    on(line, Scope.TIER, "S2")
    assert switches(line.settings).off == ()
    store = open_store(line.settings.database_url)
    with store.read() as tx:
        bodies = [entry["body"] for _, entry in entries_of(tx, [EntryKind.SWITCH])]
    store.close()
    assert [(b["verb"], b["by"], b["scope"], b["name"]) for b in bodies] == [
        ("off", "Enno Vries", "tier", "S2"),
        ("on", "Enno Vries", "tier", "S2"),
    ]
    files, found_text = everything_outside_the_vault(line, [c for c in CANARIES if c in "Quillon"])
    assert files
    assert [p for p, _ in found_text if p.suffix != ".csv"] == []
    assert json.dumps(bodies)


@pytest.mark.parametrize(
    ("scope", "name", "why"),
    [
        (Scope.ALL, "elm-bluff", "takes no name"),
        (Scope.TIER, "S9", "the tiers are S0"),
        (Scope.AGENCY, "", "name the agency"),
        (Scope.FEED, "../elm", "name the agency"),
    ],
)
def test_a_switch_that_is_none_is_refused(line: Line, scope: Scope, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        off(line, scope, name)


def test_who_switches_is_named_and_says_why(line: Line) -> None:
    with pytest.raises(Refused, match="named editor"):
        switch_off(line.settings, Scope.ALL, "", person="", reason=BY["reason"], now=line.at)
    with pytest.raises(Refused, match="reason"):
        switch_off(line.settings, Scope.ALL, "", person="Enno Vries", reason="x", now=line.at)
    off(line, Scope.ALL)
    with pytest.raises(Refused, match="blotter switch on all"):
        off(line, Scope.ALL)
    on(line, Scope.ALL)
    with pytest.raises(Refused, match="is not switched off"):
        on(line, Scope.ALL)


@pytest.mark.parametrize(("scope", "name"), EVERY)
@pytest.mark.parametrize("minutes", [60 * 24, 60 * 24 * 3], ids=["a day later", "when it is over"])
def test_what_is_kept_back_is_in_no_public_file_when_its_day_or_its_time_is_over(
    line: Line, scope: Scope, name: str, minutes: int
) -> None:
    alert = approved(line)
    off(line, scope, name)
    publish_due(line.settings, now=line.at)
    later = line.later(minutes)
    for force in (False, True):
        publish_due(later.settings, now=later.at, force=force)
        assert alert.alert_id.encode() not in public_bytes(line)
        assert alert.facts.text.encode() not in public_bytes(line)
    on(line, scope, name)
    publish_due(later.settings, now=later.at)
    day = line.settings.public / f"api/v1/days/{alert.first_sent:%F}.json"
    assert alert.facts.text in day.read_text("utf-8")


@pytest.mark.parametrize("scope", [Scope.FEED, Scope.AGENCY])
def test_a_mistyped_agency_is_refused_instead_of_switched(line: Line, scope: Scope) -> None:
    with pytest.raises(Refused, match="no agency 'elm-blufff'"):
        off(line, scope, "elm-blufff")
    assert switches(line.settings).off == ()


def test_an_agency_whose_folder_is_gone_can_still_be_switched_off(line: Line) -> None:
    line.run()
    shutil.rmtree(line.settings.agencies / "elm-bluff")
    off(line, Scope.AGENCY, "elm-bluff")
    assert switches(line.settings).agencies == {"elm-bluff"}
