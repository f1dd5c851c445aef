"""Compares what is told of areas with what was dispatched there, against bias (rule 27).

In go counts per area, out come areas told of much more often than the town as a whole. Too few
calls say nothing and are left out. This is for the desk and compliance; nothing of it is public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["AreaShare", "area_shares"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaShare:
    """One area: published of dispatched, as a multiple of the town's share."""

    area_id: str
    published: int
    dispatched: int
    ratio: float
    flagged: bool


def area_shares(
    published: Mapping[str, int], dispatched: Mapping[str, int], *, factor: float, least: int
) -> tuple[AreaShare, ...]:
    """Return every area with at least ``least`` dispatched calls, largest ratio first.

    An area is flagged when its share of published calls is more than ``factor`` times the town's.

    Raises:
        ValueError: more was published of an area than dispatched there.
    """
    for area_id, number in published.items():
        if number > dispatched.get(area_id, 0):
            raise ValueError("more was published than dispatched")
    told, all_calls = sum(published.values()), sum(dispatched.values())
    if not told:
        return ()
    found = [
        AreaShare(
            area_id=area_id,
            published=published.get(area_id, 0),
            dispatched=calls,
            ratio=round(ratio := published.get(area_id, 0) / calls * all_calls / told, 2),
            flagged=ratio > factor,
        )
        for area_id, calls in dispatched.items()
        if calls >= max(least, 1)
    ]
    return tuple(sorted(found, key=lambda each: (-each.ratio, each.area_id)))
