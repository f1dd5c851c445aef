"""Exact bounds on shares seen in a sample, and estimates of what nobody saw.

In: counts. Out: shares. Quantiles of the beta distribution are scipy's. It must never approximate
a small count by the normal distribution: leaks are rare, and there the normal is far too hopeful.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, log, log1p, sqrt

from scipy.stats import beta  # type: ignore[import-untyped]

__all__ = ["CONFIDENCE", "Estimate", "clopper_pearson", "missed", "needed", "upper_bound"]

CONFIDENCE = 0.95

_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How many there are by two independent searches: ``seen`` by either, ``total`` by Chapman.

    ``error`` is the standard error of ``total`` (Seber's variance). ``lincoln`` is the older
    estimate by Lincoln and Petersen, absent where the searches have nothing in common.
    """

    seen: int
    total: float
    error: float
    lincoln: float | None

    @property
    def unseen(self) -> float:
        """How many neither search found."""
        return max(0.0, self.total - self.seen)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the total lies with 95 %: log-normal around the unseen, after Chao (1987).

        Never below what was seen, as the normal interval may be.
        """
        unseen = self.unseen
        if unseen == 0:
            return float(self.seen), float(self.seen)
        spread = exp(_Z * sqrt(log1p((self.error / unseen) ** 2)))
        return self.seen + unseen / spread, self.seen + unseen * spread


def clopper_pearson(part: int, whole: int) -> tuple[float, float]:
    """Return the exact two-sided 95 % interval of a share; 0 of 0 is between 0 and 1.

    Raises:
        ValueError: ``part`` is not between 0 and ``whole``.
    """
    _check(part, whole)
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, part, whole - part + 1)) if part else 0.0
    high = float(beta.isf(tail, part + 1, whole - part)) if part < whole else 1.0
    return low, high


def upper_bound(part: int, whole: int) -> float:
    """Return the exact one-sided 95 % upper bound of a share: what rule 26 is held against.

    Raises:
        ValueError: ``part`` is not between 0 and ``whole``.
    """
    _check(part, whole)
    if part == whole:
        return 1.0
    return float(beta.isf(1 - CONFIDENCE, part + 1, whole - part))


def needed(limit: float, leaks: int = 0) -> int:
    """Return the smallest sample with ``leaks`` leaks whose upper bound is at most ``limit``.

    Raises:
        ValueError: ``limit`` is not between 0 and 1, or ``leaks`` is negative.
    """
    if not 0 < limit < 1 or leaks < 0:
        raise ValueError("a limit is a share above 0 and below 1, and leaks are counted")
    low = max(leaks, ceil(log(1 - CONFIDENCE) / log1p(-limit)) - 1)
    if leaks == 0:
        return low + 1
    high = low
    while upper_bound(leaks, high) > limit:
        low, high = high, 2 * high + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper_bound(leaks, middle) > limit else (low, middle)
    return high


def missed(first: int, second: int, both: int) -> Estimate:
    """Return how many there are when two independent searches found so many, and so many alike.

    Raises:
        ValueError: ``both`` is more than one of the searches found, or a count is negative.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError("what both found, each of them found")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    ways = (first + 1) * (second + 1) * (first - both) * (second - both)
    variance = ways / ((both + 1) ** 2 * (both + 2))
    return Estimate(
        seen=first + second - both,
        total=total,
        error=variance**0.5,
        lincoln=first * second / both if both else None,
    )


def _check(part: int, whole: int) -> None:
    if not 0 <= part <= whole:
        raise ValueError("a part is not less than nothing and not more than the whole")
