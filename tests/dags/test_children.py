"""Forked components: restarted when they die, gone when their supervisor is, however it ends."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

FAMILY = Path(__file__).resolve().parent / "inside" / "family.py"
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: prctl")


def family(kind: str, folder: Path, seconds: float) -> subprocess.Popen[str]:
    given = [sys.executable, str(FAMILY), kind, str(folder), str(seconds)]
    return subprocess.Popen(given, stdout=subprocess.PIPE, text=True)


def named(folder: Path, name: str, count: int) -> list[str]:
    """Wait for so many files of a name and return what follows the name in each."""
    end = time.monotonic() + 20
    while len(found := sorted(folder.glob(f"{name}-*"))) < count:
        assert time.monotonic() < end
        time.sleep(0.02)
    return [path.name.partition("-")[2] for path in found]


def alive(pids: list[str], seconds: float) -> list[str]:
    """Return those still running after at most so many seconds; empty is well."""
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if running(int(pid))]) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@linux
@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_children_and_grandchildren_end_with_the_process_that_forked_them(
    how: str, tmp_path: Path
) -> None:
    process = family("sleeper", tmp_path, 60)
    pids = named(tmp_path, "child", 1) + named(tmp_path, "grandchild", 1)
    assert alive(pids, 0) == pids
    getattr(process, how)()
    process.communicate()
    assert alive(pids, 5) == []


def test_a_crashing_component_comes_back_after_ever_longer_pauses(tmp_path: Path) -> None:
    process = family("crasher", tmp_path, 4)
    said, _ = process.communicate(timeout=30)
    crashes = [int(name) / 1e9 for name in named(tmp_path, "crash", 2)]
    pauses = [later - earlier for earlier, later in pairwise(crashes)]
    assert pauses == sorted(pauses)
    assert 0.9 < pauses[0] < 2
    assert len(crashes) <= 3
    assert said == "left {}\n"
    log = (tmp_path / "crasher.log").read_text()
    assert log.count("words of a crash") == log.count("ValueError: crashed") == len(crashes)


def test_a_component_that_will_not_stop_is_killed_when_patience_ends(tmp_path: Path) -> None:
    process = family("stubborn", tmp_path, 1)
    pids = named(tmp_path, "stubborn", 1)
    assert process.communicate(timeout=30)[0] == "left {}\n"
    assert alive(pids, 0) == []


def test_a_component_that_is_done_is_not_started_again(tmp_path: Path) -> None:
    process = family("once", tmp_path, 2.5)
    assert process.communicate(timeout=30)[0] == "left {}\n"
    assert len(named(tmp_path, "once", 1)) == 1
