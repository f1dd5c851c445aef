"""Tells which calls may be one incident: several callers, agencies, or two numbers.

In go calls as the public may know them (area, time window, category) with a keyed fingerprint of
the redacted text; out come likely pairs with score and reasons. Nothing is merged here: an editor
sees the pairs. Fingerprints live in memory only; without their key they tell no word.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.signals import words_of
from pipeline.model import Category

__all__ = ["Fingerprint", "Likeness", "Trace", "fingerprint", "likely_pairs", "likeness"]

_HASHES = 64
_FEWEST = 4  # distinct words; a shorter text says nothing about likeness
_NEAR_M = 1500.0  # beyond twice this two areas' middles are too far apart
_LONGEST = timedelta(hours=3)  # between windows; beyond it two calls are two incidents
_LIKELY = 0.68
_UNHEARD = 0.25  # how alike the words of a call without text are taken to be
_METRES = 111_195.0  # per degree of latitude
_KINDS = (
    {"structure-fire", "smoke", "fire-alarm", "other-fire", "outside-fire", "vehicle-fire"},
    {"gas-leak", "hazardous-material", "smoke", "explosion"},
    {"injury-collision", "collision", "hit-and-run", "traffic-hazard", "vehicle-fire"},
    {"electrical-hazard", "public-works", "weather", "traffic-hazard", "outside-fire"},
    {"burglary", "security-alarm", "trespass", "suspicious-activity"},
    {"theft", "robbery", "burglary", "vehicle-theft", "vandalism"},
    {"assault", "disturbance", "weapon", "robbery", "threat"},
    {"water-rescue", "technical-rescue", "search"},
    {"noise", "disturbance", "weapon"},
)

Fingerprint = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What of a call is compared. ``middle`` is the public area's, latitude and longitude.

    ``placed`` is False where no area smaller than the town is known: that is no place to share.
    """

    candidate_id: str
    agency_id: str
    category: Category
    area_id: str
    middle: tuple[float, float]
    placed: bool
    earliest: datetime
    latest: datetime
    text: Fingerprint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two calls are, 0 to 1, and in what; ``other`` is the second call's candidate."""

    other: str
    score: float
    reasons: tuple[str, ...]

    @property
    def likely(self) -> bool:
        """True when an editor should be told."""
        return self.score >= _LIKELY


def fingerprint(texts: Iterable[str], key: bytes) -> Fingerprint | None:
    """Return the keyed MinHash of redacted texts, or None when they have too few words.

    Placeholders such as ``[PERSON]`` are no words of the text.
    """
    words: set[str] = set()
    for text in texts:
        kept = " ".join(part.partition("]")[2] for part in f"]{text}".split("["))
        words.update(word for word in words_of(kept) if len(word) > 2)
    if len(words) < _FEWEST:
        return None
    hashes = np.array([_hash(word, key) for word in sorted(words)], dtype=np.uint64)
    low: Fingerprint = ((hashes[:, None] * _factors(key)) ^ (hashes[:, None] >> 29)).min(axis=0)
    return low


def likeness(one: Trace, two: Trace) -> Likeness:
    """Return how alike two calls are; 0 when time or place rules it out."""
    apart = max(one.earliest, two.earliest) - min(one.latest, two.latest)
    gap = max(apart, timedelta(0))
    place = 1.0 if _same_area(one, two) else _nearness(one.middle, two.middle)
    if gap > _LONGEST or not place:
        return Likeness(other=two.candidate_id, score=0.0, reasons=())
    time = math.exp(-gap / timedelta(hours=1))
    kind = _kinship(one.category, two.category)
    shared = None if one.text is None or two.text is None else float((one.text == two.text).mean())
    words = _UNHEARD if shared is None else min(1.0, shared * 3)
    score = 0.2 * time + 0.2 * place + 0.25 * kind + 0.35 * words
    if not (one.placed and two.placed):
        # All calls of a town are in it. That says nothing, so what else is known has to say it all,
        # and where no words are known nothing tells one incident from two.
        score = (score - 0.2 * place - (0.35 * words if shared is None else 0.0)) / 0.8
    return Likeness(
        other=two.candidate_id,
        score=round(score, 3),
        reasons=tuple(_reasons(one, two, gap, kind, shared)),
    )


def likely_pairs(one: Trace, others: Iterable[Trace]) -> tuple[Likeness, ...]:
    """Return the calls that may be the same incident as ``one``, likeliest first."""
    found = (likeness(one, two) for two in others if two.candidate_id != one.candidate_id)
    return tuple(
        sorted((each for each in found if each.likely), key=lambda each: (-each.score, each.other))
    )


def _same_area(one: Trace, two: Trace) -> bool:
    return (one.agency_id, one.area_id) == (two.agency_id, two.area_id)


def _nearness(one: tuple[float, float], two: tuple[float, float]) -> float:
    north = (one[0] - two[0]) * _METRES
    east = (one[1] - two[1]) * _METRES * math.cos(math.radians(one[0]))
    return max(0.0, 1 - math.hypot(north, east) / (2 * _NEAR_M))


def _kinship(one: Category, two: Category) -> float:
    if one is two:
        return 1.0
    return 0.6 if any(one.value in kinds and two.value in kinds for kinds in _KINDS) else 0.0


def _reasons(
    one: Trace, two: Trace, gap: timedelta, kind: float, shared: float | None
) -> Iterator[str]:
    minutes = round(gap.total_seconds() / 60)
    yield "the same time" if not minutes else f"{minutes} minutes apart"
    yield _where(one, two)
    if kind:
        yield "the same kind" if kind == 1 else "a related kind"
    if shared is not None:
        yield f"{shared:.0%} of words alike"
    if one.agency_id != two.agency_id:
        yield "another agency"


def _where(one: Trace, two: Trace) -> str:
    if not (one.placed and two.placed):
        return "no place nearer than a town"
    return "the same area" if _same_area(one, two) else "areas close by"


@lru_cache(maxsize=8)
def _factors(key: bytes) -> NDArray[np.uint64]:
    seeds = [_hash(str(number), key) | 1 for number in range(_HASHES)]
    return np.array(seeds, dtype=np.uint64)


def _hash(word: str, key: bytes) -> int:
    digest = hashlib.blake2b(word.encode(), key=key[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big")
