from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from looking import bodies, look_once
from loopback import in_thread

from pipeline.adapters.transports import Credential, FetchFailed, sftp
from pipeline.agencies.transport import SftpDrop
from pipeline.emulator.live.sftp import SftpAddress, sftp_server

LOGIN = Credential(login="blotter", secret="s3cret-word")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "SETTLE_SECONDS", 0.3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "served" / "out").mkdir(parents=True)
    return tmp_path / "served" / "out"


@pytest.fixture
def server(folder: Path) -> Iterator[SftpAddress]:
    with in_thread(sftp_server(folder.parent, user=LOGIN.login, password=LOGIN.secret)) as address:
        yield address


def drop(address: SftpAddress, folder: Path, **more: object) -> SftpDrop:
    known = folder.parent.parent / "known_hosts"
    if not known.exists():
        known.write_text(address.known_hosts)
    plain: dict[str, object] = {
        "host": "localhost",
        "port": address.port,
        "path": "/out",
        "pattern": "*.xml",
        "known_hosts": known,
        "connection": "c",
    }
    return SftpDrop(**{**plain, **more})  # type: ignore[arg-type]


def test_finished_files_come_in_name_order_and_once(server: SftpAddress, folder: Path) -> None:
    for name in ("b.xml", "a.xml", "notes.txt", ".hidden.xml", "c.xml.part"):
        (folder / name).write_text(f"<{name}/>")
    (folder / "sub.xml").mkdir()
    steps = look_once(drop(server, folder), credential=LOGIN)
    assert [step.name for step in steps] == ["a.xml", "b.xml"]
    assert bodies(steps) == [b"<a.xml/>", b"<b.xml/>"]
    known = frozenset((step.name, step.stamp) for step in steps)
    assert look_once(drop(server, folder), credential=LOGIN, known=known) == []


def test_a_file_that_grows_between_two_looks_is_left_alone(
    server: SftpAddress, folder: Path
) -> None:
    (folder / "whole.xml").write_text("<whole/>")
    growing = folder / "growing.xml"
    growing.write_text("<half")
    ended = threading.Event()

    def write() -> None:
        with growing.open("a") as file:
            while not ended.wait(0.05):
                file.write(" more")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        steps = look_once(drop(server, folder), credential=LOGIN)
    finally:
        ended.set()
        writer.join()
    assert [step.name for step in steps] == ["whole.xml"]
    time.sleep(0.1)
    assert len(look_once(drop(server, folder), credential=LOGIN)) == 2


def test_a_server_with_another_key_is_not_read(server: SftpAddress, folder: Path) -> None:
    (folder / "a.xml").write_text("<a/>")
    key = "AAAAC3NzaC1lZDI1NTE5AAAAIA" + "A" * 42
    (folder.parent.parent / "known_hosts").write_text(f"localhost ssh-ed25519 {key}\n")
    with pytest.raises(FetchFailed) as caught:
        look_once(drop(server, folder), credential=LOGIN)
    assert caught.value.code.value == "host-unknown"


def test_a_server_nobody_vouched_for_is_not_read(server: SftpAddress, folder: Path) -> None:
    (folder.parent.parent / "known_hosts").write_text("")
    with pytest.raises(FetchFailed) as caught:
        look_once(drop(server, folder), credential=LOGIN)
    assert caught.value.code.value == "host-unknown"


def test_a_wrong_password_is_a_refusal_that_does_not_say_it(
    server: SftpAddress, folder: Path
) -> None:
    with pytest.raises(FetchFailed) as caught:
        look_once(drop(server, folder), credential=Credential(login="blotter", secret="wrong-one"))
    assert caught.value.code.value == "fetch-refused"
    assert "wrong-one" not in str(caught.value)


def test_a_file_over_the_limit_is_refused_unread(server: SftpAddress, folder: Path) -> None:
    (folder / "big.xml").write_bytes(b"x" * 5_000)
    (step,) = look_once(drop(server, folder), credential=LOGIN, max_bytes=1_000)
    assert step.body is None
    assert step.refusal is not None
    assert step.refusal.code.value == "oversized-payload"


def test_an_unreachable_server_is_a_failure(folder: Path) -> None:
    (folder.parent.parent / "known_hosts").write_text("")
    address = SftpAddress(port=1, known_hosts="")
    with pytest.raises(FetchFailed) as caught:
        look_once(drop(address, folder), credential=LOGIN)
    assert caught.value.code.value == "fetch-failed"


def test_no_log_at_any_level_has_the_name_of_a_file(
    server: SftpAddress, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "call of Quillon Abernathwy.xml").write_text("<a/>")
    with caplog.at_level(logging.DEBUG):
        assert len(look_once(drop(server, folder), credential=LOGIN)) == 1
    assert "Abernathwy" not in caplog.text


def test_what_the_library_would_log_is_why_it_is_kept_from_it(
    server: SftpAddress, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "call of Quillon Abernathwy.xml").write_text("<a/>")
    with caplog.at_level(logging.DEBUG, logger="asyncssh.sftp"):
        look_once(drop(server, folder), credential=LOGIN)
    assert "Abernathwy" in caplog.text
