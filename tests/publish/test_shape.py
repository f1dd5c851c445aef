from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, shape

from pipeline.model import Area
from pipeline.publish.shape import geometry, outer_rings

HOLE = ((-87.98, 43.02), (-87.96, 43.02), (-87.96, 43.04), (-87.98, 43.04), (-87.98, 43.02))


def area(*polygons):
    return Area(area_id="a", name="A", polygons=polygons)


@pytest.mark.parametrize("outer_step", [1, -1])
@pytest.mark.parametrize("hole_step", [1, -1])
def test_geometry_winds_outer_rings_counterclockwise_and_holes_clockwise(
    square, outer_step, hole_step
):
    found = geometry(area((square[::outer_step], HOLE[::hole_step])))
    outer, hole = found["coordinates"]
    assert LinearRing(outer).is_ccw
    assert not LinearRing(hole).is_ccw
    assert shape(found).is_valid


def test_geometry_is_a_multipolygon_for_several_parts_and_none_for_no_part(square):
    moved = tuple((x + 1, y) for x, y in square)
    assert geometry(area((square,), (moved,)))["type"] == "MultiPolygon"
    assert geometry(area((square,)))["type"] == "Polygon"
    assert geometry(area()) is None


def test_outer_rings_puts_latitude_first_and_leaves_holes_out(square):
    (ring,) = outer_rings(area((square, HOLE)))
    assert ring[0] == ("43", "-88")
    assert len(ring) == len(square)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_outer_rings_writes_plain_decimals_with_at_most_five_places(longitude, latitude):
    (ring,) = outer_rings(area((((longitude, latitude),),)))
    for text, value in zip(ring[0], (latitude, longitude), strict=True):
        assert "e" not in text.lower()
        assert len(text.partition(".")[2]) <= 5
        assert float(text) == pytest.approx(value, abs=1e-5)
        assert text != "-0"
