"""A boundary or homes that are not what they seem are refused: areas of them would hide nobody."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from pipeline.model import ConfigError
from pipeline.place.build import build_areas
from pipeline.place.given import refuse_boundary, refuse_homes
from pipeline.place.measure import square_metres

TOWN = shapely.box(-88.05, 44.48, -88.0, 44.51)
HOMES = np.random.default_rng(3).uniform((-88.05, 44.48), (-88.0, 44.51), (50, 2))
OVER_THE_DATE_LINE = shapely.union_all(
    [shapely.box(179.97, 51.0, 180.0, 51.03), shapely.box(-180.0, 51.0, -179.97, 51.03)]
)


def test_homes_of_the_town_and_of_its_county_are_taken() -> None:
    refuse_homes(np.vstack((HOMES, HOMES + 1.0)), TOWN)


@pytest.mark.parametrize("elsewhere", [HOMES + 3.0, np.empty((0, 2))])
def test_homes_none_of_which_lie_in_the_town_do_not_make_it_look_empty(
    elsewhere: np.ndarray,
) -> None:
    with pytest.raises(ConfigError, match="No address lies inside"):
        refuse_homes(elsewhere, TOWN)


@pytest.mark.parametrize("right", [0, 30])
def test_homes_with_longitude_and_latitude_exchanged_are_refused(right: int) -> None:
    with pytest.raises(ConfigError, match="exchanged") as refused:
        refuse_homes(np.vstack((HOMES[:right], HOMES[right:, ::-1])), TOWN)
    assert "88" not in str(refused.value)


def test_a_boundary_drawn_the_long_way_around_the_earth_is_refused() -> None:
    with pytest.raises(ConfigError, match="half the Earth"):
        refuse_boundary(shapely.box(-179.97, 51.0, 179.97, 51.03))
    refuse_boundary(OVER_THE_DATE_LINE)


def test_areas_on_both_sides_of_the_180th_meridian_cover_the_town_once() -> None:
    areas = build_areas(OVER_THE_DATE_LINE, None, minimum_addresses=20, minimum_radius_m=150.0)
    whole = square_metres(OVER_THE_DATE_LINE)
    assert len(areas) > 3
    assert sum(square_metres(area.shape) for area in areas) == pytest.approx(whole, rel=0.01)
    assert shapely.union_all([area.shape for area in areas]).within(OVER_THE_DATE_LINE.buffer(1e-5))
