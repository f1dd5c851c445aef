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
