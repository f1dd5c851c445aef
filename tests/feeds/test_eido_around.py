"""People around the objects of an EIDO document are looked for in every call's remarks."""

from __future__ import annotations

import shutil
from typing import Any

import orjson
import pytest
import yaml

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.feeds import eido_around, fields_outside, read_payload, to_incident
from pipeline.feeds.eido import eido_objects
from pipeline.feeds.eido_calls import objects
from pipeline.feeds.outside import Use
from pipeline.model import NoticeCode, PayloadRefused
from pipeline.usecases.settings import SAMPLES

PERSON = {
    "$id": "per-1",
    "lastUpdateTimestamp": "2026-06-09T10:00:00-05:00",
    "personIncidentRoleRegistryText": ["Caller"],
    "ncPersonComponent": {"personName": {"personFullName": "Wanda Quillfeather"}},
}
AGENT = {
    "$id": "orla@elm-bluff.example",
    "agentRoleRegistryText": ["Call Taking"],
    "agentJcard": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Orla Tennfjord"]]],
}
CALLBACK = {"$id": "cb-1", "callBackInformationUri": "tel:+19205550143"}


def eido(number: int, **more: Any) -> dict[str, Any]:
    return {
        "$id": f"urn:eido:{number}",
        "incidentComponent": {
            "$id": f"urn:incident:{number}",
            "incidentTypeCommonRegistryText": "Gas Leak",
            "lastUpdateTimestamp": "2026-06-09T10:05:00-05:00",
        },
        "callComponent": [{"$id": f"c{number}", "callStartTimestamp": "2026-06-09T10:00:00-05:00"}],
        "notesComponent": [
            {"$id": f"n{number}", "notesActionComments": "Wanda Quillfeather smells gas"}
        ],
        **more,
    }


FORMS = {
    "components beside a list": {
        "personComponent": [PERSON],
        "agentComponent": [AGENT],
        "callbackComponent": [CALLBACK],
        "eidos": [eido(1), eido(2)],
    },
    "an envelope's own names": {
        "conveyance": {"callers": [PERSON, CALLBACK], "sentBy": {"agent": AGENT}},
        "body": {"eidos": [{"eido": eido(1)}, {"eido": eido(2)}]},
    },
    "beside each other": {"people": [PERSON, CALLBACK, AGENT], "one": eido(1), "two": eido(2)},
}


@pytest.fixture(scope="module")
def agency(tmp_path_factory) -> Agency:
    """An agency with the dialect's mapping and no word of its own."""
    folder = tmp_path_factory.mktemp("agencies") / "elm-bluff-911"
    text = (SAMPLES / "juniper-falls-pd" / "agency.yml").read_text()
    head = {"id": "elm-bluff-911", "dialect": "nena-eido"}
    kept = yaml.safe_load(text)
    for name in ("format", "key", "fields", "remarks", "people", "private_values"):
        kept.pop(name, None)
    kept.pop("ignored_fields", None)
    shutil.copytree(SAMPLES / "juniper-falls-pd", folder)
    (folder / "agency.yml").write_text(yaml.safe_dump(kept | head, sort_keys=False))
    return load_agency(folder, dialects=schemas_folder())


def said(reading) -> list[set[str]]:
    return [{v.expose() for v in record.private_values} for record in reading.records]


@pytest.mark.parametrize("form", FORMS)
def test_every_call_looks_for_people_whom_no_call_refers_to(form, agency, seal, received_at):
    body = orjson.dumps(FORMS[form])
    reading = read_payload(body, agency)
    assert len(reading.records) == 2
    for record, texts in zip(reading.records, said(reading), strict=True):
        assert texts >= {"Wanda Quillfeather", "Orla Tennfjord", "+19205550143", AGENT["$id"]}
        assert not texts & {"Caller", "Call Taking", "vcard", "2026-06-09T10:00:00-05:00"}
        incident = to_incident(record, agency, seal=seal, received_at=received_at)
        hidden = {v.expose() for v in incident.private_values}
        assert hidden >= {"Wanda Quillfeather", "Orla Tennfjord"}
        assert "smells gas" in incident.remarks[0].text.expose()


def test_a_component_around_the_objects_may_be_referred_to():
    calling = [{"$id": "c1", "callerReference": {"$ref": "per-1"}}]
    document = {"personComponent": [PERSON], "eidos": [eido(1, callComponent=calling), eido(2)]}
    first, second = eido_objects(orjson.dumps(document).decode())
    told = first["callComponent"][0]["callerReference"]["ncPersonComponent"]["personName"]
    assert told == {"personFullName": "Wanda Quillfeather"}
    assert "callerReference" not in second["callComponent"][0]


def test_another_person_around_the_calls_is_no_revision_of_them(agency):
    both = []
    for name in ("Wanda Quillfeather", "Jorun Thistlewood"):
        document = {"callers": [{"fullName": name}], "eidos": [eido(1)]}
        (record,) = read_payload(orjson.dumps(document), agency).records
        both.append(record)
    assert said_of(both[0]) != said_of(both[1])
    assert both[0].content == both[1].content


def said_of(record) -> set[str]:
    return {v.expose() for v in record.private_values}


def test_what_else_stands_around_is_told_and_not_searched_for(agency):
    document = {"sender": {"host": "elm.example"}, "callers": [PERSON], "eidos": [eido(1)]}
    body = orjson.dumps(document)
    reading = read_payload(body, agency)
    assert [(n.code, n.field, n.count) for n in reading.notices] == [
        (NoticeCode.UNREAD_FIELD, "$.sender.host", 1)
    ]
    assert "elm.example" not in said(reading)[0]
    uses = fields_outside(body, agency)
    name = "$.callers[].ncPersonComponent.personName.personFullName"
    assert uses == {"$.sender.host": Use.UNREAD, name: Use.MAPPED}


def test_texts_without_number_are_not_said_in_every_call(agency, monkeypatch):
    monkeypatch.setattr(eido_around, "MOST", 100)
    callers = [{"fullName": f"Wanda Quillfeather {n}"} for n in range(51)]
    few = {"callers": callers[:50], "eidos": [eido(1), eido(2)]}
    assert len(read_payload(orjson.dumps(few), agency).records) == 2
    many = {"callers": callers, "eidos": [eido(1), eido(2)]}
    with pytest.raises(PayloadRefused) as caught:
        read_payload(orjson.dumps(many), agency)
    assert (caught.value.code, caught.value.position) == (NoticeCode.LIMIT_EXCEEDED, "around")
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "document",
    [
        {"personComponent": [PERSON], "notesComponent": [{"$id": "n", "notesActionComments": "x"}]},
        {"agentComponent": [AGENT], "meta": {"count": 1}},
        eido(1, more={"incidentComponent": {}}),
    ],
)
def test_an_object_is_no_envelope_for_components_alone(document):
    assert objects(document) == [document]


def test_embedded_xml_around_the_calls_is_opened():
    presence = "<presence><tuple><note>at Wanda Quillfeather's</note></tuple></presence>"
    document = {"callers": [{"locationByValue": presence}], "eidos": [eido(1)]}
    (first,) = eido_objects(orjson.dumps(document).decode())
    assert first["around"] == ["at Wanda Quillfeather's"]
