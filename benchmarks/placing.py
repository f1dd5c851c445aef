"""What is measured of placing: many points put into the public areas of an invented town.

In: a wanted number of points. Out: a case on them. How well areas hide a home is ``attacks``' part.
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacked_city import city
from benchmarks.bare import require
from benchmarks.cases import Case
from pipeline.place import locate_many

__all__ = ["placing"]


def placing(count: int) -> Case:
    """Time :func:`locate_many` on points in and around the town."""
    areas = city().areas
    west, south, east, north = areas.hull.bounds
    points = np.random.default_rng(7).uniform((west, south), (east, north), (count, 2))

    def locate() -> None:
        require(len(locate_many(points, areas)), count)

    return Case(
        name="points-in-areas",
        title=f"{len(areas.areas)} areas",
        unit="point",
        count=count,
        size=points.nbytes,
        contenders={"locate_many": locate},
    )
