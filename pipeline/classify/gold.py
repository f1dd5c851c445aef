"""Measures verdicts on narratives of known truth: recall and false alarms, with intervals.

In go gold cases and their verdicts, out come counts with 95 % Wilson intervals. It must never be
used to choose weights: ``teaching`` has its own situations. Reading files is the caller's part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

__all__ = ["GoldCase", "Share", "measured"]

_Z = 1.959964  # two-sided 95 %


class GoldCase(BaseModel):
    """One line of a gold file; ``keyword``: an obvious word is in it; ``hard``: it looks so."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    sensitive: bool
    call_type: str | None = None
    narrative: str | None = None
    half: str = ""
    categories: tuple[str, ...] = ()
    keyword: bool = False
    hard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``raised`` of ``total`` cases of one group; ``wanted`` says whether raising was right."""

    group: str
    wanted: bool
    raised: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % Wilson interval of the share raised."""
        share, square = self.raised / self.total, _Z * _Z / self.total
        middle = share + square / 2
        spread = _Z * math.sqrt(share * (1 - share) / self.total + square / 4 / self.total)
        return (
            max(0.0, (middle - spread) / (1 + square)),
            min(1.0, (middle + spread) / (1 + square)),
        )


def measured(cases: Iterable[tuple[GoldCase, bool]]) -> tuple[Share, ...]:
    """Return the share raised of all, of each category, and of each kind of innocent case."""
    counts: dict[tuple[bool, str], tuple[int, int]] = {}
    for case, raised in cases:
        for group in _groups(case):
            before = counts.get((case.sensitive, group), (0, 0))
            counts[case.sensitive, group] = (before[0] + raised, before[1] + 1)
    return tuple(
        Share(group=group, wanted=wanted, raised=raised, total=total)
        for (wanted, group), (raised, total) in sorted(
            counts.items(), key=lambda item: (not item[0][0], item[0][1])
        )
    )


def _groups(case: GoldCase) -> Iterator[str]:
    if case.sensitive:
        yield " all sensitive"
        yield " obvious keyword" if case.keyword else " no obvious keyword"
        yield from case.categories
    else:
        yield " all innocent"
        yield " hard negative" if case.hard else " ordinary"
