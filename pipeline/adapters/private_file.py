"""Keeps one small private file: read whole, changed whole, by one process at a time.

In go a path and bytes; out come bytes. The file has mode 0600, and is on disk with its new content
or its old one whenever the power fails. This module must never read a file that others may read,
or quote anything of it in an error. ``keyfile`` and ``log_keys`` say what is in such files.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.adapters.durable import sync_folder, write_new
from pipeline.model import ConfigError

__all__ = ["explained", "locked", "put_private", "read_private"]


def read_private(path: Path) -> bytes:
    """Return the file's bytes.

    Raises:
        ConfigError: others may read or write it.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            raise ConfigError(
                f"other users may use this key file (mode {mode:04o})",
                remedy=f"Run `chmod 600 {path}`, and think about who may have copied it.",
                path=path,
            )
        return file.read()


def put_private(path: Path, body: bytes, move: Callable[[Path, Path], None]) -> None:
    """Write beside the file, then give it its name in one step. Only call it under the lock.

    ``os.link`` as ``move`` refuses to replace a file, even where locks do not work.
    """
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)  # left by a run that was killed here
    write_new(fresh, body)
    try:
        move(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time change the file; the lock ends with the process."""
    _check_folder(path.parent)
    lock = path.with_name(f".{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def explained(path: Path, problem: str, remedy: str) -> Iterator[None]:
    """Turn what the system says into words for people.

    Raises:
        ConfigError: in the place of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise ConfigError(
            f"the key file {problem} ({reason})", remedy=f"{remedy}.", path=path
        ) from None


def _check_folder(folder: Path) -> None:
    if stat.S_IMODE(folder.stat().st_mode) & 0o022:
        raise ConfigError(
            "other users may replace files in the key file's folder",
            remedy=f"Run `chmod 700 {folder}`.",
            path=folder,
        )
