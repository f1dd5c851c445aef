"""Every verb about where and when: what cannot be told so is told coarser, never finer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.model import (
    ExactPlace,
    Held,
    InZone,
    PlaceLevel,
    Point,
    Sensitive,
    Terms,
)
from pipeline.place import load_areas
from pipeline.place.telling import Around, Telling, tell, tell_place
from pipeline.place.zones import Zones, cell_of
from pipeline.policies.verbs import parts_of

CHICAGO = ZoneInfo("America/Chicago")
OPENED = datetime(2026, 3, 3, 20, 14, tzinfo=UTC)
HERE = Point(latitude=44.505, longitude=-88.015)


def square(west: float, south: float, size: float = 0.01) -> list[list[list[float]]]:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


@pytest.fixture
def around(tmp_path: Path) -> Around:
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": name,
                "neighborhood": "Riverside",
                "beat": "12",
                "district": district,
            },
            "geometry": {"type": "Polygon", "coordinates": square(west, 44.50)},
        }
        for name, west, district in (("Old Mill", -88.02, "North"), ("Harbor", -88.01, "North"))
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return Around(
        areas=load_areas(path, minimum_radius_m=150),
        town="Juniper Falls",
        blocks={("tanglewood ct", 400): 24, ("fernhill rd", 0): 3},
        crossings=(
            (Point(latitude=44.5052, longitude=-88.0152), "Tanglewood Ct and Fernhill Rd"),
            (Point(latitude=44.6, longitude=-88.0), "Far St and Away Ave"),
        ),
    )


def at(address: str = "418 Tanglewood Ct", **changes: Any) -> ExactPlace:
    return ExactPlace(**{"address": Sensitive(address), "point": HERE, **changes})


def terms(*verbs: str) -> Terms:
    parts: Any = parts_of(verbs)
    return Terms(**parts)


def words(told: Telling | Held | None) -> object:
    assert isinstance(told, Telling)
    return told.area.name if told.area else told.label or told.point


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("round(2)", (44.51, -88.02)),
        ("round(0)", (45.0, -88.0)),
        ("nearest_intersection", "Tanglewood Ct and Fernhill Rd"),
        ("mask_digits(2,'XX')", "4XX Tanglewood Ct"),
        ("mask_digits(3,'XXX')", "XXX Tanglewood Ct"),
        ("block(100)", "400 block of Tanglewood Ct"),
        ("snap_area(min_addresses=20)", "Old Mill"),
        ("zone(neighborhood)", "Riverside"),
        ("zone(beat)", "12"),
        ("zone(district)", "North"),
        ("zone(town)", "Juniper Falls"),
        ("zone(city)", "Juniper Falls"),
        ("keep_row_drop_location", None),
    ],
)
def test_a_verb_tells_the_place_as_it_says(verb: str, expected: object, around: Around) -> None:
    assert words(tell_place(at(), terms(verb), around)) == expected


def test_without_a_verb_for_the_place_nothing_of_it_is_told(around: Around) -> None:
    assert tell_place(at(), Terms(), around) == Telling()


@pytest.mark.parametrize(
    ("verb", "exact"),
    [
        ("block(100)", at("9 Fernhill Rd")),  # three addresses are no block
        ("block(100)", at("418 Unlisted Way")),
        ("block(100)", at("Tanglewood Ct and Fernhill Rd")),
        ("mask_digits(2,'XX')", at("Oak House")),
        ("mask_digits(2,'XX')", at("418 Tanglewood Ct 4")),  # the last may be a door
        ("mask_digits(2,'XX')", ExactPlace(point=HERE)),
        ("nearest_intersection", at(point=Point(latitude=44.5005, longitude=-88.0101))),
    ],
)
def test_what_cannot_be_told_so_is_told_by_area(
    verb: str, exact: ExactPlace, around: Around
) -> None:
    told = tell_place(exact, Terms(**{**parts_of([verb]), "min_addresses": 20}), around)
    assert isinstance(told, Telling)
    assert told.area is not None
    assert (told.label, told.point) == ("", None)


@pytest.mark.parametrize(
    "address",
    [
        "418 Tanglewood Ct Apt 7",
        "418 Tanglewood Ct # 7",
        "418 Tanglewood Ct, Unit 7",
        "418A Tanglewood Ct",
        "418 1/2 Tanglewood Ct",
        "418 Tanglewood Ct Lot 7",
    ],
)
@pytest.mark.parametrize("verb", ["block(100)", "mask_digits(2,'XX')"])
def test_no_house_or_unit_number_is_ever_in_a_label(
    verb: str, address: str, around: Around
) -> None:
    label = words(tell_place(at(address), terms(verb), around))
    assert label in ("400 block of Tanglewood Ct", "4XX Tanglewood Ct")


def test_a_point_without_digits_is_not_rounded_to_nonsense(around: Around) -> None:
    lost = at(point=Point(latitude=float("nan"), longitude=-88.0))
    assert isinstance(tell_place(lost, terms("round(2)"), around), Held)


@pytest.mark.parametrize(
    ("residence", "expected"),
    [(None, "Old Mill"), (True, "Old Mill"), (False, "4XX Tanglewood Ct")],
)
def test_where_people_may_live_the_area_is_told(
    residence: bool | None, expected: str, around: Around
) -> None:
    near = Around(areas=around.areas, town=around.town, blocks=around.blocks, residence=residence)
    told = tell_place(at(), terms("mask_digits(2,'XX')", "residence_rule"), near)
    assert words(told) == expected


@pytest.mark.parametrize(
    ("verified", "expected"), [(None, None), (False, None), (True, "Old Mill")]
)
def test_an_address_nobody_verified_is_told_without_a_place(
    verified: bool | None, expected: str | None, around: Around
) -> None:
    near = Around(areas=around.areas, town=around.town, blocks={}, verified=verified)
    verbs = ("snap_area(min_addresses=20)", "unverified_address->no_location")
    assert words(tell_place(at(), terms(*verbs), near)) == expected


@pytest.mark.parametrize(
    "verb", ["round(5)", "nearest_intersection", "mask_digits(2,'XX')", "block(100)", "zone(beat)"]
)
def test_a_place_in_a_zone_is_told_by_town_whatever_the_verb(verb: str, around: Around) -> None:
    zones = Zones(cells=frozenset({cell_of(HERE)}))
    near = Around(
        areas=around.areas,
        town=around.town,
        zones=zones,
        blocks=around.blocks,
        crossings=around.crossings,
    )
    assert words(tell_place(at(), terms(verb), near)) == "Juniper Falls"
    dropped = Terms(place=PlaceLevel.AREA, in_zone=InZone.DROPS_ROW)
    assert tell(at(), OPENED, dropped, near, CHICAGO) is None


def test_a_row_is_dropped_and_a_day_out_of_force_too(around: Around) -> None:
    assert tell(at(), OPENED, terms("drop_row"), around, CHICAGO) is None
    later = Terms(place=PlaceLevel.AREA, since=date(2026, 3, 4))
    assert tell(at(), OPENED, later, around, CHICAGO) is None
    # 2:14 PM of March 3 in Chicago is March 3, though it is later elsewhere.
    assert tell(at(), OPENED, Terms(until=date(2026, 3, 3)), around, CHICAGO) is not None
    assert tell(at(), OPENED, Terms(until=date(2026, 3, 2)), around, CHICAGO) is None


def test_time_is_told_as_a_band_or_not_at_all(around: Around) -> None:
    told = tell(at(), OPENED, terms("zone(town)", "coarsen_time(1h)"), around, CHICAGO)
    assert isinstance(told, Telling)
    assert told.window is not None
    assert told.window[1] - told.window[0] == timedelta(hours=1)
    for verb in ("keep_row_drop_time", "drop_field(time)"):
        told = tell(at(), OPENED, terms("coarsen_time(1h)", verb), around, CHICAGO)
        assert isinstance(told, Telling)
        assert told.window is None


def test_a_dropped_area_is_not_told(around: Around) -> None:
    told = tell(at(), OPENED, terms("zone(beat)", "drop_field(area)"), around, CHICAGO)
    assert told == Telling(dropped=frozenset({"area"}))
