"""Findings, and the incident once everything private has been taken out of its texts.

``RedactedIncident`` has no field that could hold private text: no ``Sensitive``, no exact place.
It is what desk, ranking and publishers may see. Offsets count characters of the original text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.model.identity import AgencyId, Commitment, Digest, IncidentRef
from pipeline.model.incident import IncidentStatus
from pipeline.model.notice import Notice

__all__ = [
    "AppliedFinding",
    "Entity",
    "Finding",
    "Operator",
    "RedactedIncident",
    "RedactedRemark",
    "Vouched",
]


class Entity(StrEnum):
    """What kind of private thing a finding covers."""

    PERSON = "PERSON"
    STAFF = "STAFF"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    APARTMENT = "APARTMENT"
    STREET = "STREET"
    PLACE = "PLACE"
    DOB = "DOB"
    AGE = "AGE"
    PLATE = "PLATE"
    VIN = "VIN"
    LICENSE = "LICENSE"
    SSN = "SSN"
    GOVERNMENT_ID = "GOVERNMENT_ID"
    EMAIL = "EMAIL"
    HANDLE = "HANDLE"
    URL = "URL"
    IP_ADDRESS = "IP_ADDRESS"
    GEO = "GEO"
    ACCESS_CODE = "ACCESS_CODE"
    FINANCIAL = "FINANCIAL"
    MEDICAL_ID = "MEDICAL_ID"
    NCIC_RETURN = "NCIC_RETURN"
    KNOWN_VALUE = "KNOWN_VALUE"
    UNEXPLAINED = "UNEXPLAINED"


class Operator(StrEnum):
    """What is done to a finding's span. Every operator takes the text out of every copy.

    ``KEEP_FOR_EDITOR`` shows what ``PLACEHOLDER`` shows; a named editor may have the text opened
    from the vault, with an entry in the log.
    """

    PLACEHOLDER = "placeholder"
    DROP = "drop"
    KEEP_FOR_EDITOR = "keep-for-editor"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One span that must not be shown, and why. Never holds the text it covers."""

    start: int
    end: int
    entity: Entity
    recognizer: str
    recognizer_version: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Vouched(Finding):
    """One word that a recognizer says is ordinary where it stands.

    It masks nothing and takes no mask away; default-deny may show a word that nothing else
    explains. Whoever does not know this type masks the word.
    """


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AppliedFinding:
    """A finding as it was applied to remark ``remark``, with commitments to what was removed."""

    remark: int
    finding: Finding
    operator: Operator
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedRemark:
    """One free text after redaction; placeholders look like ``[PERSON]``."""

    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedIncident:
    """A call for service with nothing private left, as far as the detectors know.

    ``call_types`` holds only codes that the agency file lists, so it can hold no private text.
    """

    agency_id: AgencyId
    ref: IncidentRef
    revision: Digest
    call_types: tuple[str, ...]
    opened_at: datetime
    status: IncidentStatus
    remarks: tuple[RedactedRemark, ...]
    unit_count: int
    findings: tuple[AppliedFinding, ...]
    notices: tuple[Notice, ...]
