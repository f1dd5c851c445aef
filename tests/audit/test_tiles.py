from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.entry import leaf_hash
from pipeline.audit.merkle import (
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    root_of,
)
from pipeline.audit.tiles import (
    Edge,
    bundle,
    entries_of,
    grown,
    node_reader,
    partial_widths,
    tile_path,
)

SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000]
LINES = [b"entry %d" % number for number in range(SIZES[-1])]
LEAVES = [leaf_hash(line) for line in LINES]


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 999, 256, "tile/1/999"),
        (0, 1000, 256, "tile/0/x001/000"),
        ("entries", 1_234_067, 256, "tile/entries/x001/x234/067"),
        (2, 5, 17, "tile/2/005.p/17"),
    ],
)
def test_a_tile_lies_where_the_specification_says(
    level: str | int, index: int, width: int, path: str
) -> None:
    assert tile_path(level, index, width) == path


def test_a_growing_tree_has_the_root_of_its_leaves_and_proves_them_from_its_tiles() -> None:
    edge, draw = Edge(), random.Random(3)
    files: dict[str, bytes] = {}

    def read(level: str | int, index: int, width: int) -> bytes:
        return files[tile_path(level, index, width)]

    for old, new in pairwise([0, *SIZES]):
        edge, written = grown(edge, LINES[old:new])
        files |= {file.path: file.body for file in written}
        assert edge.size == new
        assert edge.root == root_of(LEAVES[:new])
        node = node_reader(read, new)
        for _ in range(20 if new else 0):
            index, earlier = draw.randrange(new), draw.randrange(1, new + 1)
            proof = inclusion_proof(node, index, new)
            assert included(LEAVES[index], index, new, proof, edge.root)
            grew = consistency_proof(node, earlier, new)
            assert consistent(earlier, new, root_of(LEAVES[:earlier]), edge.root, grew)


def test_the_tiles_of_seventy_thousand_entries_are_those_of_the_specifications_example() -> None:
    _, files = grown(Edge(), LINES)
    tiles = {file.path: file.body for file in files}
    assert sum(path.startswith("tile/0/") for path in tiles) == 274
    assert [path for path in tiles if ".p/" in path] == [
        "tile/entries/273.p/112",
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert len(tiles["tile/1/000"]) == 8192
    assert partial_widths(70_000) == (112, 17, 1)
    assert entries_of(tiles["tile/entries/273.p/112"]) == tuple(LINES[-112:])


def test_a_tree_of_256_has_a_full_tile_and_a_partial_one_above() -> None:
    _, files = grown(Edge(), LINES[:256])
    assert [file.path for file in files] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@given(st.lists(st.integers(0, 700), max_size=4))
def test_in_how_many_steps_a_tree_grew_makes_no_difference(steps: list[int]) -> None:
    sizes = sorted(steps)
    edge = Edge()
    for old, new in pairwise([0, *sizes]):
        edge, _ = grown(edge, LINES[old:new])
    assert edge.root == grown(Edge(), LINES[: edge.size])[0].root


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_a_bundle_gives_its_entries_back(lines: list[bytes]) -> None:
    assert entries_of(bundle(lines)) == tuple(lines)


@pytest.mark.parametrize("body", [b"\0", b"\0\2a", b"\0\1ab"])
def test_a_torn_bundle_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="ends within"):
        entries_of(body)


def test_an_entry_has_at_most_two_bytes_of_length() -> None:
    assert entries_of(bundle([bytes(65_535)])) == (bytes(65_535),)
    with pytest.raises(ValueError, match="too long"):
        bundle([bytes(65_536)])
