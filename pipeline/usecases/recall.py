"""What walking a batch needs from storage before, and leaves in it after.

Private values pass here from the vault's ciphertext to the walk and back; nothing else may hold
them. Alerts whose incident turned out to be nobody's business are withdrawn here, in the
transaction that saves the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import live_alerts_of
from pipeline.adapters.store.memories import sealed_memories, walk_turn
from pipeline.adapters.store.spots import named_at
from pipeline.adapters.store.told import told_of
from pipeline.adapters.store.verdicts import verdict
from pipeline.adapters.store.walking import Saved
from pipeline.agencies import Agency, CanonicalField, appeal_of, read_as
from pipeline.audit import Entry, EntryKind, further_findings, outcome_body
from pipeline.feeds.layout import AROUND, BEHIND
from pipeline.feeds.one_line import STARRED
from pipeline.model import (
    Alert,
    Held,
    HoldReason,
    IncidentRef,
    LedgerState,
    Memory,
    Notice,
    Outcome,
    Quarantined,
    WithdrawReason,
    Withheld,
)
from pipeline.place import Spot, is_default
from pipeline.propose import Rules
from pipeline.redact import Detector, path_names, shown_path
from pipeline.usecases.decisions import RULES
from pipeline.usecases.memory import open_memory, seal_values
from pipeline.usecases.resources import Resources
from pipeline.usecases.withdraw import withdraw

__all__ = [
    "Recalled",
    "Walking",
    "outcome_entries",
    "own_names",
    "recall",
    "rules_of",
    "seal_all",
    "withdraw_where_needed",
]


_AT_ONCE = 500


def rules_of(rules: Rules, run_id: str) -> Rules:
    """Return the rules by which a payload of a run is walked; their versions are the same."""
    agency = read_as(rules.agency, run_id)
    if agency is rules.agency:
        return rules
    return replace(rules, agency=agency, appeal=appeal_of(run_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Walking:
    """What stays the same while one agency is walked."""

    resources: Resources
    rules: Rules
    detector: Detector
    now: datetime

    def of(self, run_id: str) -> Walking:
        """Return the same for a payload of a run: what the agency's people wrote has its form."""
        return replace(self, rules=rules_of(self.rules, run_id))

    def shown(self, notices: Sequence[Notice]) -> list[Notice]:
        """Return notices with nothing of the feed's own naming that could be private."""
        names = own_names(self.rules.agency)
        return [replace(each, field=shown_path(each.field, names)) for each in notices]

    def told(self, outcome: Outcome) -> Outcome:
        """Return an outcome whose place in a record, if it is refused there, can be shown."""
        state = outcome.state
        if not isinstance(state, Quarantined):
            return outcome
        field = shown_path(state.field, own_names(self.rules.agency))
        return replace(outcome, state=replace(state, field=field))


def own_names(agency: Agency) -> frozenset[str]:
    """Return the names in the agency file's own paths, and those of our fields."""
    paths = [path for spec in agency.fields.values() for path in spec.paths]
    paths += [AROUND, BEHIND, STARRED, *(each.value for each in CanonicalField)]
    for remark in agency.remarks:
        paths += [remark.each, remark.text, remark.at, remark.restriction]
    for people in agency.people:
        paths += [people.each, *(path for parts in people.parts.values() for path in parts)]
    return path_names((*paths, *agency.private_values, *agency.ignored_fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What is known of some incidents at one moment, and the agency's turn at that moment.

    ``named`` are streets and blocks named so far at the incidents' points, all as keyed digests.
    """

    turn: int
    memories: Mapping[IncidentRef, Memory]
    alerted: Mapping[IncidentRef, Alert]
    named: Mapping[str, frozenset[str]]

    @property
    def default_points(self) -> frozenset[str]:
        """Points that so many streets or blocks share that they belong to none."""
        return frozenset(point for point, names in self.named.items() if is_default(names))

    def new_names(self, spots: Iterable[Spot]) -> frozenset[tuple[str, str]]:
        """Return (point, name) of all not known yet; a default point is known well enough."""
        default = self.default_points
        return frozenset(
            (spot.point, name)
            for spot in spots
            if spot.point not in default
            for name in spot.names
            if name not in self.named.get(spot.point, ())
        )


def recall(walking: Walking, refs: Sequence[IncidentRef], spots: Sequence[Spot] = ()) -> Recalled:
    """Return what earlier revisions of these incidents left behind, and what is known of spots.

    Raises:
        StoreFailure, VaultFailure: database or vault cannot be read.
    """
    with walking.resources.store.read() as tx:
        turn = walk_turn(tx, walking.rules.agency.agency_id)
        sealed = sealed_memories(tx, refs)
        points = {spot.point for spot in spots}
        named = named_at(tx, walking.rules.agency.agency_id, points)
        alerted = live_alerts_of(tx, [ref for ref, each in sealed.items() if each.alert_id])
    vault = walking.resources.vault
    memories = {
        ref: open_memory(vault, ref, each, alerted.get(ref)) for ref, each in sealed.items()
    }
    return Recalled(turn=turn, memories=memories, alerted=alerted, named=named)


def seal_all(walking: Walking, outcomes: Sequence[Outcome]) -> list[Saved]:
    """Return outcomes with the private values of their memories sealed."""
    saved = []
    for outcome in outcomes:
        sealed = None
        if outcome.ref is not None and outcome.memory is not None:
            sealed = seal_values(walking.resources.vault, outcome.ref, outcome.memory)
        saved.append(Saved(outcome=outcome, sealed_values=sealed))
    return saved


def withdraw_where_needed(tx: Tx, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Retract what was told, and is still to be read, of incidents that must not be told."""
    refs = [e.ref for e in outcomes if e.ref is not None and _must_withdraw(e)]
    for start in range(0, len(refs), _AT_ONCE):
        for told in told_of(tx, refs[start : start + _AT_ONCE]):
            withdraw(tx, told, editor=RULES, reason=WithdrawReason.SENSITIVE_REVISION, now=now)


def _must_withdraw(outcome: Outcome) -> bool:
    match outcome.state:
        case Withheld():
            return True
        case Held(reason=HoldReason.TACTICAL | HoldReason.UNKNOWN_CALL_TYPE):
            return True
    return False


def outcome_entries(walking: Walking, payload_id: str, outcomes: Sequence[Outcome]) -> list[Entry]:
    """Return an entry per outcome that is not a duplicate, and more where it has many findings."""
    agency_id = walking.rules.agency.agency_id
    entries = []
    for outcome in outcomes:
        words = verdict(outcome)
        if words.state is LedgerState.DUPLICATE:
            continue
        body = outcome_body(
            outcome,
            payload_id=payload_id,
            versions=walking.rules.versions,
            state=words.state.value,
            reason=words.reason,
        )
        entries.append(
            Entry(kind=EntryKind.OUTCOME, at=walking.now, agency_id=agency_id, body=body)
        )
        entries += (
            Entry(kind=EntryKind.FINDINGS, at=walking.now, agency_id=agency_id, body=more)
            for more in further_findings(outcome, payload_id=payload_id)
        )
    return entries
