"""Remembers which keys were destroyed, beside the key file and not in the database.

A restored backup of database and vault brings wrapped keys back; whoever unwraps asks here first.
In go the keys' ids, which tell nothing of the keys. The file only grows. It must never be restored
from a backup older than the database's, and nothing is ever taken out of it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from pipeline.adapters.durable import make_folder, sync_folder
from pipeline.adapters.private_file import explained, locked

__all__ = ["add_destroyed", "destroyed_keys", "shreds_path"]


def shreds_path(key_file: Path) -> Path:
    """Return where destroyed keys are remembered: beside the key file."""
    return key_file.with_name("destroyed-keys.txt")


def destroyed_keys(path: Path) -> frozenset[str]:
    """Return the ids of all keys that were destroyed; none where there is no file.

    Raises:
        ConfigError: the file cannot be read.
    """
    with explained(path, "of destroyed keys cannot be read", "Make it readable for its owner"):
        try:
            state = path.stat()
        except FileNotFoundError:
            return frozenset()
        return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int, _size: int) -> frozenset[str]:
    return frozenset(path.read_text("ascii").split())


def add_destroyed(path: Path, names: Collection[str]) -> int:
    """Add ids that are not there yet, on disk when this returns; return how many were new.

    Raises:
        ConfigError: the file cannot be written.
    """
    with explained(path, "of destroyed keys cannot be written", "Make file and folder writable"):
        make_folder(path.parent)
        with locked(path):
            new = sorted(set(names) - destroyed_keys(path))
            if not new:
                return 0
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            # Each id has its own line ends: one torn by a full disk spoils none that follows.
            body = "".join(f"\n{name}\n" for name in new).encode("ascii")
            with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(path.parent)
            return len(new)
