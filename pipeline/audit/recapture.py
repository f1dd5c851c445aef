"""Capture and recapture: how much that is private several independent searches missed.

In: places that each search found in the same texts. Out: for each pair of searches how many there
are in all, by Chapman, with its interval. Two searches that find the same things for the same
reason make the estimate too low. It must never hold a text: a place is a text's number and a span.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.audit.bounds import Estimate, missed

__all__ = ["Pair", "Place", "both", "pairs"]

Place = tuple[int, int, int]
"""Text, first character, end: what one search covered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two searches over the same texts: what each found, and both; ``estimate`` of all there is."""

    one: str
    other: str
    found: tuple[int, int]
    both: int
    estimate: Estimate


def both(one: Iterable[Place], other: Iterable[Place]) -> int:
    """Return how many places of one overlap with one of their own in the other."""
    left = sorted(other)
    count = 0
    for text, start, end in sorted(one):
        match = next((p for p in left if p[0] == text and p[1] < end and start < p[2]), None)
        if match is not None:
            left.remove(match)
            count += 1
    return count


def pairs(searches: Mapping[str, Sequence[Sequence[Place]]]) -> tuple[Pair, ...]:
    """Return an estimate for every pair; each search has its places record by record, in order."""
    found = []
    for (one, mine), (other, theirs) in combinations(searches.items(), 2):
        shared = sum(both(m, t) for m, t in zip(mine, theirs, strict=True))
        counts = (sum(map(len, mine)), sum(map(len, theirs)))
        found.append(
            Pair(
                one=one,
                other=other,
                found=counts,
                both=shared,
                estimate=missed(counts[0], counts[1], shared),
            )
        )
    return tuple(found)
