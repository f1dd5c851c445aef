"""Says how good a set of built areas is, for the people who decide on it.

In go the areas, their boundary and what was asked of them; out comes a report: how many, how large,
how well they hide a home, what they leave out. Counts of addresses stand in it, so the report is
the agency's and is never published.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.place.build import BuiltArea
from pipeline.place.levels import COARSER, Level
from pipeline.place.measure import square_metres

__all__ = ["AreaQuality", "area_quality"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaQuality:
    """Figures of one set of areas.

    Radii are those of circles of the same size, in metres. ``covered`` is the share of the
    boundary's surface that some area covers; calls in the rest are told by a coarser area.
    ``compactness`` is the median of 4 pi area / perimeter squared: 1 is a circle, 0.6 long strips.
    ``addresses_low`` is the fewest addresses of an area that has any; None without a count.
    ``levels`` has per coarser level how many areas it has, and the fewest addresses of one.
    """

    areas: int
    without_homes: int
    addresses: int | None
    addresses_low: int | None
    addresses_median: int | None
    addresses_left_out: int | None
    radius_low_m: float
    radius_median_m: float
    radius_high_m: float
    compactness: float
    covered: float
    levels: Mapping[str, tuple[int, int | None]]


def area_quality(
    built: Sequence[BuiltArea], boundary: BaseGeometry, *, addresses: int | None
) -> AreaQuality:
    """Return the figures of at least one area; ``addresses`` is how many the boundary holds."""
    sizes = np.array([square_metres(area.shape) for area in built])
    radii = np.sqrt(sizes / math.pi)
    homes = sorted(area.addresses for area in built if area.addresses)
    held = sum(homes)
    return AreaQuality(
        areas=len(built),
        without_homes=sum(area.addresses == 0 for area in built),
        addresses=addresses,
        addresses_low=homes[0] if homes else None,
        addresses_median=homes[len(homes) // 2] if homes else None,
        addresses_left_out=None if addresses is None else addresses - held,
        radius_low_m=round(float(radii.min()), 1),
        radius_median_m=round(float(np.median(radii)), 1),
        radius_high_m=round(float(radii.max()), 1),
        compactness=round(float(np.median([_compactness(area.shape) for area in built])), 3),
        covered=round(float(sizes.sum()) / square_metres(boundary), 4),
        levels={
            level.value: _level(level, built)
            for level in COARSER
            if any(level in area.belongs for area in built)
        },
    )


def _level(level: Level, built: Sequence[BuiltArea]) -> tuple[int, int | None]:
    homes: dict[str, int | None] = {}
    for area in built:
        if level in area.belongs:
            name, count = area.belongs[level], area.addresses
            before = homes.get(name, 0)
            homes[name] = None if count is None or before is None else before + count
    counted = [count for count in homes.values() if count]
    return len(homes), min(counted) if counted else None


def _compactness(shape: BaseGeometry) -> float:
    # Ratios of degrees would do for a strip along one axis only, so width is scaled by latitude.
    middle = math.cos(math.radians(shape.centroid.y))
    scaled = shapely.get_coordinates(shape.convex_hull) * (middle, 1.0)
    steps = np.hypot(*np.diff(scaled, axis=0).T)
    return float(4 * math.pi * shape.area * middle / steps.sum() ** 2)
