"""Backups: whole, without keys, restored to the same log, and known to be old by a witness."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, call

from pipeline.adapters.archive import check_archive, unpack
from pipeline.adapters.locked import alone
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.audit.verify import verify_log
from pipeline.model import Refused, RetractReason, StoreFailure, VaultFailure
from pipeline.model import Scope as Switched
from pipeline.usecases.approve import approve
from pipeline.usecases.backup import (
    create_backup,
    restore_backup,
    restore_keys,
    settle_restored,
    verify_backup,
)
from pipeline.usecases.expire import expire_due
from pipeline.usecases.holds import Scope, place_hold
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, quarantine_list
from pipeline.usecases.receipts import log_verifier_keys
from pipeline.usecases.resources import migrate
from pipeline.usecases.retention import certificates
from pipeline.usecases.retract import retract
from pipeline.usecases.reveal import reveal_payload
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.switches import switch_off
from pipeline.usecases.witnessing import open_witness


@pytest.fixture
def line(sealed_line: Line, tmp_path: Path) -> Line:
    (tmp_path / "safe").mkdir()
    return sealed_line


def empty(line: Line, root: Path) -> Settings:
    """Return an installation with nothing in it, of the same agencies."""
    return load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(line.settings.agencies),
            "BLOTTER_PUBLIC": str(root / "public"),
        }
    )


def backed_up(line: Line, root: Path, name: str = "b.tar.gz") -> tuple[Path, Path]:
    archive, keys = root / "kept" / name, root / "safe" / f"keys-{name}"
    create_backup(line.settings, archive, keys=keys, now=line.at)
    return archive, keys


def test_what_is_restored_balances_and_is_the_same_log(line: Line, tmp_path: Path) -> None:
    archive, keys = backed_up(line, tmp_path)
    assert verify_backup(line.settings, archive).sound
    before = ledger_report(line.settings, now=line.at)
    other = empty(line, tmp_path / "second")
    restore_keys(other, keys)
    found = restore_backup(other, archive, now=line.at, person="Enno Vries")
    assert (found.sound, found.problems, found.witnesses) == (True, (), {})
    assert found.balanced is True
    after = ledger_report(other, now=line.at)
    assert after.balanced
    assert after.agencies == before.agencies
    assert (other.log / "checkpoint").read_bytes() == (
        line.settings.log / "checkpoint"
    ).read_bytes()
    seal_log(other, now=line.at)
    report = verify_log(other.log, log_verifier_keys(other))
    assert report.problems == ()
    assert report.head.size > found.entries


def test_what_does_not_balance_is_not_sound(line: Line, tmp_path: Path) -> None:
    with sqlite3.connect(line.settings.home / "blotter.db") as database:
        database.execute("update payloads set records = records + 1, walked_to = walked_to + 1")
    archive, keys = backed_up(line, tmp_path)
    other = empty(line, tmp_path / "second")
    restore_keys(other, keys)
    found = restore_backup(other, archive, now=line.at, person="Enno Vries")
    assert (found.sound, found.balanced) == (False, False)
    assert "do not add up" in found.problems[0]


def test_work_goes_on_where_the_backup_ended(line: Line, tmp_path: Path) -> None:
    archive, keys = backed_up(line, tmp_path)
    other = empty(line, tmp_path / "second")
    restore_keys(other, keys)
    restore_backup(other, archive, now=line.at, person="Enno Vries")
    shutil.rmtree(line.settings.home)
    moved = replace(line, settings=other).later(5)
    moved.deliver("b.csv", [call("7", "GAS LEAK")])
    moved.run()
    assert moved.count().received == 3


def test_no_key_and_no_canary_lies_in_the_archive(line: Line, tmp_path: Path) -> None:
    archive, keys = backed_up(line, tmp_path)
    secrets = [p.read_bytes() for p in line.settings.key_file.parent.iterdir() if p.is_file()]
    assert len(secrets) >= 2
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        bodies = [tar.extractfile(name).read() for name in names]  # type: ignore[union-attr]
    assert {name.partition("/")[0] for name in names} == {
        "log",
        "database",
        "vault",
        "manifest.json",
    }
    assert not [name for name in names if "keyring" in name or "log.json" in name]
    assert not [s for s in secrets for body in bodies if s and s in body]
    assert [c for c in CANARIES for body in bodies if c.lower().encode() in body.lower()] == []
    assert {path.stat().st_mode & 0o777 for path in (archive, keys)} == {0o600}


def test_keys_are_refused_beside_the_backup(line: Line, tmp_path: Path) -> None:
    archive = tmp_path / "kept" / "b.tar.gz"
    with pytest.raises(Refused, match="do not lie beside"):
        create_backup(line.settings, archive, keys=tmp_path / "kept" / "keys", now=line.at)
    assert not archive.exists()


def test_what_killed_backups_left_is_removed_and_what_one_holds_is_not(
    line: Line, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    for name in ("killed-at-once", "killed", "running"):
        (kept / f".blotter-{name}").mkdir()
    (kept / ".blotter-killed" / ".lock").touch()
    (kept / ".blotter-killed" / "scratch").mkdir()
    with alone(kept / ".blotter-running" / ".lock") as held:
        assert held
        backed_up(line, tmp_path)
    left = {path.name for path in kept.iterdir()}
    assert left == {"b.tar.gz", ".blotter-running"}


def test_nothing_is_overwritten(line: Line, tmp_path: Path) -> None:
    archive, keys = backed_up(line, tmp_path)
    with pytest.raises(Refused, match="overwrites nothing"):
        restore_backup(line.settings, archive, now=line.at, person="Enno Vries")
    with pytest.raises(StoreFailure, match="there already"):
        create_backup(line.settings, archive, keys=None, now=line.at)
    with pytest.raises(StoreFailure, match="there already"):
        restore_keys(line.settings, keys)


@pytest.mark.parametrize("cut", [1000, 5000])
def test_a_backup_that_is_cut_off_is_refused(line: Line, tmp_path: Path, cut: int) -> None:
    archive, _ = backed_up(line, tmp_path)
    archive.write_bytes(archive.read_bytes()[:-cut])
    with pytest.raises(StoreFailure):
        check_archive(archive)


def test_a_changed_member_is_named(line: Line, tmp_path: Path) -> None:
    archive, _ = backed_up(line, tmp_path)
    loose = tmp_path / "loose"
    with tarfile.open(archive) as tar:
        tar.extractall(loose, filter="data")
    (loose / "log" / "checkpoint").write_text("another\n")
    forged = tmp_path / "forged.tar.gz"
    with tarfile.open(forged, "w:gz") as tar:
        for path in sorted(p for p in loose.rglob("*") if p.is_file()):
            tar.add(path, str(path.relative_to(loose)))
    with pytest.raises(StoreFailure, match="log/checkpoint is not what"):
        verify_backup(line.settings, forged)


def test_a_member_that_leaves_its_folder_is_refused(tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "x").write_text("x")
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(tmp_path / "x", "log/../../x")
    with pytest.raises(StoreFailure, match="no plain file"):
        unpack(evil, {"log": tmp_path / "log"})


def test_without_keys_nothing_is_restored_and_with_them_it_then_is(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BLOTTER_KEY", raising=False)
    archive, keys = backed_up(line, tmp_path)
    other = empty(line, tmp_path / "second")
    with pytest.raises(Refused, match="--keys FILE"):
        restore_backup(other, archive, now=line.at, person="Enno Vries")
    assert restore_backup(other, archive, now=line.at, person="Enno Vries", keys=keys).sound


def test_a_restore_that_is_refused_leaves_no_keys_behind(line: Line, tmp_path: Path) -> None:
    archive, keys = backed_up(line, tmp_path)
    other = empty(line, tmp_path / "second")
    database = other.home / "blotter.db"
    database.parent.mkdir(parents=True, exist_ok=True)
    database.touch()
    with pytest.raises(Refused, match="overwrites nothing"):
        restore_backup(other, archive, now=line.at, person="Enno Vries", keys=keys)
    assert not other.key_file.exists()


@pytest.fixture
def witnessed(line: Line, tmp_path: Path) -> Iterator[Line]:
    first = seal_log(line.settings, now=line.at)
    folder, name = tmp_path / "witness", "witness.example/w1"
    server, key = open_witness(folder, name, first.keys, host="127.0.0.1", port=0, now=line.at)
    file = tmp_path / "witnesses"
    file.write_text(f"http://127.0.0.1:{server.server_address[1]} {key}\n")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield replace(line, settings=replace(line.settings, witnesses=file))
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_witness_agrees_with_a_fresh_backup_and_knows_an_old_one(
    witnessed: Line, tmp_path: Path
) -> None:
    line = witnessed
    old, keys = backed_up(line, tmp_path, "old.tar.gz")
    line = line.later(5)
    line.deliver("b.csv", [call("5", "CRASH")])
    line.run()
    assert seal_log(line.settings, now=line.at).cosigned == 1
    fresh, _ = backed_up(line, tmp_path, "fresh.tar.gz")

    second = replace(empty(line, tmp_path / "second"), witnesses=line.settings.witnesses)
    restore_keys(second, keys)
    assert restore_backup(second, fresh, now=line.at, person="Enno Vries").sound

    third = replace(empty(line, tmp_path / "third"), witnesses=line.settings.witnesses)
    restore_keys(third, keys)
    found = restore_backup(third, old, now=line.at, person="Enno Vries")
    assert not found.sound
    assert "the log was set back" in found.witnesses["witness.example/w1"]


def quarantined(line: Line) -> None:
    """Let a payload arrive that can be revealed: it is no table."""
    line.deliver_bytes("odd.csv", b"<html>private</html>")
    line.run()
    seal_log(line.settings, now=line.at)


def read_back(settings: Settings, line: Line) -> bytes:
    ((payload, _, _),) = quarantine_list(settings, now=line.at)
    return reveal_payload(
        settings,
        payload.payload_id,
        person="Ida Okwu",
        role=RevealRole.ENGINEER,
        code=RevealCode.FEED_FAULT,
        reason="mend the feed",
        now=line.at,
    )


def test_an_old_backup_with_old_keys_brings_nothing_back_that_was_destroyed(
    line: Line, tmp_path: Path
) -> None:
    """Neither has heard of the destruction: what is past its time stays unreadable all the same."""
    line = line.later(2)
    quarantined(line)
    archive, keys = backed_up(line, tmp_path)
    after = line.later(60 * 24 * 5)
    assert expire_due(after.settings, now=after.at).shredded > 0
    other = empty(line, tmp_path / "second")
    found = restore_backup(other, archive, now=after.at, person="Enno Vries", keys=keys)
    assert found.forgotten > 1
    assert found.sound
    with pytest.raises((VaultFailure, Refused), match=r"destroyed|shredded"):
        read_back(other, after)
    assert expire_due(other, now=after.at).shredded == 0
    assert len({key for each in certificates(other) for key in each.keys}) > 1
    assert ledger_report(other, now=after.at).balanced


def test_a_database_that_other_tools_put_back_is_settled_as_a_restore_settles(
    line: Line, tmp_path: Path
) -> None:
    line = line.later(2)
    quarantined(line)
    seal_log(line.settings, now=line.at)
    home = line.settings.home
    shutil.copytree(home, tmp_path / "second" / "home")  # database, vault, log and keys of then
    after = line.later(60 * 24 * 5)
    assert expire_due(after.settings, now=after.at).shredded > 0
    other = empty(line, tmp_path / "second")
    found = settle_restored(other, now=after.at, person="Enno Vries")
    assert found.sound
    assert found.forgotten > 1
    with pytest.raises((VaultFailure, Refused), match=r"destroyed|shredded"):
        read_back(other, after)
    assert ledger_report(other, now=after.at).balanced
    assert settle_restored(other, now=after.at, person="Enno Vries").forgotten == 0


def test_a_restore_in_time_reads_what_still_lives(line: Line, tmp_path: Path) -> None:
    line = line.later(2)
    quarantined(line)
    archive, keys = backed_up(line, tmp_path)
    other = empty(line, tmp_path / "second")
    restore_keys(other, keys)
    assert restore_backup(other, archive, now=line.at, person="Enno Vries").forgotten == 0
    assert read_back(other, line) == b"<html>private</html>"


def test_a_later_copy_of_the_log_says_what_was_destroyed_and_what_is_held(
    line: Line, tmp_path: Path
) -> None:
    """Restored by a clock that is days behind: only the log knows."""
    line = line.later(2)
    quarantined(line)
    archive, keys = backed_up(line, tmp_path)
    after = line.later(60 * 24 * 5)
    expire_due(after.settings, now=after.at)
    hold = place_hold(
        after.settings,
        Scope(agency="elm-bluff"),
        person="Per Lund",
        reason="Order of the court, file 7",
        now=after.at,
    ).hold.hold_id
    seal_log(after.settings, now=after.at)
    other = empty(line, tmp_path / "second")
    restore_keys(other, keys)
    found = restore_backup(
        other, archive, now=line.at, person="Enno Vries", newer=after.settings.log
    )
    assert found.forgotten > 1
    assert not found.sound
    assert hold in found.problems[0]
    with pytest.raises(VaultFailure, match="was destroyed"):
        read_back(other, line)


def test_another_log_says_nothing_of_this_one(line: Line, tmp_path: Path) -> None:
    archive, keys = backed_up(line, tmp_path)
    other = empty(line, tmp_path / "second")
    restore_keys(other, keys)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(Refused, match="proves nothing"):
        restore_backup(other, archive, now=line.at, person="Enno Vries", newer=tmp_path / "nothing")
    assert not (other.home / "blotter.db").exists()


def test_a_folder_that_is_missing_is_named_and_nothing_is_made(line: Line, tmp_path: Path) -> None:
    archive = tmp_path / "kept" / "b.tar.gz"
    with pytest.raises(Refused, match="mount"):
        create_backup(line.settings, archive, keys=tmp_path / "away" / "k.tar.gz", now=line.at)
    with pytest.raises(Refused, match="mount"):
        create_backup(line.settings, tmp_path / "away" / "b.tar.gz", keys=None, now=line.at)
    assert list((tmp_path / "kept").iterdir()) == []


def told(line: Line) -> set[str]:
    return {each.alert_id for each in live_alerts(line.settings, now=line.at)}


def tell(line: Line) -> set[str]:
    """Approve what one editor may approve, publish, and return the alerts told now."""
    for candidate in line.pending():
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    publish_due(line.settings, now=line.at)
    return told(line)


def test_a_newer_log_says_what_a_restore_would_undo(line: Line, tmp_path: Path) -> None:
    """What was withdrawn would be told again, what was stopped would start."""
    (first,) = tell(line)
    seal_log(line.settings, now=line.at)
    archive, keys = backed_up(line, tmp_path)
    later = line.later(5)
    retract(
        *(later.settings, first),
        editor="Ida Okwu",
        now=later.at,
        reason=RetractReason.PRIVACY,
    )
    later.deliver("c.csv", [call("9", "GAS LEAK", lat="42.97")])
    later.run()
    (second,) = tell(later)
    why = {"person": "Enno Vries", "reason": "the feed sends another town's calls"}
    switch_off(later.settings, Switched.FEED, "elm-bluff", now=later.at, **why)
    seal_log(later.settings, now=later.at)
    other = replace(empty(line, tmp_path / "second"), public=line.settings.public)
    restore_keys(other, keys)
    log = later.settings.log
    found = restore_backup(other, archive, now=later.at, person="Enno Vries", newer=log)
    assert not found.sound
    assert [each.rpartition(": ")[2] for each in found.problems] == [
        first,
        "feed elm-bluff",
        second,
    ]
    assert told(replace(later, settings=other)) == {first}
    retract(other, first, editor="Ida Okwu", now=later.at, reason=RetractReason.PRIVACY)
    switch_off(other, Switched.FEED, "elm-bluff", now=later.at, **why)
    publish_due(other, now=later.at, force=True)
    again = settle_restored(other, now=later.at, person="Enno Vries", newer=log)
    assert (again.sound, again.problems) == (True, ())
    assert told(replace(later, settings=other)) == set()


def test_an_empty_database_beside_a_signed_log_is_not_begun_anew(line: Line) -> None:
    """A disk that is not mounted looks like this; a line that went on would forget what it told."""
    database = line.settings.home / "blotter.db"
    kept = database.rename(line.settings.home.parent / "away.db")
    with pytest.raises(StoreFailure, match="signed log of another"):
        migrate(line.settings)
    kept.rename(database)
    assert migrate(line.settings)[0] == migrate(line.settings)[1]
    assert line.count().received == 2
