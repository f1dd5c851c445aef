"""Feeds of open calls only: a call gone from so many whole lists is closed, and may come back."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from elm_bluff import NOW, Line, call
from sqlalchemy import select

from pipeline.adapters.store.listing_tables import listed
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import pending_queue
from pipeline.usecases.resources import open_database
from pipeline.usecases.walk import walk_landed

ROBBERY = call("1", "ROBBERY", notes="held up at the counter", opened="2026-03-02 11:20:00")


@pytest.fixture(name="feed")
def _feed(sqlite_line: Line) -> Line:
    """The agency lists open calls; one missing from three lists in a row is closed."""
    sqlite_line.change(vanish_after=3)
    return sqlite_line


def poll(line: Line, number: int, names: Sequence[str]) -> Line:
    """Let the line look at a list of calls, ten minutes later each time; return it then."""
    then = line.later(10 * number)
    calls = {"1": ROBBERY, "2": call("2"), "3": call("3", "GAS LEAK")}
    then.deliver(f"{number:03}.csv", [calls[each] for each in names])
    then.run()
    return then


def opens(line: Line) -> dict[str, datetime | None]:
    """Return when each pending candidate may go out, by category."""
    rows = pending_queue(line.settings, now=line.at)
    return {row.proposal.candidate.facts.category.value: row.timing.opens for row in rows}


def closed(line: Line) -> list[datetime]:
    """Return when each call closed by its absence was closed."""
    query = select(listed.c.closed_at).where(listed.c.closed_at.is_not(None))
    with open_database(line.settings) as store, store.read() as tx:
        return sorted(map(datetime.fromisoformat, tx.execute(query).scalars()))


def test_a_call_missing_often_enough_is_closed_when_it_was_first_missing(feed: Line) -> None:
    poll(feed, 0, ["1", "2"])
    assert opens(feed)["robbery"] is None
    for number in (1, 2):
        assert closed(poll(feed, number, ["2"])) == []
    last = poll(feed, 3, ["2"])
    assert closed(last) == [NOW + timedelta(minutes=10)]
    assert opens(last)["robbery"] is not None
    assert last.states()["pending"] == 2


def test_one_that_comes_back_is_open_again(feed: Line) -> None:
    for number, names in enumerate((["1"], ["2"], ["2"], ["2"], ["1", "2"])):
        line = poll(feed, number, names)
    assert closed(line) == []
    assert opens(line)["robbery"] is None


def test_coming_back_in_time_begins_the_count_anew(feed: Line) -> None:
    for number, names in enumerate((["1"], ["2"], ["2"], ["1", "2"], ["2"], ["2"])):
        line = poll(feed, number, names)
    assert closed(line) == []


def test_a_list_delivered_twice_is_a_list_again(feed: Line) -> None:
    """The same bytes land once; as a poll they count each time they are the list."""
    for number, names in enumerate((["1"], ["2"], ["2"], ["2"])):
        line = poll(feed, number, names)
    assert closed(line) == [NOW + timedelta(minutes=10)]


def test_what_cannot_be_read_whole_says_nothing_about_absence(feed: Line) -> None:
    poll(feed, 0, ["1", "2"])
    broken = [call("2"), call("9", opened="nonsense")]
    for number in range(1, 6):
        then = feed.later(10 * number)
        then.deliver(f"{number:03}.csv", [*broken, call(f"2{number}")])
        then.deliver_bytes(f"{number:03}b.csv", b"<html>busy</html>" + b" " * number)
        then.run()
    assert closed(then) == []


def test_a_feed_that_is_silent_or_fails_closes_nothing(feed: Line) -> None:
    poll(feed, 0, ["1", "2"])
    for number in range(1, 9):
        feed.later(10 * number).run()
    (feed.folder / "payloads").rename(feed.folder / "gone")
    for number in range(9, 14):
        feed.later(10 * number).run()
    assert closed(feed) == []


def test_mended_rules_leave_a_closed_call_closed(feed: Line) -> None:
    for number, names in enumerate((["1"], ["2"], ["2"], ["2"])):
        line = poll(feed, number, names)
    before = opens(line)["robbery"]
    line.change(about={"contact": "other@elm-bluff.example"})
    walk_landed(line.settings, now=line.at)
    assert before is not None
    assert opens(line)["robbery"] == before


@pytest.mark.parametrize("seed", range(6))
def test_walking_each_list_or_all_at_once_comes_to_the_same(feed: Line, seed: int) -> None:
    """However the walk falls behind, the lists count in the order in which they came."""
    chance = random.Random(seed)
    lists = [["1", "2", "3"], *(chance.sample(["1", "2", "3"], 2) for _ in range(7))]
    expected: dict[str, int] = {}
    for names in lists:
        for each in ("1", "2", "3"):
            missed = expected.get(each, 0)
            expected[each] = 0 if each in names else missed + 1
    for number, names in enumerate(lists):
        then = feed.later(10 * number)
        calls = {"1": ROBBERY, "2": call("2"), "3": call("3", "GAS LEAK")}
        then.deliver(f"{number:03}.csv", [calls[each] for each in names])
        pull_agencies(then.settings, run_id="run", now=then.at)
        if chance.random() < 0.4:
            walk_landed(then.settings, now=then.at)
    walk_landed(then.settings, now=then.at)
    assert len(closed(then)) == sum(missed >= 3 for missed in expected.values())


def test_without_the_key_absence_means_nothing(sqlite_line: Line) -> None:
    for number, names in enumerate((["1"], ["2"], ["2"], ["2"])):
        line = poll(sqlite_line, number, names)
    assert opens(line)["robbery"] is None
