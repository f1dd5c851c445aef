"""Makes a candidate of allow-listed facts from a redacted incident.

In go the incident's exact place and time, its category's rule, and what a live alert tells already;
out comes a candidate or ``Held``. Public facts are built up here, never stripped down: label,
published area, floored time, templated words. No character of a remark reaches the public words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pipeline.agencies import Agency, Appeal
from pipeline.model import (
    AgencyVersion,
    Candidate,
    CandidateId,
    CategoryRule,
    ExactPlace,
    Held,
    HoldReason,
    Incident,
    Memory,
    ModelVersion,
    Notice,
    PlaceLevel,
    Policy,
    PublicFacts,
    RedactedIncident,
    Timing,
    Told,
)
from pipeline.place import AreaMap, Geocoder, Level, area_size, place, time_window
from pipeline.place.telling import LEVELS
from pipeline.place.zones import NO_ZONES, Zones, shielded
from pipeline.policies import timing
from pipeline.policies.verbs import spoken
from pipeline.publish import appeal_wording, wording
from pipeline.redact import leaks

__all__ = ["Rules", "candidate_id", "propose"]

_CLOSED_BAND = timedelta(minutes=30)
"""How exactly the end of a call counts: publication must not tell its minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What decides an outcome besides the record itself, all versioned."""

    agency: Agency
    policy: Policy
    model: ModelVersion
    areas: AreaMap
    zones: Zones = NO_ZONES
    larger: Mapping[int, AreaMap] = field(default_factory=dict)
    """Areas by how many addresses terms ask for, where that is more than rule 3 does."""
    geocoder: Geocoder | None = None
    appeal: Appeal | None = None
    """Set where the agency asks the public for help: other words, more eyes, a small area."""
    shadow: bool = False
    """The agency is on trial: what would be a candidate is held, and only engineers see it."""

    @property
    def versions(self) -> dict[str, str]:
        """Versions by which an outcome can be found again: agency, policy and model."""
        stage = {"stage": "shadow"} if self.shadow else {}
        return {
            "agency": self.agency.version,
            "policy": self.policy.version,
            "model": self.model,
            **stage,
        }

    @property
    def digest(self) -> str:
        """The versions in 16 hex digits (SHA-256): equal digests give equal outcomes."""
        line = json.dumps(self.versions, sort_keys=True)
        return hashlib.sha256(line.encode()).hexdigest()[:16]


def propose(
    incident: Incident,
    redacted: RedactedIncident,
    rule: CategoryRule,
    rules: Rules,
    before: Memory | None,
    exact: ExactPlace,
) -> tuple[Candidate | Held, tuple[Notice, ...]]:
    """Build the candidate from allow-listed facts: label, published area, floored time.

    ``exact`` is the incident's place as far as it can be relied on.
    """
    told, notices = _where_and_when(incident, rule, rules, before, exact)
    if isinstance(told, Held):
        return told, notices
    if rules.appeal is not None:
        told = _asked(told, incident, rule, rules, before, rules.appeal)
        if isinstance(told, Held):
            return told, notices
        rule = replace(rule, approvals=max(rule.approvals, rules.appeal.approvals))
    area, earliest, latest = told.area, told.earliest, told.latest
    words = wording if rules.appeal is None else appeal_wording
    headline, text = words(rule, area, earliest, latest, rules.agency.timezone)
    found = leaks(f"{headline}\n{text}", (), public=(area.name,))
    if found:
        return Held(reason=HoldReason.LEAK_CHECK, detail=",".join(found)), notices
    facts = PublicFacts(
        category=rule.category,
        label=rule.label,
        area=area,
        earliest=earliest,
        latest=latest,
        headline=headline,
        text=text,
    )
    candidate = Candidate(
        candidate_id=CandidateId(""),
        agency_id=redacted.agency_id,
        ref=redacted.ref,
        revision=redacted.revision,
        policy=rules.policy.version,
        tier=rule.tier,
        facts=facts,
        remarks=redacted.remarks,
        trace=_trace(redacted, rule, area.area_id, rules),
        approvals_needed=rule.approvals,
        timing=_timing(incident, rule, earliest, latest, rules),
    )
    return replace(candidate, candidate_id=candidate_id(candidate, rules.agency.version)), notices


def _where_and_when(
    incident: Incident,
    rule: CategoryRule,
    rules: Rules,
    before: Memory | None,
    exact: ExactPlace,
) -> tuple[Told | Held, tuple[Notice, ...]]:
    """Return the public area and time; those of a live alert stay (rule 17)."""
    if before is not None and before.told is not None:
        return before.told, ()
    exact, level, areas = _as_told(exact, rule, rules)
    placed = place(exact, areas, rules.agency.location.town, level)
    if isinstance(placed, Held):
        return placed, ()
    area, notice = placed
    window = time_window(incident.opened_at, rule.time_floor, rules.agency.timezone)
    told = Told(area=area, earliest=window[0], latest=window[1])
    return told, () if notice is None else (notice,)


def _asked(
    told: Told,
    incident: Incident,
    rule: CategoryRule,
    rules: Rules,
    before: Memory | None,
    appeal: Appeal,
) -> Told | Held:
    """Return area and window of a request for assistance; held where the area is not of its size.

    The window ends with the band in which what is asked about ended.
    """
    if not appeal.least <= area_size(told.area) <= appeal.most:
        return Held(reason=HoldReason.NO_AREA, detail="not-to-be-asked-in")
    if incident.closed_at is None or (before is not None and before.told is not None):
        return told
    _, latest = time_window(incident.closed_at, rule.time_floor, rules.agency.timezone)
    return replace(told, latest=max(told.latest, latest))


def _as_told(
    exact: ExactPlace, rule: CategoryRule, rules: Rules
) -> tuple[ExactPlace, Level, AreaMap]:
    """Return the place, level and areas that the public's terms ask for; an area is the finest.

    Coarser than all levels is the town, which its name tells anyway. No feed says that an address
    was verified, so terms that ask for it are told by town.
    """
    exact, terms = shielded(exact, rules.zones), rule.public
    if terms is None:
        return exact, Level.AREA, rules.areas
    if terms.only_verified or terms.place >= PlaceLevel.TOWN:
        exact = replace(exact, restricted=True)
    areas = rules.larger.get(terms.min_addresses, rules.areas)
    return exact, LEVELS.get(terms.place, Level.AREA), areas


def _timing(
    incident: Incident, rule: CategoryRule, earliest: datetime, latest: datetime, rules: Rules
) -> Timing:
    """Say when it may go out; without terms for the public it never may."""
    if rule.public is None:
        return Timing()
    closed = incident.closed_at
    if rules.appeal is not None and incident.revised_at is not None:
        # What it asks about is over; how fresh it is counts from when the agency asked.
        asked, _ = time_window(incident.revised_at, _CLOSED_BAND, rules.agency.timezone)
        return timing(rule.public, earliest=asked, latest=asked, closed=asked)
    if closed is not None:
        _, closed = time_window(closed, _CLOSED_BAND, rules.agency.timezone)
    return timing(rule.public, earliest=earliest, latest=latest, closed=closed)


def _trace(
    redacted: RedactedIncident, rule: CategoryRule, area_id: str, rules: Rules
) -> tuple[str, ...]:
    asked = () if rules.appeal is None else ("the agency asks the public for help: rule 20",)
    return (
        *asked,
        f"call type {' + '.join(redacted.call_types)}",
        f"category {rule.category.value}, tier {rule.tier.value}: {rule.basis}",
        f"area {area_id}",
        f"{len(redacted.findings)} finding(s) removed from {len(redacted.remarks)} remark(s)",
        f"{rule.approvals} approval(s) needed",
        *_terms(rule),
    )


def _terms(rule: CategoryRule) -> tuple[str, ...]:
    if rule.public is None:
        return ()
    verbs = " ".join(spoken(rule.public))
    return (f"terms {verbs}", f"{rule.public.reason}; legal basis: {rule.public.legal_basis}")


def candidate_id(candidate: Candidate, agency_version: AgencyVersion) -> CandidateId:
    """Digest what an editor approves (SHA-256, 32 hex digits).

    The revision itself is left out: a revision that changes nothing an editor sees, such as a unit
    arriving, keeps its candidate and the approvals on it. Everything in it is already redacted.
    """
    facts = candidate.facts
    content = [
        candidate.agency_id,
        candidate.ref,
        candidate.policy,
        agency_version,
        candidate.tier.value,
        facts.category.value,
        facts.area.area_id,
        facts.earliest.isoformat(),
        facts.latest.isoformat(),
        facts.headline,
        facts.text,
        [[remark.text, remark.at.isoformat() if remark.at else ""] for remark in candidate.remarks],
        candidate.approvals_needed,
    ]
    line = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return CandidateId(hashlib.sha256(line.encode()).hexdigest()[:32])
