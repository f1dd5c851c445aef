"""Tiles and entry bundles (C2SP tlog-tiles): where hashes and entries lie, and how.

In go the right edge of a tree and the entries that follow; out come the files of the larger tree
and its right edge. It must never read or write a file: ``adapters.log_folder`` does. Tiles are
256 hashes wide; the last of each level may be partial, and never changes either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.audit.entry import leaf_hash
from pipeline.audit.merkle import EMPTY_ROOT, HASH_BYTES, NodeReader, node_hash, perfect_parts

__all__ = [
    "ENTRIES",
    "MAX_ENTRY_BYTES",
    "TILE_WIDTH",
    "Edge",
    "TileFile",
    "bundle",
    "entries_of",
    "grown",
    "node_reader",
    "partial_widths",
    "tile_path",
]

TILE_WIDTH = 256
ENTRIES = "entries"
MAX_ENTRY_BYTES = 65_535
"""An entry's length stands before it in two bytes."""

_LEVEL_BITS = 8

TileReader = Callable[[str | int, int, int], bytes]
"""``read(level, index, width)``: the bytes of one tile, or of one bundle for ``entries``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFile:
    """One file of the log; ``path`` is relative to its folder."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The right edge of a tree: the hashes of each level's partial tile, and the open bundle.

    ``levels[n]`` holds fewer than 256 hashes of perfect subtrees with ``256**n`` leaves each.
    """

    size: int = 0
    levels: tuple[tuple[bytes, ...], ...] = ()
    lines: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root hash of the whole tree."""
        parts: list[bytes] = []
        for hashes in reversed(self.levels):
            parts += [_perfect(hashes[at : at + n]) for at, n in _powers(len(hashes))]
        if not parts:
            return EMPTY_ROOT
        whole = parts.pop()
        while parts:
            whole = node_hash(parts.pop(), whole)
        return whole


def tile_path(level: str | int, index: int, width: int = TILE_WIDTH) -> str:
    """Return where a tile lies: ``tile/0/x001/067``, with ``.p/12`` behind for 12 hashes."""
    text = f"{index % 1000:03d}"
    rest = index // 1000
    while rest:
        text, rest = f"x{rest % 1000:03d}/{text}", rest // 1000
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{text}{partial}"


def partial_widths(size: int) -> tuple[int, ...]:
    """Return the width of the partial tile of each level of a tree; 0 where it has none."""
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return tuple(widths)


def bundle(lines: Sequence[bytes]) -> bytes:
    """Return entries behind their lengths (two bytes, big-endian).

    Raises:
        ValueError: an entry is longer than 65,535 bytes.
    """
    if any(len(line) > MAX_ENTRY_BYTES for line in lines):
        raise ValueError("an entry is too long for the log")
    return b"".join(len(line).to_bytes(2, "big") + line for line in lines)


def entries_of(body: bytes) -> tuple[bytes, ...]:
    """Return the entries of a bundle.

    Raises:
        ValueError: it ends within an entry.
    """
    lines, at = [], 0
    while at < len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        if end > len(body) or at + 2 > len(body):
            raise ValueError("a bundle ends within an entry")
        lines.append(body[at + 2 : end])
        at = end
    return tuple(lines)


def grown(edge: Edge, lines: Sequence[bytes]) -> tuple[Edge, tuple[TileFile, ...]]:
    """Return the edge after appending ``lines``, and all new files, full ones first.

    The same edge and lines give the same files: what was written before a crash is written again.
    """
    levels = [list(hashes) for hashes in edge.levels] or [[]]
    open_lines, size = list(edge.lines), edge.size
    files: list[TileFile] = []
    for line in lines:
        open_lines.append(line)
        size += 1
        levels[0].append(leaf_hash(line))
        if len(open_lines) == TILE_WIDTH:
            number = size // TILE_WIDTH - 1
            files.append(TileFile(path=tile_path(ENTRIES, number), body=bundle(open_lines)))
            open_lines = []
            files += _carried(levels, size)
    kept = Edge(
        size=size, levels=tuple(tuple(hashes) for hashes in levels), lines=tuple(open_lines)
    )
    return kept, (*files, *_partial(kept))


def node_reader(read: TileReader, size: int) -> NodeReader:
    """Return a reader of perfect subtrees' hashes out of the tiles of a tree of ``size``."""

    def node(level: int, index: int) -> bytes:
        tile_level, inner = divmod(level, _LEVEL_BITS)
        first = index << inner
        number, offset = divmod(first, TILE_WIDTH)
        width = min(TILE_WIDTH, (size >> (_LEVEL_BITS * tile_level)) - number * TILE_WIDTH)
        tile = read(tile_level, number, width)
        cut = tile[offset * HASH_BYTES : (offset + (1 << inner)) * HASH_BYTES]
        return _perfect(_hashes(cut))

    return node


def _carried(levels: list[list[bytes]], size: int) -> Iterator[TileFile]:
    """Empty full tiles into the level above, and yield them."""
    for level, hashes in enumerate(levels):
        if len(hashes) < TILE_WIDTH:
            return
        number = (size >> (_LEVEL_BITS * (level + 1))) - 1
        yield TileFile(path=tile_path(level, number), body=b"".join(hashes))
        if level + 1 == len(levels):
            levels.append([])
        levels[level + 1].append(_perfect(hashes))
        hashes.clear()


def _partial(edge: Edge) -> Iterator[TileFile]:
    if edge.lines:
        path = tile_path(ENTRIES, edge.size // TILE_WIDTH, len(edge.lines))
        yield TileFile(path=path, body=bundle(edge.lines))
    for level, hashes in enumerate(edge.levels):
        if hashes:
            number = edge.size >> (_LEVEL_BITS * (level + 1))
            path = tile_path(level, number, len(hashes))
            yield TileFile(path=path, body=b"".join(hashes))


def _powers(count: int) -> list[tuple[int, int]]:
    """Return (start, length) of the perfect parts of ``count`` hashes, left to right."""
    return [(index << level, 1 << level) for level, index in perfect_parts(0, count)]


def _perfect(hashes: Sequence[bytes]) -> bytes:
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
