"""Exact place and time to public area and time window.

In go exact positions and instants, out come areas of a published list and floored windows. No
coordinate, address or minute of the call may leave this room; what cannot be placed is held. Which
categories are told at all is ``pipeline.classify``'s part.
"""

from pipeline.place.areas import AreaMap, load_areas
from pipeline.place.levels import Level
from pipeline.place.locate import TOWN_ID, locate_many, place
from pipeline.place.times import time_window

__all__ = ["TOWN_ID", "AreaMap", "Level", "load_areas", "locate_many", "place", "time_window"]
