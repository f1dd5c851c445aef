from __future__ import annotations

from elm_bluff import (
    Line,
    call,
    public_bytes,
    published,
)

from pipeline.model import (
    RetractReason,
)
from pipeline.publish import CHANNELS
from pipeline.usecases.approve import approve
from pipeline.usecases.edit import edit
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import (
    live_alerts,
)
from pipeline.usecases.retract import retract


def test_a_retraction_leaves_no_word_of_the_alert_in_any_channel(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    edit(
        line.settings,
        candidate,
        editor="Ida Okwu",
        now=line.at,
        headline="",
        text="A fire was reported; engines went there and are returning slowly.",
    )
    alert_id = published(line, editor="Bo Thorsgaard")
    assert public_bytes(line).count(b"are returning slowly") >= 3
    retract(line.settings, alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG)
    publish_due(line.settings, now=line.later(1).at)
    left = public_bytes(line)
    assert b"are returning slowly" not in left
    assert RetractReason.WRONG.value.encode() not in left
    assert alert_id.encode() in left
    assert live_alerts(line.settings, now=line.at) == ()
    assert line.states() == {"published": 1}


def test_nothing_new_is_proposed_for_a_retracted_incident(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    retract(line.settings, alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.PRIVACY)
    line.deliver("b.csv", [call("1", notes="fire is out")])
    line.later(5).run()
    assert line.pending() == []
    assert line.states() == {"published": 1, "withheld": 1}


def test_a_revision_that_becomes_sensitive_withdraws_the_alert_by_itself(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    line.deliver("b.csv", [call("1", notes="caller now says she set it, wants to kill herself")])
    after = line.later(5)
    after.run()
    publish_due(line.settings, now=after.at)
    assert live_alerts(line.settings, now=after.at) == ()
    assert b"in North Side" not in public_bytes(line)
    assert line.states() == {"published": 1, "withheld": 1}


def test_an_update_says_nothing_more_precise_than_the_first_alert(line: Line) -> None:
    line.deliver("a.csv", [call("1", lat="", lon="")])
    line.run()
    published(line)
    line.deliver("b.csv", [call("1", opened="2026-03-02 11:50:00", notes="fire is out")])
    line.later(5).run()
    published(line)
    (alert,) = live_alerts(line.settings, now=line.at)
    assert alert.version == 2
    assert alert.facts.area.name == "Elm Bluff"
    assert alert.facts.earliest.strftime("%H:%M") == "17:00"
    assert "North Side" not in alert.facts.headline + alert.facts.text


def test_a_clock_set_back_never_keeps_a_retraction_from_being_told(line: Line) -> None:
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    ahead = line.later(60)
    first, second = line.pending()
    decided = approve(line.settings, first, editor="Ida Okwu", now=ahead.at)
    publish_due(line.settings, now=ahead.at)
    assert decided.alert is not None
    retract(
        line.settings,
        decided.alert.alert_id,
        editor="Ida Okwu",
        now=line.at,
        reason=RetractReason.PRIVACY,
    )
    assert publish_due(line.settings, now=line.at).left_out == 0
    assert approve(line.settings, second, editor="Ida Okwu", now=line.at).alert is not None
    publish_due(line.settings, now=line.at)
    assert len(live_alerts(line.settings, now=line.at)) == 1
    assert decided.alert.facts.headline.encode() not in public_bytes(line)


def test_a_retraction_that_could_not_be_told_is_told_by_asking_again(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    for _ in range(2):
        told = retract(
            line.settings,
            alert_id[:8],
            editor="Ida Okwu",
            now=line.at,
            reason=RetractReason.PRIVACY,
        )
        assert told == alert_id
    assert ledger_report(line.settings, now=line.later(0.5).at).balanced
    late = ledger_report(line.settings, now=line.later(2).at)
    assert len(late.problems) == len(CHANNELS)
    publish_due(line.settings, now=line.later(3).at)
    assert ledger_report(line.settings, now=line.later(4).at).balanced
