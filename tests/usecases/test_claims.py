"""Claims: of many walkers each agency has one, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest
from elm_bluff import NOW, Line, call

from pipeline.usecases.claims import claim_one
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk import walk_landed, walk_waiting


def test_many_walkers_hold_one_agency_each_and_the_last_finds_none(line: Line) -> None:
    wanted = ["elm-bluff", "oak-hollow"]
    with open_database(line.settings) as store, ExitStack() as stack:
        held = [stack.enter_context(claim_one(line.settings, store, wanted)) for _ in range(3)]
        assert held == ["elm-bluff", "oak-hollow", None]
    with open_database(line.settings) as store, claim_one(line.settings, store, wanted) as again:
        assert again == "elm-bluff"


def _hold(settings: Settings, told: Connection) -> None:
    with open_database(settings) as store, claim_one(settings, store, ["elm-bluff"]) as held:
        told.send(held)
        told.recv()


def test_a_walker_that_is_killed_holds_nothing_any_more(line: Line) -> None:
    ours, theirs = get_context("fork").Pipe()
    process = get_context("fork").Process(target=_hold, args=(line.settings, theirs))
    process.start()
    assert ours.recv() == "elm-bluff"
    with (
        open_database(line.settings) as store,
        claim_one(line.settings, store, ["elm-bluff"]) as held,
    ):
        assert held is None
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(60)
    for _ in range(200):  # a server notices the end of a connection a moment later
        with (
            open_database(line.settings) as store,
            claim_one(line.settings, store, ["elm-bluff"]) as held,
        ):
            if held:
                break
    assert held == "elm-bluff"


def landed(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    pull_agencies(line.settings, run_id="run-1", now=line.at)


def test_an_agency_that_another_walks_is_left_to_it(line: Line) -> None:
    landed(line)
    with open_database(line.settings) as store, claim_one(line.settings, store, ["elm-bluff"]):
        report = walk_landed(line.settings, now=NOW)
    assert (report.payloads, report.busy) == (0, ("elm-bluff",))
    assert walk_landed(line.settings, now=NOW).payloads == 1


def test_what_was_pushed_while_another_walked_is_walked_when_that_one_is_done(line: Line) -> None:
    landed(line)
    with ExitStack() as stack:
        store = stack.enter_context(open_database(line.settings))
        held = stack.enter_context(ExitStack())
        held.enter_context(claim_one(line.settings, store, ["elm-bluff"]))
        paused: list[float] = []

        def pause(seconds: float) -> None:
            paused.append(seconds)
            held.close()

        report = walk_waiting(line.settings, now=NOW, pause=pause)
    assert len(paused) == 1
    assert (report.payloads, report.busy) == (1, ())


@pytest.mark.parametrize("shard", [0, 1])
def test_a_shard_that_is_done_helps_another(sqlite_line: Line, shard: int) -> None:
    line = sqlite_line
    landed(line)
    assert walk_landed(line.settings, now=NOW, shard=shard, of=2).payloads == 1
