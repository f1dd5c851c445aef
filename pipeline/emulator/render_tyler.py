"""Writes calls as Tyler New World exports do: one XML file for every change of one call.

In: a cast and its calls. Out: file name -> bytes, ``<CallNumber>_<YYYYMMDDHHMMSSff>.xml``. Elements
stand in alphabetical order, absent ones carry ``i:nil``, and three styles of time are in use, as
observed in genuine exports. ``CallNumber`` starts again every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.emulator.calls import Call, Snapshot, changes
from pipeline.emulator.markup import element, group
from pipeline.emulator.story import Cast, Mark, PersonCard
from pipeline.emulator.town import fraction

__all__ = ["payloads"]

_NAMESPACE = "http://www.newworldsystems.com/Aegis/CAD/Peripheral/CallExport/2011/02"
_PRIORITIES = ("1 - Police High", "2 - Police Medium", "3 - Police Low", "4 - Police Report")
_FIRST_CALL_ID = 640100
_FIRST_DAILY_NUMBER = 100


def payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every file of the drop. A call marked as duplicate has its last file sent twice."""
    files: dict[str, bytes] = {}
    for revision in changes(calls):
        body = _document(cast, revision)
        files[_file_name(revision, late=0)] = body
        if revision.closed and Mark.DUPLICATE in revision.story.truth.marks:
            files[_file_name(revision, late=3)] = body
            files[_file_name(revision, late=7)] = body + b"\n"
    return files


def _file_name(revision: Snapshot, *, late: int) -> str:
    local = revision.at(revision.minute + late)
    second = int(fraction("second", revision.story.story_id, revision.minute) * 6000)
    number = _FIRST_DAILY_NUMBER + revision.call.day_number
    return f"{number}_{local:%Y%m%d%H%M}{second:04d}.xml"


def _time(revision: Snapshot, moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return (
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{utc:%Y-%m-%d %H:%M:%SZ}",
        f"{utc:%Y-%m-%dT%H:%M:%SZ}",
    )[revision.call.number % 3]


def _document(cast: Cast, revision: Snapshot) -> bytes:
    story, call = revision.story, revision.call
    closed = revision.at(call.closes) if revision.closed else None
    children = [
        element("AdditionalInfo", ""),
        _contexts(cast, revision),
        element("AlarmLevel", ""),
        _units(revision),
        element("CallId", str(_FIRST_CALL_ID + call.number)),
        element("CallNumber", str(_FIRST_DAILY_NUMBER + call.day_number)),
        element("CallSource", "Phone" if story.caller else "Officer Initiated"),
        _device_note(story.truth.marks),
        element("CallerName", _last_first(story.caller)),
        element("CallerPhone", story.caller.phone if story.caller else ""),
        element("CanceledFlag", _flag(revision.cancelled)),
        element("CloseDateTime", _time(revision, closed) if closed else ""),
        element("ClosedFlag", _flag(revision.closed)),
        element("CreateDateTime", _time(revision, call.opened)),
        element("CreatedBy", cast.dispatcher.full_name),
        element("EmdCode", ""),
        element("Incidents", ""),
        _location(cast, revision),
        _narratives(cast, revision),
        element("NatureOfCall", ""),
        _persons(revision),
        _vehicles(revision),
    ]
    attributes = f' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{_NAMESPACE}"'
    return group("Call", [c for c in children if c], attributes).encode()


def _device_note(marks: frozenset[Mark]) -> str:
    """An element that no agency file knows yet, as a vendor's update brings one."""
    if Mark.UNREAD_FIELD not in marks:
        return ""
    return element("CallerDeviceNote", "Handset callback 920-555-0138")


def _contexts(cast: Cast, revision: Snapshot) -> str:
    types = [("Police", revision.call_types[-1])]
    if revision.story.second_type:
        types.append(("Fire", revision.story.second_type))
    contexts = [
        group(
            "AgencyContext",
            [
                element("AgencyType", agency),
                element("CallType", call_type),
                element("CanceledFlag", _flag(revision.cancelled)),
                element("Dispatcher", cast.dispatcher.full_name),
                element("Priority", _PRIORITIES[revision.call.priority - 1]),
                element("Status", "Closed" if revision.closed else "In Progress"),
            ],
        )
        for agency, call_type in types
    ]
    return group("AgencyContexts", contexts)


def _units(revision: Snapshot) -> str:
    units = [
        group(
            "Unit",
            [
                element("IsPrimary", _flag(position == 0)),
                group(
                    "Personnel",
                    [
                        group(
                            "UnitPersonnel",
                            [
                                element("FirstName", officer.given),
                                element("LastName", officer.family),
                                element("ShieldNumber", ""),
                            ],
                        )
                    ],
                ),
                element("UnitNumber", unit),
            ],
        )
        for position, (unit, officer) in enumerate(revision.call.units)
    ]
    return group("AssignedUnits", units)


def _location(cast: Cast, revision: Snapshot) -> str:
    place, point = revision.story.place, revision.call.point
    return group(
        "Location",
        [
            element("City", cast.agency_id.removesuffix("-pd").replace("-", " ").title()),
            element("CommonName", place.common_name),
            element("FullAddress", place.address),
            element("HouseNumber", ""),
            element("LatitudeY", f"{point[1]:.6f}" if point else ""),
            element("LongitudeX", f"{point[0]:.6f}" if point else ""),
            element("PoliceBeat", f"B{1 + revision.call.number % 4}"),
            element("State", "WI"),
            element("Zip", ""),
        ],
    )


def _narratives(cast: Cast, revision: Snapshot) -> str:
    return group(
        "Narratives",
        [
            group(
                "Narrative",
                [
                    element("CreateDateTime", _time(revision, revision.at(line.minute))),
                    element("CreateUser", cast.dispatcher.full_name),
                    element("Restriction", line.restriction or "None"),
                    element("Text", line.text),
                    element("Type", "EMD" if line.restriction else "User Entry"),
                ],
            )
            for line in revision.lines
        ],
    )


def _persons(revision: Snapshot) -> str:
    story = revision.story
    known = ([story.caller] if story.caller else []) + list(story.people)
    persons = [
        group(
            "Person",
            [
                element("Address", person.address),
                element("ContactPhone", person.phone),
                element("DateOfBirth", f"{person.birth_date}" if person.birth_date else ""),
                element("FirstName", person.given.upper()),
                element("LastName", person.family.upper()),
                element("LicenseNumber", ""),
                element("PrimaryCallerFlag", _flag(person is story.caller)),
                element("SSN", ""),
            ],
        )
        for person in known
    ]
    return group("Persons", persons)


def _vehicles(revision: Snapshot) -> str:
    vehicles = [
        group(
            "Vehicle",
            [element("LicensePlate", plate), element("LicenseState", "WI"), element("VIN", "")],
        )
        for plate in revision.story.plates
    ]
    return group("Vehicles", vehicles)


def _last_first(person: PersonCard | None) -> str:
    return f"{person.family}, {person.given}".upper() if person else ""


def _flag(value: bool) -> str:
    return "true" if value else "false"
