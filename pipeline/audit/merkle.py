"""The Merkle tree of RFC 6962: roots, proofs, and checking proofs. SHA-256, nothing else.

In go leaf hashes, or a function that reads the hash of a perfect subtree; out come roots and
proofs, 32 bytes a hash. It must never judge what a leaf says; ``entry`` makes leaf hashes and
``tiles`` lays hashes out in files. Ranges are half-open and count leaves from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "NodeReader",
    "consistency_proof",
    "consistent",
    "included",
    "inclusion_proof",
    "node_hash",
    "perfect_parts",
    "range_hash",
    "root_of",
    "subtree_consistent",
    "subtree_included",
]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, section 2.1)."""

NodeReader = Callable[[int, int], bytes]
"""``read(level, index)``: the hash of the leaves ``[index * 2**level, (index + 1) * 2**level)``."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (32 bytes)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, in their order."""
    if not leaves:
        return EMPTY_ROOT
    return range_hash(lambda level, index: _perfect(leaves, level, index), 0, len(leaves))


def _perfect(leaves: Sequence[bytes], level: int, index: int) -> bytes:
    row = list(leaves[index << level : (index + 1) << level])
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def perfect_parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the perfect subtrees that make up a range, left to right.

    ``start`` is a multiple of the largest power of two the range holds, as in every proof.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def range_hash(read: NodeReader, start: int, end: int) -> bytes:
    """Return the hash over leaves ``start`` to ``end``; the empty root for none of them."""
    parts = [read(level, index) for level, index in perfect_parts(start, end)]
    if not parts:
        return EMPTY_ROOT
    whole = parts.pop()
    while parts:
        whole = node_hash(parts.pop(), whole)
    return whole


def inclusion_proof(read: NodeReader, index: int, size: int) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves, leaf first.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(read: NodeReader, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``old`` leaves is the beginning of that of ``new``.

    Raises:
        ValueError: ``old`` is larger than ``new``, or a size is negative.
    """
    if not 0 <= old <= new:
        raise ValueError("the older tree cannot be the larger one")
    if old in (0, new):
        return ()
    start, end, whole = 0, new, True
    path = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(read, start, end))
    return tuple(reversed(path))


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether ``proof`` shows ``leaf`` at ``index`` of a whole tree of ``size``."""
    return subtree_included(leaf, index, 0, size, proof, root)


def subtree_included(
    leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether ``leaf`` is at ``index`` of the tree, within the subtree ``[start, end)``."""
    if not (_is_subtree(start, end) and start <= index < end and _whole(leaf, root, *proof)):
        return False
    at, last, made = index - start, end - start - 1, leaf
    for hashed in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            made = node_hash(hashed, made)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            made = node_hash(made, hashed)
        at, last = at >> 1, last >> 1
    return last == 0 and made == root


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether ``proof`` shows that the old tree is the beginning of the new one.

    That an empty tree is the beginning of any other cannot be shown, and is not.
    """
    if old in (0, new):
        empty = old > 0 or old_root == EMPTY_ROOT
        return old == new and empty and old_root == new_root and not proof
    return subtree_consistent(0, old, new, old_root, new_root, proof)


def subtree_consistent(
    start: int, end: int, size: int, part: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether ``proof`` shows ``part`` as the hash of ``[start, end)`` in the whole tree."""
    if not 0 <= start <= end <= size:
        return False
    if start == end:
        return part == EMPTY_ROOT and not proof
    if not _is_subtree(start, end) or not _whole(*proof):
        return False
    left, right, last = start, end - 1, size - 1
    while left != right and (right & 1 or right == last):
        left, right, last = left >> 1, right >> 1, last >> 1
    rest = list(proof)
    if left == right:
        small = large = part
    elif rest:
        small = large = rest.pop(0)
    else:
        return False
    return _climb(left, right, last, small, large, rest) == (part, root)


def _climb(
    left: int, right: int, last: int, small: bytes, large: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Return the two hashes a proof leads to; None when it is too long or too short."""
    for hashed in proof:
        if last == 0:
            return None
        if right & 1 or right == last:
            if left < right:
                small = node_hash(hashed, small)
            large = node_hash(hashed, large)
            while not right & 1 and right:
                left, right, last = left >> 1, right >> 1, last >> 1
        else:
            large = node_hash(large, hashed)
        left, right, last = left >> 1, right >> 1, last >> 1
    return (small, large) if last == 0 else None


def _is_subtree(start: int, end: int) -> bool:
    """Return whether the range is one that proofs are made of: aligned to its size's power."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def _split(width: int) -> int:
    """Return the largest power of two smaller than ``width``."""
    return 1 << ((width - 1).bit_length() - 1)


def _whole(*hashes: bytes) -> bool:
    return all(len(each) == HASH_BYTES for each in hashes)
