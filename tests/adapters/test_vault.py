"""The vault: encrypted, durable, shreddable, and never quoting what it keeps."""

from __future__ import annotations

import base64
import errno
import os
import stat
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from pipeline.adapters import durable, vault
from pipeline.adapters.keyring import Keyring, open_keyring
from pipeline.adapters.vault import Vault, VaultObject
from pipeline.model import VaultFailure

PRIVATE = b"Caller Odalys Quillfeather 920-555-0143 says the stove is on fire"
CONTEXT = "payload:juniper-falls-pd"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def keyring(secret: bytes = b"s" * 32) -> Keyring:
    environ = {"BLOTTER_KEY": base64.b64encode(secret).decode()}
    return open_keyring(Path("unused"), environ, may_create=False, today=date(2026, 11, 22))


def a_root(kind: str, tmp_path: Path) -> UPath:
    addresses = {
        "folder": str(tmp_path / "vault"),
        "file": f"file://{tmp_path}/vault",
        "memory": f"memory://vault-{uuid.uuid4().hex}/objects",
    }
    return UPath(addresses[kind])


@pytest.fixture(params=["folder", "file", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> UPath:
    return a_root(request.param, tmp_path)


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return tmp_path / "vault"


def stored_bytes(root: UPath) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in root.glob("*")}


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(VaultFailure) as caught:
        call()
    shown = "".join(traceback.format_exception(caught.value))
    assert "Quillfeather" not in shown
    assert "555-0143" not in shown
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("plaintext", [PRIVATE, b"", b"\0" * 300_000])
def test_what_was_put_comes_back(root: UPath, plaintext: bytes) -> None:
    kept = Vault(root, keyring()).put(plaintext, context=CONTEXT)
    assert Vault(root, keyring()).get(kept.ref, kept.wrapped_key, CONTEXT) == plaintext


def test_neither_file_nor_name_tells_the_text(root: UPath) -> None:
    kept = Vault(root, keyring()).put(PRIVATE, context=CONTEXT)
    files = stored_bytes(root)
    assert list(files) == [kept.ref]
    everything = kept.ref.encode() + kept.wrapped_key + b"".join(files.values())
    assert not any(PRIVATE[at : at + 6] in everything for at in range(len(PRIVATE) - 6))
    assert b"juniper" not in everything


def test_the_same_bytes_twice_are_two_unlike_objects(root: UPath) -> None:
    store = Vault(root, keyring())
    one, two = (store.put(PRIVATE, context=CONTEXT) for _ in range(2))
    assert one.ref != two.ref
    assert len(set(stored_bytes(root).values())) == 2


def test_objects_on_disk_belong_to_their_owner_alone(local: Path) -> None:
    kept = Vault(UPath(local), keyring()).put(PRIVATE, context=CONTEXT)
    assert stat.S_IMODE(local.stat().st_mode) == 0o700
    assert stat.S_IMODE((local / kept.ref).stat().st_mode) == 0o600


def test_put_syncs_file_and_folder_before_it_returns(
    local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Vault(UPath(local), keyring())
    store.put(b"", context=CONTEXT)
    synced: list[str] = []

    def recording(descriptor: int) -> None:
        synced.append(stat.filemode(os.fstat(descriptor).st_mode)[0])

    monkeypatch.setattr(durable.os, "fsync", recording)
    store.put(PRIVATE, context=CONTEXT)
    assert synced == ["-", "d"]


def test_a_shredded_object_is_gone_and_shredding_again_is_no_error(root: UPath) -> None:
    store = Vault(root, keyring())
    kept = store.put(PRIVATE, context=CONTEXT)
    store.shred(kept.ref)
    store.shred(kept.ref)
    assert stored_bytes(root) == {}
    message = refusal(lambda: store.get(kept.ref, kept.wrapped_key, CONTEXT))
    assert kept.ref in message
    assert "backup" in message


def test_shredding_in_a_vault_never_used_is_no_error(root: UPath) -> None:
    Vault(root, keyring()).shred("0" * 32)


def test_another_context_does_not_open_an_object(root: UPath) -> None:
    store = Vault(root, keyring())
    kept = store.put(PRIVATE, context=CONTEXT)
    refusal(lambda: store.get(kept.ref, kept.wrapped_key, "payload:another-agency"))


def test_another_keyring_does_not_open_an_object_and_is_named(root: UPath) -> None:
    kept = Vault(root, keyring()).put(PRIVATE, context=CONTEXT)
    other = keyring(b"t" * 32)
    message = refusal(lambda: Vault(root, other).get(kept.ref, kept.wrapped_key, CONTEXT))
    assert other.key_id in message


def test_an_object_swapped_for_another_is_refused(local: Path) -> None:
    store = Vault(UPath(local), keyring())
    one, two = (store.put(PRIVATE, context=CONTEXT) for _ in range(2))
    (local / one.ref).write_bytes((local / two.ref).read_bytes())
    assert "swapped" in refusal(lambda: store.get(one.ref, one.wrapped_key, CONTEXT))
    refusal(lambda: store.get(one.ref, two.wrapped_key, CONTEXT))


def test_every_flipped_byte_and_every_cut_is_noticed(local: Path) -> None:
    store = Vault(UPath(local), keyring())
    kept = store.put(PRIVATE, context=CONTEXT)
    whole = (local / kept.ref).read_bytes()
    flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    for bad in [*flipped, *(whole[:length] for length in range(len(whole))), whole + b"\0"]:
        (local / kept.ref).write_bytes(bad)
        assert "damaged" in refusal(lambda: store.get(kept.ref, kept.wrapped_key, CONTEXT))


@pytest.mark.parametrize("ref", ["", "../../etc/passwd", "A" * 32, "0" * 31, "0" * 33, ".", "é"])
def test_only_names_of_objects_reach_the_folder(local: Path, ref: str) -> None:
    store = Vault(UPath(local), keyring())
    kept = store.put(PRIVATE, context=CONTEXT)
    assert "not the name" in refusal(lambda: store.get(ref, kept.wrapped_key, CONTEXT))
    assert "not the name" in refusal(lambda: store.shred(ref))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_folder_that_cannot_be_written_is_named_with_a_remedy_and_keeps_nothing(
    local: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, "quoted", "name")

    store = Vault(UPath(local), keyring())
    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", fail)
        local.mkdir(mode=0o700)
        message = refusal(lambda: store.put(PRIVATE, context=CONTEXT))
    assert str(local) in message
    assert os.strerror(number) in message
    assert "Free space or make it writable" in message
    assert list(local.iterdir()) == []


def test_a_root_that_is_a_file_is_a_clear_failure(local: Path) -> None:
    local.write_bytes(b"")
    store = Vault(UPath(local), keyring())
    assert str(local) in refusal(lambda: store.put(PRIVATE, context=CONTEXT))
    assert str(local) in refusal(lambda: list(store.refs(NOW)))


def test_a_failure_never_names_what_the_address_carries() -> None:
    root = UPath("memory://bucket/objects", password="hunter2")
    assert "hunter2" not in repr(Vault(root, keyring()))
    assert "bucket/objects" in repr(Vault(root, keyring()))


def test_refs_lists_every_object_with_its_age(root: UPath) -> None:
    store = Vault(root, keyring())
    kept = {store.put(PRIVATE, context=CONTEXT).ref for _ in range(3)}
    soon = datetime.now(UTC) + timedelta(hours=1)
    listed = dict(store.refs(soon))
    assert set(listed) == kept
    assert all(timedelta(minutes=59) < age < timedelta(minutes=61) for age in listed.values())


def test_refs_of_a_vault_never_used_is_empty(root: UPath) -> None:
    assert list(Vault(root, keyring()).refs(NOW)) == []


def test_refs_leaves_out_what_is_no_object(local: Path) -> None:
    store = Vault(UPath(local), keyring())
    kept = store.put(PRIVATE, context=CONTEXT)
    (local / ".gitignore").write_bytes(b"*")
    (local / "lost+found").mkdir()
    assert [ref for ref, _ in store.refs(NOW)] == [kept.ref]


def test_an_object_shredded_while_listing_is_left_out(local: Path) -> None:
    store = Vault(UPath(local), keyring())
    for _ in range(3):
        store.put(PRIVATE, context=CONTEXT)
    listing = store.refs(NOW)
    first, _ = next(listing)
    for path in local.iterdir():
        path.unlink()
    assert first
    assert list(listing) == []


def test_a_put_killed_half_way_leaves_only_an_orphan_that_refs_finds(
    local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, body: bytes) -> None:
        path.write_bytes(body[:20])
        raise KeyboardInterrupt

    store = Vault(UPath(local), keyring())
    monkeypatch.setattr(vault, "write_new", killed)
    with pytest.raises(KeyboardInterrupt):
        store.put(PRIVATE, context=CONTEXT)
    assert len(list(store.refs(NOW))) == 1


@given(st.binary(max_size=200), st.text(max_size=20))
def test_small_texts_come_back_for_their_context(plaintext: bytes, context: str) -> None:
    store = Vault(UPath("memory://unused"), keyring())
    sealed = store.seal_small(plaintext, context=context)
    assert len(sealed) == len(plaintext) + 101
    assert store.open_small(sealed, context) == plaintext
    with pytest.raises(VaultFailure):
        store.open_small(sealed, context + "x")


def test_every_flipped_byte_and_every_cut_of_a_small_text_is_noticed() -> None:
    store = Vault(UPath("memory://unused"), keyring())
    sealed = store.seal_small(PRIVATE, context=CONTEXT)
    assert b"Quillfeather" not in sealed
    flipped = [
        sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))
    ]
    for bad in [*flipped, *(sealed[:length] for length in range(len(sealed))), sealed + b"\0"]:
        refusal(lambda bad=bad: store.open_small(bad, CONTEXT))  # type: ignore[misc]


def test_a_small_text_of_another_keyring_is_refused() -> None:
    root = UPath("memory://unused")
    sealed = Vault(root, keyring()).seal_small(PRIVATE, context=CONTEXT)
    refusal(lambda: Vault(root, keyring(b"t" * 32)).open_small(sealed, CONTEXT))


def test_a_stored_object_shows_no_wrapped_key() -> None:
    kept = VaultObject(ref="0" * 32, wrapped_key=b"wrapped-bytes")
    assert "wrapped-bytes" not in repr(kept)
