"""Forks small components with the supervisor's own code; what they do is told by file names."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3]))

from dags.standalone.children import Child, Children, die_with_parent

FOLDER = Path(sys.argv[2])


def sleeper() -> None:
    """Fork once more, as an executor does, and sleep."""
    if os.fork() == 0:
        (FOLDER / f"grandchild-{os.getpid()}").touch()
    else:
        (FOLDER / f"child-{os.getpid()}").touch()
    time.sleep(60)


def crasher() -> None:
    (FOLDER / f"crash-{time.monotonic_ns()}").touch()
    sys.stdout.write("words of a crash\n")
    raise ValueError("crashed")


def stubborn() -> None:
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (FOLDER / f"stubborn-{os.getpid()}").touch()
    time.sleep(60)


def once() -> None:
    (FOLDER / f"once-{os.getpid()}").touch()


KINDS = {"sleeper": sleeper, "crasher": crasher, "stubborn": stubborn, "once": once}
kind = sys.argv[1]
seconds = float(sys.argv[3])
die_with_parent()
children = Children(FOLDER)
children.start(Child(name=kind, run=KINDS[kind], again=kind != "once", patience=0.3))
end = time.monotonic() + seconds
while time.monotonic() < end:
    children.tend()
    time.sleep(0.02)
children.stop()
sys.stdout.write(f"left {children.pids()}\n")
