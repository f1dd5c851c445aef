"""Reveals of private originals: who, in what role, why, until when, who reviewed it.

In: entries of the log. Out: reveals with their reviews, and those nobody reviewed in time. Entries
are the only place where any of it is kept. It must never hold what was shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pipeline.audit.entry import EntryKind

__all__ = [
    "LONGEST",
    "REVIEW_WITHIN",
    "Reveal",
    "RevealCode",
    "RevealReview",
    "RevealRole",
    "Verdict",
    "counted_by",
    "reveals_of",
]

LONGEST = timedelta(minutes=60)
"""An original may be open for so long at most; then it has to be revealed, and counted, again."""

REVIEW_WITHIN = timedelta(days=7)
"""A second person looks at a reveal within this; later it is overdue, and reports say so."""


class RevealRole(StrEnum):
    """In what role somebody may open an original. The agency and plain editors may not."""

    COMPLIANCE = "compliance"
    ENGINEER = "engineer"
    SENIOR_EDITOR = "senior-editor"


class RevealCode(StrEnum):
    """Why an original is opened, as reports count it. Codes are never renamed."""

    FEED_FAULT = "feed-fault"
    COMPLAINT = "complaint"
    SUBJECT_REQUEST = "subject-request"
    COURT_ORDER = "court-order"
    AUDIT = "audit"
    INCIDENT = "security-incident"
    EDITORIAL = "editorial"


class Verdict(StrEnum):
    """What the second person finds."""

    IN_ORDER = "in-order"
    NOT_IN_ORDER = "not-in-order"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealReview:
    """A second person's word on a reveal."""

    by: str
    at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """One reveal; ``index`` is its entry, by which it is named. ``sample`` names an audit sample.

    What was shown for a sample is looked at by the sample's second reviewer and needs no other.
    Entries of before there were roles have none.
    """

    index: int
    at: datetime
    agency_id: str
    payload_id: str
    by: str
    reason: str
    role: str = ""
    code: str = ""
    until: datetime | None = None
    sample: str = ""
    review: RevealReview | None = None

    @property
    def needs_review(self) -> bool:
        """Whether a second person still has to look at it."""
        return self.review is None and not self.sample

    def overdue(self, now: datetime) -> bool:
        """Return whether nobody reviewed it in time."""
        return self.needs_review and now > self.at + REVIEW_WITHIN


def reveals_of(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[Reveal, ...]:
    """Return reveals, oldest first, from (index, entry) of REVEAL and REVEAL_REVIEW entries."""
    found: dict[int, Reveal] = {}
    for index, entry in entries:
        body, at = entry["body"], datetime.fromisoformat(entry["at"])
        if entry["kind"] == EntryKind.REVEAL:
            found[index] = Reveal(
                index=index,
                at=at,
                agency_id=entry["agency"],
                payload_id=body["payload"],
                by=body["by"],
                reason=body["reason"],
                role=body.get("role", ""),
                code=body.get("code", ""),
                until=datetime.fromisoformat(body["until"]) if body.get("until") else None,
                sample=body.get("sample", ""),
            )
        elif entry["kind"] == EntryKind.REVEAL_REVIEW and body["reveal"] in found:
            review = RevealReview(by=body["by"], at=at, verdict=Verdict(body["verdict"]))
            found[body["reveal"]] = replace(found[body["reveal"]], review=review)
    return tuple(found.values())


def counted_by(reveals: Sequence[Reveal], name: str) -> dict[str, int]:
    """Return how many reveals there are by one of their texts, such as ``by`` or ``code``."""
    counts: dict[str, int] = {}
    for each in reveals:
        key = str(getattr(each, name)) or "not said"
        counts[key] = counts.get(key, 0) + 1
    return counts
