from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.entry import leaf_hash
from pipeline.audit.merkle import (
    EMPTY_ROOT,
    NodeReader,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    node_hash,
    root_of,
    subtree_consistent,
    subtree_included,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(300)]


def reader(leaves: list[bytes]) -> NodeReader:
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def slow_root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 defines it, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 255, 256, 257, 300])
def test_a_root_is_what_the_definition_says(size: int) -> None:
    assert root_of(LEAVES[:size]) == slow_root(LEAVES[:size])


@given(st.data())
def test_every_leaf_is_proven_and_no_other(data: Any) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    root, proof = root_of(leaves), inclusion_proof(reader(leaves), index, size)
    assert included(leaves[index], index, size, proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else 1
    assert not included(leaf_hash(b"another"), index, size, proof, root)
    assert not included(leaves[index], other, size, proof, root)
    assert not included(leaves[index], index, size, (*proof, root), root)
    assert not proof or not included(leaves[index], index, size, proof[:-1], root)


@given(st.data())
def test_a_beginning_is_proven_and_nothing_else(data: Any) -> None:
    new = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, new - 1))
    leaves = LEAVES[:new]
    proof = consistency_proof(reader(leaves), old, new)
    old_root, new_root = root_of(leaves[:old]), root_of(leaves)
    assert consistent(old, new, old_root, new_root, proof)
    changed = [*leaves[: old - 1], leaf_hash(b"changed")]
    assert not consistent(old, new, root_of(changed), new_root, proof)
    assert not consistent(old, new, old_root, old_root, proof)
    assert not consistent(old, new, old_root, new_root, (*proof, old_root))
    assert not consistent(old, new, old_root, new_root, proof[1:])


def test_nothing_is_proven_of_an_empty_tree_but_that_it_is_empty() -> None:
    assert consistent(0, 0, EMPTY_ROOT, EMPTY_ROOT, ())
    assert not consistent(0, 1, EMPTY_ROOT, LEAVES[0], ())
    assert consistency_proof(reader(LEAVES), 0, 9) == ()


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(reader(LEAVES), index, size)


def test_a_larger_tree_is_no_beginning_of_a_smaller_one() -> None:
    with pytest.raises(ValueError, match="larger"):
        consistency_proof(reader(LEAVES), 4, 3)
    assert not consistent(4, 3, LEAVES[0], LEAVES[0], ())


def vectors(shared: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = shared / "corpora/merkle_vectors/testdata" / kind
    return [(str(path), json.loads(path.read_text())) for path in sorted(folder.rglob("*.json"))]


def decoded(vector: dict[str, Any], *names: str) -> list[bytes]:
    return [base64.b64decode(vector[name]) for name in names]


def proof_of(vector: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(each) for each in vector["proof"] or []]


COUNTS = {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}


def verdict(kind: str, vector: dict[str, Any]) -> bool:
    proof = proof_of(vector)
    if kind.endswith("inclusion"):
        leaf, root = decoded(vector, "leafHash", "root")
        if kind == "inclusion":
            return included(leaf, vector["leafIdx"], vector["treeSize"], proof, root)
        at = (vector["leafIdx"], vector["start"], vector["end"])
        return subtree_included(leaf, *at, proof, root)
    part, root = decoded(vector, "root1", "root2")
    if kind == "consistency":
        return consistent(vector["size1"], vector["size2"], part, root, proof)
    at = (vector["start"], vector["end"], vector["size"])
    return subtree_consistent(*at, part, root, proof)


@pytest.mark.shared
@pytest.mark.parametrize("kind", COUNTS)
def test_every_reference_vector_is_judged_right(shared: Path, kind: str) -> None:
    found = vectors(shared, kind)
    wrong = [name for name, vector in found if verdict(kind, vector) is vector["wantErr"]]
    assert wrong == []
    assert len(found) == COUNTS[kind]
