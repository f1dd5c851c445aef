"""Audit entries: what is written down of every outcome, decision, publication and reveal.

In go facts, out comes one canonical JSON line (RFC 8785) and its leaf hash (RFC 6962: SHA-256 over
a zero byte and the line). An entry must never hold text from a feed, a bare hash of such text, or
an exact place: removed values appear only as keyed commitments. The store appends entries inside
the transaction they describe; the tree over them is built elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
import rfc8785

from pipeline.model import AppliedFinding, Candidate, Outcome

__all__ = [
    "ENTRY_VERSION",
    "FINDINGS_PER_ENTRY",
    "Entry",
    "EntryKind",
    "canonical",
    "encode",
    "finding_body",
    "further_findings",
    "leaf_hash",
    "outcome_body",
    "stamp",
    "subjects",
]

ENTRY_VERSION = 1

FINDINGS_PER_ENTRY = 40
"""So many findings, each with all its commitments, fit an entry of 65,535 bytes."""

_EXACT = 2**53 - 1
_SMALL = 1e-4

_SUBJECTS = {
    "incident": "incident",
    "payload": "payload",
    "candidate": "candidate",
    "becomes": "candidate",
    "alert": "alert",
    "key": "key",
    "rule": "rule",
    "sample": "sample",
    "reveal": "reveal",
    "hold": "hold",
    "request": "request",
}


class EntryKind(StrEnum):
    """What an entry is about. Kinds are never renamed."""

    PAYLOAD_LANDED = "payload-landed"
    PAYLOAD_WALKED = "payload-walked"
    PAYLOAD_QUARANTINED = "payload-quarantined"
    OUTCOME = "outcome"
    EDIT = "edit"
    DECISION = "decision"
    PUBLICATION = "publication"
    RETRACTION = "retraction"
    REVEAL = "reveal"
    REVEAL_REVIEW = "reveal-review"
    SHRED = "shred"
    CERTIFICATE = "certificate"
    HOLD = "hold"
    REQUEST = "request"
    EXPIRY = "expiry"
    FEED_STOPPED = "feed-stopped"
    FINDINGS = "findings"
    POLICY_CHANGE = "policy-change"
    MAPPING_CHANGE = "mapping-change"
    MODEL_CHANGE = "model-change"
    AGREEMENT_CHANGE = "agreement-change"
    AGREEMENT_SCOPE = "agreement-scope"
    LOG_ON = "log-on"
    ACCESS = "access"
    ACCOUNT_CHANGE = "account-change"
    PERMISSION_CHANGE = "permission-change"
    PRIVILEGED_ACTION = "privileged-action"
    LOG_ATTEMPT = "log-attempt"
    LOG_KEY = "log-key"
    QUESTION = "question"
    SAMPLE = "sample"
    REVIEW = "review"
    ADJUDICATION = "adjudication"
    LEAK_BUDGET = "leak-budget"
    SWITCH = "switch"
    SIGN_OFF = "sign-off"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact for the log. ``body`` holds strings, integers, floats, lists and objects only."""

    kind: EntryKind
    at: datetime
    agency_id: str
    body: Mapping[str, Any]


def stamp(at: datetime) -> str:
    """Return a UTC time as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``.

    Raises:
        ValueError: ``at`` has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("times in the log carry a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def encode(entry: Entry) -> bytes:
    """Return the entry's canonical JSON, without a line end.

    Raises:
        ValueError: ``at`` has no zone, or the body holds what RFC 8785 cannot write.
    """
    return canonical(
        {
            "v": ENTRY_VERSION,
            "kind": entry.kind.value,
            "at": stamp(entry.at),
            "agency": entry.agency_id,
            "body": dict(entry.body),
        }
    )


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON (RFC 8785) of an object.

    Written by orjson where the two agree, which is nearly always and six times as fast: keys of
    ASCII, exact integers, and numbers that neither of them writes with an exponent.

    Raises:
        ValueError: the object holds what RFC 8785 cannot write.
    """
    try:
        return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS)
    except (_Odd, TypeError):  # orjson's own error is a TypeError
        return rfc8785.dumps(dict(value))


class _Odd(Exception):
    """A value that the two libraries may write differently."""


def _plain(value: Any) -> Any:
    """Return the value with whole floats as integers, as RFC 8785 writes them."""
    match value:
        case bool() | None:
            return value
        case str():
            return value
        case int() if abs(value) <= _EXACT:
            return int(value)
        case float() if value.is_integer() and abs(value) <= _EXACT:
            return int(value)
        case float() if _SMALL <= abs(value) <= _EXACT:
            return value
        case dict() if "".join(value).isascii():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    raise _Odd


def leaf_hash(line: bytes) -> bytes:
    """Return the RFC 6962 leaf hash (32 bytes) of one encoded entry."""
    return hashlib.sha256(b"\x00" + line).digest()


def subjects(entry: Entry) -> tuple[str, ...]:
    """Return what an entry speaks of, such as ``alert:ID``, sorted: by these it is found again."""
    body = entry.body
    named = {f"{kind}:{body[name]}" for name, kind in _SUBJECTS.items() if body.get(name)}
    told = {f"alert:{each['alert']}" for each in body.get("told", ())}
    return tuple(sorted(named | told))


def finding_body(applied: AppliedFinding) -> dict[str, Any]:
    """Return what the log says of one finding: where, what, by which recognizer; not the text."""
    finding = applied.finding
    return {
        "remark": applied.remark,
        "start": finding.start,
        "end": finding.end,
        "entity": finding.entity.value,
        "operator": applied.operator.value,
        "recognizer": finding.recognizer,
        "recognizer_version": finding.recognizer_version,
        "score": finding.score,
        "reason": finding.reason,
        "commitments": list(applied.commitments),
    }


def outcome_body(
    outcome: Outcome, *, payload_id: str, versions: Mapping[str, str], state: str, reason: str
) -> dict[str, Any]:
    """Return the log's account of one record's outcome.

    ``versions`` names the agency file, policy and model; with the payload they decide the outcome.
    ``more`` counts the findings that follow in entries of their own (:func:`further_findings`).
    """
    return {
        "payload": payload_id,
        "position": outcome.position,
        "incident": outcome.ref or "",
        "revision": outcome.revision or "",
        "candidate": outcome.state.candidate_id if isinstance(outcome.state, Candidate) else "",
        "state": state,
        "reason": reason,
        "versions": dict(versions),
        "findings": [finding_body(f) for f in outcome.findings[:FINDINGS_PER_ENTRY]],
        "more": max(0, len(outcome.findings) - FINDINGS_PER_ENTRY),
    }


def further_findings(outcome: Outcome, *, payload_id: str) -> Iterator[dict[str, Any]]:
    """Yield the bodies of entries that carry the findings an outcome's entry has no room for."""
    for start in range(FINDINGS_PER_ENTRY, len(outcome.findings), FINDINGS_PER_ENTRY):
        part = outcome.findings[start : start + FINDINGS_PER_ENTRY]
        yield {
            "payload": payload_id,
            "position": outcome.position,
            "incident": outcome.ref or "",
            "from": start,
            "findings": [finding_body(f) for f in part],
        }
