"""From candidate to retraction: what editors see, decide, and what the public is told.

Nothing here can hold private text: candidates are built from redacted incidents, alerts from
allow-listed facts and an editor's own words that passed the leak check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipeline.model.category import Category, Tier
from pipeline.model.identity import (
    AgencyId,
    AlertId,
    CandidateId,
    Digest,
    IncidentRef,
    PolicyVersion,
)
from pipeline.model.redaction import RedactedRemark
from pipeline.model.terms import Timing

__all__ = [
    "Alert",
    "Area",
    "Candidate",
    "Decision",
    "PublicFacts",
    "RejectReason",
    "RetractReason",
    "Retraction",
    "Verb",
    "WithdrawReason",
]

Ring = tuple[tuple[float, float], ...]
"""Closed ring of (longitude, latitude) in degrees, first point repeated last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A fixed public area. ``polygons`` holds, per part, the outer ring first, then its holes."""

    area_id: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFacts:
    """The allow-list: all that an alert may say. ``earliest``/``latest`` bound the time (UTC)."""

    category: Category
    label: str
    area: Area
    earliest: datetime
    latest: datetime
    headline: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proposed alert, waiting for an editor.

    ``candidate_id`` digests everything below it, with agency, policy and model version: changed
    content or rules make another candidate and void earlier approvals. ``trace`` says, rule by
    rule, why it is here. ``approvals_needed`` is 1 or 2. ``timing`` is not part of the digest: a
    revision that says that the scene is clear keeps the approvals given before.
    """

    candidate_id: CandidateId
    agency_id: AgencyId
    ref: IncidentRef
    revision: Digest
    policy: PolicyVersion
    tier: Tier
    facts: PublicFacts
    remarks: tuple[RedactedRemark, ...]
    trace: tuple[str, ...]
    approvals_needed: int
    timing: Timing = field(default_factory=Timing)


class Verb(StrEnum):
    """What an editor may decide; RETRACT, RELEASE and LAPSE the rules themselves."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    RETRACT = "retract"
    RELEASE = "release"
    LAPSE = "lapse"
    HOLD = "hold"
    RESUME = "resume"
    MERGE = "merge"
    CORRECT = "correct"
    UNDO = "undo"


class RejectReason(StrEnum):
    """Why an editor turned a candidate down. Stable codes."""

    NOT_NEWSWORTHY = "not-newsworthy"
    ALREADY_TOLD = "already-told"
    PRIVACY = "privacy"
    WRONG_TYPE = "wrong-type"
    WRONG_PLACE = "wrong-place"
    UNCLEAR = "unclear"


class RetractReason(StrEnum):
    """Why an editor withdrew an alert. Kept in the log, never shown to the public (rule 18)."""

    WRONG = "wrong"
    PRIVACY = "privacy"
    AGENCY_REQUEST = "agency-request"
    SUBJECT_REQUEST = "subject-request"


class WithdrawReason(StrEnum):
    """Why the rules themselves withdrew an alert. Kept in the log, never shown to the public."""

    SENSITIVE_REVISION = "sensitive-revision"
    LEAK_CHECK = "leak-check"
    SAME_CASE = "same-case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision by a named editor. ``reason`` is mandatory for reject and retract."""

    candidate_id: CandidateId
    verb: Verb
    editor: str
    at: datetime
    reason: str = ""
    headline: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What the public is told. ``version`` counts from 1; ``previous`` are earlier ``sent``s."""

    alert_id: AlertId
    agency_id: AgencyId
    agency_name: str
    version: int
    facts: PublicFacts
    sent: datetime
    first_sent: datetime
    expires: datetime
    previous: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """An alert withdrawn: a tombstone with the same id and, by rule 18, no reason and no text."""

    alert_id: AlertId
    agency_id: AgencyId
    agency_name: str
    category: Category
    sent: datetime
    previous: tuple[datetime, ...]
