"""Addresses looked up in an agency's own files: house, block, street, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from pipeline.model import ConfigError, ExactPlace, NoticeCode, Point, Sensitive
from pipeline.place import AreaMap, Geocoder, place, settled_place
from pipeline.place.address_files import read_address_points, read_street_lines
from pipeline.place.geocode import AddressPoint, Precision, StreetLine, geocoder_of
from pipeline.place.zones import Zones, cell_of

CSV = Path("addresses.csv")
JSON = Path("streets.geojson")


def house(number: int, street: str, longitude: float, latitude: float = 44.505) -> AddressPoint:
    return AddressPoint(street=street, number=number, longitude=longitude, latitude=latitude)


HOUSES = [
    *(house(100 + 2 * n, "MILL ST", -88.018 + n * 0.0002) for n in range(6)),
    house(300, "MILL ST", -88.005),
    house(9, "ELM ST", -88.015),
    house(9, "ELM AVE", -88.012),
    house(5, "FERN CT", -88.015),
    house(5, "FERN CT", -88.000, 44.54),
    *(house(200 + n, "BORDER RD", -88.0102 + n * 0.0002) for n in range(4)),
]
LINES = [
    StreetLine(
        street="RIVER RD",
        line=shapely.LineString([(-88.018, 44.502), (-88.014, 44.502)]),
        numbers=(400, 498),
    ),
    StreetLine(street="GRIST LN", line=shapely.LineString([(-88.016, 44.501), (-88.016, 44.509)])),
]


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return geocoder_of(HOUSES, LINES)


@pytest.mark.parametrize(
    ("text", "precision", "count"),
    [
        ("104 Mill Street, Apt 2", Precision.ADDRESS, 1),
        ("103 MILL ST", Precision.BLOCK, 6),
        ("100 BLOCK OF MILL ST", Precision.BLOCK, 6),
        ("104 Mill", Precision.ADDRESS, 1),
        ("900 MILL ST", Precision.STREET, 7),
        ("MILL ST", Precision.STREET, 7),
        ("9 Elm Ave", Precision.ADDRESS, 1),
        ("450 RIVER RD", Precision.BLOCK, 1),
        ("River Rd / Grist Ln", Precision.BLOCK, 1),
        ("GRIST LN & RIVER RD", Precision.BLOCK, 1),
    ],
)
def test_an_address_is_found_as_precisely_as_the_files_have_it(
    text: str, precision: Precision, count: int, geocoder: Geocoder
) -> None:
    located = geocoder.locate(text)
    assert (located.precision, len(located.positions)) == (precision, count)


@pytest.mark.parametrize(
    "text",
    [
        "9 Elm",  # a street or an avenue?
        "9 Elm Blvd",
        "5 Fern Ct",  # in two towns
        "12 Nowhere Ln",
        "1XX MILL ST",
        "10X MILL ST",
        "-XX MILL ST",
        "RESTRICTED 104 MILL ST",
        "MILL ST / MILL ST",
        "MILL ST / RIVER RD",  # of one there are houses alone
        "",
    ],
)
def test_what_is_masked_unknown_or_not_unique_is_not_found(text: str, geocoder: Geocoder) -> None:
    located = geocoder.locate(text)
    assert located.precision is Precision.NONE
    assert len(located.positions) == 0


def settled(
    exact: ExactPlace, areas: AreaMap, geocoder: Geocoder, zones: Zones | None = None
) -> tuple[ExactPlace, list[NoticeCode]]:
    found, notices = settled_place(
        exact,
        areas,
        repairs=frozenset(),
        default_point=False,
        geocoder=geocoder,
        zones=zones or Zones(),
    )
    return found, [notice.code for notice in notices]


@pytest.mark.parametrize(
    ("text", "code", "area"),
    [
        ("104 MILL ST", NoticeCode.LOCATED_BY_ADDRESS, "old-mill"),
        ("103 MILL ST", NoticeCode.LOCATED_BY_BLOCK, "old-mill"),
        ("900 MILL ST", NoticeCode.LOCATED_BY_STREET, "town"),  # it runs through two areas
        ("GRIST LN", NoticeCode.LOCATED_BY_STREET, "old-mill"),
        ("250 BORDER RD", NoticeCode.LOCATED_BY_BLOCK, "town"),  # on both sides of a border
        ("200 BORDER RD", NoticeCode.LOCATED_BY_ADDRESS, "old-mill"),
        ("12 NOWHERE LN", NoticeCode.ADDRESS_NOT_LOCATED, "town"),
    ],
)
def test_an_address_leads_to_an_area_only_where_all_it_may_be_lies_in_one(
    text: str, code: NoticeCode, area: str, areas: AreaMap, geocoder: Geocoder
) -> None:
    exact, codes = settled(ExactPlace(address=Sensitive(text)), areas, geocoder)
    assert codes == [code]
    outcome = place(exact, areas, "Juniper Falls")
    assert isinstance(outcome, tuple)
    assert outcome[0].area_id == area


@pytest.mark.parametrize("text", ["1XX MILL ST", "12XX N ELM ST", "Confidential"])
def test_what_the_agency_masked_is_never_located(
    text: str, areas: AreaMap, geocoder: Geocoder
) -> None:
    masked = ExactPlace(address=Sensitive(text))
    assert settled(masked, areas, geocoder) == (masked, [])
    restricted = ExactPlace(address=Sensitive("104 MILL ST"), restricted=True)
    assert settled(restricted, areas, geocoder) == (restricted, [])


def at(longitude: float, latitude: float, text: str) -> ExactPlace:
    point = Point(latitude=latitude, longitude=longitude)
    return ExactPlace(point=point, address=Sensitive(text))


def test_where_point_and_address_contradict_each_other_neither_is_used(
    areas: AreaMap, geocoder: Geocoder
) -> None:
    found, codes = settled(at(-88.0178, 44.5049, "104 MILL ST"), areas, geocoder)
    assert (found.point, codes) == (Point(latitude=44.505, longitude=HOUSES[2].longitude), [])
    found, codes = settled(at(-88.0, 44.535, "104 MILL ST"), areas, geocoder)
    assert (found.point, codes) == (None, [NoticeCode.POINT_DISAGREES])
    unknown = at(-88.0, 44.535, "12 NOWHERE LN")
    assert settled(unknown, areas, geocoder) == (unknown, [])


def test_geocodes_on_both_sides_of_a_border_are_told_in_the_address_own_area(
    areas: AreaMap, geocoder: Geocoder
) -> None:
    told = set()
    for aside in (-0.0008, 0.0008):
        exact, codes = settled(at(-88.01 + aside, 44.505, "200 BORDER RD"), areas, geocoder)
        outcome = place(exact, areas, "Juniper Falls")
        assert isinstance(outcome, tuple)
        told.add(outcome[0].area_id)
        assert codes == []
    assert told == {"old-mill"}


def test_a_block_that_crosses_a_border_is_told_by_the_coarser_level_whatever_its_point(
    areas: AreaMap, geocoder: Geocoder
) -> None:
    for aside in (-0.0008, 0.0008):
        exact, _ = settled(at(-88.01 + aside, 44.505, "250 BORDER RD"), areas, geocoder)
        outcome = place(exact, areas, "Juniper Falls")
        assert isinstance(outcome, tuple)
        assert outcome[0].area_id == "town"


def test_a_point_in_a_zone_is_not_led_out_of_it_by_its_address(
    areas: AreaMap, geocoder: Geocoder
) -> None:
    inside = at(-88.0178, 44.5049, "104 MILL ST")
    assert inside.point is not None
    zones = Zones(cells=frozenset({cell_of(inside.point)}))
    found, _ = settled(inside, areas, geocoder, zones)
    assert zones.hide(found)


def test_a_swapped_point_gives_way_to_the_address(areas: AreaMap, geocoder: Geocoder) -> None:
    found, codes = settled(at(44.505, -88.015, "104 MILL ST"), areas, geocoder)
    assert codes == [NoticeCode.POINT_SWAPPED, NoticeCode.LOCATED_BY_ADDRESS]
    assert found.point == Point(latitude=44.505, longitude=HOUSES[2].longitude)


def test_a_call_from_another_state_is_not_brought_home_by_its_address(
    areas: AreaMap, geocoder: Geocoder
) -> None:
    far = at(-122.4, 37.8, "104 MILL ST")
    assert settled(far, areas, geocoder) == (far, [NoticeCode.POINT_ELSEWHERE])


def test_a_block_of_which_one_house_lies_in_a_zone_is_in_the_zone(
    areas: AreaMap, geocoder: Geocoder
) -> None:
    hidden = Point(latitude=44.505, longitude=HOUSES[5].longitude)
    zones = Zones(cells=frozenset({cell_of(hidden)}))
    found, _ = settled(ExactPlace(address=Sensitive("103 MILL ST")), areas, geocoder, zones)
    assert zones.hide(found)


def test_nothing_of_an_address_shows_in_a_message(geocoder: Geocoder) -> None:
    assert "88.0" not in repr(geocoder.locate("104 MILL ST")) + repr(geocoder)


@pytest.mark.parametrize(
    "header",
    [
        "number,street,longitude,latitude",
        "HOUSE_NUMBER,FullName,LON,LAT",
        "HSE_NBR,ST_NAME,x,y",
    ],
)
def test_columns_of_addresses_are_found_by_their_usual_names(header: str) -> None:
    body = f"{header}\n104,Mill Street,-88.0,44.5\n,Mill Street,-88.0,44.5\n1,,2,3\n7,A,x,1\n"
    assert read_address_points(body.encode(), CSV) == (house(104, "MILL ST", -88.0, 44.5),)


def test_an_address_in_one_column_is_taken_apart() -> None:
    body = b'address,lon,lat\n"104 Mill Street, Apt 2",-88.0,44.5\n'
    assert read_address_points(body, CSV) == (house(104, "MILL ST", -88.0, 44.5),)


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_points_and_lines_are_read_from_geojson() -> None:
    body = geojson(
        feature("Point", [-88.0, 44.5], Number="104", Street="Mill St"),
        feature("LineString", [[-88.0, 44.5], [-88.1, 44.5]], FULLNAME="Mill St", LFROMADD="100",
                LTOADD="198", RFROMADD="101", RTOADD=None),
    )  # fmt: skip
    (point,) = read_address_points(body, Path("a.geojson"))
    assert point == house(104, "MILL ST", -88.0, 44.5)
    (line,) = read_street_lines(body, JSON)
    assert (line.street, line.numbers) == ("MILL ST", (100, 198))
    assert np.allclose(line.line.bounds, (-88.1, 44.5, -88.0, 44.5))


@pytest.mark.parametrize(
    "body", [b"", b"number,street\n1,Secret Ln\n", b"{}", b"[1]", b"\xff\xfe", geojson()]
)
def test_a_file_of_which_nothing_can_be_used_is_refused_without_a_word_of_it(body: bytes) -> None:
    for read, path in (
        (read_address_points, CSV),
        (read_address_points, Path("a.geojson")),
        (read_street_lines, JSON),
    ):
        with pytest.raises(ConfigError) as caught:
            read(body, path)
        assert "Secret" not in str(caught.value)
        assert caught.value.path == path
