"""Walks one agency's calls again under two rules, from the vault, and saves nothing.

In go rules in force and others, out come each call's fates under both, for whoever asks what a
change would do. Text is opened as the line itself opens it, and stays in this process; what is kept
of a call is its fate, its category, and the redacted lines an editor would be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.adapters.store.feeding import Landed
from pipeline.adapters.store.retained import Retained, openable_payloads, retained
from pipeline.classify import categories_of
from pipeline.feeds import read_payload
from pipeline.model import (
    Digest,
    Finding,
    Held,
    Incident,
    IncidentRef,
    Memory,
    ModelVersion,
    PayloadRefused,
    VaultFailure,
    WithholdReason,
)
from pipeline.policies.lattice import TIERS
from pipeline.propose import Rules
from pipeline.redact import Detector
from pipeline.usecases.recall import Walking, recall, rules_of
from pipeline.usecases.resources import Resources
from pipeline.usecases.simulated import Fate, Found, found_of, still_sensitive
from pipeline.usecases.walk_batch import steps_of
from pipeline.usecases.walk_payload import BATCH, Progress, open_body
from pipeline.walk import Step, walk

__all__ = ["Both", "Remembering", "Twice", "WalkTwice"]

_NEVER = Digest("")
"""A revision no record has: what is remembered must not make a record its own duplicate."""


class Remembering:
    """A detector that answers the same question once: both rules ask it of the same texts."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._asked: tuple[str, ...] = ()
        self._found: tuple[tuple[Finding, ...], ...] = ()

    @property
    def version(self) -> ModelVersion:
        return self._detector.version

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        if not texts or tuple(texts) != self._asked:
            self._found = self._detector.find(texts)
            self._asked = tuple(texts)
        return self._found


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One call under both rules; ``category`` is empty where neither maps its call type."""

    category: str
    before: Found
    after: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """What was walked twice, by incident, and the verdicts on calls that could not be."""

    walked: Mapping[IncidentRef, Both]
    rest: tuple[Retained, ...]


@dataclass(frozen=True, slots=True)
class WalkTwice:
    """One agency under both rules. Memories stay in this record, which is used once."""

    resources: Resources
    now_rules: Rules
    new_rules: Rules
    detector: Detector
    new_detector: Detector
    now: datetime
    progress: Progress
    before: dict[IncidentRef, Memory] = field(default_factory=dict, repr=False)
    after: dict[IncidentRef, Memory] = field(default_factory=dict, repr=False)
    sensitive: dict[IncidentRef, str] = field(default_factory=dict)
    last: dict[IncidentRef, Both] = field(default_factory=dict)

    def run(self, since: datetime, until: datetime | None = None) -> Twice:
        """Walk every payload received since a moment, and before another, whose key is there.

        Raises:
            StoreFailure: the database cannot be read.
        """
        agency_id = self.now_rules.agency.agency_id
        with self.resources.store.read() as tx:
            payloads = openable_payloads(tx, agency_id, since, until or self.now)
            rows = retained(tx, agency_id, since, until or self.now)
        shredded = {row.ref for row in rows if not row.openable}
        for payload in payloads:
            self._walk(payload)
        walked = {
            ref: Both(
                category=each.category,
                before=_lasting(each.before, self.sensitive.get(ref, ""), self.now_rules),
                after=_lasting(each.after, self.sensitive.get(ref, ""), self.new_rules),
            )
            for ref, each in self.last.items()
            if ref not in shredded
        }
        return Twice(walked=walked, rest=tuple(row for row in rows if row.ref not in walked))

    def _walk(self, payload: Landed) -> None:
        """Walk one payload under both rules; what cannot be opened or read stays unknown."""
        rules, new = (rules_of(each, payload.run_id) for each in (self.now_rules, self.new_rules))
        walking = Walking(
            resources=self.resources, rules=rules, detector=self.detector, now=self.now
        )
        try:
            reading = read_payload(open_body(walking, payload), walking.rules.agency)
        except (PayloadRefused, VaultFailure):
            return
        for start in range(0, len(reading.records), BATCH):
            steps = steps_of(walking, payload, reading.records[start : start + BATCH])
            self._batch(walking, new, steps)
            self.progress(payload.agency_id, len(steps))

    def _batch(self, walking: Walking, new: Rules, steps: Sequence[Step]) -> None:
        refs = [step.content.ref for step in steps if isinstance(step.content, Incident)]
        recalled = recall(walking, refs, [step.spot for step in steps if step.spot is not None])
        for ref, memory in recalled.memories.items():
            # As if no revision at hand had been walked yet, but with all that was learned of them.
            seed = replace(memory, revision=_NEVER, revised_at=None, sensitive="", told=None)
            self.before.setdefault(ref, seed)
            self.after.setdefault(ref, seed)
            self.sensitive[ref] = memory.sensitive
        pairs = []
        for rules, memories, detector in (
            (walking.rules, self.before, self.detector),
            (new, self.after, self.new_detector),
        ):
            outcomes = walk(
                steps,
                rules=rules,
                memories=memories,
                detector=detector,
                seal=self.resources.seal,
                default_points=recalled.default_points,
            )
            memories |= {o.ref: o.memory for o in outcomes if o.ref and o.memory}
            pairs.append(outcomes)
        for step, was, now in zip(steps, *pairs, strict=True):
            before, after = found_of(was), found_of(now)
            if isinstance(step.content, Incident) and before and after:
                category = self._category(step.content)
                self.last[step.content.ref] = Both(category=category, before=before, after=after)

    def _category(self, incident: Incident) -> str:
        """Return the category under the other rules, or else under those in force."""
        return _category(incident, self.new_rules) or _category(incident, self.now_rules)


def _lasting(found: Found, sensitive: str, rules: Rules) -> Found:
    """Return the fate of a call that a revision not at hand any more made sensitive for good."""
    if found.fate is Fate.WITHHOLD or not still_sensitive(sensitive, rules):
        return found
    return Found(fate=Fate.WITHHOLD, reason=WithholdReason.SENSITIVE_BEFORE.value)


def _category(incident: Incident, rules: Rules) -> str:
    """Return the category that decides, the strictest; empty where a call type is unmapped."""
    found = categories_of(incident, rules.agency)
    if isinstance(found, Held):
        return ""
    return max(found, key=lambda each: TIERS[rules.policy.categories[each].tier]).value
