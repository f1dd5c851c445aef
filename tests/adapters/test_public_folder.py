from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.adapters.public_folder import claim, exclusive, write_public
from pipeline.model import Refused, StoreFailure
from pipeline.publish import PublicFile

ROOT = Path(__file__).resolve().parents[2]


def state(**cap: str) -> list[PublicFile]:
    """Return a whole public state: two feeds, and a CAP message per keyword."""
    feeds = [
        PublicFile(path="alerts.geojson", body=b"{}"),
        PublicFile(path="alerts.atom", body=b"<feed/>"),
    ]
    return feeds + [PublicFile(path=f"cap/{n}.xml", body=b.encode()) for n, b in cap.items()]


def everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_write_public_makes_the_folder_hold_the_state_and_counts(tmp_path):
    folder = tmp_path / "not" / "yet"
    assert write_public(folder, state(a="1", b="2")) == (4, 0)
    assert everything(folder) == {
        "alerts.geojson": b"{}",
        "alerts.atom": b"<feed/>",
        "cap/a.xml": b"1",
        "cap/b.xml": b"2",
    }


def test_write_public_touches_nothing_that_is_unchanged(tmp_path):
    write_public(tmp_path, state(a="1", b="2"))
    before = {path: path.stat().st_ino for path in tmp_path.rglob("*")}
    assert write_public(tmp_path, state(a="1", b="2")) == (0, 0)
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*")} == before
    assert write_public(tmp_path, state(a="1", b="3")) == (1, 0)


def test_write_public_removes_what_is_no_longer_rendered_and_nothing_else(tmp_path):
    write_public(tmp_path, state(a="1", b="2"))
    others = ["index.html", "cap/README.txt", "cap/inner/c.xml", "alerts.geojson.br"]
    for name in others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("not a channel's")
    assert write_public(tmp_path, state(b="2")) == (0, 1)
    assert set(everything(tmp_path)) == {"alerts.geojson", "alerts.atom", "cap/b.xml", *others}


def test_write_public_removes_the_leftovers_of_a_killed_run(tmp_path):
    (tmp_path / "cap").mkdir()
    for name in (".blotter-0011.part", "cap/.blotter-2233.part"):
        (tmp_path / name).write_text("half")
    write_public(tmp_path, state(a="1"))
    assert set(everything(tmp_path)) == {"alerts.geojson", "alerts.atom", "cap/a.xml"}


@pytest.mark.parametrize("failing", ["fsync", "replace", "open", "unlink"])
def test_write_public_leaves_whole_files_when_a_system_call_fails(tmp_path, monkeypatch, failing):
    write_public(tmp_path, state(a="old", b="old"))

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if failing in ("fsync", "open"):
            patch.setattr(os, failing, fail)
        else:
            patch.setattr(Path, failing, fail)
        with pytest.raises(StoreFailure, match="No space left on device"):
            write_public(tmp_path, state(a="new"))
    left = {name: body for name, body in everything(tmp_path).items() if "part" not in name}
    assert left["cap/a.xml"] in (b"old", b"new")
    assert write_public(tmp_path, state(a="new"))[1] == 1
    assert everything(tmp_path)["cap/a.xml"] == b"new"
    assert len(everything(tmp_path)) == 3


def modes(folder):
    """Return the modes of everything in a folder and of itself."""
    return {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("umask", [0o022, 0o077], ids=oct)
def test_write_public_is_readable_for_a_web_server_whatever_the_umask_is(tmp_path, umask):
    """The services have the second: nginx, who is somebody else, was refused every page."""
    before = os.umask(umask)
    try:
        write_public(tmp_path / "public", state(a="1"))
    finally:
        os.umask(before)
    assert modes(tmp_path / "public") == {0o644, 0o755}


def test_what_was_written_unreadable_is_opened_when_it_is_written_again(tmp_path):
    folder = tmp_path / "public"
    write_public(folder, state(a="1"))
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    folder.chmod(0o750)  # an administrator's choice
    assert write_public(folder, state(a="1"))[0] == 0
    assert modes(folder) == {0o644, 0o755, 0o750}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


def test_write_public_writes_messages_before_the_feeds_that_link_to_them(tmp_path, monkeypatch):
    order = []
    replace = Path.replace

    def note(self, target):
        order.append(Path(target).relative_to(tmp_path).as_posix())
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", note)
    write_public(tmp_path, state(a="1", b="2"))
    assert order == ["cap/a.xml", "cap/b.xml", "alerts.atom", "alerts.geojson"]


@pytest.mark.parametrize(
    "path",
    [
        *("", ".", "..", "../up", "/etc/x", "cap/../../up", "cap//a.xml", "cap/", "./a", "a\n"),
        *("cap/.hidden", ".htaccess", "a\\..\\b", "a\x00b", "~/a", "C:x"),
    ],
)
def test_write_public_refuses_a_path_that_may_leave_the_folder(tmp_path, path):
    folder = tmp_path / "public"
    with pytest.raises(Refused):
        write_public(folder, [*state(), PublicFile(path=path, body=b"x")])
    assert not folder.exists()


def test_write_public_refuses_a_path_twice_and_a_state_without_files(tmp_path):
    with pytest.raises(Refused):
        write_public(tmp_path, state() + state())
    write_public(tmp_path, state(a="1"))
    with pytest.raises(Refused):
        write_public(tmp_path, [])
    assert "cap/a.xml" in everything(tmp_path)


def test_write_public_follows_no_link_out_of_the_folder(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "public"
    outside.mkdir()
    folder.mkdir()
    (outside / "kept.xml").write_text("kept")
    (folder / "cap").symlink_to(outside)
    with pytest.raises(StoreFailure, match="symbolic link"):
        write_public(folder, state(a="1"))
    assert everything(outside) == {"kept.xml": b"kept"}


def test_write_public_does_not_write_through_or_delete_behind_a_linked_file(tmp_path):
    target, folder = tmp_path / "target", tmp_path / "public"
    target.write_text("kept")
    (folder / "cap").mkdir(parents=True)
    (folder / "cap" / "a.xml").symlink_to(target)
    with pytest.raises(StoreFailure, match="symbolic link"):
        write_public(folder, state(a="1"))
    assert write_public(folder, state(b="1")) == (3, 1)
    assert target.read_text() == "kept"
    assert not (folder / "cap" / "a.xml").is_symlink()


def test_write_public_takes_a_folder_that_is_itself_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "real")
    assert write_public(tmp_path / "public", state()) == (2, 0)
    assert set(everything(tmp_path / "real")) == {"alerts.geojson", "alerts.atom"}


def test_write_public_says_what_to_do_about_a_folder_it_cannot_use(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    for folder in (blocked, blocked / "inner"):
        with pytest.raises(StoreFailure, match=r"cannot write the public folder: .*Give this user"):
            write_public(folder, state())
        with (
            pytest.raises(StoreFailure, match=r"cannot write the public folder"),
            exclusive(folder),
        ):
            pass


def test_write_public_says_so_when_it_may_not_write(tmp_path, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreFailure, match=r"\.part: Permission denied\. Give this user the right"):
        write_public(tmp_path, state())


KILLED = """
import itertools, os, signal, sys
from pathlib import Path
from pipeline.adapters.public_folder import write_public
from pipeline.publish import PublicFile

folder, call, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
owner = {"fsync": os, "replace": Path, "unlink": Path}[call]
count, real = itertools.count(1), getattr(owner, call)

def dying(*args, **kwargs):
    if next(count) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)

setattr(owner, call, dying)
names = ("alerts.geojson", "alerts.atom", "cap/a.xml", "cap/new.xml")
write_public(folder, [PublicFile(path=name, body=b"new") for name in names])
"""


@pytest.mark.parametrize(
    ("call", "number"),
    [*(("fsync", n) for n in range(1, 7)), *(("replace", n) for n in range(1, 5)), ("unlink", 1)],
)
def test_write_public_mends_the_folder_after_a_run_was_killed(tmp_path, call, number):
    write_public(tmp_path, state(a="old", gone="old"))
    whole = {b"old", b"new", b"{}", b"<feed/>"}
    command = [sys.executable, "-c", KILLED, str(tmp_path), call, str(number)]
    done = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == -signal.SIGKILL
    found = everything(tmp_path)
    assert {body for name, body in found.items() if not name.endswith(".part")} <= whole
    write_public(tmp_path, state(a="new", new="new"))
    assert everything(tmp_path) == {
        "alerts.geojson": b"{}",
        "alerts.atom": b"<feed/>",
        "cap/a.xml": b"new",
        "cap/new.xml": b"new",
    }


def test_exclusive_keeps_a_second_run_out_until_the_first_is_done(tmp_path):
    order = []
    inside, release = threading.Event(), threading.Event()

    def first():
        with exclusive(tmp_path):
            inside.set()
            release.wait(10)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(StoreFailure, match="written by another run"), exclusive(tmp_path, wait=0.1):
        order.append("too early")
    release.set()
    with exclusive(tmp_path, wait=10):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_exclusive_lets_go_when_the_run_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path):
        raise ZeroDivisionError
    with exclusive(tmp_path, wait=0):
        assert write_public(tmp_path, state()) == (2, 0)


def test_a_folder_with_alerts_of_another_installation_is_refused(tmp_path: Path) -> None:
    claim(tmp_path, "one")
    claim(tmp_path, "one")
    with pytest.raises(StoreFailure, match="another installation"):
        claim(tmp_path, "two")


def test_a_folder_with_unclaimed_alerts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alerts.atom").write_text("<feed/>")
    with pytest.raises(StoreFailure, match="BLOTTER_PUBLIC"):
        claim(tmp_path, "one")
    assert (tmp_path / "alerts.atom").exists()


def test_a_folder_with_other_files_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello")
    claim(tmp_path, "one")
    assert (tmp_path / "index.html").exists()
