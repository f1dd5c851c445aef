"""Bulk files: every part is a payload, a kill loses and doubles nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing import get_context
from pathlib import Path

import pytest
from elm_bluff import Line, call

from pipeline.feeds import cut as cutting
from pipeline.model import ConfigError
from pipeline.usecases import bulk as checking
from pipeline.usecases.bulk import check_file
from pipeline.usecases.ingest import ingest_file
from pipeline.usecases.queue import quarantine_list

CALLS = 150


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "PART_BYTES", 2_000)


def bulk(line: Line, broken: int = -1) -> Path:
    """Write a table of many calls outside the folder that is looked at."""
    line.deliver("bulk.csv", [call(str(number)) for number in range(CALLS)])
    file = line.settings.home.parent / "bulk.csv"
    (line.folder / "payloads" / "bulk.csv").rename(file)
    if broken >= 0:
        rows = file.read_bytes().splitlines(keepends=True)
        rows.insert(broken, b'\xff\xfe" unreadable\r\n')
        file.write_bytes(b"".join(rows))
    return file


def test_every_record_of_a_bulk_file_is_walked_once(sqlite_line: Line) -> None:
    line = sqlite_line
    report = ingest_file(line.settings, line.folder, bulk(line), now=line.at)
    assert report.payloads > 5
    assert report.failures == {}
    assert line.states() == {"pending": CALLS}


def test_a_second_time_nothing_is_done(sqlite_line: Line) -> None:
    line, file = sqlite_line, bulk(sqlite_line)
    ingest_file(line.settings, line.folder, file, now=line.at)
    before = (line.states(), line.pending())
    again = ingest_file(line.settings, line.folder, file, now=line.later(5).at)
    assert (again.payloads, again.counts) == (0, {})
    assert (line.states(), line.pending()) == before


def _killed(line: Line, file: Path, after: int) -> None:
    """Run in a process of its own that ends itself as the walk has saved ``after`` batches."""

    def kill(_agency: str, _records: int) -> None:
        nonlocal after
        after -= 1
        if after == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    ingest_file(line.settings, line.folder, file, now=line.at, progress=kill)


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_file_killed_in_the_middle_goes_on_where_it_was(sqlite_line: Line, after: int) -> None:
    line, file = sqlite_line, bulk(sqlite_line)
    process = get_context("fork").Process(target=_killed, args=(line, file, after))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert 0 < line.count().received < CALLS
    ingest_file(line.settings, line.folder, file, now=line.at)
    assert line.states() == {"pending": CALLS}


def test_a_broken_part_is_quarantined_alone(sqlite_line: Line) -> None:
    line = sqlite_line
    ingest_file(line.settings, line.folder, bulk(line, broken=100), now=line.at)
    states = line.states()
    assert states["quarantined"] == 1
    assert CALLS - 40 < states["pending"] < CALLS


def test_what_cannot_be_cut_is_quarantined_once(sqlite_line: Line) -> None:
    line, file = sqlite_line, bulk(sqlite_line)
    with file.open("ab") as more:
        more.write(b"z" * 6_000_000)
    for _ in range(2):
        ingest_file(line.settings, line.folder, file, now=line.at)
    states = line.states()
    assert states["quarantined"] == 1
    assert states["pending"] > CALLS - 40
    ((_, code, _),) = quarantine_list(line.settings, now=line.at)
    assert code == "limit-exceeded"


@pytest.mark.parametrize("readers", [1, 3])
def test_checking_reads_all_and_keeps_nothing(sqlite_line: Line, readers: int) -> None:
    line = sqlite_line
    found = check_file(line.folder, bulk(line, broken=100), readers=readers)
    assert CALLS - 40 < found.records < CALLS
    assert found.parts > 5
    assert found.refused_parts == {"wrong-encoding": 1}
    assert found.stopped == ""
    assert multiprocessing.active_children() == []


def test_a_check_stops_where_the_file_cannot_be_cut(sqlite_line: Line) -> None:
    line, file = sqlite_line, bulk(sqlite_line)
    with file.open("ab") as more:
        more.write(b"z" * 6_000_000)
    found = check_file(line.folder, file, readers=2)
    assert found.stopped == "limit-exceeded"
    assert CALLS - 40 < found.records <= CALLS


def test_beside_other_threads_readers_are_not_forked(sqlite_line: Line) -> None:
    line, done = sqlite_line, threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert check_file(line.folder, bulk(line), readers=1).records == CALLS
    finally:
        done.set()
        other.join()


def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let readers be forked, and have what is patched, whatever threads other tests left here."""
    monkeypatch.setattr(checking.threading, "active_count", lambda: 1)


def test_a_check_tells_of_a_reader_that_ended(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked(monkeypatch)
    monkeypatch.setattr(checking, "check_payload", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(ConfigError, match="has ended"):
        check_file(sqlite_line.folder, bulk(sqlite_line), readers=2)
    assert multiprocessing.active_children() == []


def test_what_a_reader_cannot_use_is_told_as_here(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unusable(*_: object) -> None:
        raise ConfigError("the schema is torn", remedy="Mend it.", path=Path("calls.xsd"))

    forked(monkeypatch)
    monkeypatch.setattr(checking, "check_payload", unusable)
    with pytest.raises(ConfigError, match=r"calls\.xsd: the schema is torn\. Mend it\."):
        check_file(sqlite_line.folder, bulk(sqlite_line), readers=2)


def test_a_file_that_is_not_there_is_told_without_its_name(sqlite_line: Line) -> None:
    line, file = sqlite_line, sqlite_line.folder / "secret.csv"
    with pytest.raises(ConfigError, match="cannot be read") as refused:
        ingest_file(line.settings, line.folder, file, now=line.at)
    assert "secret" not in str(refused.value)
