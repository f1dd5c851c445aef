"""Child processes that are forked, restarted when they die, and never left behind.

In: named functions. Out: one process each, its output in a log file of its own, its death noticed.
A child that dies comes back after a delay that doubles up to a minute. On Linux every process
forked from here on, at whatever depth, is killed by the kernel when the process that forked it
dies: not even ``kill -9`` of the supervisor leaves anything running. This module must never import
Airflow and never start a thread: a fork copies only the thread that calls it.
"""

from __future__ import annotations

import ctypes
import io
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

__all__ = ["Child", "Children", "die_with_parent", "output_to"]

LOG = logging.getLogger("blotter.supervisor")
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
LONGEST_DELAY = 60.0
STEADY = 60.0  # seconds after which a child counts as started well


@dataclass(slots=True, kw_only=True)
class Child:
    """One component. ``again`` says whether its end calls for a restart, or was its purpose.

    ``patience`` is how many seconds it gets to stop when asked to.
    """

    name: str
    run: Callable[[], None]
    again: bool = True
    patience: float = 2.0
    pid: int = 0
    started: float = 0.0
    delay: float = 0.0
    due: float = 0.0


class Children:
    """The running components of one supervisor. All times are of the monotonic clock, seconds."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []

    def pids(self) -> dict[str, int]:
        """Return the process id of every running component by name."""
        return {child.name: child.pid for child in self._children if child.pid}

    def start(self, child: Child) -> None:
        """Fork the component; its output goes to ``logs/<name>.log``."""
        if child not in self._children:
            self._children.append(child)
        child.started, child.due = time.monotonic(), 0.0
        child.pid = os.fork()
        if child.pid == 0:
            _become(child, self._logs / f"{child.name}.log")
        LOG.info("%s started, pid %d", child.name, child.pid)

    def tend(self) -> None:
        """Notice who died, and start again who is due. Call this a few times a second."""
        for child, status in self._reaped():
            lived = time.monotonic() - child.started
            child.pid = 0
            if not child.again:
                self._children.remove(child)
                LOG.info("%s ended with %d", child.name, status)
                continue
            child.delay = 1.0 if lived > STEADY else min(max(1.0, child.delay * 2), LONGEST_DELAY)
            child.due = time.monotonic() + child.delay
            LOG.warning("%s died with %d, again in %.0f s", child.name, status, child.delay)
        now = time.monotonic()
        for child in [child for child in self._children if child.due and child.due <= now]:
            self.start(child)

    def stop(self, last: Collection[str] = ()) -> None:
        """Ask every child to end and kill who takes too long; those named end after the others."""
        first = [child for child in self._children if child.name not in last]
        for children in (first, self._children):
            began = time.monotonic()
            self._signal(children, signal.SIGTERM)
            while running := [child for child in children if child.pid]:
                waited = time.monotonic() - began
                overdue = [child for child in running if waited > child.patience]
                self._signal(overdue, signal.SIGKILL)
                time.sleep(0.02)
                for child, status in self._reaped():
                    LOG.info("%s stopped with %d", child.name, status)
                    child.pid = 0

    def _signal(self, children: Iterable[Child], number: signal.Signals) -> None:
        for child in children:
            if child.pid:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, number)

    def _reaped(self) -> Iterator[tuple[Child, int]]:
        for child in [child for child in self._children if child.pid]:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                yield child, os.waitstatus_to_exitcode(status)


def _become(child: Child, log: Path) -> NoReturn:
    """Turn the forked copy into the component. Never returns into the supervisor's code."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # An ignored SIGINT would be inherited by Airflow's trigger runner, which then never stops.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        output_to(log)
        child.run()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - nothing may climb into the supervisor's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code & 0xFF)


def output_to(log: Path) -> None:
    """Append what this process writes to standard output and error to a file, from now on."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)
    os.close(descriptor)


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Let the kernel send ``number`` to every later fork when its parent dies (Linux only).

    Elsewhere this does nothing: a killed supervisor then leaves its children to be stopped by hand.
    """
    if sys.platform != "linux":
        return
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parents: list[int] = [os.getpid()]

    def remember() -> None:
        parents[0] = os.getpid()

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parents[0]:  # it died before the kernel knew of our wish
            os._exit(1)

    os.register_at_fork(before=remember, after_in_child=bind)
