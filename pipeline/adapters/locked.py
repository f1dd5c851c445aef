"""Lets one process at a time do something, by a lock on a file that ends with the process.

In goes a path; the block runs alone on this machine. It must never wait for longer than asked, nor
leave a lock behind when a process is killed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.model import StoreFailure

__all__ = ["alone"]


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Yield True while this process holds the lock, False when another one has it.

    Raises:
        StoreFailure: the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreFailure(f"cannot lock {path}: {error.strerror}; make its folder writable") from (
            None
        )
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
