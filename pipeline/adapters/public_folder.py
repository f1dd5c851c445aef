"""Writes the public files into a folder, each of them whole or not at all for a reader.

In go a folder and rendered files, all of them or those that changed; out come counts of written and
removed files. A file is written at the folder's top, flushed to the disk and renamed into its
place; what a format owns but no longer renders is removed. All may read it, whatever the umask: a
web server is somebody else. It must never follow a link or a path out of the folder, touch a file
that no format owns, or decide what is public: ``publish`` does.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.adapters.durable import sync_folder
from pipeline.model import Refused, StoreFailure
from pipeline.publish import FORMATS, PublicFile
from pipeline.publish.formats import globs

__all__ = ["claim", "exclusive", "is_whole", "put_public", "set_whole", "write_public"]

# Letters, digits, dot, hyphen, underscore; no name begins with a dot, so no "..", and no "/" first.
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_UNFINISHED = ".blotter-*.part"
_OWNER = ".blotter-owner"
_FORMATS = ".blotter-formats"
_FILE, _FOLDER = 0o644, 0o755
_WAIT_SECONDS = 30.0


@contextmanager
def exclusive(folder: Path, *, wait: float = _WAIT_SECONDS) -> Iterator[None]:
    """Hold the folder alone: read the state, render it and write it within this block.

    Otherwise a slower run that read an older state could bring a retracted alert back.

    Raises:
        StoreFailure: another run holds the folder longer than ``wait`` seconds, or it is unusable.
    """
    try:
        _make(folder)
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
        if any(next(folder.glob(form.PATHS), None) for form in FORMATS.values()):
            raise _foreign(folder)
        mark.write_text(owner + "\n", encoding="ascii")
    except OSError as error:
        raise _unusable(folder, error) from None


def _foreign(folder: Path) -> StoreFailure:
    return StoreFailure(
        f"{folder} holds alerts of another installation; set BLOTTER_PUBLIC to another folder, "
        "or empty this one"
    )


def is_whole(folder: Path) -> bool:
    """Return whether the folder was once written whole in today's formats."""
    mark = folder / _FORMATS
    try:
        return mark.is_file() and mark.read_text("ascii", "replace") == _known_formats()
    except OSError as error:
        raise _unusable(folder, error) from None


def set_whole(folder: Path) -> None:
    """Remember that the folder holds everything in today's formats."""
    try:
        (folder / _FORMATS).write_text(_known_formats(), encoding="ascii")
    except OSError as error:
        raise _unusable(folder, error) from None


def _known_formats() -> str:
    return "".join(f"{name}\n" for name in sorted(FORMATS))


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
    if not wanted:
        raise Refused("the public state is never empty: each feed has a file without alerts too")
    return _put(folder, wanted, lambda: _stale(folder, wanted))


def put_public(
    folder: Path, files: Iterable[PublicFile], gone: Iterable[str] = ()
) -> tuple[int, int]:
    """Write some files and remove others, as :func:`write_public` does; the rest stays.

    Raises:
        Refused: a path leaves the folder, or occurs twice.
        StoreFailure: the folder cannot be written, or a link stands where a public file belongs.
    """
    wanted = _wanted(files)
    # Two untold versions of one alert name its files twice; removed is removed.
    unwanted = sorted(set(gone) - wanted.keys())
    _wanted(PublicFile(path=path, body=b"") for path in unwanted)
    return _put(folder, wanted, lambda: [folder / path for path in unwanted])


def _put(
    folder: Path, wanted: dict[str, bytes], stale: Callable[[], list[Path]]
) -> tuple[int, int]:
    try:
        _make(folder)
        _remove(folder.glob(_UNFINISHED))
        folders = _folders(folder, wanted)
        ordered = sorted(wanted, key=_messages_first)
        written = [path for path in ordered if _write(folder, path, wanted[path])]
        over = stale()
        removed = _remove(over)
        changed = {(folder / path).parent for path in written} | {path.parent for path in over}
        for each in folders:
            if each in changed:
                sync_folder(each)
    except OSError as error:
        raise _unusable(folder, error) from None
    return len(written), removed


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_FOLDER)


def _messages_first(path: str) -> tuple[bool, int, str]:
    """Order files so that no feed links to a message that is not there."""
    return (path.rpartition("/")[2].startswith("alerts."), -path.count("/"), path)


def _wanted(files: Iterable[PublicFile]) -> dict[str, bytes]:
    wanted: dict[str, bytes] = {}
    for file in files:
        if not _PATH.fullmatch(file.path) or file.path in wanted:
            raise Refused(f"a public path leaves the folder or occurs twice: {file.path!r}")
        wanted[file.path] = file.body
    return wanted


def _folders(folder: Path, wanted: Iterable[str]) -> list[Path]:
    """Return every folder that holds these files, created where missing, none of them a link."""
    owned = [form.PATHS for form in FORMATS.values()]
    inner = {Path(path).parent for path in (*wanted, *owned)}
    inner |= {above for path in inner for above in path.parents}
    found = [folder / path for path in sorted(inner)]
    for each in found:
        if each != folder and each.is_symlink():
            raise _link(each)
        each.mkdir(exist_ok=True)
        if each != folder:  # whose mode is its owner's choice
            _open_to_all(each, each.stat(), _FOLDER)
    return found


def _write(folder: Path, name: str, body: bytes) -> bool:
    """Replace the file when its bytes differ; return whether they did."""
    path = folder / name
    if path.is_symlink():
        raise _link(path)
    before = path.stat() if path.exists() else None
    if before is not None and before.st_size == len(body) and path.read_bytes() == body:
        _open_to_all(path, before, _FILE)
        return False
    # At the top, where leftovers of a killed run are looked for every time.
    unfinished = folder / _UNFINISHED.replace("*", secrets.token_hex(8))
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), _FILE)
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        if before is not None:
            _tell_apart(unfinished, before)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return True


def _open_to_all(path: Path, state: os.stat_result, mode: int) -> None:
    """Let all read what is ours and was made under a narrow umask."""
    if state.st_mode & mode != mode and state.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(state.st_mode) | mode)


def _tell_apart(fresh: Path, before: os.stat_result) -> None:
    """Give the new file a later second than the old one had.

    Web servers make an ETag of size and time in whole seconds: two texts of one length within a
    second would be one to every cache, and a retracted one could stay there.
    """
    second = 1_000_000_000
    now = fresh.stat().st_mtime_ns
    if now // second <= before.st_mtime_ns // second:
        later = (before.st_mtime_ns // second + 1) * second
        os.utime(fresh, ns=(later, later))


def _stale(folder: Path, wanted: Iterable[str]) -> list[Path]:
    keep = {folder / path for path in wanted}
    owned = {
        path
        for form in FORMATS.values()
        for pattern in globs(form)
        for path in folder.glob(pattern)
    }
    old_parts = folder.glob(f"cap/{_UNFINISHED}")
    return sorted({*(path for path in owned if path not in keep), *old_parts})


def _remove(paths: Iterable[Path]) -> int:
    """Remove files and links themselves, never what a link points to; return how many."""
    count = 0
    for path in paths:
        count += path.is_symlink() or path.exists()
        path.unlink(missing_ok=True)
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
