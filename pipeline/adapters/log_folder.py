"""Keeps the log's files in one folder: tiles and bundles, then a checkpoint over them.

In go a folder and the files of a tree; out comes what lies there. Each file is on disk, whole and
under its name, before the next step begins, so that a checkpoint never points at what is not there.
It must never change a tile, or write a checkpoint over a smaller tree. What stands in the files is
``pipeline.audit``'s part, what is in the log the store's.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.adapters.durable import make_folder, replace_file, sync_folder
from pipeline.audit.merkle import HASH_BYTES, NodeReader
from pipeline.audit.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Edge,
    TileFile,
    entries_of,
    node_reader,
    partial_widths,
    tile_path,
)
from pipeline.model import StoreFailure

__all__ = [
    "exclusive_log",
    "prune_partials",
    "read_checkpoint",
    "read_edge",
    "reader_of",
    "write_checkpoint",
    "write_tiles",
]

_CHECKPOINT = "checkpoint"
_FILE, _FOLDER = 0o644, 0o755


@contextmanager
def exclusive_log(folder: Path) -> Iterator[None]:
    """Hold the log's folder alone; the lock ends with the process.

    Raises:
        StoreFailure: the folder cannot be made or locked.
    """
    with _explained(folder):
        make_folder(folder, _FOLDER)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with _explained(folder):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_checkpoint(folder: Path) -> bytes | None:
    """Return the published checkpoint; None when there is none."""
    with _explained(folder):
        try:
            return (folder / _CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None


def write_checkpoint(folder: Path, note: bytes) -> None:
    """Publish a checkpoint: readers see the old one or this one, whole."""
    with _explained(folder):
        replace_file(folder / _CHECKPOINT, note, _FILE)
        sync_folder(folder)


def write_tiles(folder: Path, files: Iterable[TileFile]) -> int:
    """Make the files durable; return how many were not there before.

    Raises:
        StoreFailure: a file of that name says something else, or the disk refuses.
    """
    written, touched = 0, set()
    with _explained(folder):
        for file in files:
            path = folder / file.path
            make_folder(path.parent, _FOLDER)
            touched.add(path.parent)
            if path.exists():
                if path.read_bytes() != file.body:
                    raise StoreFailure(
                        f"{path} holds another tree than the database; "
                        "run `blotter audit fsck` to see where they part"
                    )
                continue
            replace_file(path, file.body, _FILE)
            written += 1
        for each in sorted(touched):
            sync_folder(each)
    return written


def read_edge(folder: Path, size: int) -> Edge:
    """Return the right edge of the tree of ``size`` that lies in the folder.

    Raises:
        StoreFailure: a file is missing or torn.
    """
    levels = []
    with _explained(folder):
        for level, width in enumerate(partial_widths(size)):
            number = size >> (8 * (level + 1))
            body = _read(folder, level, number, width) if width else b""
            if len(body) != width * HASH_BYTES:
                raise _torn(folder, tile_path(level, number, width))
            hashes = (body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES))
            levels.append(tuple(hashes))
        width, number = size % TILE_WIDTH, size // TILE_WIDTH
        try:
            lines = entries_of(_read(folder, ENTRIES, number, width)) if width else ()
        except ValueError:
            raise _torn(folder, tile_path(ENTRIES, number, width)) from None
    return Edge(size=size, levels=tuple(levels), lines=lines)


def reader_of(folder: Path, size: int) -> NodeReader:
    """Return a reader of the hashes of the tree of ``size``; each tile is read once.

    The reader raises ``StoreFailure`` where a tile is missing or torn.
    """
    known: dict[tuple[str | int, int, int], bytes] = {}

    def tile(level: str | int, number: int, width: int) -> bytes:
        at = (level, number, width)
        if at not in known:
            with _explained(folder):
                known[at] = _read(folder, level, number, width)
            if len(known[at]) != width * HASH_BYTES:
                raise _torn(folder, tile_path(level, number, width))
        return known[at]

    return node_reader(tile, size)


def prune_partials(folder: Path) -> int:
    """Remove partial tiles whose full one is there, and what killed runs left; return how many.

    No checkpoint needs them: a reader takes its part of the full tile.
    """
    removed = 0
    with _explained(folder):
        for each in sorted((folder / "tile").rglob("*.p")):
            full = each.with_suffix("")
            if full.is_file():
                removed += sum(1 for _ in each.iterdir())
                shutil.rmtree(each)
                sync_folder(each.parent)
        for each in sorted(folder.rglob(".*.new")):
            each.unlink(missing_ok=True)
            removed += 1
    return removed


def _read(folder: Path, level: str | int, number: int, width: int) -> bytes:
    """Read a tile; where a partial one was pruned, its part of the full one."""
    path = folder / tile_path(level, number, width)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if width == TILE_WIDTH:
            raise
    body = (folder / tile_path(level, number)).read_bytes()
    if level != ENTRIES:
        return body[: width * HASH_BYTES]
    end = 0
    for line in entries_of(body)[:width]:
        end += 2 + len(line)
    return body[:end]


def _torn(folder: Path, path: str) -> StoreFailure:
    return StoreFailure(f"{folder / path} is torn; restore it, or run `blotter audit fsck`")


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StoreFailure(
            f"the log is not whole: {error.filename or folder} is missing; restore the folder from "
            "a backup, or move it away: `blotter audit seal` builds it anew from the database"
        ) from None
    except OSError as error:
        raise StoreFailure(
            f"the log's folder {folder} cannot be used ({error.strerror}); make it writable or "
            "free some space, then run this again: nothing was lost"
        ) from None
