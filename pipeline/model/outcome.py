"""What became of one received record: exactly one state, with its reason.

The ledger's promise is kept here: every record of every payload ends as one ``Outcome``, and the
kinds of state are these and no others. Nothing in an outcome is private except ``memory``, which
goes to the vault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipeline.model.editorial import Area, Candidate
from pipeline.model.identity import Digest, IncidentRef
from pipeline.model.notice import Notice, NoticeCode
from pipeline.model.redaction import AppliedFinding
from pipeline.model.sensitive import Sensitive

__all__ = [
    "Duplicate",
    "Held",
    "HoldReason",
    "LedgerState",
    "Memory",
    "Outcome",
    "Quarantined",
    "RecordState",
    "Stale",
    "Told",
    "Withheld",
    "WithholdReason",
]


class LedgerState(StrEnum):
    """The right-hand side of ``received = ...``; every received record stands in exactly one."""

    PUBLISHED = "published"
    PENDING = "pending"
    HELD = "held"
    WITHHELD = "withheld"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class HoldReason(StrEnum):
    """Why a record waits for a person. Stable codes."""

    UNKNOWN_CALL_TYPE = "unknown-call-type"
    DETECTOR = "detector"
    LEAK_CHECK = "leak-check"
    SUSPICIOUS_TEXT = "suspicious-text"
    TACTICAL = "tactical"
    NO_AREA = "no-area"
    SHADOW = "shadow"


class WithholdReason(StrEnum):
    """Why a record is never public, by policy. Stable codes."""

    SENSITIVE_CATEGORY = "sensitive-category"
    SENSITIVE_TEXT = "sensitive-text"
    SENSITIVE_BEFORE = "sensitive-before"
    ADMINISTRATIVE = "administrative"
    CATEGORY_NOT_RELEASED = "category-not-released"
    AGREEMENT_SCOPE = "agreement-scope"
    RESTRICTED_BY_AGENCY = "restricted-by-agency"
    CANCELLED = "cancelled"
    TOO_OLD = "too-old"
    MERGED = "merged"
    LOAD_SHED = "load-shed"
    SAME_CASE = "same-case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Awaits a person. ``detail`` is a code or a redacted snippet, never record text."""

    reason: HoldReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Not public, by policy. ``detail`` names the category, signal or rule."""

    reason: WithholdReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Failed validation. ``field`` is a canonical field or a place in the payload."""

    code: NoticeCode
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """The same revision of the same incident as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An older revision than the one already known; counted as superseded."""


RecordState = Candidate | Held | Withheld | Quarantined | Duplicate | Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where and when, as a live alert tells it: later versions say nothing more precise."""

    area: Area
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What later revisions of an incident must know of earlier ones.

    ``rules`` digests the agency file, policy and model they were walked by: the same revision under
    other rules is walked again. ``values`` are private texts found or known before, looked for in
    every later remark.
    ``sensitive`` is set once a revision carried a sensitive signal, and never cleared. ``told`` is
    there while the incident has a live alert. ``closed_at`` and ``reopened_at`` are as of the
    newest revision (``feeds.closing``).
    """

    revision: Digest
    revised_at: datetime | None
    rules: str
    values: tuple[Sensitive, ...]
    sensitive: str = ""
    told: Told | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One record's outcome. ``ref`` and ``revision`` are absent only for quarantined records."""

    position: int
    rows: int
    state: RecordState
    ref: IncidentRef | None = None
    revision: Digest | None = None
    findings: tuple[AppliedFinding, ...] = ()
    notices: tuple[Notice, ...] = ()
    memory: Memory | None = field(default=None, repr=False)
