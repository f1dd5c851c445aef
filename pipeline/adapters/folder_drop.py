"""Lists and reads the payload files that an agency drops into a folder.

A transport goes in; finished files come out in name order, and then their bytes. This module must
never log or raise a file's name (an export may put a caller into it), follow a link out of the
folder, or hand on a file that is still being written. It deletes nothing: a file read twice is the
same payload, which ``usecases`` tell by digest.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.agencies.transport import FolderDrop
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["MAX_BODY_BYTES", "DropFile", "is_unfinished", "list_drop", "read_drop"]

MAX_BODY_BYTES = 256_000_000
"""Larger files are not read into memory; an agency's own limit is usually far below."""

_UNFINISHED_STARTS = (".", "~")
_UNFINISHED_ENDS = ("~", ".tmp", ".part", ".filepart", ".crdownload", ".swp")
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO})
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class DropFile:
    """One finished file as it was listed: size in bytes, change time in ns since 1970."""

    path: Path = field(repr=False)
    size: int
    mtime_ns: int


def list_drop(transport: FolderDrop, *, settle: timedelta, now: datetime) -> tuple[DropFile, ...]:
    """Return the finished files that match the transport's pattern, in name order.

    A file is finished once nobody changed it for ``settle``. One dated further than that into the
    future is finished too: its clock is wrong, and waiting for it would lose it. Left out are
    hidden and half-written files, folders, pipes, and links, whose targets are listed themselves
    when they belong here.

    Raises:
        ConfigError: the folder is missing or cannot be listed.
    """
    files = []
    for name, status in _regular_files(transport.path):
        age = timedelta(seconds=now.timestamp() - status.st_mtime)
        if fnmatchcase(name, transport.pattern) and abs(age) >= settle:
            files.append(
                DropFile(
                    path=transport.path / name, size=status.st_size, mtime_ns=status.st_mtime_ns
                )
            )
    return tuple(sorted(files, key=lambda file: file.path.name))


def read_drop(file: DropFile, max_bytes: int) -> bytes | None:
    """Return the file's bytes, or None when it changed or went away since it was listed.

    Raises:
        PayloadRefused: it is larger than ``max_bytes`` (OVERSIZED_PAYLOAD); nothing was read.
        ConfigError: the system refuses to read it.
    """
    try:
        descriptor = os.open(file.path, _READ)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise _unreadable(file.path.parent, error) from None
    with os.fdopen(descriptor, "rb") as opened:
        if not _unchanged(descriptor, file):
            return None
        if file.size > max_bytes:
            raise PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
        try:
            body = opened.read(file.size + 1)
        except OSError as error:
            raise _unreadable(file.path.parent, error) from None
        return body if len(body) == file.size and _unchanged(descriptor, file) else None


def is_unfinished(name: str) -> bool:
    """Return whether a file's name says that somebody is still writing it, or that it is hidden."""
    lower = name.lower()
    return lower.startswith(_UNFINISHED_STARTS) or lower.endswith(_UNFINISHED_ENDS)


def _regular_files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                status = _regular(entry)
                if status is not None:
                    yield entry.name, status
    except OSError as error:
        raise ConfigError(
            f"the folder where payloads arrive cannot be listed ({os.strerror(error.errno or 0)})",
            remedy="Create it, make it readable, or correct transport.path in agency.yml.",
            path=folder,
        ) from None


def _regular(entry: os.DirEntry[str]) -> os.stat_result | None:
    if is_unfinished(entry.name):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # taken away between listing and looking
    return status if stat.S_ISREG(status.st_mode) else None


def _unchanged(descriptor: int, file: DropFile) -> bool:
    status = os.fstat(descriptor)
    listed = (file.size, file.mtime_ns)
    return stat.S_ISREG(status.st_mode) and (status.st_size, status.st_mtime_ns) == listed


def _unreadable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"a payload file in this folder cannot be read ({os.strerror(error.errno or 0)})",
        remedy="Make the files there readable for the user who runs Blotter.",
        path=folder,
    )
