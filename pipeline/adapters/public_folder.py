"""Writes the public files into a folder, each of them whole or not at all for a reader.

In go a folder and the whole public state as rendered files; out come counts of written and removed
files. A file is written beside its final place, flushed to the disk and renamed over it; what a
channel owns but no longer renders is removed. It must never follow a link or a path out of the
folder, touch a file that no channel owns, or decide what is public: ``pipeline.publish`` does.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.adapters.durable import sync_folder
from pipeline.model import Refused, StoreFailure
from pipeline.publish import CHANNELS, PublicFile

__all__ = ["claim", "exclusive", "write_public"]

# Letters, digits, dot, hyphen, underscore; no name begins with a dot, so no "..", and no "/" first.
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_UNFINISHED = ".blotter-*.part"
_OWNER = ".blotter-owner"
_WAIT_SECONDS = 30.0


@contextmanager
def exclusive(folder: Path, *, wait: float = _WAIT_SECONDS) -> Iterator[None]:
    """Hold the folder alone: read the state, render it and write it within this block.

    Otherwise a slower run that read an older state could bring a retracted alert back.

    Raises:
        StoreFailure: another run holds the folder longer than ``wait`` seconds, or it is unusable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unusable(folder, error) from None
    try:
        _lock(descriptor, folder, time.monotonic() + wait)
        yield
    finally:
        os.close(descriptor)


def claim(folder: Path, owner: str) -> None:
    """Make sure that ``folder`` is this installation's: new, empty of alerts, or claimed before.

    Another installation's alerts must not be taken for leftovers and removed. Call it within
    :func:`exclusive`.

    Raises:
        StoreFailure: the folder belongs to another installation, or is unusable.
    """
    mark = folder / _OWNER
    try:
        if mark.is_file():
            if mark.read_text(encoding="ascii", errors="replace").strip() == owner:
                return
            raise _foreign(folder)
        if any(next(folder.glob(c.PATHS), None) for c in CHANNELS.values()):
            raise _foreign(folder)
        mark.write_text(owner + "\n", encoding="ascii")
    except OSError as error:
        raise _unusable(folder, error) from None


def _foreign(folder: Path) -> StoreFailure:
    return StoreFailure(
        f"{folder} holds alerts of another installation; set BLOTTER_PUBLIC to another folder, "
        "or empty this one"
    )


def write_public(folder: Path, files: Iterable[PublicFile]) -> tuple[int, int]:
    """Make ``folder`` hold exactly ``files``, the whole public state; return (written, removed).

    Unchanged files are not touched. Messages are written before the feeds that link to them, and
    files are removed last. Leftovers of a run that was killed are removed. Call it within
    :func:`exclusive`.

    Raises:
        Refused: a path leaves the folder, occurs twice, or there are no files at all.
        StoreFailure: the folder cannot be written, or a link stands where a public file belongs.
    """
    wanted = _wanted(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folders = _folders(folder, wanted)
        for each in folders:
            _remove(each.glob(_UNFINISHED))
        deepest_first = sorted(wanted, key=lambda path: (-path.count("/"), path))
        written = sum(_write(folder / path, wanted[path]) for path in deepest_first)
        removed = _remove(_stale(folder, wanted))
        if written or removed:
            for each in folders:
                sync_folder(each)
    except OSError as error:
        raise _unusable(folder, error) from None
    return written, removed


def _wanted(files: Iterable[PublicFile]) -> dict[str, bytes]:
    wanted: dict[str, bytes] = {}
    for file in files:
        if not _PATH.fullmatch(file.path) or file.path in wanted:
            raise Refused("a public path leaves the folder or occurs twice")
        wanted[file.path] = file.body
    if not wanted:
        raise Refused("the public state is never empty: each feed has a file without alerts too")
    return wanted


def _folders(folder: Path, wanted: Iterable[str]) -> list[Path]:
    """Return every folder that holds public files, created where missing, none of them a link."""
    owned = [channel.PATHS for channel in CHANNELS.values()]
    inner = {Path(path).parent for path in (*wanted, *owned)}
    inner |= {above for path in inner for above in path.parents}
    found = [folder / path for path in sorted(inner)]
    for each in found:
        if each != folder and each.is_symlink():
            raise _link(each)
        each.mkdir(exist_ok=True)
    return found


def _write(path: Path, body: bytes) -> int:
    """Replace the file when its bytes differ; return how many files were written, 0 or 1."""
    if path.is_symlink():
        raise _link(path)
    if path.exists() and path.read_bytes() == body:
        return 0
    unfinished = path.with_name(_UNFINISHED.replace("*", secrets.token_hex(8)))
    try:
        # Readable for all, as far as the umask allows: a web server is somebody else.
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return 1


def _stale(folder: Path, wanted: Iterable[str]) -> list[Path]:
    keep = {folder / path for path in wanted}
    owned = (path for channel in CHANNELS.values() for path in folder.glob(channel.PATHS))
    return sorted(path for path in owned if path not in keep)


def _remove(paths: Iterable[Path]) -> int:
    """Remove files and links themselves, never what a link points to; return how many."""
    count = 0
    for path in paths:
        path.unlink(missing_ok=True)
        count += 1
    return count


def _lock(descriptor: int, folder: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreFailure(
                    f"{folder} is being written by another run. Wait for it, or end it."
                ) from None
            time.sleep(0.05)
        except OSError as error:
            raise _unusable(folder, error) from None
        else:
            return


def _unusable(folder: Path, error: OSError) -> StoreFailure:
    where = error.filename or folder
    return StoreFailure(
        f"cannot write the public folder: {where}: {error.strerror}. "
        f"Give this user the right to write in {folder}, free some space, or name another folder."
    )


def _link(path: Path) -> StoreFailure:
    return StoreFailure(f"{path} is a symbolic link. Remove it; the real file is written in place.")
