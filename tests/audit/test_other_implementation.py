"""Go's own implementation reads our log: the note and tlog packages of golang.org/x/mod."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from logs import VKEY, line, lines, write_log

from pipeline.audit.tiles import Edge, bundle, grown

PACKAGES = Path("/usr/share/gocode")
SOURCE = Path(__file__).with_name("reader.go")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if go is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("Go is absent: apt-get install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOFLAGS": "",
        "GOPATH": str(PACKAGES),
        "GOCACHE": str(folder / "cache"),
    }
    command = [go, "build", "-o", str(folder / "reader"), str(SOURCE)]
    subprocess.run(command, env=environment, check=True, timeout=300)
    return folder / "reader"


def told(reader: Path, *arguments: str) -> str:
    command = [str(reader), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout.strip()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_go_proves_every_entry_of_our_log(reader: Path, tmp_path: Path, size: int) -> None:
    write_log(tmp_path, lines(size))
    assert told(reader, str(tmp_path), VKEY) == f"SOUND: {size}"


def test_go_proves_that_our_log_grew(reader: Path, tmp_path: Path) -> None:
    write_log(tmp_path, lines(600))
    old = base64.b64encode(grown(Edge(), lines(300))[0].root).decode()
    assert told(reader, str(tmp_path), VKEY, "300", old) == "SOUND: 600"
    other = base64.b64encode(grown(Edge(), [*lines(299), line(9)])[0].root).decode()
    assert told(reader, str(tmp_path), VKEY, "300", other).startswith("NOT SOUND")


def test_go_finds_a_changed_entry_too(reader: Path, tmp_path: Path) -> None:
    write_log(tmp_path, lines(300))
    path = tmp_path / "tile/entries/000"
    path.write_bytes(bundle([*lines(17), line(9_999), *lines(256)[18:]]))
    assert told(reader, str(tmp_path), VKEY).startswith("NOT SOUND")
