"""Writes files and folders so that they are still there after the power fails.

Bytes go in; a file that only this user may read comes out, on disk before the call returns. It
must never overwrite: every file here is new. Local filesystems only; ``vault`` reaches others.
All functions raise ``OSError`` as the system does; callers turn that into words for people.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["make_folder", "sync_folder", "write_new"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def sync_folder(folder: Path) -> None:
    """Make the folder's list of names durable: new, renamed and deleted files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create the folder (mode 0700) and its missing parents; leave existing ones as they are."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_new(path: Path, body: bytes) -> None:
    """Write a new file with mode 0600 and sync it; a half-written one is removed again.

    The folder's entry is not synced: call :func:`sync_folder` when the name must last too.
    """
    descriptor = os.open(path, _NEW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
