"""Refuses a boundary or addresses that are not what they seem, before areas are drawn.

In go what was given, out comes nothing, or a :class:`~pipeline.model.ConfigError`. Homes that are
not where they should be make land look empty, and empty land is told finely: areas of such a file
would hide nobody. It must never quote an address. Drawing is ``build``'s work.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from pipeline.model import ConfigError

__all__ = ["refuse_boundary", "refuse_homes"]

_HALF_THE_EARTH = 180.0


def refuse_boundary(boundary: BaseGeometry) -> None:
    """Return if no part of the boundary is drawn the long way around the Earth.

    Raises:
        ConfigError: a part is wider than 180 degrees: it crosses that meridian uncut.
    """
    west, _, east, _ = shapely.bounds(shapely.get_parts(boundary)).T
    if (east - west > _HALF_THE_EARTH).any():
        raise ConfigError(
            "A part of the boundary is wider than half the Earth",
            remedy="Cut it at the 180th meridian into a MultiPolygon, as GeoJSON asks.",
        )


def refuse_homes(addresses: NDArray[np.float64], boundary: BaseGeometry) -> None:
    """Return if homes lie in the boundary, and none would do so with its numbers exchanged.

    ``addresses`` has rows of longitude and latitude.

    Raises:
        ConfigError: no home lies inside, or longitude and latitude are exchanged in some row.
    """
    points = addresses.reshape(-1, 2)
    shapely.prepare(boundary)
    if shapely.contains_xy(boundary, points[:, 1], points[:, 0]).any():
        raise ConfigError(
            "Addresses have longitude and latitude exchanged",
            remedy="Check which column is which: longitude is east, latitude is north.",
        )
    if not shapely.intersects_xy(boundary, points[:, 0], points[:, 1]).any():
        raise ConfigError(
            "No address lies inside the boundary, so every place would look empty",
            remedy="Give this town's addresses in WGS 84 degrees, or none: areas are then larger.",
        )
