"""Exclusion zones: they cover what they protect, and say neither where, what nor how many."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from pipeline.model import ExactPlace, Point, Sensitive
from pipeline.place.measure import METRES_PER_DEGREE
from pipeline.place.zones import (
    NO_ZONES,
    Protected,
    Zones,
    build_zones,
    cell_of,
    shielded,
)

# A county of 90 by 110 km: decoys seldom meet.
TOWN = box(-89.5, 42.5, -88.4, 43.5)
KEY = b"k" * 32


def place(latitude: float, longitude: float, radius_m: float = 500.0) -> Protected:
    return Protected(point=Point(latitude=latitude, longitude=longitude), radius_m=radius_m)


PLACES = [place(43.02 + n * 0.06, -88.97 + n * 0.09) for n in range(5)]


@given(
    st.floats(42.6, 43.4),
    st.floats(-89.4, -88.5),
    st.floats(0, 2 * math.pi),
    st.floats(0, 500),
)
def test_whatever_is_within_500_metres_is_hidden(
    latitude: float, longitude: float, direction: float, metres: float
) -> None:
    zones = build_zones([place(latitude, longitude)], TOWN, KEY)
    up = metres * math.sin(direction) / METRES_PER_DEGREE
    along = metres * math.cos(direction) / METRES_PER_DEGREE / math.cos(math.radians(latitude))
    assert zones.hold(Point(latitude=latitude + up, longitude=longitude + along))


def components(zones: Zones) -> list[frozenset[tuple[int, int]]]:
    """Return the zones as shapes moved to the origin, cells that touch together."""
    left, found = set(zones.cells), []
    while left:
        waiting, shape = [left.pop()], set()
        while waiting:
            x, y = waiting.pop()
            shape.add((x, y))
            near = {(x + a, y + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
            left -= near
            waiting += near
        west, south = min(x for x, _ in shape), min(y for _, y in shape)
        found.append(frozenset((x - west, y - south) for x, y in shape))
    return found


@pytest.mark.parametrize(("number", "total"), [(1, 4), (2, 4), (3, 8), (4, 8), (5, 12)])
def test_decoys_hide_how_many_places_there_are(number: int, total: int) -> None:
    shapes = components(build_zones(PLACES[:number], TOWN, KEY))
    assert len(shapes) == total
    assert total >= 2 * number


def test_a_place_looks_like_a_decoy() -> None:
    shapes = components(build_zones(PLACES[:2], TOWN, KEY))
    # Meridians meet towards the pole, so a shape may be a column wider in the north of the county.
    assert len(set(shapes)) <= 2
    assert max(len(shape) for shape in shapes) - min(len(shape) for shape in shapes) <= 6


def test_a_zone_tells_its_place_to_the_cell_only() -> None:
    one = place(43.0211, -88.9711)
    other = place(43.0219, -88.9719)
    assert one.point != other.point
    assert cell_of(one.point) == cell_of(other.point)
    assert build_zones([one], TOWN, KEY) == build_zones([other], TOWN, KEY)


def test_decoys_are_the_keys_and_do_not_move() -> None:
    built = build_zones(PLACES[:1], TOWN, KEY)
    assert build_zones(PLACES[:1], TOWN, KEY) == built
    others = build_zones(PLACES[:1], TOWN, b"x" * 32)
    assert len(components(others)) == len(components(built))
    assert len(others.cells & built.cells) == len(built.cells) // 4  # the place they share


def test_nothing_shows_a_zone_or_a_place() -> None:
    zones = build_zones(PLACES, TOWN, KEY)
    assert repr(zones) == str(zones) == f"{zones}" == "Zones(***)"
    assert repr(PLACES[0]) == "Protected(***)"


def test_a_call_in_a_zone_has_a_restricted_place_and_others_do_not() -> None:
    zones = build_zones(PLACES[:1], TOWN, KEY)
    inside = ExactPlace(address=Sensitive("418 Tanglewood Ct"), point=PLACES[0].point)
    outside = ExactPlace(point=Point(latitude=42.0, longitude=-88.0))
    assert shielded(inside, zones).restricted
    assert shielded(outside, zones) == outside
    assert shielded(inside, NO_ZONES) == inside


def test_a_call_without_a_point_may_lie_in_a_zone_and_is_not_told_exactly() -> None:
    zones = build_zones(PLACES[:1], TOWN, KEY)
    nowhere = ExactPlace(district=Sensitive("North Side"))
    assert shielded(nowhere, zones).restricted
    assert not shielded(nowhere, NO_ZONES).restricted
    assert not zones.hold(None)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_point_that_is_no_number_lies_in_no_zone(value: float) -> None:
    zones = build_zones(PLACES[:1], TOWN, KEY)
    assert not zones.hold(Point(latitude=value, longitude=value))


def test_no_place_or_no_town_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        build_zones([], TOWN, KEY)
    with pytest.raises(ValueError, match="no room"):
        build_zones(PLACES[:1], Polygon(), KEY)
