"""Real payloads, read by agencies that are only configured: no code knows any of them.

Expected values are taken from the files themselves by other means, so that none stands here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from pipeline.feeds import RefusedRecord, read_payload, to_incident
from pipeline.model import NoticeCode, PayloadRefused, Point, SourceRecord

pytestmark = pytest.mark.shared

TYLER = "http://www.newworldsystems.com/Aegis/CAD/Peripheral/CallExport/2011/02"
TAGS = (
    "CallType", "CallerName", "FirstName", "MiddleName", "LastName", "Text", "NatureOfCall",
    "LicensePlate", "CreateUser", "IDNumber", "Make",
)  # fmt: skip
NAME = re.compile(r"[A-Z]{4,}")
CONTEXT = "t:AgencyContexts/t:AgencyContext"
LOCATION = "t:Location"


@pytest.fixture
def tyler(shared, make_agency):
    return make_agency(
        "xml",
        records="/t:Call | /t:CallExport",
        namespaces={"t": TYLER},
        schema=shared / "real_feeds" / "tyler-new-world" / "newworld-callexport.observed.xsd",
        fields={
            "cfs_number": {"path": "t:CallId", "presence": "required"},
            "call_type": {"path": f"{CONTEXT}/t:CallType", "presence": "required"},
            "opened_at": {"path": "t:CreateDateTime", "presence": "required"},
            "closed_at": "t:CloseDateTime",
            "closed": "t:ClosedFlag",
            "cancelled": "t:CanceledFlag",
            "priority": f"{CONTEXT}/t:Priority",
            "address": f"{LOCATION}/t:FullAddress",
            "place_name": f"{LOCATION}/t:CommonName",
            "latitude": f"{LOCATION}/t:LatitudeY",
            "longitude": f"{LOCATION}/t:LongitudeX",
            "units": "t:AssignedUnits/t:Unit/t:UnitNumber",
        },
        remarks=(
            {
                "each": "t:Narratives/t:Narrative",
                "text": "t:Text",
                "at": "t:CreateDateTime",
                "restriction": "t:Restriction",
                "restricted_values": ["Medical"],
            },
            {"text": "t:NatureOfCall"},
        ),
        people=(
            {"role": "caller", "name": ["t:CallerName"], "phone": ["t:CallerPhone"]},
            {"role": "person", "each": "t:Persons/t:Person", "name": ["t:FirstName", "t:LastName"]},
            {
                "role": "staff",
                "each": "t:AssignedUnits/t:Unit/t:Personnel/t:UnitPersonnel",
                "name": ["t:FirstName", "t:MiddleName", "t:LastName"],
            },
        ),
        private_values=(
            "t:Vehicles/t:Vehicle/t:LicensePlate",
            "t:Narratives/t:Narrative/t:CreateUser",
        ),
        ignored_fields=("t:CallNumber", "t:CallSource", "t:Incidents/**", "t:Dispositions/**"),
    )


def call(reading) -> SourceRecord:
    (record,) = reading.records
    assert isinstance(record, SourceRecord)
    return record


def test_a_tyler_call_is_read_whole(shared, tyler, seal, received_at):
    body = (shared / "real_feeds" / "tyler-new-world" / "full_call.xml").read_bytes()
    record = call(read_payload(body, tyler))
    found = to_incident(record, tyler, seal=seal, received_at=received_at)
    said = {tag: re.findall(rf"<{tag}>(.*)</{tag}>", body.decode()) for tag in TAGS}
    assert found.opened_at == datetime(2026, 2, 1, 14, 15, tzinfo=UTC)
    assert [text.expose() for text in found.call_types] == said["CallType"]
    assert [person.name.expose() for person in found.people if person.name] == [
        *said["CallerName"],
        f"{said['FirstName'][0]} {said['LastName'][0]}",
        f"{said['FirstName'][1]} {said['MiddleName'][0]} {said['LastName'][1]}",
    ]
    assert [remark.text.expose() for remark in found.remarks] == said["Text"] + said["NatureOfCall"]
    assert [remark.restricted for remark in found.remarks] == [False, False]
    assert found.unit_count == 1
    private = {value.expose() for value in found.private_values}
    unmapped = [said[tag][0] for tag in ("LicensePlate", "CreateUser", "IDNumber", "Make")]
    assert set(unmapped) <= private
    assert "AssignedUnits/Unit/Personnel/UnitPersonnel/IDNumber" in {
        notice.field for notice in found.notices
    }


def test_tyler_nil_elements_are_absent(shared, tyler, seal, received_at):
    body = (shared / "real_feeds" / "tyler-new-world" / "nil_fields.xml").read_bytes()
    found = to_incident(call(read_payload(body, tyler)), tyler, seal=seal, received_at=received_at)
    assert (found.people, found.priority) == ((), None)
    assert f"<FullAddress>{found.place.address.expose()}<" in body.decode()


@pytest.mark.parametrize("name", ["minimal_call.xml", "bom_utf8.xml"])
def test_a_sparse_tyler_call_is_read(name, shared, tyler):
    body = (shared / "real_feeds" / "tyler-new-world" / name).read_bytes()
    assert dict(call(read_payload(body, tyler)).canonical).keys() == {
        "cfs_number", "opened_at", "closed", "cancelled",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["bom_utf16be.xml", "bom_utf16le.xml"])
def test_a_tyler_file_whose_mark_lies_is_refused(name, shared, tyler):
    body = (shared / "real_feeds" / "tyler-new-world" / name).read_bytes()
    with pytest.raises(PayloadRefused):
        read_payload(body, tyler)


def test_a_month_of_milwaukee_is_read_row_by_row(shared, make_agency, seal, received_at):
    agency = make_agency(
        "table",
        max_bytes=10_000_000,
        fields={
            "cfs_number": {"path": "id", "presence": "required"},
            "call_type": {"path": "nature", "presence": "required"},
            "opened_at": {"path": "time", "presence": "required"},
            "address": "location",
            "district": "district",
            "latitude": "latitude",
            "longitude": "longitude",
        },
        ignored_fields=("status",),
    )
    body = (shared / "real_feeds" / "milwaukee" / "calls.csv").read_bytes()
    reading = read_payload(body, agency)
    incidents = [
        to_incident(r, agency, seal=seal, received_at=received_at) for r in reading.records
    ]
    assert (len(incidents), reading.rows) == (33_968, 33_968)
    assert len({incident.ref for incident in incidents}) == 33_968
    rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    for row, incident in zip(rows[::500], incidents[::500], strict=True):
        local = incident.opened_at.astimezone(agency.timezone)
        assert local.strftime("%Y-%m-%d %H:%M:%S") == row["time"]
        assert incident.place.point == Point(
            latitude=float(row["latitude"]), longitude=float(row["longitude"])
        )
        assert incident.place.address.expose() == row["location"].strip()
    absent = [i for i in incidents if i.place.point is None]
    assert len(absent) == 11
    codes = Counter(n.code for i in incidents for n in i.notices)
    assert codes == {NoticeCode.POINT_ABSENT: 11}


def test_san_francisco_rows_fold_into_calls(shared, make_agency, seal, received_at):
    agency = make_agency(
        "table",
        timezone="America/Los_Angeles",
        fold=True,
        nulls=("null",),
        times=("%m/%d/%Y %I:%M:%S %p",),
        fields={
            "cfs_number": {"path": "CallNumber", "presence": "required"},
            "call_type": {"path": "CallType", "presence": "required"},
            "opened_at": {"path": "CallDate", "presence": "required"},
            "closed_at": "AvailableDtTm",
            "priority": "FinalPriority",
            "address": "Address",
            "district": "Neighborhood",
            "point": {"path": "Location", "form": "lat-lon-text"},
            "units": "UnitID",
        },
        ignored_fields=(
            "IncidentNumber", "WatchDate", "CallFinalDisposition", "City", "Zipcode", "Battalion",
            "StationArea", "Box", "OriginalPriority", "Priority", "ALSUnit", "CallTypeGroup",
            "NumAlarms", "UnitType", "UnitSequenceInCallDispatch", "FirePreventionDistrict",
            "SupervisorDistrict", "RowID", "Delay",
        ),
    )  # fmt: skip
    body = (shared / "real_feeds" / "san-francisco-fire" / "calls.csv").read_bytes()
    reading = read_payload(body, agency)
    assert (len(reading.records), reading.rows) == (961, 1000)
    incidents = [
        to_incident(r, agency, seal=seal, received_at=received_at) for r in reading.records
    ]
    assert sum(incident.unit_count for incident in incidents) == 1000
    assert all(incident.place.point for incident in incidents)
    assert not [n for i in incidents for n in i.notices]
    assert incidents[0].opened_at == datetime(2002, 1, 11, 8, 0, tzinfo=UTC)


@pytest.fixture
def chp(shared, make_agency):
    return make_agency(
        "xml",
        timezone="America/Los_Angeles",
        records="/State/Center/Dispatch/Log",
        schema=shared / "real_feeds" / "chp" / "chp-sa.observed.xsd",
        strip='"',
        times=("%b %d %Y %I:%M%p", "%m/%d/%Y %I:%M:%S %p"),
        fields={
            "cfs_number": {"path": "@ID", "presence": "required"},
            "call_type": {"path": "LogType", "presence": "required"},
            "opened_at": {"path": "LogTime", "presence": "required"},
            "address": {"paths": ["Location", "LocationDesc"]},
            "district": "Area",
            "point": {"path": "LATLON", "form": "micro-degrees-west"},
        },
        remarks=(
            {"each": "LogDetails/details", "text": "IncidentDetail", "at": "DetailTime"},
            {"each": "LogDetails/units", "text": "IncidentDetail", "at": "DetailTime"},
        ),
        ignored_fields=("ThomasBrothers",),
    )


def test_quoted_highway_patrol_values_are_read(shared, chp, seal, received_at):
    body = (shared / "real_feeds" / "chp" / "sa.synthetic.xml").read_bytes()
    first, second = (
        to_incident(record, chp, seal=seal, received_at=received_at)
        for record in read_payload(body, chp).records
    )
    assert first.opened_at == datetime(2026, 6, 9, 21, 5, tzinfo=UTC)
    texts = [first.call_types[0].expose(), first.place.district.expose()]
    assert [f'>"{text}"<' in body.decode() for text in texts] == [True, True]
    assert '"' not in first.place.address.expose()
    west, north = first.place.point.longitude, first.place.point.latitude
    assert f'"{north * 1e6:.0f}:{-west * 1e6:.0f}"' in body.decode()
    assert len(first.remarks) == 4
    assert all(remark.at for remark in first.remarks)
    assert first.notices == ()
    assert second.place.point is None
    assert [notice.code for notice in second.notices] == [NoticeCode.POINT_ABSENT]


def test_a_truncated_highway_patrol_body_is_refused(shared, chp, told):
    body = (shared / "real_feeds" / "chp" / "sa.truncated.synthetic.xml").read_bytes()
    with pytest.raises(PayloadRefused) as refused:
        read_payload(body, chp)
    assert refused.value.code is NoticeCode.NOT_WELL_FORMED
    assert refused.value.position.startswith("line 15 column ")
    assert not [word for word in NAME.findall(body.decode()) if word in told(refused.value)]


def test_a_tablet_push_keeps_what_it_does_not_know_out_of_sight(shared, make_agency):
    agency = make_agency(
        "json",
        records="@",
        fields={
            "cfs_number": "IncidentNumber",
            "call_type": "AgencyIncidentCallTypeDescription",
            "opened_at": "EntryDateTime",
            "latitude": "Latitude",
            "longitude": "Longitude",
            "units": "units[].UnitID",
        },
        remarks=(
            {
                "each": "Comment",
                "text": "Comment",
                "at": "CommentDateTime",
                "restriction": "CommentConfidential",
            },
        ),
        people=({"role": "staff", "each": "units[].Personnel[]", "name": ["PersonnelName"]},),
    )
    body = (shared / "real_feeds" / "tablet-command" / "sample-cad-incident.json").read_bytes()
    record = call(read_payload(body, agency))
    private = {value.expose() for value in record.private_values}
    pushed = json.loads(body)
    unmapped = {pushed["CallerNumber"], pushed["CommonPlaceName"]}
    assert unmapped | {pushed["PriorIncident"][0]["Address"]} <= private
    paths = {notice.field for notice in record.notices}
    assert {"CallerNumber", "PriorIncident[].Comment[].Comment"} <= paths
    assert "units[].Personnel[].PersonnelName" not in paths
    assert not isinstance(record, RefusedRecord)


def test_naughty_strings_are_only_texts(shared, make_agency):
    lines = (shared / "corpora" / "naughty_strings" / "blns.txt").read_text("utf-8").splitlines()
    texts = [line for line in lines if line and not line.startswith("#")]
    assert len(texts) > 400
    agency = make_agency(
        "json",
        records="@",
        fields={"cfs_number": "id", "call_type": "text", "opened_at": "at"},
    )
    body = json.dumps([{"id": 1, "text": text, "new": {text: text}} for text in texts]).encode()
    reading = read_payload(body, agency)
    assert len(reading.records) == len(texts)
    assert not [r for r in reading.records if isinstance(r, RefusedRecord)]
