"""From source record to incident: meaning, agreement, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.feeds import read_payload, to_incident
from pipeline.model import IncidentStatus, NoticeCode, PersonRole, Point, RecordRefused

FIELDS = {
    "cfs_number": {"path": "id", "presence": "required"},
    "call_type": {"path": "types", "presence": "required"},
    "opened_at": {"path": "opened", "presence": "required"},
    "revised_at": "revised",
    "closed_at": "ended",
    "closed": "closed",
    "cancelled": {"path": "disposition", "true_values": ["Cancelled by caller"]},
    "restricted": "sensitive",
    "priority": {"path": "priority", "presence": "expected"},
    "address": "address",
    "cross_street": "cross",
    "place_name": "common_name",
    "district": "beat",
    "latitude": "lat",
    "longitude": "lon",
    "point": {"path": "geometry.coordinates", "form": "lon-lat-text"},
    "place_restricted": {"path": "place_kind", "true_values": ["Restricted Address"]},
    "units": "units",
}
CALL = {
    "id": "26-0042",
    "types": ["Structure  fire", "STRUCTURE FIRE", "EMS"],
    "opened": "2026-06-09 12:00:00",
    "priority": "1",
    "address": "12 Alder Ct",
    "common_name": "Alder House",
    "beat": "B4",
    "lat": 44.5,
    "lon": "-88.25",
    "units": ["E1", "E1", "M2"],
    "note": "SMOKE SEEN",
    "noted": "2026-06-09 12:01:00",
    "caller": "Wanda Quillfeather",
}


@pytest.fixture(scope="module")
def make(make_agency):
    def agency(**changes):
        given = {
            "records": "@",
            "fields": FIELDS,
            "remarks": ({"text": "note", "at": "noted", "restriction": "secret"},),
            "people": ({"role": "caller", "name": ["caller"], "phone": ["phone"]},),
        }
        return make_agency("json", **{**given, **changes})

    return agency


@pytest.fixture(scope="module")
def incident(make, seal, received_at):
    def build(agency=None, **changes):
        agency = agency or make()
        call = {name: value for name, value in {**CALL, **changes}.items() if value is not None}
        (record,) = read_payload(json.dumps([call]).encode(), agency).records
        return to_incident(record, agency, seal=seal, received_at=received_at)

    return build


def private(incident) -> list[str]:
    return [value.expose() for value in incident.private_values]


def notices(incident) -> list[tuple[str, str]]:
    return [(notice.code.value, notice.field) for notice in incident.notices]


def test_a_whole_call_becomes_an_incident(incident):
    found = incident()
    assert [text.expose() for text in found.call_types] == ["Structure  fire", "EMS"]
    assert found.opened_at == datetime(2026, 6, 9, 17, 0, tzinfo=UTC)
    assert found.status is IncidentStatus.OPEN
    assert found.place.address.expose() == "12 Alder Ct"
    assert found.place.place_name.expose() == "Alder House"
    assert found.place.district.expose() == "B4"
    assert found.place.point == Point(latitude=44.5, longitude=-88.25)
    assert found.unit_count == 2
    assert (found.restricted, found.place.restricted) == (False, False)
    (remark,) = found.remarks
    assert remark.text.expose() == "SMOKE SEEN"
    assert (remark.at, remark.restricted) == (datetime(2026, 6, 9, 17, 1, tzinfo=UTC), False)
    (person,) = found.people
    assert (person.role, person.name.expose()) == (PersonRole.CALLER, "Wanda Quillfeather")
    assert notices(found) == []
    assert private(found) == ["26-0042"]


def test_ref_follows_the_key_and_revision_the_content(incident):
    first, same, revised, other = (
        incident(), incident(), incident(note="FLAMES SEEN"), incident(id="26-0043")
    )  # fmt: skip
    assert (first.ref, first.revision) == (same.ref, same.revision)
    assert first.ref == revised.ref != other.ref
    assert len({first.revision, revised.revision, other.revision}) == 3


def test_a_time_in_the_key_is_one_instant_however_written(make, incident):
    agency = make(key=("cfs_number", "opened_at"))
    local, utc, later = (
        incident(agency, opened=text)
        for text in ("2026-06-09 12:00:00", "2026-06-09T17:00:00Z", "2026-06-09 12:00:01")
    )
    assert local.ref == utc.ref != later.ref


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"id": None}, NoticeCode.REQUIRED_MISSING, "cfs_number"),
        ({"id": " NULL "}, NoticeCode.REQUIRED_MISSING, "cfs_number"),
        ({"types": []}, NoticeCode.REQUIRED_MISSING, "call_type"),
        ({"opened": None}, NoticeCode.REQUIRED_MISSING, "opened_at"),
        ({"opened": "1900-01-01 00:00:00"}, NoticeCode.REQUIRED_MISSING, "opened_at"),
        ({"opened": "0001-01-01 00:00:00"}, NoticeCode.REQUIRED_MISSING, "opened_at"),
        ({"opened": "Wanda"}, NoticeCode.UNREADABLE_VALUE, "opened_at"),
    ],
)
def test_a_record_without_its_essentials_is_refused_and_tells_nothing(
    change, code, field, incident, told
):
    with pytest.raises(RecordRefused) as refused:
        incident(**change)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert "Wanda" not in told(refused.value)


def test_a_missing_key_refuses_even_when_the_field_is_optional(make, incident):
    agency = make(fields={**FIELDS, "cfs_number": "id"})
    with pytest.raises(RecordRefused) as refused:
        incident(agency, id=None)
    assert refused.value.field == "cfs_number"


def test_expected_fields_are_missed_and_unreadable_ones_left_out(incident):
    found = incident(priority=None, ended="Wanda was here", closed="perhaps", lat="north")
    assert notices(found) == [
        ("expected-missing", "priority"),
        ("point-absent", "point"),
        ("value-ignored", "closed"),
        ("value-ignored", "closed_at"),
        ("value-ignored", "latitude"),
    ]
    assert found.status is IncidentStatus.OPEN
    assert {"Wanda was here", "perhaps", "north"} <= set(private(found))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"closed": "Y"}, IncidentStatus.CLOSED),
        ({"closed": True}, IncidentStatus.CLOSED),
        ({"closed": False}, IncidentStatus.OPEN),
        ({"ended": "2026-06-09 13:00:00"}, IncidentStatus.CLOSED),
        ({"ended": "2026-06-09 13:00:00", "closed": "no"}, IncidentStatus.OPEN),
        ({"ended": "2026-06-09 13:00:00", "closed": "perhaps"}, IncidentStatus.OPEN),
        ({"disposition": "cancelled by CALLER", "closed": "yes"}, IncidentStatus.CANCELLED),
        ({"disposition": "Handled"}, IncidentStatus.OPEN),
    ],
)
def test_cancelled_comes_before_closed_before_open(changes, status, incident):
    assert incident(**changes).status is status


@pytest.mark.parametrize(
    ("value", "restricted"),
    [("yes", True), ("TRUE", True), (1, True), ("no", False), (False, False), ("maybe", True)],
)
def test_an_unknown_mark_restricts_the_call(value, restricted, incident):
    assert incident(sensitive=value).restricted is restricted


def test_a_masked_address_is_marked(incident):
    assert incident(place_kind="restricted address").place.restricted
    assert not incident(place_kind="street").place.restricted


@pytest.mark.parametrize(
    ("mark", "restricted"),
    [("none", False), ("No", False), (False, False), (0, False), ("Medical", True), (True, True)],
)
def test_any_mark_but_none_restricts_a_remark(mark, restricted, incident):
    (remark,) = incident(secret=mark).remarks
    assert remark.restricted is restricted


@pytest.mark.parametrize(
    ("changes", "point"),
    [
        ({"lat": 0, "lon": 0}, None),
        ({"lat": None}, None),
        ({"lat": -93.1, "lon": 45}, None),
        ({"lat": None, "geometry": {"coordinates": [-88.5, 44.25]}}, (44.25, -88.5)),
        ({"lat": 0, "lon": 0, "geometry": {"coordinates": [-88.5, 44.25]}}, (44.25, -88.5)),
    ],
)
def test_a_point_is_read_or_absent_and_never_guessed(changes, point, incident):
    found = incident(**changes)
    assert found.place.point == (point and Point(latitude=point[0], longitude=point[1]))
    assert (("point-absent", "point") in notices(found)) is (point is None)


def test_odd_times_are_notices(incident):
    found = incident(
        opened="2026-03-08 02:30:00", revised="2025-11-02 01:30:00", noted="2026-06-11 12:00:00"
    )
    assert notices(found) == [
        ("ambiguous-time", "revised_at"),
        ("future-time", "remarks.at"),
        ("nonexistent-time", "opened_at"),
    ]


def test_ten_minutes_of_clock_drift_are_no_notice(incident):
    assert notices(incident(revised="2026-06-10T12:10:00Z")) == []
    assert notices(incident(revised="2026-06-10T12:10:01Z")) == [("future-time", "revised_at")]


def test_an_unreadable_remark_time_is_left_out(incident):
    found = incident(noted="Wanda at noon")
    assert found.remarks[0].at is None
    assert ("value-ignored", "remarks.at") in notices(found)
    assert "Wanda at noon" in private(found)


def test_further_values_of_a_single_field_are_only_searched_for(incident):
    found = incident(address=["12 Alder Ct", "14 Birch Ct"])
    assert found.place.address.expose() == "12 Alder Ct"
    assert "14 Birch Ct" in private(found)


def test_a_street_without_a_house_and_the_other_are_a_crossing_and_each_is_searched_for(incident):
    found = incident(address="ALDER CT", cross="BIRCH AVE")
    assert found.place.address.expose() == "ALDER CT / BIRCH AVE"
    assert {"ALDER CT", "BIRCH AVE"} <= set(private(found))


def test_the_street_that_crosses_near_a_house_is_only_searched_for(incident):
    found = incident(cross="BIRCH AVE")
    assert found.place.address.expose() == "12 Alder Ct"
    assert "BIRCH AVE" in private(found)


def test_a_crossing_street_without_a_street_is_no_place(incident):
    found = incident(address="", cross="BIRCH AVE")
    assert found.place.address is None
    assert "BIRCH AVE" in private(found)


def test_fields_outside_the_agreement_are_only_searched_for(make, incident):
    found = incident(make(agreed=frozenset({"call_type", "opened_at"})), phone="920-555-0143")
    assert found.place.address is found.place.place_name is found.place.district is None
    assert (found.place.point, found.priority, found.unit_count) == (None, None, 0)
    assert (found.people, found.remarks) == ((), ())
    assert set(private(found)) == {
        "12 Alder Ct", "Alder House", "44.5", "-88.25", "SMOKE SEEN", "Wanda Quillfeather",
        "920-555-0143", "26-0042",
    }  # fmt: skip
    outside = {notice.field for notice in found.notices}
    assert {notice.code for notice in found.notices} == {NoticeCode.OUTSIDE_AGREEMENT}
    assert outside >= {"address", "place_name", "priority", "people", "remarks"}


def test_safety_flags_are_read_whatever_the_agreement_says(make, incident):
    agency = make(agreed=frozenset({"call_type", "opened_at"}))
    found = incident(agency, sensitive="yes", place_kind="Restricted Address", closed="yes")
    assert (found.restricted, found.place.restricted) == (True, True)
    assert found.status is IncidentStatus.CLOSED
    assert incident(agency, disposition="Cancelled by caller").status is IncidentStatus.CANCELLED


def test_nothing_private_is_in_the_repr_of_an_incident(incident):
    text = repr(incident(phone="920-555-0143"))
    private_texts = ("Wanda", "0143", "Alder", "44.5", "SMOKE", "26-0042")
    assert not [canary for canary in private_texts if canary in text]
