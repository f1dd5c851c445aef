"""The whole way of a record, on one page: source record in, outcome out.

::

    SourceRecord ─canonical→ Incident ─sensitivity, category & agreement gate→ Incident
        ─redact & leak check→ RedactedIncident ─place, time→ Candidate

Any arrow may end the walk in a typed state: quarantined, held, withheld, duplicate or stale. The
result is a function of the arguments alone, so a retry gives the same outcome and a replay proves
it. This module must never read a clock, touch storage, or let a record pass on a failure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.agencies import Agency, CanonicalField, case_refs
from pipeline.classify import (
    call_category,
    categories_of,
    gate,
    sensitive_signals,
    unknown_codes,
    weighed_signals,
)
from pipeline.feeds import Close, RefusedRecord, close_of, to_incident
from pipeline.model import (
    Category,
    CategoryRule,
    Digest,
    Duplicate,
    ExactPlace,
    Held,
    HoldReason,
    Incident,
    IncidentRef,
    IncidentStatus,
    InZone,
    Memory,
    Outcome,
    Policy,
    Quarantined,
    RecordRefused,
    RedactedIncident,
    Seal,
    SourceRecord,
    Stale,
    Tier,
    Withheld,
    WithholdReason,
)
from pipeline.place import Spot, settled_place, spot_of
from pipeline.propose import Rules, propose
from pipeline.redact import Detector, Findings, examine, redact, remembered, shown_code

__all__ = ["Step", "canonical", "is_sensitive_by_type", "text_signals", "walk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record after the first arrow: an incident, or quarantined.

    ``spot`` counts its place; ``cases`` are the names of its case (:func:`case_refs`).
    """

    position: int
    rows: int
    content: Incident | Quarantined
    spot: Spot | None = None
    cases: tuple[Digest, ...] = ()


def canonical(
    record: SourceRecord | RefusedRecord, agency: Agency, *, seal: Seal, received_at: datetime
) -> Step:
    """Give a source record its meaning. Raises nothing for bad records: they are quarantined."""
    content: Incident | Quarantined
    spot = None
    cases: tuple[Digest, ...] = ()
    if isinstance(record, RefusedRecord):
        content = Quarantined(code=record.code, field=record.field)
    else:
        try:
            content = to_incident(record, agency, seal=seal, received_at=received_at)
            spot = spot_of(content.place, content.agency_id, seal)
            numbers = dict(record.canonical).get(CanonicalField.CFS_NUMBER.value, ())
            cases = case_refs(agency, numbers, content.opened_at, seal=seal)
        except RecordRefused as refusal:
            content = Quarantined(code=refusal.code, field=refusal.field)
    return Step(position=record.position, rows=record.rows, content=content, spot=spot, cases=cases)


_DOCUMENT = "<?xml "  # how a document of XML begins, in a text that was cleaned
_SENTENCE = 4  # spaces in the shortest private value that may tell a story


def walk(
    steps: Sequence[Step],
    *,
    rules: Rules,
    memories: Mapping[IncidentRef, Memory],
    detector: Detector,
    seal: Seal,
    default_points: Collection[str] = (),
) -> tuple[Outcome, ...]:
    """Walk incidents in order; return one outcome for each step, in the same order.

    ``memories`` says what earlier revisions left behind; later steps of this batch see what
    earlier ones in it leave. ``default_points`` are points that belong to no street (``spot_of``).
    """
    incidents = [step.content for step in steps if isinstance(step.content, Incident)]
    found = examine(incidents, detector)
    known = dict(memories)
    outcomes: list[Outcome] = []
    for step in steps:
        item = step.content
        if isinstance(item, Quarantined):
            outcomes.append(Outcome(position=step.position, rows=step.rows, state=item))
            continue
        default_point = step.spot is not None and step.spot.point in default_points
        before = known.get(item.ref)
        outcome = _outcome(item, step.rows, next(found), before, rules, seal, default_point)
        if outcome.memory is not None:
            known[item.ref] = outcome.memory
        outcomes.append(outcome)
    return tuple(outcomes)


def _outcome(
    incident: Incident,
    rows: int,
    found: Findings | Held,
    before: Memory | None,
    rules: Rules,
    seal: Seal,
    default_point: bool,
) -> Outcome:
    """Decide one incident's state and what its later revisions must remember."""
    base = Outcome(
        position=incident.position,
        rows=rows,
        state=Duplicate(),
        ref=incident.ref,
        revision=incident.revision,
        notices=incident.notices,
    )
    if before is not None and (before.revision, before.rules) == (incident.revision, rules.digest):
        return base
    close = close_of(incident, before)
    incident = replace(incident, closed_at=close.at)
    exact, oddities = settled_place(
        incident.place,
        rules.areas,
        repairs=rules.agency.location.repair,
        default_point=default_point,
        geocoder=rules.geocoder,
        zones=rules.zones,
    )
    base = replace(base, notices=(*incident.notices, *oddities))
    sensitive = _sensitive(incident, rules, before)
    memory = _memory(incident, found, before, sensitive, rules, close)
    if memory.revision != incident.revision and sensitive == (before.sensitive if before else ""):
        return replace(base, state=Stale(), memory=memory)
    state = _gated(incident, rules, before, sensitive, exact)
    if not isinstance(state, CategoryRule):
        return replace(base, state=state, memory=memory)
    redacted = _redacted(incident, found, before, rules, seal)
    if isinstance(redacted, Held):
        return replace(base, state=redacted, memory=memory)
    proposed, notices = propose(incident, redacted, state, rules, before, exact)
    if rules.shadow and not isinstance(proposed, Held):
        held = Held(reason=HoldReason.SHADOW, detail=proposed.facts.category.value)
        return replace(base, state=held, memory=memory, notices=(*base.notices, *notices))
    return replace(
        base,
        state=proposed,
        memory=memory,
        findings=redacted.findings,
        notices=(*base.notices, *notices),
    )


def _sensitive(incident: Incident, rules: Rules, before: Memory | None) -> str:
    """Name what makes the incident sensitive in any revision so far; empty when nothing does.

    A signal found once stays (rule 2): it can be added to, never taken back.
    """
    if before is not None and before.sensitive:
        return before.sensitive
    categories = categories_of(incident, rules.agency)
    if not isinstance(categories, Held):
        for category in categories:
            if rules.policy.categories[category].tier is Tier.S3:
                return f"category:{category.value}"
    codes = sensitive_signals((code.expose() for code in incident.call_types), told=False)
    return ",".join(sorted({*codes, *text_signals(incident)}))


def is_sensitive_by_type(incident: Incident, agency: Agency, policy: Policy) -> bool:
    """Return whether any type of the call is never told or raises a signal, mapped or not."""
    codes = [code.expose() for code in incident.call_types]
    categories = {call_category(code, agency) for code in codes} - {None}
    never = any(policy.categories[each].tier is Tier.S3 for each in categories if each)
    return never or bool(sensitive_signals(codes, told=False))


def text_signals(incident: Incident) -> frozenset[str]:
    """Return the names of signals raised in any text of the call but its types."""
    phrases = sensitive_signals(_every_text(incident))
    return frozenset((*phrases, *weighed_signals(_narratives(incident))))


def _every_text(incident: Incident) -> Iterator[str]:
    """Yield every text of the call but its types: a sensitive word counts wherever it was written.

    Fields that are unread, or that the agreement keeps from us, stand among ``private_values``.
    """
    place = incident.place
    yield from (remark.text.expose() for remark in incident.remarks)
    yield from (value.expose() for value in incident.private_values)
    yield from (text.expose() for text in (place.address, place.place_name, place.district) if text)


def _narratives(incident: Incident) -> Iterator[str]:
    """Yield what tells a story: all remarks as one, and each unread field as long as a sentence.

    Words around a table, a footer or a greeting, tell none, nor does a document of XML inside a
    text that nobody could open; what is read out of them is chance.
    """
    yield "\n".join(remark.text.expose() for remark in incident.remarks)
    for value in incident.private_values:
        text = value.expose()
        if text.count(" ") < _SENTENCE or text.startswith(_DOCUMENT) or value in incident.around:
            continue
        yield text


def _memory(
    incident: Incident,
    found: Findings | Held,
    before: Memory | None,
    sensitive: str,
    rules: Rules,
    close: Close,
) -> Memory:
    """Return what later revisions must know; an older revision never replaces a newer one's."""
    values = remembered(incident, () if isinstance(found, Held) else found, before)
    fresh = Memory(
        revision=incident.revision,
        revised_at=incident.revised_at,
        rules=rules.digest,
        values=values,
        sensitive=sensitive,
        told=before.told if before else None,
        closed_at=close.at,
        reopened_at=close.reopened_at,
    )
    if before is None or before.revised_at is None:
        return fresh
    if incident.revised_at is None:
        # Arrival orders it, but what is dated before the last known date stays old.
        return replace(fresh, revised_at=before.revised_at)
    if incident.revised_at >= before.revised_at:
        return fresh
    return replace(before, values=values, sensitive=sensitive)


def _gated(
    incident: Incident, rules: Rules, before: Memory | None, sensitive: str, exact: ExactPlace
) -> CategoryRule | Held | Withheld:
    """Apply everything that can stop a record before its texts are looked at."""
    categories = categories_of(incident, rules.agency)
    if sensitive:
        return _withheld_as_sensitive(sensitive, before)
    if incident.restricted:
        return Withheld(reason=WithholdReason.RESTRICTED_BY_AGENCY)
    if isinstance(categories, Held):
        codes = [shown_code(code.expose()) for code in unknown_codes(incident, rules.agency)]
        return replace(categories, detail=", ".join(codes))
    if incident.status is IncidentStatus.CANCELLED:
        return Withheld(reason=WithholdReason.CANCELLED)
    return _on_terms(gate(categories, rules.policy, rules.agency), incident, rules, exact)


def _on_terms(
    gated: CategoryRule | Held | Withheld, incident: Incident, rules: Rules, exact: ExactPlace
) -> CategoryRule | Held | Withheld:
    """Withhold what its terms do not let out there, or were not in force for when it was opened.

    An exclusion zone gives the reason the agency's own mark gives: nothing may tell the two apart.
    """
    if not isinstance(gated, CategoryRule) or gated.public is None:
        return gated
    if gated.public.in_zone is InZone.DROPS_ROW and rules.zones.hold(exact.point):
        return Withheld(reason=WithholdReason.RESTRICTED_BY_AGENCY)
    if not gated.public.in_force(incident.opened_at.astimezone(rules.agency.timezone).date()):
        reason = WithholdReason.CATEGORY_NOT_RELEASED
        return Withheld(reason=reason, detail=gated.category.value)
    return gated


def _withheld_as_sensitive(sensitive: str, before: Memory | None) -> Withheld:
    if before is not None and before.sensitive:
        return Withheld(reason=WithholdReason.SENSITIVE_BEFORE, detail=sensitive)
    kind, _, name = sensitive.partition(":")
    if kind == "category":
        return Withheld(reason=WithholdReason.SENSITIVE_CATEGORY, detail=Category(name).value)
    return Withheld(reason=WithholdReason.SENSITIVE_TEXT, detail=sensitive)


def _redacted(
    incident: Incident, found: Findings | Held, before: Memory | None, rules: Rules, seal: Seal
) -> RedactedIncident | Held:
    if isinstance(found, Held):
        return found
    return redact(
        incident,
        found,
        before,
        call_types=tuple(code.expose() for code in incident.call_types),
        policy=rules.policy,
        seal=seal,
    )
