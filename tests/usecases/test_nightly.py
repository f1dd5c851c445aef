"""Nightly backups: dated, checked before they count, and gone when the texts in them are."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, build_line, call

from pipeline.adapters.archive import check_archive
from pipeline.adapters.locked import alone
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.model import Refused, StoreFailure
from pipeline.usecases import nightly
from pipeline.usecases.alarms import watch
from pipeline.usecases.backup import create_backup, restore_backup, restore_keys, verify_backup
from pipeline.usecases.nightly import Pruned, longest_kept, make_nightly, prune_backups
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import load_settings

HOUR, DAY = 60, 24 * 60


@pytest.fixture
def line(sealed_line: Line) -> Line:
    return sealed_line


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def made(line: Line, kept: Path) -> str:
    """Return the name of a new nightly backup."""
    done = make_nightly(line.settings, kept, hours=None, now=line.at)
    assert done.checked.sound
    return done.name


def pruned(line: Line, kept: Path, hours: float | None = None) -> Pruned:
    return prune_backups(line.settings, kept, hours=hours, now=line.at, person="Enno Vries")


def names(kept: Path) -> list[str]:
    return sorted(each.name for each in kept.iterdir())


def told(line: Line, verb: str = "backup-removed") -> list[tuple[str, str]]:
    """Return who removed (or made) which backup, by the log."""
    with open_database(line.settings) as store, store.read() as tx:
        bodies = [e["body"] for _, e in entries_of(tx, [EntryKind.PRIVILEGED_ACTION])]
    return [(b["by"], b["detail"]) for b in bodies if b["verb"] == verb]


def rings(line: Line) -> bool:
    return "backup-late" in {each.code for each in watch(line.settings, now=line.at).alarms}


def test_a_night_makes_a_sound_backup_named_after_the_time(line: Line, kept: Path) -> None:
    assert made(line, kept) == "20260302T180000Z.tar.gz"
    assert names(kept) == ["20260302T180000Z.tar.gz"]
    assert (kept / "20260302T180000Z.tar.gz").stat().st_mode & 0o777 == 0o600
    assert verify_backup(line.settings, kept / "20260302T180000Z.tar.gz").sound
    with pytest.raises(StoreFailure, match="there already"):
        made(line, kept)


def test_nights_without_a_sound_backup_ring_until_the_next_one(
    line: Line, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not rings(line.later(9 * DAY))  # nobody ever made one
    name = made(line, kept)
    assert told(line, "backup-made") == [("", name)]
    assert not rings(line.later(30 * HOUR))
    assert rings(line.later(30 * HOUR + 1))
    unsound = replace(verify_backup(line.settings, kept / name), problems=("a leaf differs",))
    monkeypatch.setattr(nightly, "verify_backup", lambda *_: unsound)
    make_nightly(line.later(DAY).settings, kept, hours=None, now=line.later(DAY).at)
    assert rings(line.later(2 * DAY))
    monkeypatch.undo()
    made(line.later(2 * DAY), kept)
    assert not rings(line.later(2 * DAY))
    nobody_minds = replace(line, settings=replace(line.settings, backup_within=timedelta()))
    assert not rings(nobody_minds.later(9 * DAY))


def test_a_week_of_nights_leaves_what_is_younger_than_72_hours(line: Line, kept: Path) -> None:
    every = [made(line.later(night * DAY), kept) for night in range(7)]
    assert names(kept) == every[-3:]
    assert told(line) == [("", name) for name in every[:-3]]


def test_a_copy_goes_in_the_hour_its_time_is_over_and_the_log_says_who_did_it(
    line: Line, kept: Path
) -> None:
    old, new = made(line, kept), made(line.later(HOUR), kept)
    assert pruned(line.later(72 * HOUR - 1), kept) == Pruned()
    assert pruned(line.later(72 * HOUR), kept) == Pruned(removed=(old,))
    assert names(kept) == [new]
    assert told(line) == [("Enno Vries", old)]
    with open_database(line.settings) as store, store.read() as tx:
        said = json.dumps([e for _, e in entries_of(tx, [EntryKind.PRIVILEGED_ACTION])])
    assert [each for each in CANARIES if each.lower() in said.lower()] == []


def test_the_newest_good_one_stays_and_is_told_as_late(line: Line, kept: Path) -> None:
    made(line, kept)
    new = made(line.later(DAY), kept)
    found = pruned(line.later(9 * DAY), kept)
    assert (found.late, found.removed) == (new, ("20260302T180000Z.tar.gz",))
    assert not found.clean
    assert names(kept) == [new]


def test_a_damaged_newer_one_does_not_count_as_the_newest(line: Line, kept: Path) -> None:
    """The one it stands before is all there is to restore from."""
    good, bad = made(line, kept), made(line.later(71 * HOUR), kept)
    whole = (kept / bad).read_bytes()
    (kept / bad).write_bytes(whole[: len(whole) // 2])
    found = pruned(line.later(73 * HOUR), kept)
    assert (found.removed, found.late) == ((), good)
    (kept / bad).write_bytes(whole)
    assert pruned(line.later(73 * HOUR), kept).removed == (good,)


def test_what_was_not_written_here_is_never_removed(line: Line, kept: Path, tmp_path: Path) -> None:
    made(line.later(9 * DAY), kept)
    foreign = replace(line.settings, log_origin="another.example/log")
    create_backup(foreign, kept / "20260301T000000Z.tar.gz", keys=None, now=line.at)
    (kept / "20260301T000001Z.tar.gz").write_bytes(b"no archive")
    create_backup(
        line.settings, tmp_path / "b.tar.gz", keys=tmp_path / "first" / "k.tar.gz", now=line.at
    )
    shutil.copy(tmp_path / "first" / "k.tar.gz", kept / "20260301T000002Z.tar.gz")
    late = line.later(9 * DAY)
    create_backup(late.settings, kept / "20260301T000003Z.tar.gz", keys=None, now=late.at)
    (kept / "20260301T000004Z.tar.gz").symlink_to(tmp_path / "b.tar.gz")
    (kept / "20261399T000000Z.tar.gz").write_bytes(b"no time")
    (kept / "before.tar.gz").write_bytes(b"by hand")
    (kept / "20990101T000000Z.tar.gz").write_bytes(b"a clock was wrong")
    before = names(kept)
    found = pruned(late, kept)
    assert names(kept) == before
    assert found.removed == ()
    assert dict(found.left) == {
        "20260301T000000Z.tar.gz": "is no backup of this installation",
        "20260301T000001Z.tar.gz": "is damaged, or no backup",
        "20260301T000002Z.tar.gz": "is no backup of this installation",
        "20260301T000003Z.tar.gz": "was made later than its name says",
        "20990101T000000Z.tar.gz": "is named after a time to come",
    }
    assert found.others == (
        *("20260301T000004Z.tar.gz", "20261399T000000Z.tar.gz", "before.tar.gz"),
    )


def test_nothing_is_removed_before_the_log_says_so(
    line: Line, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = made(line, kept)
    made(line.later(HOUR), kept)

    def full(*_: object) -> int:
        raise StoreFailure("the disk is full")

    monkeypatch.setattr(nightly, "append", full)
    with pytest.raises(StoreFailure, match="full"):
        pruned(line.later(73 * HOUR), kept)
    assert old in names(kept)


def test_a_dry_run_says_what_would_go_and_nothing_else_happens(line: Line, kept: Path) -> None:
    old = made(line, kept)
    made(line.later(HOUR), kept)
    late = line.later(73 * HOUR)
    found = prune_backups(late.settings, kept, hours=None, now=late.at, dry_run=True)
    assert found.removed == (old,)
    assert len(names(kept)) == 2
    assert told(line) == []


def test_a_backup_that_is_not_sound_is_not_kept_and_removes_nothing(line: Line, kept: Path) -> None:
    old = made(line, kept)
    with sqlite3.connect(line.settings.home / "blotter.db") as database:
        database.execute("update audit_entries set line = x'7b7d' where idx = 0")
    late = line.later(9 * DAY)
    done = make_nightly(late.settings, kept, hours=None, now=late.at)
    assert (done.name, done.checked.sound, done.pruned) == ("", False, Pruned())
    assert names(kept) == [old]


def test_a_shorter_time_may_be_set_and_a_longer_one_may_not(line: Line, kept: Path) -> None:
    assert longest_kept(line.settings, None) == timedelta(hours=72)
    old = made(line, kept)
    made(line.later(HOUR), kept)
    assert pruned(line.later(25 * HOUR), kept, hours=24).removed == (old,)
    for hours in (73, 0, -1, float("nan")):
        with pytest.raises(Refused, match="72 hours at most"):
            pruned(line, kept, hours=hours)
        with pytest.raises(Refused, match="72 hours at most"):
            make_nightly(line.settings, kept, hours=hours, now=line.later(DAY).at)
    assert len(names(kept)) == 1


def test_an_agency_whose_payloads_are_kept_for_less_shortens_it_for_all(
    line: Line, kept: Path
) -> None:
    line.change(retention={"payload_hours": 6})
    assert longest_kept(line.settings, None) == timedelta(hours=6)
    with pytest.raises(Refused, match="6 hours at most"):
        pruned(line, kept, hours=24)


def test_what_killed_runs_left_goes_with_the_next_prune(line: Line, kept: Path) -> None:
    for name in ("killed", "running"):
        (kept / f".blotter-{name}" / "scratch").mkdir(parents=True)
    with alone(kept / ".blotter-running" / ".lock"):
        pruned(line, kept)
        assert names(kept) == [".blotter-running"]


def test_a_folder_that_is_missing_is_named_and_not_made(line: Line, kept: Path) -> None:
    with pytest.raises(Refused, match="mount"):
        make_nightly(line.settings, kept / "away", hours=None, now=line.at)
    with pytest.raises(Refused, match="mount"):
        pruned(line, kept / "away")
    assert names(kept) == []


def test_a_copy_of_the_keys_gives_way_to_the_next_one(
    line: Line, kept: Path, tmp_path: Path
) -> None:
    """An old one would still hold a key that was destroyed, and not know it as destroyed."""
    safe = tmp_path / "safe"
    safe.mkdir()
    keys = safe / "keys.tar.gz"
    create_backup(line.settings, kept / "a.tar.gz", keys=keys, now=line.at)
    later = line.later(5 * DAY)
    (line.settings.key_file.parent / "destroyed-keys.txt").write_text("\nabc\n")
    create_backup(later.settings, kept / "b.tar.gz", keys=keys, now=later.at)
    assert "keys/destroyed-keys.txt" in check_archive(keys).digests
    assert check_archive(keys).facts["made"] == later.at.isoformat(timespec="seconds")
    assert names(safe) == ["keys.tar.gz"]
    home = tmp_path / "second"
    other = load_settings(
        {"BLOTTER_HOME": str(home), "BLOTTER_AGENCIES": str(line.settings.agencies)}
    )
    restore_keys(other, keys)
    found = restore_backup(other, kept / "b.tar.gz", now=later.at, person="Enno Vries")
    assert found.sound


@pytest.mark.parametrize("what", ["another's keys", "a backup", "a text", "a link"])
def test_nothing_but_an_older_copy_of_the_same_keys_gives_way(
    line: Line, kept: Path, tmp_path: Path, what: str
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    keys = safe / "keys.tar.gz"
    if what == "another's keys":
        root = tmp_path / "another"
        another = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
        another.deliver("a.csv", [call("1")])
        another.run()
        create_backup(another.settings, root / "b.tar.gz", keys=keys, now=line.at)
    elif what == "a backup":
        create_backup(line.settings, keys, keys=None, now=line.at)
    elif what == "a text":
        keys.write_text("to be kept")
    else:
        create_backup(line.settings, kept / "a.tar.gz", keys=tmp_path / "keys", now=line.at)
        keys.symlink_to(tmp_path / "keys")
    before = keys.read_bytes()
    with pytest.raises(Refused, match="no copy of these keys"):
        create_backup(line.settings, kept / "b.tar.gz", keys=keys, now=line.at)
    assert keys.read_bytes() == before
    assert not (kept / "b.tar.gz").exists()
