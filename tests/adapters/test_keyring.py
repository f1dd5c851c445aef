"""Keys: made once, kept private, never shown."""

from __future__ import annotations

import base64
import copy
import errno
import json
import multiprocessing
import os
import pickle
import stat
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adapters import durable, keyfile, private_file
from pipeline.adapters.keyring import Keyring, epoch_name, framed, open_keyring
from pipeline.model import ConfigError, SensitiveLeak, VaultFailure

TODAY = date(2026, 11, 22)
SECRET = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


def opened(path: Path, *, may_create: bool = True, today: date = TODAY) -> Keyring:
    return open_keyring(path, {}, may_create=may_create, today=today)


def from_environment(secret: str = SECRET) -> Keyring:
    return open_keyring(Path("unused"), {"BLOTTER_KEY": secret}, may_create=False, today=TODAY)


def keys_in(path: Path) -> list[str]:
    document = json.loads(path.read_text())
    return [document["master"], document["digest"], *document["commitments"].values()]


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "quoted", "secret-name")

    return fail


def test_the_first_run_creates_a_file_only_its_owner_may_read(path: Path) -> None:
    opened(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(set(keys_in(path))) == 3
    assert all(len(base64.b64decode(key)) == 32 for key in keys_in(path))


def test_the_file_is_private_whatever_the_umask_is(path: Path) -> None:
    before = os.umask(0)
    try:
        opened(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_second_opening_gives_the_same_names_and_opens_what_the_first_wrapped(path: Path) -> None:
    first, second = opened(path), opened(path, may_create=False)
    assert first.key_id == second.key_id
    assert first.seal(TODAY).digest("ref", b"a") == second.seal(TODAY).digest("ref", b"a")
    assert first.seal(TODAY).commit("a") == second.seal(TODAY).commit("a")
    assert second.unwrap(first.wrap(b"k" * 32, "payload"), "payload") == b"k" * 32


def test_two_key_files_have_nothing_in_common(tmp_path: Path) -> None:
    one, two = opened(tmp_path / "1" / "k"), opened(tmp_path / "2" / "k")
    assert one.key_id != two.key_id
    assert one.seal(TODAY).digest("ref", b"a") != two.seal(TODAY).digest("ref", b"a")
    assert one.seal(TODAY).commit("a") != two.seal(TODAY).commit("a")


def _race(path: Path, gate: object, answers: object) -> None:
    gate.wait()  # type: ignore[attr-defined]
    keyring = open_keyring(path, {}, may_create=True, today=TODAY)
    later = keyring.seal(date(2027, 1, 1)).commit("a")
    answers.put((keyring.key_id, keyring.seal(TODAY).commit("a"), later))  # type: ignore[attr-defined]


def test_processes_racing_to_create_the_file_all_use_the_same_keys(path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    gate, answers = spawning.Barrier(4), spawning.Queue()
    racers = [spawning.Process(target=_race, args=(path, gate, answers)) for _ in range(4)]
    for racer in racers:
        racer.start()
    seen = {answers.get(timeout=60) for _ in racers}
    for racer in racers:
        racer.join()
    assert len(seen) == 1
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        ".keyring.json.lock",
        "keyring.json",
    ]


def test_an_existing_file_is_never_replaced_even_where_locks_do_not_work(path: Path) -> None:
    opened(path)
    before = path.read_bytes()
    keys = keyfile.KeySet(master=b"m" * 32, digest=b"d" * 32)
    with pytest.raises(FileExistsError):
        keyfile._put(path, keys, os.link)
    assert path.read_bytes() == before


def test_what_a_killed_run_left_beside_the_file_does_no_harm(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    leftover = path.with_name(".keyring.json.new")
    leftover.write_bytes(b'{"format": "blotter-k')
    opened(path)
    assert len(keys_in(path)) == 3
    assert not leftover.exists()


def test_a_new_quarter_adds_one_key_and_keeps_the_others(path: Path) -> None:
    keyring = opened(path)
    before = keys_in(path)
    january = keyring.seal(date(2027, 1, 1))
    assert keys_in(path)[:3] == before
    assert len(keys_in(path)) == 4
    again = opened(path, today=date(2027, 3, 31)).seal(date(2027, 2, 1))
    assert january.commit("a") == again.commit("a")
    assert january.commit("a").startswith("2027-Q1:")
    assert (
        january.commit("a").partition(":")[2] != keyring.seal(TODAY).commit("a").partition(":")[2]
    )


def test_digests_outlive_the_quarter(path: Path) -> None:
    keyring = opened(path)
    assert keyring.seal(TODAY).digest("x", b"1") == keyring.seal(date(2030, 1, 1)).digest("x", b"1")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 9, 30), "2026-Q3"),
        (date(2026, 10, 1), "2026-Q4"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_an_epoch_is_a_calendar_quarter(day: date, name: str) -> None:
    assert epoch_name(day) == name


def test_a_missing_file_is_not_recreated_once_things_are_sealed(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing.*Restore the key file from a backup"):
        opened(path, may_create=False)
    assert not path.parent.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o601])
def test_a_file_that_others_may_use_is_refused_with_the_remedy(path: Path, mode: int) -> None:
    opened(path)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=rf"chmod 600 {path}"):
        opened(path)


def test_a_folder_that_others_may_write_is_refused_with_the_remedy(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with pytest.raises(ConfigError, match=rf"chmod 700 {path.parent}"):
        opened(path)
    assert not path.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"format": "other"}',
        b'{"format": "blotter-keys-1", "master": 5, "digest": "", "commitments": {}}',
        b'{"format": "blotter-keys-1", "master": "c2hvcnQ=", "digest": "", "commitments": {}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_refused_without_quoting_it(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(body)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=r"not a whole key file.*backup") as caught:
        opened(path)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_truncated_file_never_shows_its_keys_in_the_traceback(path: Path) -> None:
    opened(path)
    keys = keys_in(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ConfigError) as caught:
        opened(path)
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(key in shown for key in keys)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot be .*Not a directory") as caught:
        opened(tmp_path / "file" / "keys" / "keyring.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_is_one_clear_line(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(private_file, "write_new", failing(number))
    with pytest.raises(ConfigError, match=os.strerror(number)) as caught:
        opened(path)
    assert "writable" in str(caught.value)
    assert "secret-name" not in str(caught.value)
    assert not path.exists()


def test_a_full_disk_leaves_no_half_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", failing(errno.ENOSPC))
        path.parent.mkdir(mode=0o700)
        with pytest.raises(ConfigError, match="No space left"):
            opened(path)
    assert [entry.name for entry in path.parent.iterdir()] == [".keyring.json.lock"]
    assert opened(path).key_id == opened(path).key_id


def test_a_quarter_that_cannot_be_added_stops_at_the_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(path)
    before = path.read_bytes()
    monkeypatch.setattr(private_file, "write_new", failing(errno.EROFS))
    with pytest.raises(ConfigError, match=r"quarter's key.*Read-only"):
        opened(path, today=date(2027, 1, 1))
    assert path.read_bytes() == before


def test_a_file_deleted_while_running_is_not_replaced(path: Path) -> None:
    keyring = opened(path)
    path.unlink()
    with pytest.raises(ConfigError, match=r"gone.*backup"):
        keyring.seal(date(2027, 1, 1))
    assert not path.exists()


def test_the_environment_gives_all_keys_and_no_file_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keyring.json"
    one = open_keyring(path, {"BLOTTER_KEY": f" {SECRET}\n"}, may_create=True, today=TODAY)
    two = from_environment()
    assert one.key_id == two.key_id
    day = date(2031, 5, 1)
    assert one.seal(day).commit("a") == two.seal(day).commit("a")
    assert one.seal(day).commit("a")[8:] != one.seal(TODAY).commit("a")[8:]
    assert two.unwrap(one.wrap(b"k" * 32, "c"), "c") == b"k" * 32
    assert not path.parent.exists()


@pytest.mark.parametrize("given", ["short", "*" * 60, base64.b64encode(b"x" * 31).decode(), "é"])
def test_a_weak_or_mistyped_environment_key_is_refused_without_quoting_it(given: str) -> None:
    with pytest.raises(ConfigError, match=r"BLOTTER_KEY.*openssl rand -base64 32") as caught:
        from_environment(given)
    assert given not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_an_empty_environment_key_means_the_file(path: Path) -> None:
    open_keyring(path, {"BLOTTER_KEY": " "}, may_create=True, today=TODAY)
    assert path.exists()


def test_nothing_shows_or_pickles_keys(path: Path) -> None:
    keyring = opened(path)
    keys = keyfile.read_keys(path)
    assert keys is not None
    for thing in (keyring, keyring.seal(TODAY), keys):
        attributes = [repr(getattr(thing, name, "")) for name in type(thing).__slots__]
        shown = repr(thing) + ("" if thing is keys else " ".join(attributes))
        for text in keys_in(path):
            assert text not in shown
            assert base64.b64decode(text).hex() not in shown
            assert repr(base64.b64decode(text)) not in shown
        with pytest.raises(SensitiveLeak):
            pickle.dumps(thing)
        with pytest.raises(SensitiveLeak):
            copy.deepcopy(thing)


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_framed_parts_collide_only_when_equal(one: list[bytes], two: list[bytes]) -> None:
    assert (framed(*one) == framed(*two)) == (one == two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("ref", b"ab", b"c"), ("ref", b"a", b"bc")),
        (("ref", b"a"), ("ref", b"a", b"")),
        (("re", b"fa"), ("ref", b"a")),
        (("ref",), ("", b"ref")),
        (("ref", b"a"), ("payload", b"a")),
    ],
)
def test_digests_keep_purpose_and_parts_apart(
    one: tuple[str, *tuple[bytes, ...]], two: tuple[str, *tuple[bytes, ...]]
) -> None:
    seal = from_environment().seal(TODAY)
    assert seal.digest(*one) != seal.digest(*two)
    assert len(seal.digest(*one)) == 64


def test_commitments_tell_spellings_apart_and_never_normalise() -> None:
    seal = from_environment().seal(TODAY)
    texts = ["Ana", "ana", "Ana ", "\uff21na", "An\u00e1", "Ana\u0301", "\udc80", ""]
    assert len({seal.commit(text) for text in texts}) == len(texts)


def test_a_commitment_is_no_digest_of_the_same_text() -> None:
    seal = from_environment().seal(TODAY)
    assert seal.commit("Ana").partition(":")[2] != seal.digest("commitment", b"Ana")


def test_unwrapping_needs_the_same_context() -> None:
    keyring = from_environment()
    wrapped = keyring.wrap(b"k" * 32, "payload:one")
    with pytest.raises(VaultFailure, match="belongs to something else"):
        keyring.unwrap(wrapped, "payload:two")


def test_unwrapping_names_the_right_key_when_another_is_used() -> None:
    right, wrong = from_environment(), from_environment(base64.b64encode(b"x" * 32).decode())
    with pytest.raises(VaultFailure, match=rf"{right.key_id}.*{wrong.key_id}.*backup"):
        wrong.unwrap(right.wrap(b"k" * 32, "c"), "c")


def test_every_flipped_byte_and_every_cut_of_a_wrapped_key_is_noticed() -> None:
    keyring = from_environment()
    wrapped = keyring.wrap(b"k" * 32, "c")
    spoiled = [
        wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))
    ]
    spoiled += [wrapped[:length] for length in range(len(wrapped))] + [wrapped + b"\0"]
    for bad in spoiled:
        with pytest.raises(VaultFailure):
            keyring.unwrap(bad, "c")


def test_wrapping_twice_never_gives_the_same_bytes() -> None:
    keyring = from_environment()
    assert len({keyring.wrap(b"k" * 32, "c") for _ in range(100)}) == 100
