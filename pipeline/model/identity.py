"""The names things go by: agencies, payloads, incidents, candidates, alerts.

All are opaque strings, told apart by type. None may hold private text: what is derived from a
payload (``PayloadId``, ``IncidentRef``, ``Digest``) is a keyed digest, never a bare hash, so that
nobody without the key can guess a CFS number or a short record back out of it.
"""

from __future__ import annotations

import re
from typing import NewType, Protocol

__all__ = [
    "AGENCY_ID",
    "AGENCY_ID_LENGTH",
    "AgencyId",
    "AgencyVersion",
    "AlertId",
    "CandidateId",
    "Commitment",
    "Digest",
    "IncidentRef",
    "ModelVersion",
    "PayloadId",
    "PolicyVersion",
    "Seal",
    "is_agency_id",
]

AGENCY_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
"""What an agency's id looks like: lower-case letters, digits, single hyphens between them."""

AGENCY_ID_LENGTH = 64
"""The most characters of an agency's id."""

AgencyId = NewType("AgencyId", str)
"""Folder name of the agency: lower-case letters, digits, hyphens."""

AgencyVersion = NewType("AgencyVersion", str)
"""SHA-256 (first 16 hex digits) over the agency's folder files that decide an outcome."""

PolicyVersion = NewType("PolicyVersion", str)
"""File name of the policy without its ending, such as ``2026-11``."""

ModelVersion = NewType("ModelVersion", str)
"""Names and versions of every detector that may produce a finding."""

Digest = NewType("Digest", str)
"""Keyed digest (HMAC-SHA-256, 64 hex digits) of private content, stable for the key's life."""

PayloadId = NewType("PayloadId", str)
"""Keyed digest of (agency, payload bytes): the same body twice is the same payload."""

IncidentRef = NewType("IncidentRef", str)
"""Keyed digest of (agency, key fields); stands for the CFS number outside the vault."""

CandidateId = NewType("CandidateId", str)
"""Digest of everything an editor sees and approves; changed content is another candidate."""

AlertId = NewType("AlertId", str)
"""Random public id (rule 16): tells nothing about agency, sequence or time."""

Commitment = NewType("Commitment", str)
"""``epoch:hex`` keyed commitment to one form of a removed value, for the key's holder to prove."""


class Seal(Protocol):
    """Keyed digests, the only form in which private content may be named outside the vault."""

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        """Return the HMAC of the length-prefixed parts under the stable digest key."""
        ...

    def commit(self, text: str) -> Commitment:
        """Return the keyed commitment to one text under the current epoch's key."""
        ...


def is_agency_id(text: str) -> bool:
    """Return whether a text may be an agency's id: what agency.yml takes as one."""
    return len(text) <= AGENCY_ID_LENGTH and re.fullmatch(AGENCY_ID, text) is not None
