"""What is approved early waits, goes out when due, and is counted when it got too old."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from elm_bluff import Line, call, public_bytes, published

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.model import Refused, RejectReason, Verb
from pipeline.policies import Standing
from pipeline.usecases.approve import approve
from pipeline.usecases.expire import expire_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.reject import reject
from pipeline.usecases.relevance import explained, ranked_queue

CRASH = "CRASH"  # opened 17:20Z, shown as 17:00 to 17:30: out from 18:30, or once closed


def delivered(line: Line, kind: str, **values: str) -> str:
    line.deliver("a.csv", [call("1", kind, **values)])
    line.run()
    (candidate,) = line.pending()
    return candidate


def reasons(line: Line) -> dict[str, dict[str, int]]:
    return {state.value: found for state, found in line.count().states.items() if found}


def log_of(line: Line, verb: Verb) -> list[bytes]:
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        return [text for _, text in read_log(tx) if f'"verb":"{verb.value}"'.encode() in text]


def test_what_is_approved_early_waits_and_goes_out_once_when_due(line: Line) -> None:
    candidate = delivered(line, CRASH)
    decided = approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    assert decided.alert is None
    assert decided.waits is not None
    assert decided.waits.opens is not None
    assert decided.waits.opens.strftime("%H:%M") == "18:30"
    assert line.states() == {"pending": 1}
    assert publish_due(line.settings, now=line.later(29).at).released.alerts == 0
    assert live_alerts(line.settings, now=line.at) == ()
    due = line.later(30)
    assert publish_due(line.settings, now=due.at).released.alerts == 1
    assert publish_due(line.settings, now=due.at).released.alerts == 0
    (alert,) = live_alerts(line.settings, now=due.at)
    assert (alert.version, alert.sent) == (1, due.at)
    assert due.states() == {"published": 1}
    assert b"North Side" in public_bytes(line)
    (entry,) = log_of(line, Verb.RELEASE)
    assert alert.alert_id.encode() in entry


def test_what_waits_is_listed_with_its_time(sqlite_line: Line) -> None:
    line = sqlite_line
    candidate = delivered(line, CRASH)
    assert explained(line.settings, candidate, now=line.at).standing is Standing.TOO_EARLY
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    assert line.pending() == []
    (waiting,) = ranked_queue(line.settings, now=line.at, waiting=True)
    assert (waiting.row.candidate_id, waiting.standing) == (candidate, Standing.TOO_EARLY)
    assert waiting.row.timing.closes is not None


def test_a_closed_call_ends_the_delay_of_what_waits(line: Line) -> None:
    candidate = delivered(line, CRASH)
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    line.deliver("b.csv", [call("1", CRASH, closed="yes", revised="2026-03-02 11:50:00")])
    after = line.later(5)
    after.run()
    assert after.states() == {"pending": 1, "superseded": 1}
    publish_due(line.settings, now=after.at)
    assert after.states() == {"published": 1, "superseded": 1}


def test_violence_waits_for_the_end_of_the_call_and_a_second_editor(line: Line) -> None:
    candidate = delivered(line, "ROBBERY", notes="store, nobody hurt")
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    decided = approve(line.settings, candidate, editor="Bo Thorsgaard", now=line.at)
    assert decided.waits is not None
    assert decided.waits.opens is None
    publish_due(line.settings, now=line.later(60 * 20).at)
    assert line.states() == {"pending": 1}
    line.deliver("b.csv", [call("1", "ROBBERY", notes="store, nobody hurt", closed="yes")])
    after = line.later(60)
    after.run()
    publish_due(line.settings, now=after.later(30).at)
    assert after.states() == {"published": 1, "superseded": 1}


def test_what_got_too_old_while_waiting_is_withheld_with_its_reason(line: Line) -> None:
    candidate = delivered(line, CRASH)
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    late = line.later(151)  # 18:30 and two hours are over
    assert publish_due(line.settings, now=late.at).released.too_old == 1
    assert reasons(late) == {"withheld": {"too-old": 1}}
    assert publish_due(line.settings, now=late.at).released.too_old == 0
    assert live_alerts(line.settings, now=late.at) == ()
    assert len(log_of(line, Verb.LAPSE)) == 1


def test_what_is_too_old_is_not_approved_and_its_end_is_counted(line: Line) -> None:
    candidate = delivered(line, "GAS LEAK")
    late = line.later(91)  # 17:30 and two hours are over
    with pytest.raises(Refused, match=r"too old to be told as news.* 13:30 CST"):
        approve(line.settings, candidate, editor="Ida Okwu", now=late.at)
    assert reasons(late) == {"pending": {"pending": 1}}
    assert expire_due(line.settings, now=late.at).too_old == 1
    assert expire_due(line.settings, now=late.at).too_old == 0
    assert reasons(late) == {"withheld": {"too-old": 1}}


def test_the_same_content_again_is_as_old_as_before(line: Line) -> None:
    delivered(line, "GAS LEAK")
    late = line.later(91)
    expire_due(line.settings, now=late.at)
    late.deliver("b.csv", [call("1", "GAS LEAK", phone="920-555-0144")])
    late.run()
    assert reasons(late) == {
        "withheld": {"too-old": 1},
        "superseded": {"newer-revision": 1},
    }


def test_an_update_of_a_live_alert_is_never_too_old(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    late = line.later(60 * 5)
    late.deliver("b.csv", [call("1", notes="fire is out")])
    late.run()
    assert expire_due(line.settings, now=late.at).too_old == 0
    published(late)
    (alert,) = live_alerts(line.settings, now=late.at)
    assert alert.version == 2


def test_new_content_voids_what_waits(line: Line) -> None:
    candidate = delivered(line, CRASH)
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    line.deliver("b.csv", [call("1", CRASH, notes="two cars, one lane open")])
    after = line.later(5)
    after.run()
    publish_due(line.settings, now=line.later(60).at)
    assert live_alerts(line.settings, now=line.at) == ()
    assert len(after.pending()) == 1
    assert after.states() == {"pending": 1, "superseded": 1}


def test_a_sensitive_revision_withholds_what_waits(line: Line) -> None:
    candidate = delivered(line, CRASH)
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    line.deliver("b.csv", [call("1", CRASH, notes="she wants to kill herself")])
    after = line.later(5)
    after.run()
    publish_due(line.settings, now=line.later(60).at)
    assert live_alerts(line.settings, now=line.at) == ()
    assert after.states() == {"withheld": 1, "superseded": 1}


def test_an_editor_can_stop_what_waits(line: Line) -> None:
    candidate = delivered(line, CRASH)
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    privacy = RejectReason.PRIVACY
    reject(line.settings, candidate, editor="Bo Thorsgaard", now=line.at, reason=privacy)
    publish_due(line.settings, now=line.later(60).at)
    assert live_alerts(line.settings, now=line.at) == ()
    assert line.states() == {"rejected": 1}


def test_nothing_goes_out_under_an_agreement_that_ended_meanwhile(line: Line) -> None:
    candidate = delivered(line, CRASH)
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    line.change(agreement={"expires": "2026-03-01"})
    report = publish_due(line.settings, now=line.later(60).at)
    assert report.released.alerts == 0
    assert "expired" in report.released.stuck[candidate]
    assert line.states() == {"pending": 1}


def test_of_homes_one_alert_goes_out_for_an_area_and_day(line: Line) -> None:
    line.deliver("a.csv", [call("1", "LARCENY"), call("2", "LARCENY"), call("3", "LARCENY")])
    line.run()
    due = line.later(65)
    first, second, third = line.pending()
    told = approve(line.settings, first, editor="Ida Okwu", now=due.at)
    assert told.alert is not None
    merged = approve(line.settings, second, editor="Ida Okwu", now=due.at)
    assert (merged.alert, merged.merged_into) == (None, told.alert.alert_id)
    publish_due(line.settings, now=due.at)
    assert reasons(due) == {
        "published": {"published": 1},
        "pending": {"pending": 1},
        "withheld": {"merged": 1},
    }
    approve(line.settings, third, editor="Bo Thorsgaard", now=due.at)
    assert len(live_alerts(line.settings, now=due.at)) == 1


def test_homes_in_another_area_have_an_alert_of_their_own(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "LARCENY"), call("2", "LARCENY", lat="42.97")])
    line.run()
    due = line.later(65)
    for candidate in line.pending():
        assert approve(line.settings, candidate, editor="Ida Okwu", now=due.at).alert is not None


def test_a_policy_of_before_there_were_terms_lets_nothing_out(sqlite_line: Line) -> None:
    old = replace(sqlite_line, settings=replace(sqlite_line.settings, policy="2026-11"))
    candidate = delivered(old, "GAS LEAK")
    with pytest.raises(Refused, match="says nothing of when"):
        approve(old.settings, candidate, editor="Ida Okwu", now=old.at)


def test_an_embargo_keeps_back_what_is_due_and_stands_in_the_log(line: Line) -> None:
    candidate = delivered(line, CRASH)
    due = line.later(40)
    until = line.later(60).at
    decided = approve(line.settings, candidate, editor="Ida Okwu", now=due.at, not_before=until)
    assert decided.alert is None
    assert decided.waits is not None
    assert decided.waits.opens == until
    assert publish_due(line.settings, now=line.later(59).at).released.alerts == 0
    assert live_alerts(line.settings, now=due.at) == ()
    assert publish_due(line.settings, now=until).released.alerts == 1
    (entry,) = log_of(line, Verb.APPROVE)
    assert f'"not_before":"{until:%Y-%m-%dT%H:%M}'.encode() in entry


def test_an_embargo_binds_the_next_candidate_of_its_incident(line: Line) -> None:
    candidate = delivered(line, CRASH)
    until = line.later(60).at
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at, not_before=until)
    line.deliver("b.csv", [call("1", CRASH, notes="two cars", revised="2026-03-02 11:50:00")])
    after = line.later(40)
    after.run()
    for newer in line.pending():
        again = approve(line.settings, newer, editor="Bo Thorsgaard", now=after.at)
        assert again.waits is not None
        assert again.waits.opens == until
    assert publish_due(line.settings, now=line.later(59).at).released.alerts == 0
    assert publish_due(line.settings, now=until).released.alerts == 1


def test_of_two_embargoes_the_later_binds(line: Line) -> None:
    candidate = delivered(line, "ROBBERY", notes="store, nobody hurt", closed="yes")
    late, later = line.later(90).at, line.later(100).at
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at, not_before=later)
    decided = approve(
        line.settings, candidate, editor="Bo Thorsgaard", now=line.at, not_before=late
    )
    assert decided.waits is not None
    assert decided.waits.opens == later


def test_an_embargo_of_local_time_is_the_agencys(line: Line) -> None:
    candidate = delivered(line, CRASH)
    local = line.later(60).at.astimezone(ZoneInfo("America/Chicago")).replace(tzinfo=None)
    decided = approve(line.settings, candidate, editor="Ida Okwu", now=line.at, not_before=local)
    assert decided.waits is not None
    assert decided.waits.opens == line.later(60).at


@pytest.mark.parametrize("minutes", [-1, 0, 151])
def test_an_embargo_that_cannot_be_kept_is_refused(line: Line, minutes: int) -> None:
    candidate = delivered(line, CRASH)
    until = line.later(minutes).at
    with pytest.raises(Refused):
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at, not_before=until)
    assert line.pending() == [candidate]
    assert log_of(line, Verb.APPROVE) == []


def test_a_change_of_what_is_out_is_never_kept_back(line: Line) -> None:
    candidate = delivered(line, CRASH)
    due = line.later(40)
    assert approve(line.settings, candidate, editor="Ida Okwu", now=due.at).alert is not None
    line.deliver("b.csv", [call("1", CRASH, closed="yes", revised="2026-03-02 12:10:00")])
    due.run()
    for update in line.pending():
        with pytest.raises(Refused, match="is out already"):
            approve(
                line.settings,
                update,
                editor="Ida Okwu",
                now=due.at,
                not_before=line.later(60).at,
            )
