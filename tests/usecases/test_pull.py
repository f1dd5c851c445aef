from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import yaml
from elm_bluff import (
    Line,
    call,
)

from pipeline.adapters.transports import Fetched, Look
from pipeline.agencies.transport import TransportKind
from pipeline.model import (
    ConfigError,
    StoreFailure,
)
from pipeline.usecases import fetch as fetching
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.walk import walk_landed


def test_the_same_body_in_another_file_is_landed_once(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.deliver("b.csv", [call("1")])
    line.run()
    assert line.states() == {"pending": 1}
    assert line.count().payloads.redelivered == 1


def test_an_expired_agreement_stops_the_feed_and_leaves_its_files(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.change(agreement={"expires": "2026-02-01"})
    report = pull_agencies(line.settings, run_id="r", now=line.at)
    assert report.landed == ()
    assert "elm-bluff" in report.failures
    assert "\n" not in report.failures["elm-bluff"]
    line.change(agreement={"expires": "2029-01-09"})
    line.run()
    assert line.states() == {"pending": 1}


def test_a_missing_key_file_is_one_clear_line(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    line.settings.key_file.unlink()
    with pytest.raises(ConfigError) as caught:
        line.run()
    assert "\n" not in str(caught.value)
    assert "backup" in str(caught.value)


def test_another_key_is_refused(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    other = replace(line.settings, key_file=line.settings.home / "other.json")
    with pytest.raises(ConfigError):
        walk_landed(other, now=line.at)


def test_a_feed_is_pulled_at_its_own_rhythm(sqlite_line: Line) -> None:
    line = sqlite_line
    line.change(schedule={"every": 600})
    line.run()
    line.deliver("a.csv", [call("1")])
    line.later(5).run()
    assert line.pending() == []
    line.later(10).run()
    assert len(line.pending()) == 1


def test_agencies_of_one_rhythm_come_to_be_spread_over_its_rounds(sqlite_line: Line) -> None:
    line = sqlite_line
    line.change(schedule={"every": 60})
    content = yaml.safe_load((line.folder / "agency.yml").read_text())
    for number in range(7):
        name = f"yew-tree-{number}"
        shutil.copytree(line.folder, line.folder.parent / name)
        path = line.folder.parent / name / "agency.yml"
        path.write_text(yaml.safe_dump(content | {"id": name}))

    def looked(minutes: float, before: float) -> set[str]:
        now, since = line.later(minutes).at, line.later(before).at
        report = pull_agencies(line.settings, run_id="r", now=now, since=since)
        return set(report.per_agency)

    everyone = looked(0, -0.5)
    assert len(everyone) == 8  # who was never looked at does not wait
    assert looked(0.5, 0) == set()
    first = looked(1, 0.5)
    assert len(first) == 5
    second = looked(1.5, 1)
    assert second == everyone - first
    assert looked(2, 1.5) == first
    assert looked(2.5, 2) == second
    assert looked(4, 2.5) == everyone  # a late round leaves nobody for the next


def test_two_pulls_at_once_land_every_file_once(line: Line) -> None:
    for number in range(20):
        line.deliver(f"{number:02}.csv", [call(str(number))])
    failures: list[Exception] = []

    def go() -> None:
        try:
            pull_agencies(line.settings, run_id="r", now=line.at, only=["elm-bluff"])
        except StoreFailure as failure:
            failures.append(failure)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("another run" in str(failure) for failure in failures)
    line.run()
    line.later(1).run()
    assert line.states() == {"pending": 20}


def test_who_was_slow_begins_first_until_it_is_quick_again(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = sqlite_line
    content = yaml.safe_load((line.folder / "agency.yml").read_text())
    for name in ("ash-ford", "yew-tree"):
        shutil.copytree(line.folder, line.folder.parent / name)
        path = line.folder.parent / name / "agency.yml"
        path.write_text(yaml.safe_dump(content | {"id": name}))
    begun: list[str] = []
    slow = {"yew-tree"}

    async def looked(look: Look, _transport: object) -> AsyncIterator[Fetched]:
        begun.append(look.agency.agency_id)
        await asyncio.sleep(0.2 if look.agency.agency_id in slow else 0)
        for nothing in ():
            yield nothing

    monkeypatch.setattr(fetching, "TRANSPORTS", {TransportKind.FOLDER: looked})
    monkeypatch.setattr(fetching, "_SLOW", 0.1)
    rounds = []
    for minute in range(4):
        begun.clear()
        report = pull_agencies(line.settings, run_id="r", now=line.later(5 * minute).at)
        assert list(report.per_agency) == ["ash-ford", "elm-bluff", "yew-tree"]
        rounds.append(begun[0])
        if minute == 1:
            slow.clear()
    assert rounds == ["ash-ford", "yew-tree", "yew-tree", "ash-ford"]
