"""Which of an EIDO object's locations says where the call is; never where a caller was."""

from __future__ import annotations

from typing import Any

import jmespath
import pytest
import yaml

from pipeline.agencies import schemas_folder
from pipeline.feeds.eido import joined

HOUSE = "40.010000 -83.020000"
CALLER = "40.170000 -83.410000"


def location(name: str, kind: object, pos: str) -> dict[str, Any]:
    pidf = "urn:ietf:params:xml:ns:pidf"
    embedded = (
        f'<presence xmlns="{pidf}" xmlns:gml="http://www.opengis.net/gml">'
        f"<gml:Point><gml:pos>{pos}</gml:pos></gml:Point></presence>"
    )
    return {
        "$id": name,
        "locationTypeDescriptionRegistryText": kind,
        "locationByValue": embedded,
    }


def place(incident: dict[str, Any], *locations: dict[str, Any]) -> object:
    calls = [{"$id": "c-1", "callLocationReference": [{"$ref": "loc-caller"}]}]
    document = {
        "$id": "urn:eido:1",
        "incidentComponent": [{"$id": "urn:incident:1", **incident}],
        "callComponent": calls,
        "locationComponent": list(locations),
    }
    read = joined(document)
    assert isinstance(read, dict)
    return read["place"].get("pos", "")


@pytest.mark.parametrize("key", ["locationReference", "incidentLocationReference"])
@pytest.mark.parametrize("kind", ["Caller", ["Caller"], None])
def test_the_location_that_an_incident_names_counts_wherever_it_stands(key, kind) -> None:
    caller = location("loc-caller", kind, CALLER)
    own = location("loc-1", ["Incident"], HOUSE)

    for named in ({"$ref": "loc-1"}, [{"$ref": "loc-1"}]):
        assert place({key: named}, caller, own) == HOUSE
        assert place({key: named}, own, caller) == HOUSE


def test_a_named_location_that_says_nothing_is_not_replaced_by_a_callers() -> None:
    own = location("loc-1", "Incident", "")

    assert place({"locationReference": {"$ref": "loc-1"}}, own, location("a", None, CALLER)) == ""


@pytest.mark.parametrize("kind", ["Caller", ["Caller"], ["Other", "Caller"]])
def test_where_a_caller_was_is_no_place_of_an_incident_that_names_none(kind: object) -> None:
    caller = location("loc-caller", kind, CALLER)

    assert place({}, caller) == ""
    assert place({}, caller, location("loc-1", "Incident", HOUSE)) == HOUSE
    # Somebody decided that the call is there.
    assert place({"locationReference": {"$ref": "loc-caller"}}, caller) == CALLER


@pytest.mark.parametrize("kind", ["RoutingLocation", ["RoutingLocation"]])
def test_a_location_for_routing_counts_last(kind: object) -> None:
    mast = location("loc-mast", kind, CALLER)

    assert place({}, mast, location("loc-1", "Incident", HOUSE)) == HOUSE
    assert place({}, mast) == CALLER


@pytest.mark.parametrize("kind", ["Caller", ["Caller"]])
def test_the_text_of_a_callers_location_is_no_address_of_the_call(kind: object) -> None:
    dialect = yaml.safe_load((schemas_folder() / "nena-eido" / "dialect.yml").read_text())
    path = dialect["fields"]["address"]["path"]
    told = [
        {"locationTypeDescriptionRegistryText": kind, "locationInternalText": "9 LARCH CT"},
        {"locationInternalText": "412 W LINDEN AVE"},
    ]

    for locations, said in (
        (told, "412 W LINDEN AVE"),
        (told[:1], None),
        (told[::-1], "412 W LINDEN AVE"),
    ):
        read = joined({"$id": "urn:eido:1", "locationComponent": locations})
        assert jmespath.search(path, read) == said


def civic(**parts: str) -> str:
    inner = "".join(f"<ca:{name}>{text}</ca:{name}>" for name, text in parts.items())
    return f'<ca:civicAddress xmlns:ca="{CIVIC}">{inner}</ca:civicAddress>'


def address(more: dict[str, Any], kind: str = "Incident", pos: str = HOUSE, **parts: str) -> object:
    """Return what is read as the address of an incident that names one location."""
    own = location("loc-1", kind, pos)
    body = own["locationByValue"].removesuffix("</presence>")
    own["locationByValue"] = f"{body}{civic(**parts) if parts else ''}</presence>"
    document = {
        "$id": "urn:eido:1",
        "incidentComponent": {"$id": "i", "locationReference": [{"$ref": "loc-1"}]},
        "locationComponent": [own | more],
    }
    read = joined(document)
    assert isinstance(read, dict)
    return read["place"].get("address", "")


CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
MEET = [civic(RD="Quarry", STS="Rd"), civic(PRD="N", RD="Linden", STS="Ave")]


def test_streets_that_meet_are_the_address_of_a_place_without_a_number() -> None:
    assert address({"intersectingStreetByValue": MEET}) == "Quarry Rd & N Linden Ave"
    own = address({"intersectingStreetByValue": MEET[1:]}, RD="Quarry", STS="Rd")
    assert own == "Quarry Rd & N Linden Ave"
    house = address({"intersectingStreetByValue": MEET}, HNO="41", RD="Quarry", STS="Rd")
    assert house == "41 Quarry Rd"


def test_streets_that_are_only_near_are_no_address() -> None:
    assert address({"crossStreetByValue": MEET}) == ""
    assert address({"crossStreetByValue": MEET}, pos="") == ""
    assert address({"crossStreetByValue": MEET}, RD="Elm", STS="St") == "Elm St"


@pytest.mark.parametrize(
    "text",
    [
        "Quarry Rd & N Linden Ave",
        "QUARRY RD / LINDEN AVE",
        "Quarry Road at Linden Ave NW",
        "SH 41 MP 106.9",
        "I-70 WB MM 12",
        "US 12 & Quarry Rd",
        "County Rd 9 mile post 4",
        "412 N Linden Ave",
    ],
)
def test_a_line_that_is_written_as_a_street_is_the_address(text: str) -> None:
    assert address({"locationDescriptionText": text}) == text
    assert address({"locationDescriptionText": text}, HNO="41", RD="Elm", STS="St") == "41 Elm St"


@pytest.mark.parametrize(
    "text",
    [
        "Elm Bluff Mill",
        "behind the barn of Jorun Thistlewood",
        "412 N Linden Ave apt 4, ask for Jorun",
        "Jorun Thistlewood & Ilse Marchetti",
        "SH 41 MP 106.9, red truck",
        "",
    ],
)
def test_a_line_of_other_words_is_none(text: str) -> None:
    assert address({"locationDescriptionText": text}) == ""


def test_a_line_beside_a_callers_or_a_masts_place_is_none_of_the_call() -> None:
    for kind in ("Caller", "RoutingLocation"):
        other = location("loc-2", kind, CALLER) | {"locationDescriptionText": "412 N Linden Ave"}
        read = joined({"$id": "e", "incidentComponent": {"$id": "i"}, "locationComponent": [other]})
        assert isinstance(read, dict)
        assert read["place"].get("address", "") == ""


def test_a_mile_post_in_a_civic_address_stands_behind_its_road() -> None:
    assert address({}, STP="Highway", RD="41", MP="106.9") == "Highway 41 MP 106.9"
