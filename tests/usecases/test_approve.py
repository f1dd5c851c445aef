from __future__ import annotations

from contextlib import closing

import pytest
from elm_bluff import (
    Line,
    call,
    published,
)

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.model import (
    AgreementStopped,
    Conflict,
    Refused,
)
from pipeline.usecases.approve import approve
from pipeline.usecases.edit import edit
from pipeline.usecases.queue import (
    live_alerts,
)


def test_a_revision_that_shows_nothing_new_keeps_candidate_and_approvals(line: Line) -> None:
    line.deliver("a.csv", [call("1", "ROBBERY", notes="store, nobody hurt")])
    line.run()
    (candidate,) = line.pending()
    first = approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    assert (first.approvals, first.approvals_needed, first.alert) == (1, 2, None)
    closed = call("1", "ROBBERY", notes="store, nobody hurt", phone="920-555-0144", closed="yes")
    line.deliver("b.csv", [closed])
    line.later(5).run()
    assert line.pending() == [candidate]
    assert line.states() == {"pending": 1, "superseded": 1}
    second = approve(line.settings, candidate, editor="Bo Thorsgaard", now=line.later(30).at)
    assert second.alert is not None


def test_an_approved_candidate_is_told_in_every_channel(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    files = {
        p.relative_to(line.settings.public).as_posix() for p in line.settings.public.rglob("*")
    }
    assert {"alerts.geojson", "alerts.atom", f"cap/{alert_id}.xml"} <= files
    for name in ("alerts.geojson", "alerts.atom", f"cap/{alert_id}.xml"):
        assert alert_id.encode() in (line.settings.public / name).read_bytes()
    assert line.states() == {"published": 1}


def test_content_that_was_told_goes_back_to_the_editor_when_it_returns(line: Line) -> None:
    line.deliver("a.csv", [call("1", notes="smoke from the roof")])
    line.run()
    published(line)
    line.deliver("b.csv", [call("1", notes="fire is out")])
    line.later(5).run()
    published(line)
    line.deliver("c.csv", [call("1", notes="smoke from the roof", phone="920-555-0144")])
    line.later(10).run()
    assert len(line.pending()) == 1
    assert line.states() == {"pending": 1, "published": 1, "superseded": 1}
    published(line)
    (alert,) = live_alerts(line.settings, now=line.at)
    assert alert.version == 3


def test_whoever_changed_a_text_cannot_approve_it(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (old,) = line.pending()
    changed = edit(
        line.settings, old, editor="Ida Okwu", now=line.at, headline="", text="A fire, now out."
    )
    assert line.pending() == [changed.candidate_id]
    for name in ("Ida Okwu", "ida okwu "):
        with pytest.raises(Refused, match="somebody else"):
            approve(line.settings, changed.candidate_id, editor=name, now=line.at)
    with pytest.raises(Conflict):
        approve(line.settings, old, editor="Bo Thorsgaard", now=line.at)
    assert line.states() == {"pending": 1}


def test_two_approvals_by_one_editor_are_one(line: Line) -> None:
    line.deliver("a.csv", [call("1", "ROBBERY", notes="store, nobody hurt")])
    line.run()
    (candidate,) = line.pending()
    for name in ("Ida Okwu", "Ida Okwu", " ida  okwu", "IDA OKWU"):
        decided = approve(line.settings, candidate, editor=name, now=line.at)
        assert (decided.approvals, decided.alert) == (1, None)
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        entries = [text for _, text in read_log(tx) if b'"kind":"decision"' in text]
    assert len(entries) == 1


@pytest.mark.parametrize("name", ["", "  ", "rules"])
def test_a_decision_needs_a_person(sqlite_line: Line, name: str) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    with pytest.raises(Refused, match="named editor"):
        approve(line.settings, candidate, editor=name, now=line.at)


def test_nothing_is_approved_under_an_expired_agreement(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    line.change(agreement={"expires": "2026-02-01"})
    with pytest.raises(AgreementStopped):
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)


@pytest.mark.parametrize(
    "other",
    ["ida\u200b okwu", "id\u0430 okwu", "IDA OKW\u00da", "x" * 90, "a\x1bb"],
)
def test_no_other_spelling_makes_one_editor_two(sqlite_line: Line, other: str) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "ROBBERY", notes="store, nobody hurt")])
    line.run()
    (candidate,) = line.pending()
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    try:
        decided = approve(line.settings, candidate, editor=other, now=line.at)
    except Refused:
        return
    assert (decided.approvals, decided.alert) == (1, None)
