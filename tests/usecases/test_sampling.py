"""Samples end to end: drawn alike from a seed, reviewed blind, disputed; a pause."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import orjson
import pytest
from elm_bluff import (
    CANARIES,
    Line,
    call,
    everything_outside_the_vault,
    public_files,
    published,
)

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.adapters.store.sampling import sampling_frame
from pipeline.audit.sampling import Fault, How, Mark, Pile, Sample, draw
from pipeline.model import Refused, RetractReason, VaultFailure
from pipeline.usecases.approve import approve
from pipeline.usecases.budget import pauses, resume_agency
from pipeline.usecases.expire import expire_due
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.originals import original_texts
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.recapture import recapture
from pipeline.usecases.retract import retract
from pipeline.usecases.sample_figures import audit_figures
from pipeline.usecases.sampling import (
    adjudicate,
    disagreements,
    draw_sample,
    mark_item,
    next_item,
)

ONE, TWO, THIRD = "Ida Okwu", "Bo Thorsgaard", "Per Lund"
MISSED = Mark(fault=Fault.MISSED, remark=0, start=0, end=5, entity="PERSON")
CALLER = replace(MISSED, caller=True)


def told(line: Line, number: int = 1) -> Line:
    """Publish calls that name their caller, and withhold one."""
    for turn in range(number):
        text = f"smoke from the roof, caller Quillon Abernathwy {'waits ' * turn}outside"
        line.deliver(f"{turn}.csv", [call(str(turn + 1), notes=text)])
        line.run()
        published(line)
        line = line.later(1)
    return line


def sample(line: Line, pile: Pile = Pile.PUBLISHED, how: How = How.RANDOM, size: int = 9) -> Sample:
    return draw_sample(
        line.settings, pile=pile, how=how, size=size, seed="seven", person=THIRD, now=line.at
    )


def review(line: Line, drawn: Sample, person: str, *marks: Mark, record: int | None = None):
    item = next_item(line.settings, drawn.sample_id, person=person, now=line.at)
    assert item is not None
    return mark_item(
        line.settings,
        drawn.sample_id,
        item.record if record is None else record,
        person=person,
        marks=marks,
        now=line.at,
    )


PARTNER = "partners/elm-bluff.html"


def told_bytes(line: Line) -> dict[str, bytes]:
    """Return every public file that tells alerts or counts them, but not of partners."""
    found = {path.relative_to(line.settings.public): path for path in public_files(line)}
    standing = {"partners", "partners.csv", "partners.geojson", ".blotter-site"}
    return {
        str(name): path.read_bytes()
        for name, path in found.items()
        if not standing & {*name.parts} and name.name != "agencies.json"
    }


def entries(line: Line, kind: str) -> list[dict]:
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        return [e for _, each in read_log(tx) if (e := orjson.loads(each))["kind"] == kind]


def test_a_sample_is_drawn_again_alike_from_what_its_entry_says(line: Line) -> None:
    line = told(line, 3)
    drawn = sample(line, size=2)
    (entry,) = entries(line, "sample")
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        units = sampling_frame(tx, Pile.PUBLISHED)
    assert entry["body"]["population"] == len(units) == 3
    again = draw(units, size=2, seed=entry["body"]["seed"], how=How(entry["body"]["how"]))
    assert list(again) == entry["body"]["records"] == list(drawn.records)


def test_two_reviewers_settle_a_record_and_neither_reviews_it_twice(sqlite_line: Line) -> None:
    line = told(sqlite_line)
    drawn = sample(line)
    shown = next_item(line.settings, drawn.sample_id, person=ONE, now=line.at)
    assert shown is not None
    assert "[PERSON]" in shown.texts[0]
    assert review(line, drawn, ONE).agreed is None
    assert next_item(line.settings, drawn.sample_id, person=ONE.upper(), now=line.at) is None
    with pytest.raises(Refused, match="not yours"):
        mark_item(line.settings, drawn.sample_id, shown.record, person=ONE, marks=(), now=line.at)
    assert next_item(line.settings, drawn.sample_id, person=TWO, now=line.at) == shown
    assert review(line, drawn, TWO).agreed is True
    figures = audit_figures(line.settings)
    assert [(r.agency_id, r.part, r.whole) for r in figures.leaks[:1]] == [("all", 0, 1)]
    assert figures.leaks[0].still(0.005) == 597
    assert pauses(line.settings) == ()


def test_reviewers_who_disagree_need_a_third_person(sqlite_line: Line) -> None:
    line = told(sqlite_line)
    drawn = sample(line)
    review(line, drawn, ONE)
    assert review(line, drawn, TWO, MISSED).agreed is False
    assert pauses(line.settings) == ()
    (found,) = disagreements(line.settings, drawn.sample_id, now=line.at)
    assert [each.by for each in found.reviews] == [ONE, TWO]
    with pytest.raises(Refused, match="a third person"):
        adjudicate(line.settings, drawn.sample_id, found.record, person=TWO, marks=(), now=line.at)
    adjudicate(line.settings, drawn.sample_id, found.record, person=THIRD, marks=(), now=line.at)
    assert disagreements(line.settings, drawn.sample_id, now=line.at) == ()
    assert audit_figures(line.settings).leaks[0].part == 0


def test_a_leak_both_reviewers_see_pauses_the_agency_until_a_person_resumes_it(line: Line) -> None:
    line = told(line)
    drawn = sample(line)
    before = told_bytes(line)
    line = line.later(1)
    line.deliver("later.csv", [call("7", notes="smoke"), call("8", "GAS LEAK", notes="smell")])
    line.run()
    waiting, undecided = line.pending()
    approve(line.settings, waiting, editor=ONE, now=line.at)  # not yet in any channel
    review(line, drawn, ONE, MISSED)
    overlapping = replace(MISSED, start=2, end=7)
    assert review(line, drawn, TWO, overlapping).paused == ("elm-bluff",)
    report = publish_due(line.settings, now=line.at)
    assert (report.delivered, told_bytes(line)) == (0, before)
    assert "<strong>paused</strong>" in (line.settings.public / PARTNER).read_text("utf-8")
    late = ledger_report(line.settings, now=line.later(20).at)
    assert late.balanced
    assert late.paused == {"elm-bluff": 1}
    with pytest.raises(Refused, match="paused itself"):
        approve(line.settings, undecided, editor=ONE, now=line.at)
    with pytest.raises(Refused, match="8 to 400 characters"):
        resume_agency(line.settings, "elm-bluff", person=THIRD, reason="ok", now=line.at)
    resume_agency(
        line.settings, "elm-bluff", person=THIRD, reason="the rule is mended", now=line.at
    )
    assert pauses(line.settings) == ()
    assert not ledger_report(line.settings, now=line.later(20).at).balanced  # late from now on
    assert publish_due(line.settings, now=line.at).delivered > 0
    assert ledger_report(line.settings, now=line.later(20).at).paused == {}
    assert told_bytes(line) != before
    assert "<strong>active</strong>" in (line.settings.public / PARTNER).read_text("utf-8")
    assert [e["body"]["verb"] for e in entries(line, "leak-budget")] == ["paused", "resumed"]
    assert entries(line, "leak-budget")[1]["body"]["by"] == THIRD


def test_a_withdrawal_of_a_paused_agency_is_late_like_any_other(sqlite_line: Line) -> None:
    line = told(sqlite_line)
    drawn = sample(line)
    review(line, drawn, ONE, MISSED)
    review(line, drawn, TWO, MISSED)
    (alert,) = live_alerts(line.settings, now=line.at)
    retract(line.settings, alert.alert_id, editor=THIRD, now=line.at, reason=RetractReason.PRIVACY)
    report = ledger_report(line.settings, now=line.later(5).at)
    assert report.paused == {"elm-bluff": 0}
    assert report.problems
    assert all(alert.alert_id in problem for problem in report.problems)


def test_a_callers_leak_pauses_even_from_a_sample_by_risk(sqlite_line: Line) -> None:
    line = told(sqlite_line)
    drawn = sample(line, how=How.RISK)
    review(line, drawn, ONE, CALLER)
    review(line, drawn, TWO, CALLER)
    (pause,) = pauses(line.settings)
    assert pause.why == "a caller leak was confirmed"
    assert audit_figures(line.settings).leaks == ()


def test_an_original_is_shown_for_a_while_with_an_entry_and_not_after_shredding(
    sqlite_line: Line,
) -> None:
    line = told(sqlite_line)
    drawn = sample(line)
    (record,) = drawn.records
    ask = {"person": ONE, "reason": "beside the original"}
    (text,) = original_texts(line.settings, drawn.sample_id, record, now=line.at, **ask)
    assert "Quillon Abernathwy" in text.expose()
    (entry,) = entries(line, "reveal")
    assert (entry["body"]["by"], entry["body"]["record"]) == (ONE, record)
    with pytest.raises(Refused, match="too long ago"):
        review(line.later(16), drawn, ONE)
    review(line.later(14), drawn, ONE)
    with pytest.raises(Refused, match="not yours"):
        original_texts(line.settings, drawn.sample_id, record, now=line.at, **ask)
    late = line.later(80 * 60)
    expire_due(late.settings, now=late.at)
    with pytest.raises(VaultFailure, match="shredded"):
        original_texts(
            late.settings, drawn.sample_id, record, person=TWO, reason=ask["reason"], now=late.at
        )


def test_elusion_counts_what_was_withheld_needlessly(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "DOMESTIC"), call("2", "ADMIN")])
    line.run()
    drawn = sample(line, Pile.WITHHELD)
    assert len(drawn.records) == 2
    needless = Mark(fault=Fault.WITHHELD)
    for person in (ONE, TWO):
        review(line, drawn, person, needless)
        review(line, drawn, person)
    assert [(r.part, r.whole) for r in audit_figures(line.settings).elusion[:1]] == [(1, 2)]
    with pytest.raises(Refused, match="no record is published"):
        sample(line)


def test_nothing_an_audit_writes_holds_private_text(sqlite_line: Line) -> None:
    line = told(sqlite_line, 2)
    drawn = sample(line)
    original_texts(
        line.settings,
        drawn.sample_id,
        drawn.records[0],
        person=ONE,
        reason="beside the original",
        now=line.at,
    )
    review(line, drawn, ONE, CALLER)
    review(line, drawn, TWO, CALLER)
    number, found = everything_outside_the_vault(line, CANARIES)
    assert number > 0
    assert found == []


def test_two_searches_of_the_originals_estimate_what_both_missed(sqlite_line: Line) -> None:
    line = told(sqlite_line, 2)
    drawn = sample(line)
    found = recapture(line.settings, drawn.sample_id, person=THIRD, now=line.at)
    assert (found.read, found.gone, found.failed) == (2, 0, 0)
    (pair,) = found.pairs
    assert (pair.one, pair.other) == ("detectors", "record's fields")
    assert pair.found[1] >= pair.both >= 2  # the caller's name, in each of both
    low, high = pair.estimate.interval
    assert pair.estimate.seen <= low <= pair.estimate.total <= high
    told_of = [e["body"] for e in entries(line, "access")]
    assert len(told_of) == 2
    assert all("shown to nobody" in body["reason"] for body in told_of)
    late = line.later(80 * 60)
    expire_due(late.settings, now=late.at)
    assert recapture(late.settings, drawn.sample_id, person=THIRD, now=late.at).gone == 2


def test_the_leak_check_counts_as_a_search_of_what_reviewers_marked(sqlite_line: Line) -> None:
    line = told(sqlite_line)
    drawn = sample(line)
    review(line, drawn, ONE, MISSED)
    review(line, drawn, TWO, MISSED)
    pairs = {(p.one, p.other): p for p in audit_figures(line.settings).pairs}
    assert pairs["first reviewer", "second reviewer"].both == 1
    assert pairs["first reviewer", "leak check"].found == (1, 0)  # the word is "smoke"
