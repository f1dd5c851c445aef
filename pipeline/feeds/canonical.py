"""Gives a source record its meaning: the incident, limited to what the agreement allows.

In: a ``SourceRecord``, its ``Agency``, a seal and the time of receipt. Out: an ``Incident``. The
agreement is applied here, before anything else can see a field. Must never invent a value: what is
absent stays absent, and a record without call type, time or key is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pipeline.agencies.agency import Agency, CanonicalField, fold_call_type
from pipeline.feeds.crossed import crossed
from pipeline.feeds.fields import FieldReader
from pipeline.model import (
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    NoticeCode,
    Person,
    RecordRefused,
    Remark,
    Seal,
    Sensitive,
    SourceRecord,
)

__all__ = ["to_incident"]

_REMARKS: Final = "remarks"
_PEOPLE: Final = "people"


def to_incident(
    record: SourceRecord, agency: Agency, *, seal: Seal, received_at: datetime
) -> Incident:
    """Return the incident that ``record`` describes.

    ``ref`` digests agency and key (an ``opened_at`` in it as UTC, ISO 8601), ``revision`` all that
    was read.

    Raises:
        RecordRefused: a required field, the call type, the time or the key is absent or unreadable.
    """
    fields = FieldReader(record, agency, received_at)
    opened_at = fields.time(CanonicalField.OPENED_AT)
    if opened_at is None:
        raise RecordRefused(NoticeCode.REQUIRED_MISSING, CanonicalField.OPENED_AT.value)
    key = (str(agency.agency_id), *fields.key(opened_at))
    if number := fields.one(CanonicalField.CFS_NUMBER):
        fields.hide(number)  # never public (rule 16), so never in a text either
    revised_at = fields.time(CanonicalField.REVISED_AT)
    status, closed_at = _status(fields)
    return Incident(
        agency_id=agency.agency_id,
        ref=IncidentRef(seal.digest("incident", *(text.encode() for text in key))),
        revision=seal.digest("revision", record.content.expose().encode()),
        position=record.position,
        call_types=_call_types(fields.all(CanonicalField.CALL_TYPE)),
        opened_at=opened_at,
        revised_at=revised_at,
        status=status,
        closed_at=closed_at,
        received_at=received_at,
        priority=fields.one(CanonicalField.PRIORITY),
        place=_place(fields),
        people=_people(record, agency, fields),
        remarks=_remarks(record, agency, fields),
        unit_count=len({unit.expose() for unit in fields.all(CanonicalField.UNITS)}),
        restricted=fields.flag(CanonicalField.RESTRICTED),
        private_values=fields.private_values(),
        around=record.around,
        notices=fields.notices(),
    )


def _call_types(values: Iterable[Sensitive]) -> tuple[Sensitive, ...]:
    """Return the distinct call types, each in its first spelling."""
    distinct: dict[str, Sensitive] = {}
    for value in values:
        distinct.setdefault(fold_call_type(value.expose()), value)
    return tuple(distinct.values())


def _status(fields: FieldReader) -> tuple[IncidentStatus, datetime | None]:
    cancelled = fields.flag(CanonicalField.CANCELLED)
    said = fields.has(CanonicalField.CLOSED)
    closed = fields.flag(CanonicalField.CLOSED)
    closed_at = fields.time(CanonicalField.CLOSED_AT)
    if cancelled:
        return IncidentStatus.CANCELLED, closed_at
    # A call that was opened again may keep the time at which it was closed before.
    if closed or (closed_at and not said):
        return IncidentStatus.CLOSED, closed_at
    return IncidentStatus.OPEN, None


def _address(fields: FieldReader) -> Sensitive | None:
    """Return the address, and of a street without a house the crossing; each is sought, too."""
    address = fields.one(CanonicalField.ADDRESS)
    street = fields.one(CanonicalField.CROSS_STREET)
    if street is None:
        return address
    fields.hide(street)
    both = None if address is None else crossed(address.expose(), street.expose())
    if address is None or both is None:
        return address
    fields.hide(address)
    return Sensitive(both)


def _place(fields: FieldReader) -> ExactPlace:
    return ExactPlace(
        address=_address(fields),
        place_name=fields.one(CanonicalField.PLACE_NAME),
        district=fields.one(CanonicalField.DISTRICT),
        point=fields.point(),
        restricted=fields.flag(CanonicalField.PLACE_RESTRICTED),
    )


def _people(record: SourceRecord, agency: Agency, fields: FieldReader) -> tuple[Person, ...]:
    if _PEOPLE not in agency.agreement.fields:
        fields.outside(_PEOPLE, *(text for _, parts in record.people for _, text in parts))
        return ()
    return tuple(Person(role=role, **dict(parts)) for role, parts in record.people)


def _remarks(record: SourceRecord, agency: Agency, fields: FieldReader) -> tuple[Remark, ...]:
    remarks = tuple(dict(parts) for parts in record.remarks)
    if _REMARKS not in agency.agreement.fields:
        fields.outside(_REMARKS, *(parts["text"] for parts in remarks))
        return ()
    return tuple(
        Remark(
            text=parts["text"],
            at=fields.moment(parts["at"], "remarks.at") if "at" in parts else None,
            restricted="restricted" in parts,
        )
        for parts in remarks
    )
