"""Standing: whom a round has to walk is seen at one look, and nobody is passed over who moved."""

from __future__ import annotations

import pytest
from elm_bluff import Line, call

from pipeline.model import RejectReason
from pipeline.redact import Detector
from pipeline.usecases.agency_walk import rules_of
from pipeline.usecases.approve import approve
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.reject import reject
from pipeline.usecases.resources import current_policy, detector_for, open_database
from pipeline.usecases.standing import standing
from pipeline.usecases.undo import undo
from pipeline.usecases.walk import walk_along, walk_landed, walk_pushed


def touched(line: Line) -> bool:
    settings = line.settings
    detector: Detector = detector_for(settings.policy, settings.recognizers)
    agency = load_catalog(settings).find("elm-bluff")
    rules = rules_of(settings, agency, current_policy(settings), detector)
    with open_database(settings) as store, store.read() as tx:
        return standing(tx, ["elm-bluff"]).touches(rules, line.at)


def test_a_feed_with_nothing_new_is_passed_over(line: Line) -> None:
    assert not touched(line)
    line.deliver("a.csv", [call("1")])
    assert not touched(line)
    pull_agencies(line.settings, run_id="run-1", now=line.at)
    assert touched(line)
    walk_landed(line.settings, now=line.at)
    assert not touched(line)


@pytest.mark.parametrize(
    "change",
    [
        {"schedule": {"every": 120}},
        {"call_types": {"STRUCTURE FIRE": "FTRASH"}},
    ],
)
def test_other_rules_touch_it_until_it_was_walked_by_them(
    line: Line, change: dict[str, object]
) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    assert not touched(line)
    line.change(**change)
    assert touched(line)
    walk_landed(line.settings, now=line.at)
    assert not touched(line)


def test_a_record_that_is_open_again_is_walked_by_todays_rules(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    reason = RejectReason.NOT_NEWSWORTHY
    settles = line.later(5).at
    reject(
        line.settings,
        candidate,
        editor="Ida Okwu",
        reason=reason,
        now=line.at,
        settles=settles,
    )
    line.change(schedule={"every": 120})
    walk_landed(line.settings, now=line.at)
    assert not touched(line)
    undo(line.settings, candidate, editor="Ida Okwu", now=line.at, clock=line.at)
    assert touched(line)
    walk_landed(line.settings, now=line.at)
    assert not touched(line)
    assert len(line.pending()) == 1


def test_what_lands_while_a_poll_goes_on_is_walked_before_it_is_over(line: Line) -> None:
    walked: list[int] = []

    def over() -> bool:
        number = len(walked) + 1
        walked.append(line.count().received if number > 1 else 0)
        if number < 4:
            line.deliver(f"{number}.csv", [call(str(number))])
            pull_agencies(line.settings, run_id="run-1", now=line.later(number).at)
        return number == 4

    report = walk_along(
        line.settings, clock=lambda: line.at, over=over, pause=lambda _seconds: None
    )
    assert report.payloads == 3
    assert walked == [0, 1, 2, 3]


def test_a_feed_that_cannot_be_walked_does_not_keep_the_walk_beside_a_poll(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    pull_agencies(line.settings, run_id="run-1", now=line.at)
    line.change(agreement={"expires": "2026-03-01"})
    asked: list[bool] = []
    report = walk_along(
        line.settings,
        clock=lambda: line.at,
        over=lambda: bool(asked.append(True)) or len(asked) == 3,
        pause=lambda _seconds: None,
    )
    assert list(report.failures) == ["elm-bluff"]
    assert len(asked) == 3


def test_the_walk_of_what_is_pushed_stays_for_what_comes_next(line: Line) -> None:
    pauses = 0

    def pause(_seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        if pauses in (5, 15):
            line.deliver(f"{pauses}.csv", [call(str(pauses))])
            pull_agencies(line.settings, run_id="run-1", now=line.later(pauses).at)

    report = walk_pushed(line.settings, clock=lambda: line.at, pause=pause)
    assert report.payloads == 2
    assert pauses == 15 + 15  # three seconds of silence after the last


def test_the_walk_of_what_is_pushed_leaves_when_a_public_file_has_to_change(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    pauses = 0

    def pause(_seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 2:
            approve(line.settings, candidate, editor="Ida Okwu", now=line.at)

    assert walk_pushed(line.settings, clock=lambda: line.at, pause=pause).payloads == 0
    assert pauses == 2
