"""Calls are numbered, revised and shown as a CAD would."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.emulator.calls import assign, changes, pages, polls, snapshot
from pipeline.emulator.casts import cast_ids, load_cast
from pipeline.emulator.story import Cast, Mark

SEED = "a test"


@pytest.fixture(scope="module", params=cast_ids())
def cast(request: pytest.FixtureRequest) -> Cast:
    return load_cast(request.param)


def test_the_same_seed_gives_the_same_calls(cast: Cast) -> None:
    assert assign(cast, SEED) == assign(cast, SEED)
    assert assign(cast, SEED) != assign(cast, "another")


def test_the_daily_number_starts_again_and_the_other_never_does(cast: Cast) -> None:
    calls = assign(cast, SEED)

    assert [call.number for call in calls] == list(range(1, len(calls) + 1))
    firsts = [call.opened.date() for call in calls if call.day_number == 1]
    assert len(firsts) >= 2
    assert firsts == sorted(set(firsts))


def test_a_call_without_a_point_is_one_that_its_story_says_has_none(cast: Cast) -> None:
    for call in assign(cast, SEED):
        assert (call.point is None) == (Mark.NO_POINT in call.story.truth.marks)


def test_every_call_is_revised_two_to_six_times_and_ends_closed(cast: Cast) -> None:
    calls = assign(cast, SEED)
    revisions = changes(calls)

    for call in calls:
        own = [one for one in revisions if one.call is call]
        assert 2 <= len(own) <= 6
        assert [one.closed for one in own] == [False] * (len(own) - 1) + [True]
        assert own[-1].lines == call.story.lines


def test_two_looks_without_a_change_show_the_same(cast: Cast) -> None:
    call = assign(cast, SEED)[0]
    late, later = snapshot(call, call.closes + 5), snapshot(call, call.closes + 50)

    assert (late.revised, late.lines, late.call_types) == (
        later.revised,
        later.lines,
        later.call_types,
    )


def test_a_call_that_turns_sensitive_is_seen_before_and_after(cast: Cast) -> None:
    calls = assign(cast, SEED)
    looks = polls(calls, every=timedelta(hours=4), extra=[Mark.BECOMES_SENSITIVE])
    shown = pages(calls, looks, window=timedelta(hours=4))
    turning = [c for c in calls if Mark.BECOMES_SENSITIVE in c.story.truth.marks]

    assert turning
    for call in turning:
        seen = [one for poll in shown for one in poll.snapshots if one.call is call]
        assert len(seen[0].call_types) == 1
        assert len(seen[0].lines) < len(seen[-1].lines)
        assert len(seen[-1].call_types) == 2


def test_every_call_is_shown_on_some_page(cast: Cast) -> None:
    calls = assign(cast, SEED)
    every = timedelta(hours=3)
    shown = pages(calls, polls(calls, every=every, extra=[]), window=every)

    seen = {one.call.number for poll in shown for one in poll.snapshots}
    assert seen == {call.number for call in calls}
