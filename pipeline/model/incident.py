"""One call for service on the private side: source record and canonical incident.

Everything an agency's people wrote or a caller said is :class:`Sensitive` here. These records live
in memory during one walk and, encrypted, in the vault; no desk, publisher or log can be handed one.
All times are timezone-aware UTC; coordinates are WGS 84 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.model.identity import AgencyId, Digest, IncidentRef
from pipeline.model.notice import Notice
from pipeline.model.sensitive import Sensitive

__all__ = [
    "ExactPlace",
    "Incident",
    "IncidentStatus",
    "Person",
    "PersonRole",
    "Point",
    "Remark",
    "SourceRecord",
]


class PersonRole(StrEnum):
    """Why a person stands in the record."""

    CALLER = "caller"
    PERSON = "person"
    STAFF = "staff"


class IncidentStatus(StrEnum):
    """Life of a call for service as the agency reports it."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A caller, involved person or employee, as structured fields gave them."""

    role: PersonRole
    name: Sensitive | None = None
    phone: Sensitive | None = None
    address: Sensitive | None = None
    birth_date: Sensitive | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One free text of the call: when it was written, and whether the agency restricted it."""

    text: Sensitive
    at: datetime | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An exact position. Never leaves the private side."""

    latitude: float
    longitude: float

    def __repr__(self) -> str:
        return "Point(***)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactPlace:
    """Where the call is, exactly. ``district`` is a beat, zone or neighborhood the agency named."""

    address: Sensitive | None = None
    place_name: Sensitive | None = None
    district: Sensitive | None = None
    point: Point | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One parsed call in the agency's words, before any meaning is given to it.

    ``position`` counts records in the payload from 0. ``rows`` is how many rows or elements were
    folded into it (1 unless the feed has one row per unit). ``canonical`` holds, per canonical
    field, the raw texts found at its path, in order. ``content`` is a stable serialisation of all
    that was read, the basis of the revision digest. ``around`` are those private values that stood
    around the records and may speak of any.
    """

    position: int
    rows: int
    canonical: tuple[tuple[str, tuple[Sensitive, ...]], ...]
    remarks: tuple[tuple[tuple[str, Sensitive], ...], ...]
    people: tuple[tuple[PersonRole, tuple[tuple[str, Sensitive], ...]], ...]
    private_values: tuple[Sensitive, ...]
    around: tuple[Sensitive, ...] = ()
    content: Sensitive
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A call for service in Blotter's own terms, still private.

    ``call_types`` has one entry per agency context (police and fire may both have typed the call),
    never empty. ``revised_at`` orders revisions when the feed says it; otherwise arrival does.
    ``closed_at`` is when the agency says it closed it, None while it is open or where no moment is
    said; ``received_at`` is when this revision arrived.
    ``private_values`` are further values of this call that are never kept, only looked for in its
    texts; those ``around`` it in its payload tell no story of it. ``restricted`` is the agency's
    own mark on the whole call.
    """

    agency_id: AgencyId
    ref: IncidentRef
    revision: Digest
    position: int
    call_types: tuple[Sensitive, ...]
    opened_at: datetime
    revised_at: datetime | None
    status: IncidentStatus
    closed_at: datetime | None = None
    received_at: datetime | None = None
    priority: Sensitive | None
    place: ExactPlace
    people: tuple[Person, ...]
    remarks: tuple[Remark, ...]
    private_values: tuple[Sensitive, ...]
    around: tuple[Sensitive, ...] = ()
    unit_count: int
    restricted: bool
    notices: tuple[Notice, ...]
