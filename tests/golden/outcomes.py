"""What the walk makes of a sample agency's payloads, as plain values for a golden file.

Walked in file order with a fixed key and a fixed time, so that the same files give the same bytes.
Refs and digests are replaced by their order of appearance, areas by their ids.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.adapters.detection import dispatch_detector
from pipeline.adapters.store.verdicts import verdict
from pipeline.agencies import load_agency, schemas_folder
from pipeline.audit import Entry, EntryKind, encode, outcome_body
from pipeline.feeds import read_payload
from pipeline.model import (
    Candidate,
    Commitment,
    Digest,
    Incident,
    IncidentRef,
    Memory,
    ModelVersion,
    Notice,
    Outcome,
    PayloadRefused,
)
from pipeline.policies import load_policy
from pipeline.usecases.catalog import rules_for
from pipeline.walk import Step, canonical, walk

RECEIVED = datetime(2026, 3, 6, tzinfo=UTC)


class FixedSeal:
    """A seal whose key is known to everybody: for golden files only."""

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        text = b"\0".join((purpose.encode(), *(b"%d:%s" % (len(p), p) for p in parts)))
        return Digest(hmac.new(b"golden", text, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"golden:{self.digest('commit', text.encode())}")


def agency_goldens(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (payload file name, golden content) of one agency, in walking order."""
    agency = load_agency(folder, dialects=schemas_folder())
    policy = load_policy()
    rules = rules_for(agency, policy, ModelVersion("golden"))
    detector, seal = dispatch_detector(policy), FixedSeal()
    memories: dict[IncidentRef, Memory] = {}
    names: dict[str, str] = {}
    for path in sorted((folder / "payloads").iterdir()):
        try:
            reading = read_payload(path.read_bytes(), agency)
        except PayloadRefused as refusal:
            yield path.name, {"quarantined": refusal.code.value, "position": refusal.position}
            continue
        steps = [canonical(r, agency, seal=seal, received_at=RECEIVED) for r in reading.records]
        outcomes = walk(steps, rules=rules, memories=memories, detector=detector, seal=seal)
        memories |= {o.ref: o.memory for o in outcomes if o.ref and o.memory}
        yield (
            path.name,
            {
                "rows": reading.rows,
                "notices": _notices(reading.notices),
                "states": dict(sorted(Counter(verdict(o).state.value for o in outcomes).items())),
                "records": [_record(s, o, names) for s, o in zip(steps, outcomes, strict=True)],
            },
        )


def _notices(notices: tuple[Notice, ...]) -> list[str]:
    return sorted(f"{n.code.value} {n.field} x{n.count}" for n in notices)


def _record(step: Step, outcome: Outcome, names: dict[str, str]) -> dict[str, Any]:
    words = verdict(outcome)
    record: dict[str, Any] = {
        "position": outcome.position,
        "state": " ".join(filter(None, (words.state.value, words.reason, words.detail))),
    }
    if outcome.rows != 1:
        record["rows"] = outcome.rows
    if outcome.ref is not None:
        record["incident"] = names.setdefault(outcome.ref, f"incident-{len(names) + 1}")
    if isinstance(step.content, Incident) and words.state.value != "duplicate":
        record["read"] = _incident(step.content)
        record["entry"] = hashlib.sha256(_entry(outcome)).hexdigest()[:16]
    if outcome.notices:
        record["notices"] = _notices(outcome.notices)
    if isinstance(outcome.state, Candidate):
        record |= _candidate(outcome.state, outcome)
    return record


def _incident(incident: Incident) -> dict[str, Any]:
    """Return the incident with every private value replaced by whether it is there."""
    place = incident.place
    there = {
        "address": place.address,
        "place_name": place.place_name,
        "district": place.district,
        "point": place.point,
        "priority": incident.priority,
    }
    return {
        "opened_at": incident.opened_at.isoformat(),
        "revised_at": incident.revised_at.isoformat() if incident.revised_at else None,
        "status": incident.status.value,
        "units": incident.unit_count,
        "restricted": incident.restricted,
        "has": sorted(name for name, value in there.items() if value),
        "people": sorted(
            f"{p.role.value}: "
            + " ".join(n for n in ("name", "phone", "address", "birth_date") if getattr(p, n))
            for p in incident.people
        ),
        "remarks": [
            ("restricted " if r.restricted else "") + (r.at.isoformat() if r.at else "")
            for r in incident.remarks
        ],
        "private_values": len(incident.private_values),
    }


def _entry(outcome: Outcome) -> bytes:
    """Return the entry as the log would keep it, but for versions: an edit alone is no outcome."""
    words = verdict(outcome)
    findings = tuple(
        replace(each, finding=replace(each.finding, recognizer_version="golden"))
        for each in outcome.findings
    )
    body = outcome_body(
        replace(outcome, findings=findings),
        payload_id="golden",
        versions={},
        state=words.state.value,
        reason=words.reason,
    )
    return encode(Entry(kind=EntryKind.OUTCOME, at=RECEIVED, agency_id="golden", body=body))


def _candidate(candidate: Candidate, outcome: Outcome) -> dict[str, Any]:
    return {
        "tier": candidate.tier.value,
        "category": candidate.facts.category.value,
        "area": candidate.facts.area.area_id,
        "headline": candidate.facts.headline,
        "text": candidate.facts.text,
        "approvals_needed": candidate.approvals_needed,
        "trace": list(candidate.trace),
        "redacted": [remark.text for remark in candidate.remarks],
        "findings": [
            f"{a.remark}:{a.finding.start}-{a.finding.end} {a.finding.entity.value} "
            f"{a.finding.recognizer} {a.finding.score:.2f} {a.finding.reason}"
            for a in sorted(outcome.findings)
        ],
    }
