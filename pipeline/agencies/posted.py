"""Reads what an agency's own people wrote into the desk's form: one more carrier.

In: an :class:`Agency`. Out: the same agency, its call types, agreement, areas and version, reading
one small JSON body in the form's shape. It must never let in remarks that the agreement keeps
out; area and times alone are added, since the form has its own: a published area, chosen in a list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from pipeline.agencies.agency import (
    Agency,
    CanonicalField,
    FeedFormat,
    FieldSpec,
    FormatKind,
    Presence,
    RemarkSpec,
)

__all__ = ["APPEAL", "BEFORE_CASE", "POSTED", "Appeal", "appeal_of", "read_as"]

POSTED: Final = "posted"
"""The run of calls an agency posted by itself."""

APPEAL: Final = "posted-request"
"""The run of its requests for assistance."""

BEFORE_CASE: Final = "post "
"""What stands before the case in a post's number: no post is ever a revision of the feed's call."""

_MOST_BYTES: Final = 32_000
_SQUARE_MILE: Final = 2_589_988.11  # square metres in an international square mile


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """What a public request for assistance has to keep to (rule 20); areas are in square metres."""

    approvals: int = 2
    shortest: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=12)
    least: float = 0.025 * _SQUARE_MILE
    most: float = 0.5 * _SQUARE_MILE


def appeal_of(run_id: str) -> Appeal | None:
    """Return what a payload of a run has to keep to; None where it is no request."""
    return Appeal() if run_id == APPEAL else None


def read_as(agency: Agency, run_id: str) -> Agency:
    """Return the agency as a payload of a run is read: by its file, or in the form's shape."""
    if run_id not in (POSTED, APPEAL):
        return agency
    agreed = agency.agreement.fields | _OF_THE_FORM
    return replace(
        agency,
        format=FeedFormat(
            kind=FormatKind.JSON, records="posts", namespaces={}, max_bytes=_MOST_BYTES
        ),
        # Where the feed uses a number again, a post of it is another one on another day, too.
        key=tuple(each for each in _KEY if each in (CanonicalField.CFS_NUMBER, *agency.key)),
        fields={each.field: each for each in _FIELDS},
        remarks=(RemarkSpec(text="text"),),
        people=(),
        private_values=("case",),
        ignored_fields=(),
        agreement=replace(agency.agreement, fields=agreed),
    )


_KEY: Final = (CanonicalField.CFS_NUMBER, CanonicalField.OPENED_AT)

_OF_THE_FORM: Final = frozenset({"district", "revised_at", "closed_at"})


def _field(field: CanonicalField, path: str, presence: Presence) -> FieldSpec:
    return FieldSpec(field=field, paths=(path,), presence=presence)


_FIELDS: Final = (
    _field(CanonicalField.CFS_NUMBER, "id", Presence.REQUIRED),
    _field(CanonicalField.CALL_TYPE, "call_type", Presence.REQUIRED),
    _field(CanonicalField.OPENED_AT, "opened_at", Presence.REQUIRED),
    _field(CanonicalField.REVISED_AT, "posted_at", Presence.REQUIRED),
    _field(CanonicalField.CLOSED_AT, "closed_at", Presence.OPTIONAL),
    _field(CanonicalField.DISTRICT, "area", Presence.REQUIRED),
)
