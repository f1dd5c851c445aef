from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from elm_bluff import Line, call
from sqlalchemy import create_engine, text

from pipeline.adapters.log_keys import read_log_keys
from pipeline.adapters.store.audit_log import entries_about, log_size, read_log, signed_heads
from pipeline.audit import leaf_hash
from pipeline.audit.checkpoint import Checkpoint, open_checkpoint
from pipeline.audit.merkle import root_of
from pipeline.audit.note import NoteKey, parse_key, parse_note, verified
from pipeline.audit.tiles import entries_of
from pipeline.model import ConfigError, StoreFailure
from pipeline.usecases.resources import open_database
from pipeline.usecases.seal import prune_log, rotate_key, seal_log
from pipeline.usecases.witnessing import open_witness


def lines(line: Line) -> list[bytes]:
    with open_database(line.settings) as store, store.read() as tx:
        return [each for _, each in read_log(tx)]


def keys(line: Line) -> tuple[NoteKey, ...]:
    return read_log_keys(line.settings.log_key).public


def published(line: Line) -> Checkpoint:
    body = (line.settings.log / "checkpoint").read_bytes()
    return open_checkpoint(body, keys(line))[0]


def files(line: Line) -> dict[str, bytes]:
    root = line.settings.log
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def walked(line: Line, first: int = 0, count: int = 3) -> None:
    """Let the line run over some calls; every first call comes that many minutes later."""
    then = line.later(first)
    then.deliver(f"{first}.csv", [call(str(first + number)) for number in range(count)])
    then.run()


def test_everything_sequenced_is_in_the_published_tree(line: Line) -> None:
    walked(line)
    report = seal_log(line.settings, now=line.at)
    sealed = lines(line)
    checkpoint = published(line)
    assert checkpoint.origin == "localhost:8000/log"
    assert (checkpoint.size, report.size, report.added) == (len(sealed),) * 3
    assert len(sealed) > 3
    assert checkpoint.root == root_of([leaf_hash(each) for each in sealed])
    bundle = files(line)[f"tile/entries/000.p/{len(sealed)}"]
    assert entries_of(bundle) == tuple(sealed)


def test_the_first_entry_of_a_sealed_log_names_its_key(sqlite_line: Line) -> None:
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    (only,) = lines(sqlite_line)
    assert str(keys(sqlite_line)[0]).encode() in only


def test_sealing_again_changes_nothing(sqlite_line: Line) -> None:
    walked(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    before = files(sqlite_line)
    assert seal_log(sqlite_line.later(5).settings, now=sqlite_line.at).added == 0
    assert files(sqlite_line) == before


def test_a_log_that_grew_is_sealed_from_where_it_stood(sqlite_line: Line) -> None:
    for first in (0, 100, 400):
        walked(sqlite_line, first, 130)
        seal_log(sqlite_line.settings, now=sqlite_line.at)
        sealed = [leaf_hash(each) for each in lines(sqlite_line)]
        assert published(sqlite_line).root == root_of(sealed)
    names = files(sqlite_line)
    assert "tile/entries/000" in names
    assert not any(name.startswith("tile/entries/000.p") for name in names)
    with open_database(sqlite_line.settings) as store, store.read() as tx:
        assert [head.size for head in signed_heads(tx)][-1] == len(sealed)


def test_a_lost_folder_is_built_anew_and_signed_the_same(sqlite_line: Line) -> None:
    walked(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    before = files(sqlite_line)
    shutil.rmtree(sqlite_line.settings.log)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    assert files(sqlite_line) == before


def execute(line: Line, statement: str) -> None:
    engine = create_engine(line.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_database_that_was_set_back_is_never_signed(sqlite_line: Line, tmp_path: Path) -> None:
    """``db: a b c`` -> sealed -> ``db: a b`` restored -> ``db: a b d``: a fork."""
    walked(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    shutil.copytree(sqlite_line.settings.home, tmp_path / "backup")
    walked(sqlite_line, 50)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    restored = tmp_path / "restored"
    shutil.copytree(tmp_path / "backup", restored)
    shutil.rmtree(restored / "log")
    shutil.copytree(sqlite_line.settings.log, restored / "log")
    settings = replace(
        sqlite_line.settings,
        home=restored,
        database_url=f"sqlite:///{restored / 'blotter.db'}",
        log=restored / "log",
        log_key=restored / "keys/log.json",
    )
    with pytest.raises(StoreFailure, match="set back"):
        seal_log(settings, now=sqlite_line.at)


def test_an_entry_changed_after_it_was_signed_stops_the_seal(sqlite_line: Line) -> None:
    walked(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    execute(sqlite_line, "update audit_entries set line = cast('{}' as blob) where idx = 1")
    walked(sqlite_line, 50)
    with pytest.raises(StoreFailure, match="entry 1 is not what was sealed"):
        seal_log(sqlite_line.settings, now=sqlite_line.at)


def test_a_changed_entry_stops_the_seal_also_when_the_folder_is_gone(sqlite_line: Line) -> None:
    walked(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    execute(sqlite_line, "update audit_entries set line = cast('{}' as blob) where idx = 1")
    shutil.rmtree(sqlite_line.settings.log)
    walked(sqlite_line, 50)
    with pytest.raises(StoreFailure, match="not those that were signed"):
        seal_log(sqlite_line.settings, now=sqlite_line.at)
    assert not (sqlite_line.settings.log / "checkpoint").exists()


def test_a_missing_entry_stops_the_seal(sqlite_line: Line) -> None:
    walked(sqlite_line)
    execute(sqlite_line, "delete from audit_entries where idx = 2")
    with pytest.raises(StoreFailure, match="entry 2 is missing"):
        seal_log(sqlite_line.settings, now=sqlite_line.at)


def test_a_torn_tile_stops_the_seal(sqlite_line: Line) -> None:
    walked(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    (tile,) = (sqlite_line.settings.log / "tile/0/000.p").iterdir()
    tile.write_bytes(tile.read_bytes()[:-1])
    with pytest.raises(StoreFailure, match="torn"):
        seal_log(sqlite_line.settings, now=sqlite_line.at)


def test_a_lost_signing_key_is_not_replaced(sqlite_line: Line) -> None:
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    sqlite_line.settings.log_key.unlink()
    with pytest.raises(ConfigError, match="signing key is missing"):
        seal_log(sqlite_line.settings, now=sqlite_line.at)


def test_a_new_key_signs_beside_the_old_one_then_alone(sqlite_line: Line) -> None:
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    (old,) = keys(sqlite_line)
    rotate_key(sqlite_line.settings, now=sqlite_line.at, by="Ida Okwu", overlap=timedelta(days=30))
    _, new = keys(sqlite_line)
    during = parse_note((sqlite_line.settings.log / "checkpoint").read_bytes())
    assert len(verified(during, [old])) == len(verified(during, [new])) == 1
    later = sqlite_line.later(31 * 24 * 60)
    walked(later, 70)
    seal_log(later.settings, now=later.at)
    after = parse_note((sqlite_line.settings.log / "checkpoint").read_bytes())
    assert verified(after, [old]) == ()
    assert len(verified(after, [new])) == 1
    with open_database(later.settings) as store, store.read() as tx:
        ((_, said),) = entries_about(tx, f"key:{new}")
        assert log_size(tx) == published(later).size
    assert str(old).encode() in said
    rotate_key(later.settings, now=later.at, by="Ida Okwu")
    assert later.settings.log_key.read_text().count('"seed": ""') == 1
    assert [parse_key(str(key)) for key in keys(later)] == list(keys(later))


def test_pruning_takes_partial_tiles_that_full_ones_replaced(sqlite_line: Line) -> None:
    walked(sqlite_line, 0, 300)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    before = files(sqlite_line)
    stale = sqlite_line.settings.log / "tile/0/000.p"
    stale.mkdir()
    (stale / "17").write_bytes(bytes(32 * 17))
    (stale / ".18.new").write_bytes(b"")
    assert prune_log(sqlite_line.settings) >= 2
    assert files(sqlite_line) == before


def test_witnesses_cosign_what_is_sealed_and_one_that_is_away_stops_nothing(
    sqlite_line: Line, tmp_path: Path
) -> None:
    first = seal_log(sqlite_line.settings, now=sqlite_line.at)
    server, key = open_witness(
        tmp_path / "witness",
        "witness.example/w1",
        first.keys,
        host="127.0.0.1",
        port=0,
        now=sqlite_line.at,
    )
    address = f"http://127.0.0.1:{server.server_address[1]}"
    gone = str(key).replace("w1", "w2")
    file = tmp_path / "witnesses"
    file.write_text(f"# who cosigns\n{address} {key}\n")
    settings = replace(sqlite_line.settings, witnesses=file)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        assert (seal_log(settings, now=sqlite_line.at).cosigned) == 1
        walked(sqlite_line)
        assert seal_log(settings, now=sqlite_line.at).cosigned == 1
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    note = parse_note((settings.log / "checkpoint").read_bytes())
    assert len(verified(note, [*keys(sqlite_line), key])) == 2
    walked(sqlite_line, 60)
    report = seal_log(settings, now=sqlite_line.at)
    assert (report.cosigned, list(report.problems)) == (0, ["witness.example/w1"])
    assert "cannot be reached" in report.problems["witness.example/w1"]
    file.write_text(f"{address} {gone}\n")
    with pytest.raises(ConfigError, match="names no witness"):
        seal_log(settings, now=sqlite_line.at)
