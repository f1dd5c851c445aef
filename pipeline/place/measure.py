"""Measures shapes on the sphere, in metres.

In go shapes in WGS 84 degrees, out come numbers. Good to half a per cent for towns
and counties, which is finer than any rule asks. It must never be used to draw a border.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["METRES_PER_DEGREE", "square_metres"]

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
