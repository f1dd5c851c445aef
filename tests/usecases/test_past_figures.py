"""What a person is shown before the past is walked: counts that come true, and no text."""

from __future__ import annotations

from datetime import date

import pytest
from elm_bluff import CANARIES, Line, call

from pipeline.model import Refused
from pipeline.usecases.past_figures import days_asked, quarantine_asked, told
from pipeline.usecases.quarantine import discard, reopen_all
from pipeline.usecases.queue import quarantine_list
from pipeline.usecases.walk import walk_landed

AGENCY = "elm-bluff"


def broken(line: Line) -> str:
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    path = line.folder / "payloads" / "a.csv"
    line.deliver_bytes("a.csv", path.read_bytes().replace(b"type", b"kind", 1))
    line.run()
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    return payload.payload_id


def test_the_trial_of_a_quarantine_says_what_trying_again_does(sqlite_line: Line) -> None:
    line = sqlite_line
    broken(line)
    before = quarantine_asked(line.settings, AGENCY, now=line.at)
    assert (before.payloads, before.tried, dict(before.trial)) == (1, 1, {})
    assert dict(before.refused) == {"column-missing": 1}

    line.change(fields={"call_type": {"path": "kind", "presence": "required"}})
    mended = quarantine_asked(line.settings, AGENCY, now=line.at)
    assert (dict(mended.trial), dict(mended.refused)) == ({"pending": 2}, {})
    assert line.states() == {"quarantined": 1}  # looking kept nothing
    assert [each for each in CANARIES if each.lower() in told(mended).lower()] == []

    assert reopen_all(line.settings, AGENCY, person="Ida Okwu", now=line.at) == 1
    assert reopen_all(line.settings, AGENCY, person="Ida Okwu", now=line.at) == 0
    walk_landed(line.settings, now=line.at, agencies=[AGENCY])
    assert line.states() == {"pending": 2}
    assert quarantine_asked(line.settings, AGENCY, now=line.at).payloads == 0


def test_what_was_discarded_is_not_tried_again_and_nobody_unnamed_tries(sqlite_line: Line) -> None:
    line = sqlite_line
    payload = broken(line)
    with pytest.raises(Refused, match="named editor"):
        reopen_all(line.settings, AGENCY, person="", now=line.at)
    why = "a page came instead of the feed"
    discard(line.settings, payload, record=None, person="Ida Okwu", reason=why, now=line.at)
    assert quarantine_asked(line.settings, AGENCY, now=line.at).payloads == 0
    assert reopen_all(line.settings, AGENCY, person="Ida Okwu", now=line.at) == 0
    assert line.states() == {"quarantined": 1}


def test_days_are_counted_and_a_sample_is_walked_on_trial(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("calls-20260201.csv", [call("1"), call("2")])
    line.deliver("calls-20260205.csv", [call("3")])
    archive = line.folder / "payloads"
    first, last = date(2026, 2, 1), date(2026, 2, 3)
    found = days_asked(line.settings, AGENCY, first, last, now=line.at, archive=archive)
    assert (found.payloads, found.tried) == (1, 1)
    assert sum(found.trial.values()) == 2
    line.run()
    today = line.at.date()
    found = days_asked(line.settings, AGENCY, today, today, now=line.at)
    assert (found.payloads, found.tried) == (2, 2)
    assert sum(found.trial.values()) == 3
    assert "2 payloads received" in told(found)
    assert days_asked(line.settings, AGENCY, first, last, now=line.at).payloads == 0
    with pytest.raises(Refused):
        days_asked(line.settings, AGENCY, last, first, now=line.at)
