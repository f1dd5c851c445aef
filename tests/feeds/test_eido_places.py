"""Which of an EIDO object's locations says where the call is; never where a caller was."""

from __future__ import annotations

from typing import Any

import jmespath
import orjson
import pytest
import yaml

from pipeline.agencies import schemas_folder
from pipeline.feeds.eido import eido_objects, joined

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


@pytest.mark.parametrize(
    "kind",
    [
        *("caller", "CALLER", "Caller Location", "callerLocation", [["Caller"]], {"x": "Caller"}),
        *(["Incident", "Caller"], "Incident Caller", "Residence", "Staging", "Current Location"),
        *(5, [5], "Current"),
    ],
)
def test_only_a_location_that_is_said_to_be_the_incidents_is_one_where_none_is_named(kind) -> None:
    other = location("loc-2", kind, CALLER)

    assert place({}, other) == ""
    assert place({}, other, location("loc-1", "Incident", HOUSE)) == HOUSE


@pytest.mark.parametrize(
    "kind",
    ["Incident", "CurrentIncident", "Initial", "INCIDENT LOCATION", ["current incident"], "Scene"],
)
def test_kinds_are_known_in_any_spelling(kind: object) -> None:
    assert place({}, location("loc-1", kind, HOUSE)) == HOUSE
    assert place({}, location("a", None, CALLER), location("loc-1", kind, HOUSE)) == HOUSE


@pytest.mark.parametrize("kind", ["routing location", "Tower Location", "CellTower"])
def test_a_mast_counts_last_in_any_spelling(kind: str) -> None:
    mast = location("loc-mast", kind, CALLER)

    assert place({}, mast, location("loc-1", None, HOUSE)) == HOUSE
    assert place({}, mast) == CALLER


@pytest.mark.parametrize("kind", [None, "", [], [None, " "]])
def test_a_location_that_nobody_calls_anything_counts_unless_somebody_refers_to_it(kind) -> None:
    unsaid = location("loc-home", kind, HOUSE)
    assert place({}, unsaid) == HOUSE

    assert place({}, location("loc-caller", kind, CALLER)) == ""  # the call refers to it
    assert place({"callerLocationReference": {"$ref": "loc-home"}}, unsaid) == ""
    person = {"$id": "p", "locationReference": [{"$ref": "loc-home"}]}
    for more in ({"personComponent": [person]}, {"x": {"home": "loc-home"}}):
        read = joined({"$id": "e", "locationComponent": [unsaid], **more})
        assert isinstance(read, dict)
        assert read["place"] == {}
    around = {"callers": [{"home": "loc-home"}], "eidos": [incident({}, unsaid)]}
    (told,) = eido_objects(orjson.dumps(around).decode())
    assert isinstance(told, dict)
    assert told["place"] == {}


def test_another_calls_reference_to_its_own_location_of_the_same_id_is_none_to_this_one() -> None:
    one = incident({}, location("loc-1", None, CALLER))
    one["callComponent"] = [{"$id": "c", "locationReference": [{"$ref": "loc-1"}]}]
    both = [one, incident({}, location("loc-1", None, HOUSE))]
    told = eido_objects(orjson.dumps({"eidos": both}).decode())

    assert [each["place"] for each in told if isinstance(each, dict)] == [{}, {"pos": HOUSE}]


def incident(own: dict[str, Any], *locations: dict[str, Any]) -> dict[str, Any]:
    return {
        "$id": "e",
        "incidentComponent": {"$id": "i", **own},
        "locationComponent": list(locations),
    }


@pytest.mark.parametrize(
    "key",
    ["callerLocationReference", "personLocationReference", "unitLocationReference", "reference"],
)
def test_a_location_to_which_an_incident_refers_as_somebodys_is_not_its_own(key: str) -> None:
    caller = location("loc-caller", "Caller", CALLER)
    own = location("loc-1", "Incident", HOUSE)
    another = {key: {"$ref": "loc-caller"}}

    assert place(another, caller) == ""
    assert place(another, caller, own) == HOUSE
    assert place({**another, "locationReference": {"$ref": "loc-1"}}, caller, own) == HOUSE


def test_of_locations_that_an_incident_names_a_callers_counts_only_alone() -> None:
    caller = location("loc-caller", "Caller", CALLER)
    both = {"locationReference": [{"$ref": "loc-caller"}, {"$ref": "loc-1"}]}

    assert place(both, caller, location("loc-1", "CurrentIncident", HOUSE)) == HOUSE
    assert place(both, caller, location("loc-1", None, HOUSE)) == HOUSE
    assert place(both, caller, {"$id": "loc-1"}) == ""  # says nothing, and is not replaced


@pytest.mark.parametrize("named", ["loc-1", ["loc-1"]])
def test_a_reference_may_be_a_bare_id(named: object) -> None:
    caller = location("loc-caller", None, CALLER)

    assert place({"locationReference": named}, caller, location("loc-1", None, HOUSE)) == HOUSE


def test_where_the_named_location_is_not_there_no_other_takes_its_place() -> None:
    assert place({"locationReference": {"$ref": "x"}}, location("a", "Incident", HOUSE)) == ""


HOME = location("x", None, CALLER)["locationByValue"]
ELSEWHERE: dict[str, dict[str, Any]] = {
    "a person's home": {"personComponent": [{"$id": "p", "homeByValue": HOME}]},
    "a person's location": {"personComponent": [{"$id": "p", "locationByValue": HOME}]},
    "a call's location": {"callComponent": [{"$id": "c", "locationByValue": HOME}]},
    "a unit's position": {"emergencyResourceComponent": [{"$id": "u", "locationByValue": HOME}]},
    "an owner's address": {"vehicleComponent": [{"$id": "v", "ownerAddress": HOME}]},
    "a subscriber's": {"additionalDataComponent": [{"$id": "a", "additionalDataByValue": HOME}]},
    "inside a location": {"locationComponent": [{"$id": "l", "by": {"locationByValue": HOME}}]},
    "beside a location's own": {"locationComponent": [{"$id": "l", "homeByValue": HOME}]},
}


@pytest.mark.parametrize("form", ELSEWHERE)
def test_xml_that_stands_elsewhere_is_no_place_of_the_call(form: str) -> None:
    more = ELSEWHERE[form]
    own = [*more.get("locationComponent", []), location("loc-1", "Incident", HOUSE)]
    for name in ({}, {"locationReference": [{"$ref": "l"}, {"$ref": "loc-1"}]}):
        read = joined({**more, "incidentComponent": {"$id": "i", **name}})
        assert isinstance(read, dict)
        assert read["place"] == {}
        assert CALLER in read["embedded"]  # looked for in the remarks all the same
        read = joined({**more, **incident(name, *own)})
        assert isinstance(read, dict)
        assert read["place"] == {"pos": HOUSE}


def test_a_home_in_the_incidents_own_location_counts_in_no_order() -> None:
    own = location("loc-1", "Incident", HOUSE)
    for each in ({"homeByValue": HOME, **own}, {**own, "homeByValue": HOME}):
        assert place({"locationReference": {"$ref": "loc-1"}}, each) == HOUSE


def test_words_are_those_of_the_location_that_gives_the_position() -> None:
    home = {"$id": "loc-2", "locationInternalText": "9 LARCH CT APT 4C"}
    own = location("loc-1", "Incident", HOUSE)
    for kind in ("Residence", None, "Incident"):
        other = home | {"locationTypeDescriptionRegistryText": kind}
        document = incident({"locationReference": {"$ref": "loc-1"}}, other, own)
        read = joined(document)
        assert isinstance(read, dict)
        assert read["place"] == {"pos": HOUSE}
    for locations in ([own, home], [home, own]):
        same = [each | {"locationTypeDescriptionRegistryText": "Incident"} for each in locations]
        read = joined(incident({}, *same))
        assert isinstance(read, dict)
        assert read["place"] == {"pos": HOUSE}
    read = joined(incident({}, own | {"locationInternalText": "412  W LINDEN AVE"}))
    assert isinstance(read, dict)
    assert read["place"] == {"pos": HOUSE, "address": "412 W LINDEN AVE"}


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
        "1204 South Old Mill Creek Rd",
        "12 Mile Rd & Martin Luther King Jr Blvd",
        "41st St / St. Mary Ct",
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
        "911 from Jorun Thistlewood Elm St",
        "911 from Elm St",
        "caller Elm St & Oak St",
        "911 Jorun Thistlewood Elm St",
        "920 555-0143 call back st",
        "920 5550143 Jorun Thistlewood way",
        "Jorun Thistlewood home row at 9 Elm St",
        "apt 4C 9 Elm St & Oak St",
        "caller Jorun on Elm St and Oak St",
        "Jorun Thistlewood's place at Elm St",
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


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ("106.9", "Highway 41 MP 106.9"),
        ("MP 106.9", "Highway 41 MP 106.9"),
        ("MM 279.5", "Highway 41 MM 279.5"),
        ("milepost 4", "Highway 41 milepost 4"),
        ("at Jorun's barn", "Highway 41"),
    ],
)
def test_a_mile_post_that_says_what_it_is_stays_as_it_is(post: str, said: str) -> None:
    assert address({}, STP="Highway", RD="41", MP=post) == said
    assert address({}, HNO="9", STP="Highway", RD="41", MP=post) == "9 Highway 41"


def test_a_street_may_stand_in_the_place_of_the_older_standard() -> None:
    assert address({}, HNO="41", PRD="N", A6="Linden", STS="Ave") == "41 N Linden Ave"
    assert address({}, HNO="41") == ""
    home = f"<presence>{civic(A6='Larch Ct')}</presence>"
    read = joined({"$id": "e", "personComponent": [{"$id": "p", "homeByValue": home}]})
    assert isinstance(read, dict)
    assert read["embedded"] == ["Larch Ct"]


def test_two_addresses_in_one_document_do_not_mix() -> None:
    both = civic(A3="Elm Bluff", HNO="9") + civic(RD="Quarry", STS="Rd") + civic(HNO="41", RD="Elm")
    own = {"locationByValue": f"<presence>{both}</presence>"}

    assert address(own) == "Quarry Rd"


def test_a_house_is_no_street_that_meets_another() -> None:
    house = civic(HNO="9", RD="Larch", STS="Ct")

    assert address({"intersectingStreetByValue": [MEET[0], house]}) == ""
    assert address({"intersectingStreetByValue": [house]}, RD="Elm", STS="St") == "Elm St"
    assert address({"intersectingStreetByValue": [*MEET, house]}) == "Quarry Rd & N Linden Ave"
