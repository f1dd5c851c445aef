"""Backfill: an archive walked once, in order, by one process or several, and nothing told again."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from elm_bluff import NOW, Line, build_line, call, published

from pipeline.adapters.store.feeding import payloads_of
from pipeline.feeds import cut as cutting
from pipeline.model import ConfigError, Refused, Scope
from pipeline.usecases.agency_walk import agency_walking
from pipeline.usecases.backfill import archived_days, backfill, stretches
from pipeline.usecases.ingest import ingest_file
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.resources import open_database
from pipeline.usecases.simulate import Window, what_would_change
from pipeline.usecases.simulated import Fate
from pipeline.usecases.switches import switch_off
from pipeline.usecases.walk_payload import BATCH
from pipeline.usecases.walkers import Walkers, Work

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 5)
RECOGNIZERS = """recognizers:
  - name: shelters
    supported_entity: ADDRESS
    deny_list: ["the lantern house"]
    finds: ["smoke near [the lantern house]"]
    ignores: ["a lantern in the house"]
"""
OLD = "2026-02-0{} 11:20:00"


def archive(line: Line, days: dict[str, Sequence[dict[str, str]]]) -> Path:
    """Write an archive of tables by file name, beside the agency's folder."""
    folder = line.settings.home.parent / "archive"
    folder.mkdir(exist_ok=True)
    for name, calls in days.items():
        line.deliver(name, calls)
        (line.folder / "payloads" / name).rename(folder / name)
    return folder


def five_days(line: Line, a_day: int = 30) -> Path:
    """Write five days of calls, each day's last ones told again in the next day's file."""
    days = {}
    for day in range(1, 6):
        calls = [
            call(f"{day}-{number}", opened=OLD.format(day), notes=f"smoke {number} seen")
            for number in range(a_day)
        ]
        late = [
            call(f"{day - 1}-{number}", opened=OLD.format(day - 1), notes="smoke, fire is out")
            for number in range(5)
        ]
        days[f"calls-2026020{day}.csv"] = [*calls, *(late if day > 1 else [])]
    return archive(line, days)


def summed(line: Line, workers: int, folder: Path, until: date = LAST) -> Counter[str]:
    found = backfill(
        line.settings, "elm-bluff", FIRST, until, archive=folder, now=line.at, workers=workers
    )
    return sum((day.counts for day in found.days), Counter())


def test_an_archive_is_walked_day_by_day_and_never_comes_before_an_editor(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    folder = five_days(line)
    (folder / "readme.txt").write_text("no day in this name")
    found = backfill(line.settings, "elm-bluff", FIRST, LAST, archive=folder, now=line.at)
    assert [day.day.day for day in found.days] == [1, 2, 3, 4, 5]
    assert [day.counts.total() for day in found.days] == [30, 35, 35, 35, 35]
    assert found.undated == 1
    assert line.count().received == 170
    assert line.states()["withheld"] >= 150  # too old to be news
    assert len(line.pending()) <= 20


def test_days_outside_of_what_is_asked_for_are_left_alone(sqlite_line: Line) -> None:
    line, folder = sqlite_line, five_days(sqlite_line)
    found = backfill(
        line.settings, "elm-bluff", date(2026, 2, 2), date(2026, 2, 3), archive=folder, now=line.at
    )
    assert [day.day.day for day in found.days] == [2, 3]
    assert line.count().received == 70


def test_a_second_time_nothing_is_done(sqlite_line: Line) -> None:
    line, folder = sqlite_line, five_days(sqlite_line)
    summed(line, 1, folder, date(2026, 2, 3))
    before = (line.states(), line.pending(), order(line))
    assert summed(line, 1, folder, date(2026, 2, 3)).total() == 0
    assert (line.states(), line.pending(), order(line)) == before
    assert summed(line, 1, folder).total() == 70


def test_several_processes_save_what_one_alone_would_have_saved(
    tmp_path: Path, database_url: str
) -> None:
    one = build_line(tmp_path / "one", f"sqlite:///{tmp_path / 'one.db'}")
    several = build_line(tmp_path / "several", database_url)
    alone = summed(one, 1, five_days(one))
    together = summed(several, 3, five_days(several))
    assert together == alone
    assert several.states() == one.states()
    assert order(several) == order(one)


def order(line: Line) -> list[tuple[str, str, int]]:
    """Return what became of each payload, in the order in which they were landed."""
    with open_database(line.settings) as store, store.read() as tx:
        return [(p.run_id, p.state, p.walked_to) for p in payloads_of(tx, "elm-bluff")]


def test_a_process_killed_in_the_middle_is_replaced_and_nothing_is_lost(line: Line) -> None:
    folder = five_days(line, a_day=20)
    files, _ = archived_days(folder)
    with agency_walking(line.settings, line.folder, now=line.at) as walking:
        work = Work(
            settings=line.settings, folder=line.folder, now=line.at, rules=walking.rules.digest
        )
        for paths in files.values():
            line.deliver_bytes(paths[0].name, paths[0].read_bytes())
    landed = pull_agencies(line.settings, run_id="run-1", now=line.at).landed
    counts: Counter[str] = Counter()
    with Walkers(work, 2) as walkers:
        for number, found in enumerate(walkers.walk(landed)):
            counts += found
            if number == 1:
                for pid in walkers.pids:
                    os.kill(pid, signal.SIGKILL)
    assert counts.total() == line.count().received == 120
    assert line.count().waiting == 0


def _killed(line: Line, folder: Path, after: int) -> None:
    """Run in a process of its own that ends itself as so many payloads are saved."""

    def kill(_agency: str, _records: int) -> None:
        nonlocal after
        after -= 1
        if after == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    backfill(
        line.settings, "elm-bluff", FIRST, LAST, archive=folder, now=line.at, workers=2,
        progress=kill,
    )  # fmt: skip


def test_a_backfill_killed_in_the_middle_goes_on_where_it_was(sqlite_line: Line) -> None:
    line, folder = sqlite_line, five_days(sqlite_line)
    process = get_context("fork").Process(target=_killed, args=(line, folder, 2))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert 0 < line.count().received < 170
    summed(line, 2, folder)
    assert line.count().received == 170
    assert line.count().waiting == 0


def test_what_was_published_is_not_told_again_nor_taken_back(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    alert = published(line)
    folder = archive(line, {"2026-03-01.csv": [call("1"), call("1", notes="an older telling")]})
    found = backfill(
        line.settings, "elm-bluff", date(2026, 3, 1), date(2026, 3, 1), archive=folder, now=line.at
    )
    assert found.days[0].counts == {"duplicate": 1, "superseded": 1}
    assert publish_due(line.settings, now=line.at).alerts in (0, 1)
    (live,) = live_alerts(line.settings, now=line.at)
    assert (live.alert_id, live.version) == (alert, 1)
    assert line.pending() == []


def test_a_sensitive_old_record_of_a_published_call_takes_the_alert_back(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    folder = archive(line, {"2026-03-01.csv": [call("1", "DOMESTIC")]})
    backfill(
        line.settings, "elm-bluff", date(2026, 3, 1), date(2026, 3, 1), archive=folder, now=line.at
    )
    publish_due(line.settings, now=line.at)
    assert live_alerts(line.settings, now=line.at) == ()


def test_the_very_file_that_the_feed_delivered_is_known(sqlite_line: Line) -> None:
    line = sqlite_line
    calls = [call(str(number)) for number in range(9)]
    line.deliver("2026-03-01.csv", calls)
    line.run()
    before = (line.states(), order(line))
    folder = archive(line, {"2026-03-01.csv": calls})
    found = backfill(
        line.settings, "elm-bluff", date(2026, 3, 1), date(2026, 3, 1), archive=folder, now=line.at
    )
    assert found.days[0].payloads == 0
    assert (line.states(), order(line)) == before


def test_without_an_archive_open_records_of_those_days_are_walked_by_todays_rules(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "NEW TYPE")])
    line.run()
    line.change(call_types={"NEW TYPE": "FSTRU"})
    day = NOW.date()
    other = backfill(
        line.settings, "elm-bluff", day - timedelta(9), day - timedelta(8), now=line.at
    )
    assert other.days == ()
    found = backfill(line.settings, "elm-bluff", day, day, now=line.at)
    assert [(each.again, each.counts) for each in found.days] == [(1, {"pending": 1})]


def test_a_file_larger_than_a_payload_is_cut(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "PART_BYTES", 20_000)
    line = sqlite_line
    line.change(format={"max_bytes": 60_000})
    calls = [call(str(number), opened=OLD.format(1)) for number in range(BATCH * 3)]
    folder = archive(line, {"2026-02-01.csv": calls})
    found = backfill(line.settings, "elm-bluff", FIRST, FIRST, archive=folder, now=line.at)
    assert found.days[0].payloads > 3
    assert line.count().received == BATCH * 3


def test_a_long_past_is_parted_into_a_few_stretches_in_order(sqlite_line: Line) -> None:
    line, folder = sqlite_line, five_days(sqlite_line)
    days = (FIRST, date(2026, 2, 28))
    parts = stretches(line.settings, "elm-bluff", *days, most=2, archive=folder)
    assert [(first.day, last.day) for first, last in parts] == [(1, 3), (4, 5)]
    assert stretches(line.settings, "elm-bluff", *days, most=2) == ()
    line.deliver("a.csv", [call("1")])
    line.run()
    day = NOW.date()
    assert stretches(line.settings, "elm-bluff", FIRST, day, most=9) == ((day, day),)


def test_a_switched_off_agency_is_left_alone(sqlite_line: Line) -> None:
    line, folder = sqlite_line, five_days(sqlite_line)
    backfill(line.settings, "elm-bluff", FIRST, FIRST, archive=folder, now=line.at)
    switch_off(
        line.settings,
        Scope.AGENCY,
        "elm-bluff",
        person="Ida Okwu",
        reason="a rehearsal",
        now=line.at,
    )
    found = backfill(line.settings, "elm-bluff", FIRST, LAST, archive=folder, now=line.at)
    assert (found.days, bool(found.stopped)) == ((), True)


def test_days_that_are_none_and_folders_that_are_none_are_refused(sqlite_line: Line) -> None:
    line = sqlite_line
    with pytest.raises(Refused):
        backfill(line.settings, "elm-bluff", LAST, FIRST, now=line.at)
    with pytest.raises(ConfigError, match="archive cannot be read"):
        backfill(line.settings, "elm-bluff", FIRST, LAST, archive=line.folder / "no", now=line.at)


def test_bulk_files_are_walked_by_several_processes_too(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "PART_BYTES", 2_000)
    line = sqlite_line
    folder = archive(line, {"bulk.csv": [call(str(number)) for number in range(60)]})
    report = ingest_file(line.settings, line.folder, folder / "bulk.csv", now=line.at, workers=2)
    assert report.counts == {"pending": 60}
    assert line.states() == {"pending": 60}


def test_what_other_recognizers_would_change_is_told_and_nothing_is_changed(
    sqlite_line: Line, tmp_path: Path
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", notes="smoke near the lantern house")])
    line.run()
    before = (line.count(), line.pending())
    other = tmp_path / "recognizers.yml"
    other.write_text(RECOGNIZERS)
    window = Window(since=NOW - timedelta(days=1), until=NOW, days=1)
    changed = what_would_change(line.settings, window, now=line.at, recognizers=other)
    assert [(move.kind, count) for move, count in changed.moves.items()] == [
        ("release, redacted otherwise", 1)
    ]
    same = what_would_change(line.settings, window, now=line.at)
    assert [move.kind for move in same.moves] == ["release"]
    assert same.from_vault == same.after(Fate.RELEASE) == same.before(Fate.RELEASE) == 1
    empty = Window(since=NOW - timedelta(days=9), until=NOW - timedelta(days=8), days=1)
    assert what_would_change(line.settings, empty, now=line.at).from_vault == 0
    assert (line.count(), line.pending()) == before
