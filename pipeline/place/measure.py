"""Measures shapes on the sphere, in metres.

In go shapes in WGS 84 degrees, out come numbers. Good to half a per cent for towns
and counties, which is finer than any rule asks. It must never be used to draw a border.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from pipeline.model import Area

__all__ = ["METRES_PER_DEGREE", "area_size", "metres_between", "square_metres"]

_EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius
METRES_PER_DEGREE = math.radians(1) * _EARTH_RADIUS_M
"""Of latitude; of longitude it is this times the cosine of the latitude."""


def square_metres(shape: BaseGeometry) -> float:
    """Return a shape's area, by Lambert's cylindrical equal-area projection."""
    projected = shapely.transform(
        shape,
        lambda degrees: np.column_stack(
            (np.radians(degrees[:, 0]), np.sin(np.radians(degrees[:, 1])))
        ),
    )
    return float(projected.area) * _EARTH_RADIUS_M**2


def area_size(area: Area) -> float:
    """Return a published area's size in square metres; 0 for one that was drawn without a shape."""
    return square_metres(MultiPolygon([(rings[0], rings[1:]) for rings in area.polygons]))


def metres_between(
    positions: NDArray[np.float64], spot: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far positions, shape (n, 2) in degrees, lie from one; flat, so for a town only."""
    wide = math.cos(math.radians(float(spot[1])))
    steps = (positions - spot) * (METRES_PER_DEGREE * wide, METRES_PER_DEGREE)
    return np.hypot(steps[:, 0], steps[:, 1])
