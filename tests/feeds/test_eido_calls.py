"""The objects of an EIDO document, and when their calls began."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.feeds.eido import joined
from pipeline.feeds.eido_calls import begun, mentions, objects, referred


def call(number: int, at: object) -> dict[str, Any]:
    return {"$id": f"urn:call:{number}", "callStartTimestamp": at}


def refer(*numbers: int) -> dict[str, Any]:
    return {"callReference": [{"$ref": f"urn:call:{n}"} for n in numbers]}


def test_the_earliest_call_that_is_referred_to_counts_as_an_instant() -> None:
    calls = [
        call(0, "2026-06-09T06:14:22-06:00"),
        call(1, "2026-06-09T12:13:40Z"),  # earlier, though its text sorts behind
        call(2, "2026-06-09T01:00:00Z"),  # of another incident
    ]

    assert begun({"callComponent": calls}, refer(0, 1)) == "2026-06-09T12:13:40Z"


@pytest.mark.parametrize("wrong", [["urn:call:1"], {"a": 1}, 7, None])
def test_a_reference_or_an_id_of_a_wrong_type_refers_to_nothing(wrong: object) -> None:
    calls = [call(0, "2026-06-09T12:14:00Z"), call(1, "2026-06-09T12:13:00Z")]

    both = {"callReference": [{"$ref": wrong}, *refer(0)["callReference"]]}
    assert begun({"callComponent": calls}, both) == "2026-06-09T12:14:00Z"
    assert begun({"callComponent": calls}, {"callReference": [{"$ref": wrong}]}) == (
        "2026-06-09T12:13:00Z"
    )
    named = [calls[0], calls[1] | {"$id": wrong}]
    assert begun({"callComponent": named}, refer(0)) == "2026-06-09T12:14:00Z"


@pytest.mark.parametrize("value", ["a", {"$ref": "a"}, ["a"], [{"$ref": "a"}, 5, {"$id": "b"}]])
def test_a_reference_stands_alone_or_in_a_list_and_may_be_a_bare_id(value: object) -> None:
    assert referred(value) == ["a"]


def test_all_texts_but_ids_may_mention_a_component() -> None:
    inner = {"$id": "d", "x": "in"}
    document = {"$id": "a", "p": [{"$ref": "b"}, {"q": ["c", 5]}], "r": inner}

    assert {*mentions(document)} == {"b", "c", "in"}
    assert {*mentions(document, {id(inner)})} == {"b", "c"}


def test_without_references_every_call_counts() -> None:
    calls = [call(0, "2026-06-09T12:14:00Z"), call(1, "2026-06-09T12:13:00Z")]

    assert begun({"callComponent": calls}, {}) == "2026-06-09T12:13:00Z"


def test_an_incident_without_a_call_began_when_it_was_made() -> None:
    made = {"incidentCreationTimeStamp": "2026-06-09T07:55:30-06:00"}

    assert begun({"callComponent": []}, made) == "2026-06-09T07:55:30-06:00"


def test_an_incident_that_nobody_called_in_began_with_its_first_note_or_dispatch() -> None:
    document = {
        "callComponent": [],
        "notesComponent": [
            {"notesCreationTimestamp": "2026-06-09T07:57:00-06:00"},
            {"notesCreationTimestamp": "2026-06-09T13:56:00Z", "lastUpdateTimestamp": "soon"},
        ],
        "dispatchComponent": [{"lastUpdateTimestamp": "2026-06-09T07:58:00-06:00"}, "odd"],
    }

    assert begun(document, {}) == "2026-06-09T13:56:00Z"
    made = {"incidentCreationTimeStamp": "2026-06-09T07:59:00-06:00"}
    assert begun(document, made) == "2026-06-09T07:59:00-06:00"


def test_the_newest_update_is_found_in_either_spelling() -> None:
    document = {
        "$id": "urn:eido:1",
        "lastUpdateTimestamp": "2026-06-09T14:00:00Z",
        "incidentComponent": {"$id": "urn:inc:1", "lastUpdateTimeStamp": "2026-06-09T13:00:00Z"},
    }
    read = joined(document)
    assert isinstance(read, dict)
    assert read["latest"] == "2026-06-09T14:00:00Z"
    assert "lastUpdateTimestamp" not in read


@pytest.mark.parametrize(
    "at", [None, 5, [], "soon", "2026-06-09T12:14:00", "2026-13-09T12:14:00Z", {"$ref": "x"}]
)
def test_a_begin_that_is_no_instant_is_none(at: object) -> None:
    assert begun({"callComponent": [call(0, at)]}, refer(0)) is None
    assert begun({"callComponent": at}, {"callReference": at}) is None


def test_a_list_and_an_envelope_of_objects_are_the_same() -> None:
    items = [{"incidentComponent": {}}, {"callComponent": []}]

    assert objects(items) == items
    assert objects({"meta": 1, "eidos": items}) == items


ONE, OTHER = {"incidentComponent": {"n": 1}}, {"callComponent": [{"n": 2}]}


@pytest.mark.parametrize(
    ("document", "inside"),
    [
        ({"eido": ONE}, [ONE]),
        ([{"eido": ONE}, {"eido": OTHER}], [ONE, OTHER]),
        ({"eidoContainer": {"eido": ONE}, "sent": "today"}, [ONE]),
        ({"conveyance": {"sender": {"id": 1}, "eidoBody": {"eidos": [ONE, OTHER]}}}, [ONE, OTHER]),
        ({"eidos": [ONE], "others": [{"eido": OTHER}]}, [ONE, OTHER]),
        ({"eidos": [{"eido": ONE}, {"heartbeat": 1}]}, [ONE, {"heartbeat": 1}]),
        ({"eidos": [ONE, 3]}, [ONE, 3]),  # what is no object is refused as one, and counted
    ],
)
def test_objects_are_found_in_envelopes_and_what_stands_beside_them_is_not_lost(
    document: object, inside: list[object]
) -> None:
    assert objects(document) == inside


@pytest.mark.parametrize(
    "document",
    [
        {"incidentComponent": {}, "callComponent": [{"aComponent": 1}]},
        {"eidos": []},
        {"eido": {"meta": {"count": 1}}},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"incidentComponent": {}}}}}}}}}},
        {"eidos": [{"x": 1}]},
        7,
    ],
)
def test_what_is_no_envelope_is_one_object(document: object) -> None:
    assert objects(document) == [document]


def test_the_joined_object_says_when_its_call_began() -> None:
    document = {
        "incidentComponent": {"$id": "urn:incident:1", **refer(0)},
        "callComponent": [call(0, "2026-06-09T12:13:40Z")],
    }

    result = joined(orjson.loads(orjson.dumps(document)))

    assert isinstance(result, dict)
    assert result["opened"] == "2026-06-09T12:13:40Z"


def test_an_incident_that_is_tracked_keeps_its_number_in_every_document() -> None:
    tracked = {"incidentTrackingIdentifier": "urn:incidentid:7", "$id": "urn:incident:a"}

    assert joined({"$id": "urn:eido:1", "incidentComponent": tracked})["number"] == (
        "urn:incidentid:7"
    )
    named = {"$id": "urn:eido:1", "incidentComponent": {"$id": "urn:incident:a"}}
    assert joined(named | {"incidentTrackingIdentifier": "x"})["number"] == "urn:incident:a"
