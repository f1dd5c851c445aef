"""What the dialects make of their samples: calls, places, and private text where it belongs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from elm_bluff import AGENCY, AREAS

from pipeline.adapters.detection import dispatch_detector
from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.feeds import read_payload, to_incident
from pipeline.feeds.eido import joined
from pipeline.model import (
    Incident,
    NoticeCode,
    PayloadRefused,
    RedactedIncident,
    SourceRecord,
)
from pipeline.policies import load_policy
from pipeline.redact import Detector, redact
from pipeline.usecases.dry_run import Throwaway
from pipeline.walk import text_signals

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
RECEIVED = datetime(2026, 3, 3, tzinfo=UTC)
DIALECTS = {
    "active-calls": ("valid-calls.xml", "America/New_York"),
    "atom-calls": ("valid-entries.xml", "America/New_York"),
    "nena-eido": ("valid-full.json", "America/New_York"),
    "neris-dispatch": ("valid-full.json", "America/New_York"),
    "spillman-flex": ("valid-rows.xml", "America/New_York"),
    "tablet-command": ("valid-full.json", "America/New_York"),
}
ZONES = {dialect: zone for dialect, (_, zone) in DIALECTS.items()} | {
    "chp": "America/New_York",
    "niem-service-call": "America/New_York",
    "tyler-new-world": "America/New_York",
}
PRODUCTS = sorted({*ZONES} - {"active-calls", "atom-calls"})
OWN = ("format", "key", "fields", "remarks", "people", "private_values", "ignored_fields")


def agency_on(dialect: str, zone: str, tmp_path: Path) -> Agency:
    folder = tmp_path / "elm-bluff"
    folder.mkdir()
    given = yaml.safe_load((SCHEMAS / dialect / "dialect.yml").read_text())
    agreed = [*given["fields"], "remarks", "people"]
    content = {key: value for key, value in AGENCY.items() if key not in OWN}
    content |= {"dialect": dialect, "timezone": zone}
    content["agreement"] = {**AGENCY["agreement"], "fields": agreed}  # type: ignore[dict-item]
    (folder / "agency.yml").write_text(yaml.safe_dump(content))
    (folder / "areas.geojson").write_text(AREAS)
    (folder / "agreement.md").write_text("Agreed.")
    return load_agency(folder, dialects=schemas_folder())


def incidents(dialect: str, tmp_path: Path) -> list[Incident]:
    name, zone = DIALECTS[dialect]
    agency = agency_on(dialect, zone, tmp_path)
    reading = read_payload((SCHEMAS / dialect / "samples" / name).read_bytes(), agency)
    records = [each for each in reading.records if isinstance(each, SourceRecord)]
    assert len(records) == len(reading.records) > 0
    seal = Throwaway()
    return [to_incident(each, agency, seal=seal, received_at=RECEIVED) for each in records]


@pytest.mark.parametrize("name", ["valid-not-to-pass-on.json", "valid-expired.json"])
def test_an_eido_whose_location_may_not_be_passed_on_is_restricted(
    name: str, tmp_path: Path
) -> None:
    agency = agency_on("nena-eido", "America/New_York", tmp_path)
    body = (SCHEMAS / "nena-eido/samples" / name).read_bytes()
    (record,) = read_payload(body, agency).records
    assert isinstance(record, SourceRecord)

    assert to_incident(record, agency, seal=Throwaway(), received_at=RECEIVED).restricted


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        "<a><b></a>",
    ],
)
def test_xml_inside_a_string_is_opened_by_the_hardened_parser_or_left_as_text(text: str) -> None:
    found = joined({"incidentComponent": {"$id": "1", "note": text}})

    assert isinstance(found, dict)
    assert found["embedded"] == []
    assert found["incidentComponent"] == {"note": text}


def test_references_that_go_round_or_nowhere_end() -> None:
    found = joined({"a": {"$id": "1", "b": {"$ref": "1"}, "c": {"$ref": "2"}, "d": {"$ref": "3"}},
                    "g": {"$id": "2", "e": {"$ref": "1"}, "f": "x"}})  # fmt: skip

    assert isinstance(found, dict)
    assert found["a"]["c"] == {"e": {"b": None, "c": None, "d": None}, "f": "x"}
    assert found["a"]["d"] is None


def test_a_component_is_told_where_it_stands_and_once_more_only_as_the_caller() -> None:
    found = joined({"people": [{"$id": "1", "name": "x"}],
                    "call": {"personReference": [{"$ref": "1"}],
                             "callerReference": {"$ref": "1"}}})  # fmt: skip

    assert isinstance(found, dict)
    assert found["people"] == [{"name": "x"}]
    assert found["call"] == {"personReference": [None], "callerReference": {"name": "x"}}


def eido(name: str, tmp_path: Path) -> Incident:
    agency = agency_on("nena-eido", "America/New_York", tmp_path)
    body = (SCHEMAS / "nena-eido/samples" / name).read_bytes()
    (record,) = read_payload(body, agency).records
    assert isinstance(record, SourceRecord)
    return to_incident(record, agency, seal=Throwaway(), received_at=RECEIVED)


def test_a_call_handed_on_without_an_incident_is_a_call_of_its_own_type(tmp_path: Path) -> None:
    found = eido("valid-call-transfer.json", tmp_path)

    assert [code.expose() for code in found.call_types] == ["emergency"]
    assert found.opened_at == datetime(2026, 3, 2, 16, 20, 30, tzinfo=UTC)
    assert found.place.address is not None
    assert found.place.address.expose() == "412 W Linden Ave"
    assert not found.restricted
    (remark,) = found.remarks
    assert remark.text.expose() == "Caller Orla Pettigrew smells gas, reach her at 614-555-0142"
    assert {p.phone.expose() for p in found.people if p.phone} == {"6145550142"}
    hidden = {value.expose() for value in found.private_values}
    assert {"Orla Pettigrew", "412 W Linden Ave", "orla@linden.example"} <= hidden
    assert "per.lund@elm-bluff.example" in hidden
    assert not {"US", "true", "Manual", "home"} & hidden
    assert [n.field for n in found.notices if n.code is NoticeCode.UNREAD_FIELD] == []


def test_the_draft_of_2020_is_read_and_restricted_by_rules_nobody_can_read(tmp_path: Path) -> None:
    found = eido("valid-draft-of-2020.json", tmp_path)

    assert [code.expose() for code in found.call_types] == ["FSTRU", "STRUCTURE FIRE"]
    assert found.restricted
    assert found.opened_at == datetime(2026, 3, 2, 16, 24, tzinfo=UTC)


BROKEN = (
    '<?xml version="1.0" encoding="UTF-8"?> <presence xmlns="urn:ietf:params:xml:ns:pidf"> <device'
    ' id="sg12"> <gp:location-info> <gs:Ellipsoid srsName="urn:ogc:def:crs:EPSG::4979"> <gml:pos>'
    '40.01 -83.02 34</gml:pos> <gs:semiMajorAxis uom="urn:ogc:def:uom:EPSG::9001"> 7.7 </gs:semi'
    ' <con:confidence pdf="normal">95</con:confidence> </gp:location-info> </device> </presence>'
)


@pytest.mark.parametrize("before", ["", "   "])
def test_xml_that_cannot_be_opened_restricts_the_call_and_is_no_story(
    before: str, tmp_path: Path
) -> None:
    agency = agency_on("nena-eido", "America/New_York", tmp_path)
    document = json.loads((SCHEMAS / "nena-eido/samples/valid-draft-of-2020.json").read_bytes())
    signals = {}
    story = BROKEN.replace("normal", "she keeps looking at the door and says it is no time to talk")
    for name, text in (("xml", story), ("words", story.removeprefix("<?xml "))):
        document["locationInformationComponent"][0]["locationByValue"] = before + text
        (record,) = read_payload(json.dumps(document).encode(), agency).records
        assert isinstance(record, SourceRecord)
        found = to_incident(record, agency, seal=Throwaway(), received_at=RECEIVED)
        assert text in {value.expose() for value in found.private_values}
        assert found.restricted == (name == "xml")
        signals[name] = text_signals(found)

    assert signals["words"] != frozenset()
    assert signals["xml"] == frozenset()


def test_a_sensitive_word_counts_in_xml_that_cannot_be_opened(tmp_path: Path) -> None:
    agency = agency_on("nena-eido", "America/New_York", tmp_path)
    document = json.loads((SCHEMAS / "nena-eido/samples/valid-draft-of-2020.json").read_bytes())
    text = BROKEN.replace("normal", "suicide attempt")
    document["locationInformationComponent"][0]["locationByValue"] = text
    (record,) = read_payload(json.dumps(document).encode(), agency).records
    assert isinstance(record, SourceRecord)
    found = to_incident(record, agency, seal=Throwaway(), received_at=RECEIVED)

    assert text_signals(found) != frozenset()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_sample_becomes_a_call_with_its_type_time_and_place(dialect: str, tmp_path: Path) -> None:
    first = incidents(dialect, tmp_path)[0]

    assert [code.expose().upper() for code in first.call_types] == ["STRUCTURE FIRE"]
    assert first.opened_at == datetime(2026, 3, 2, 16, 20, 30, tzinfo=UTC)
    assert first.place.point is not None
    assert (first.place.point.latitude, first.place.point.longitude) == (40.01, -83.02)
    unread = [n.field for n in first.notices if n.code is NoticeCode.UNREAD_FIELD]
    assert unread == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_caller_stands_only_where_it_is_searched_for(dialect: str, tmp_path: Path) -> None:
    first = incidents(dialect, tmp_path)[0]

    told = " ".join(remark.text.expose() for remark in first.remarks)
    hidden = {
        each.expose() for person in first.people for each in (person.name, person.phone) if each
    }
    assert "614-555-0142" in told or "614-555-0142" in hidden
    address = first.place.address.expose() if first.place.address else ""
    assert "555" not in address
    assert "PETTIGREW" not in address.upper()


def test_a_remark_that_the_agency_marks_is_restricted(tmp_path: Path) -> None:
    first = incidents("tablet-command", tmp_path)[0]

    assert [remark.restricted for remark in first.remarks] == [False, True]


def test_a_row_without_coordinates_has_no_point(tmp_path: Path) -> None:
    second = incidents("spillman-flex", tmp_path)[1]

    assert second.place.point is None


def sample(dialect: str, stem: str) -> bytes:
    (path,) = (SCHEMAS / dialect / "samples").glob(f"{stem}.*")
    return path.read_bytes()


def the_call(dialect: str, stem: str, tmp_path: Path) -> Incident:
    agency = agency_on(dialect, ZONES[dialect], tmp_path)
    (record,) = read_payload(sample(dialect, stem), agency).records
    assert isinstance(record, SourceRecord)
    return to_incident(record, agency, seal=Throwaway(), received_at=RECEIVED)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return dispatch_detector(load_policy(None))


def redacted(incident: Incident, detector: Detector) -> str:
    found = detector.find([remark.text.expose() for remark in incident.remarks])
    made = redact(incident, found, None, call_types=(), policy=load_policy(None), seal=None)
    assert isinstance(made, RedactedIncident)
    return " ".join(remark.text for remark in made.remarks)


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_a_clean_sample_keeps_its_words(dialect: str, tmp_path: Path, detector: Detector) -> None:
    found = the_call(dialect, "valid-clean", tmp_path)

    assert [code.expose().upper() for code in found.call_types] == ["STRUCTURE FIRE"]
    assert found.opened_at.replace(second=30) == datetime(2026, 3, 2, 16, 20, 30, tzinfo=UTC)
    assert found.place.point is not None
    assert (found.place.point.latitude, found.place.point.longitude) == (40.01, -83.02)
    assert [n.field for n in found.notices if n.code is NoticeCode.UNREAD_FIELD] == []
    if dialect != "spillman-flex":  # whose remarks are what stands behind an address
        assert "smoke from the roof, all occupants out" in redacted(found, detector).lower()


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_what_only_a_remark_says_of_people_is_removed(
    dialect: str, tmp_path: Path, detector: Detector
) -> None:
    found = the_call(dialect, "valid-private-remarks", tmp_path)

    typed = " ".join(remark.text.expose() for remark in found.remarks).lower()
    private = ("wilhelmina", "thackeray", "614-555-0177", "0177", "04/17/2011", "2011")
    assert [word for word in private if word not in typed] == []
    assert found.people == ()
    told = redacted(found, detector).lower()
    assert [word for word in private if word in told] == []
    assert "smoke from the roof" in told


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_a_payload_that_is_cut_off_is_refused_whole(dialect: str, tmp_path: Path) -> None:
    agency = agency_on(dialect, ZONES[dialect], tmp_path)

    with pytest.raises(PayloadRefused) as caught:
        read_payload(sample(dialect, "invalid-cut-off"), agency)

    assert caught.value.code is NoticeCode.NOT_WELL_FORMED


@pytest.mark.parametrize("form", ["one", "list", "container"])
def test_an_eido_in_an_envelope_is_read_as_it_is_without(form: str, tmp_path: Path) -> None:
    agency = agency_on("nena-eido", "America/New_York", tmp_path)
    call = json.loads((SCHEMAS / "nena-eido" / "samples" / "valid-full.json").read_bytes())
    forms = {
        "one": {"eido": call},
        "list": [{"eido": call}],
        "container": {"eidoContainer": {"sent": "today", "eidos": [{"eido": call}]}},
    }

    plain = read_payload(json.dumps(call).encode(), agency)
    wrapped = read_payload(json.dumps(forms[form]).encode(), agency)

    assert len(plain.records) == 1
    assert isinstance(plain.records[0], SourceRecord)
    assert wrapped.records == plain.records
