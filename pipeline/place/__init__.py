"""Exact place and time to public area and time window.

In go exact positions and instants, out come areas of a published list and floored windows. No
coordinate, address or minute of the call may leave this room; what cannot be placed is held. Which
categories are told at all is ``pipeline.classify``'s part.
"""

from pipeline.place.areas import AreaMap, load_areas
from pipeline.place.geocode import Geocoder, Precision
from pipeline.place.levels import Level
from pipeline.place.locate import TOWN_ID, locate_many, place
from pipeline.place.measure import area_size
from pipeline.place.sanity import sane_place, settled_place
from pipeline.place.spots import (
    BLOCK_SIGN,
    DEFAULT_POINT_BLOCKS,
    DEFAULT_POINT_STREETS,
    Spot,
    is_default,
    spot_of,
)
from pipeline.place.times import time_window

__all__ = [
    "BLOCK_SIGN",
    "DEFAULT_POINT_BLOCKS",
    "DEFAULT_POINT_STREETS",
    "TOWN_ID",
    "AreaMap",
    "Geocoder",
    "Level",
    "Precision",
    "Spot",
    "area_size",
    "is_default",
    "load_areas",
    "locate_many",
    "place",
    "sane_place",
    "settled_place",
    "spot_of",
    "time_window",
]
