"""A seal is cut off at every system call, by errors and by kills; another one finishes it.

After each fault the log's files must be sound as they lie there, and the next seal must end where
an undisturbed one would have: no two checkpoints of one size, nothing lost, nothing to repair.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from elm_bluff import Line, build_line

from pipeline.adapters.store.audit_log import append, signed_heads
from pipeline.audit import Entry, EntryKind
from pipeline.audit.verify import verify_log
from pipeline.model import BlotterError
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.resources import open_database
from pipeline.usecases.seal import seal_log

ROOT = Path(__file__).resolve().parents[2]
POINTS = int(os.environ.get("BLOTTER_KILLS", "40")) // 4
CALLS = ("open", "write", "fsync", "close", "replace", "rename", "mkdir", "unlink", "link")
NUMBERS = (errno.EIO, errno.ENOSPC, errno.EROFS)


def add(line: Line, count: int) -> None:
    entries = [
        Entry(kind=EntryKind.SHRED, at=line.at, agency_id="a", body={"payload": f"{n:064x}"})
        for n in range(count)
    ]
    with open_database(line.settings) as store, store.write() as tx:
        append(tx, entries)


@pytest.fixture
def started(tmp_path: Path) -> Line:
    """A line with a sealed log of 250 entries, and 20 that wait: a tile becomes full."""
    line = build_line(tmp_path / "line", f"sqlite:///{tmp_path / 'line/home/blotter.db'}")
    add(line, 249)
    seal_log(line.settings, now=line.at)
    add(line, 20)
    return line


def copied(line: Line, to: Path) -> None:
    """Put a fresh copy of the started installation in the place of the one that was harmed."""
    home = line.settings.home
    if to.exists():
        shutil.rmtree(home)
        shutil.copytree(to, home)
    else:
        shutil.copytree(home, to)


def assert_sound(line: Line) -> None:
    """Check what lies there, then let another seal finish, and check that nothing is missing."""
    left = verify_log(line.settings.log, log_verifier_keys(line.settings))
    assert left.problems == ()
    assert left.head.size in (250, 270)
    assert seal_log(line.settings, now=line.at).size == 270
    assert check_log_files(line.settings).problems == ()
    with open_database(line.settings) as store, store.read() as tx:
        assert [head.size for head in signed_heads(tx)] == [250, 270]


class Failing:
    """Lets the nth of all calls that matter fail, whichever it is, and counts them."""

    def __init__(self, patch: pytest.MonkeyPatch, nth: int) -> None:
        self.calls, self._nth = 0, nth
        for name in CALLS:
            patch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self._nth:
                number = NUMBERS[self._nth % len(NUMBERS)]
                raise OSError(number, os.strerror(number))
            return real(*arguments, **named)

        return call


def test_each_call_may_fail_in_turn(
    started: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(started, tmp_path / "start")
    with monkeypatch.context() as patch:
        counting = Failing(patch, 0)
        seal_log(started.settings, now=started.at)
    assert counting.calls > 40
    failed = 0
    for nth in range(1, counting.calls + 1, max(1, counting.calls // POINTS)):
        copied(started, tmp_path / "start")
        with monkeypatch.context() as patch:
            Failing(patch, nth)
            try:
                seal_log(started.settings, now=started.at)
            except (BlotterError, OSError):
                failed += 1
        assert_sound(started)
    assert failed > 4


SEAL = """
import os, sys
from datetime import UTC, datetime
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import load_settings
seal_log(load_settings(os.environ), now=datetime(2026, 3, 2, 18, tzinfo=UTC))
"""


def environment(line: Line) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BLOTTER_HOME": str(line.settings.home),
        "BLOTTER_DATABASE_URL": line.settings.database_url,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


# What a seal asks of the disk; each is made to fail, and to be the last thing before a kill.
TRACED = ("fsync", "rename", "pwrite64")


@pytest.mark.parametrize("how", ["error=EIO", "error=ENOSPC", "signal=SIGKILL"])
@pytest.mark.parametrize("call", TRACED)
def test_the_system_itself_fails_a_call_or_kills_the_seal(
    started: Line, tmp_path: Path, call: str, how: str
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is absent: apt-get install strace")
    copied(started, tmp_path / "start")
    for nth in (2,) if POINTS <= 10 else range(1, 40):
        copied(started, tmp_path / "start")
        inject = f"{call}:{how}:when={nth}"
        command = [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e"]
        done = subprocess.run(
            [*command, f"inject={inject}", sys.executable, "-c", SEAL],
            env=environment(started),
            capture_output=True,
            timeout=120,
        )
        assert_sound(started)
        if done.returncode == 0 and nth > 3:
            break
        assert done.returncode in (0, 1, -signal.SIGKILL, 128 + signal.SIGKILL)
