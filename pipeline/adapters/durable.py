"""Writes files and folders so that they are still there after the power fails.

Bytes go in; a file that only this user may read, unless asked otherwise, comes out, on disk before
the call returns. It must never change a file in place: each is new, or takes another's place whole.
Local filesystems only; ``vault`` reaches others. All functions raise ``OSError`` as the system
does; callers turn that into words for people.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["make_folder", "replace_file", "sync_folder", "write_new"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def sync_folder(folder: Path) -> None:
    """Make the folder's list of names durable: new, renamed and deleted files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Create the folder and its missing parents; leave existing ones as they are."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def write_new(path: Path, body: bytes, mode: int = 0o600) -> None:
    """Write a new file and sync it; a half-written one is removed again.

    The folder's entry is not synced: call :func:`sync_folder` when the name must last too.
    """
    descriptor = os.open(path, _NEW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def replace_file(path: Path, body: bytes, mode: int = 0o600) -> None:
    """Give the file new content in one step: a reader sees the old one or the new one, whole.

    Two writers at once must be kept apart by the caller. The folder's entry is not synced.
    """
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)  # left by a run that was killed here
    write_new(fresh, body, mode)
    try:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
