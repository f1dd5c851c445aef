"""Lets out what editors approved once it is due, and drops what became too old.

An approved candidate becomes an alert here: at once when it is due, else with the first
publication after. Of homes only one alert goes out for an area and day, later ones are merged into
it. Every end is a decision in the log, in the transaction that makes it. Nothing here approves.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import alerts_since, incident_alert, save_alert
from pipeline.adapters.store.candidates import (
    QueueRow,
    close_candidate,
    overaged,
    waiting_candidates,
)
from pipeline.agencies import Agency, check_agreement
from pipeline.audit import EntryKind
from pipeline.model import (
    AgreementStopped,
    Alert,
    AlertId,
    ConfigError,
    Conflict,
    Decision,
    LedgerState,
    Policy,
    Refused,
    Verb,
    WithholdReason,
)
from pipeline.policies import Standing, standing
from pipeline.propose import candidate_id as digest_candidate
from pipeline.publish import CHANNELS, Site
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.catalog import agency_of, policy_of
from pipeline.usecases.decisions import RULES, record_decision
from pipeline.usecases.resources import Resources, current_policy, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard
from pipeline.usecases.withdraw import next_sent

__all__ = [
    "Released",
    "check_renders",
    "check_rules",
    "decide_release",
    "lapse_undecided",
    "mint_alert_id",
    "next_alert",
    "release_due",
    "standing_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What one run let out, merged, or dropped as too old; ``stuck`` says why others wait on."""

    alerts: int = 0
    merged: int = 0
    too_old: int = 0
    stuck: Mapping[str, str] = field(default_factory=dict)


def mint_alert_id() -> AlertId:
    """Return a random public id: 80 bits, in letters and digits that survive any channel."""
    return AlertId(secrets.token_hex(10))


def release_due(
    resources: Resources,
    settings: Settings,
    *,
    now: datetime,
    clock: datetime | None = None,
    mint: Callable[[], AlertId] = mint_alert_id,
) -> Released:
    """Make alerts of waiting candidates that are due; withhold those that are too old.

    What may still be undone at ``clock`` waits on; that is ``now`` unless a moment is rehearsed.

    Raises:
        StoreFailure: the database cannot be used; what was done before is kept.
    """
    base, site = current_policy(settings), site_of(settings)
    with resources.store.read() as tx:
        waiting = waiting_candidates(tx)
    alerts = merged = too_old = 0
    stuck: dict[str, str] = {}
    for row in waiting:
        if row.settles_at is not None and row.settles_at > (clock or now):
            continue
        with resources.store.read() as tx:
            where = standing_of(tx, row, now)
        match where:
            case Standing.TOO_OLD:
                with resources.store.write() as tx:
                    _lapse(tx, row, now, waiting=True)
                too_old += 1
            case Standing.DUE:
                try:
                    with resources.store.write() as tx:
                        agency = agency_of(settings, tx, row.proposal.candidate.agency_id)
                        check_agreement(agency, now.astimezone(agency.timezone).date())
                        policy = policy_of(agency, base)
                        check_rules(row, policy, agency)
                        stop = paused_agencies(tx).get(agency.agency_id) or switchboard(
                            tx
                        ).stops_telling(agency.agency_id, row.proposal.candidate.tier)
                        if stop is not None:
                            stuck[row.candidate_id] = str(stop)
                            continue
                        out = decide_release(
                            tx, row, agency, policy=policy, site=site, now=now, mint=mint
                        )
                except (AgreementStopped, ConfigError, Conflict, Refused) as why:
                    stuck[row.candidate_id] = str(why)
                else:
                    alerts += isinstance(out, Alert)
                    merged += not isinstance(out, Alert)
    return Released(alerts=alerts, merged=merged, too_old=too_old, stuck=stuck)


def lapse_undecided(tx: Tx, now: datetime) -> int:
    """Withhold undecided candidates that are too old to be told as news; return how many."""
    rows = overaged(tx, now)
    for row in rows:
        _lapse(tx, row, now, waiting=False)
    return len(rows)


def check_rules(row: QueueRow, policy: Policy, agency: Agency) -> None:
    """Refuse a candidate that was made by other rules than today's.

    Raises:
        Conflict: agency or policy changed since.
        Refused: the agreement does not cover its category, or the policy has no terms for it.
    """
    candidate = row.proposal.candidate
    if candidate.policy != policy.version:
        raise Conflict(f"made under policy {candidate.policy}, now {policy.version} is in force")
    if digest_candidate(candidate, agency.version) != candidate.candidate_id:
        raise Conflict(
            "the agency's files changed since this was proposed; `blotter walk` proposes it again"
        )
    if candidate.facts.category not in agency.agreement.categories:
        raise Refused("the agency's agreement does not cover this category any more")
    if policy.categories[candidate.facts.category].public is None:
        raise Refused(f"policy {policy.version} says nothing of when this may go out; use a newer")


def standing_of(tx: Tx, row: QueueRow, now: datetime) -> Standing:
    """Return where a candidate stands; an update of a live alert is always due."""
    if incident_alert(tx, row.proposal.candidate.ref) is not None:
        return Standing.DUE
    return standing(row.timing, now)


def decide_release(
    tx: Tx,
    row: QueueRow,
    agency: Agency,
    *,
    policy: Policy,
    site: Site,
    now: datetime,
    mint: Callable[[], AlertId],
) -> Alert | AlertId:
    """Make an alert of a waiting candidate, or name the one it is merged into.

    Raises:
        Conflict: it is not waiting any more, or tells another place than the live alert.
        Refused: some channel could not carry it.
    """
    candidate = row.proposal.candidate
    other = _told_in_area(tx, row, policy, now)
    alert = None if other is not None else next_alert(tx, row, agency, now, policy, mint)
    if alert is not None:
        check_renders(alert, site)
    index = record_decision(
        tx,
        Decision(candidate_id=candidate.candidate_id, verb=Verb.RELEASE, editor=RULES, at=now),
        kind=EntryKind.DECISION,
        agency_id=agency.agency_id,
        body={
            "incident": candidate.ref,
            "policy": candidate.policy,
            "alert": "" if alert is None else alert.alert_id,
            "version": 0 if alert is None else alert.version,
            "merged_into": other or "",
        },
        alert_id=None if alert is None else alert.alert_id,
    )
    if alert is None:
        close_candidate(
            tx,
            row.candidate_id,
            state="withheld",
            ledger=LedgerState.WITHHELD,
            reason=WithholdReason.MERGED.value,
            waiting=True,
        )
        return other or AlertId("")
    close_candidate(
        tx, row.candidate_id, state="approved", ledger=LedgerState.PUBLISHED, waiting=True
    )
    save_alert(
        tx,
        alert,
        incident_ref=candidate.ref,
        candidate_id=row.candidate_id,
        audit_index=index,
        channels=tuple(CHANNELS),
    )
    return alert


def check_renders(alert: Alert, site: Site) -> None:
    """Refuse an alert that some channel could not carry, before it stands in the way of others."""
    for channel in CHANNELS.values():
        channel.render(alert, site=site)


def next_alert(
    tx: Tx,
    row: QueueRow,
    agency: Agency,
    now: datetime,
    policy: Policy,
    mint: Callable[[], AlertId],
) -> Alert:
    """Return the incident's first alert, or the next version of the one it has.

    Raises:
        Conflict: it would tell another area or time than the public knows (rule 17).
    """
    facts = row.proposal.candidate.facts
    live = incident_alert(tx, row.proposal.candidate.ref)
    if live is None:
        return Alert(
            alert_id=mint(),
            agency_id=agency.agency_id,
            agency_name=agency.name,
            version=1,
            facts=facts,
            sent=now,
            first_sent=now,
            expires=now + min(policy.alert_lifetime, row.timing.live),
        )
    first = live.facts
    if (facts.area, facts.earliest, facts.latest) != (first.area, first.earliest, first.latest):
        raise Conflict("this was proposed before the alert went out; walk the agency again")
    return replace(
        live,
        version=live.version + 1,
        facts=facts,
        sent=next_sent(live, now),
        previous=(*live.previous, live.sent),
    )


def _told_in_area(tx: Tx, row: QueueRow, policy: Policy, now: datetime) -> AlertId | None:
    """Return the alert of homes that already stands for this one's area (rule 19)."""
    candidate = row.proposal.candidate
    if not row.timing.one_per_area or incident_alert(tx, candidate.ref) is not None:
        return None
    for alert in alerts_since(tx, candidate.agency_id, now - row.timing.one_per_area):
        terms = policy.categories[alert.facts.category].public
        if (
            alert.facts.area.area_id == candidate.facts.area.area_id
            and terms is not None
            and terms.one_per_area
        ):
            return alert.alert_id
    return None


def _lapse(tx: Tx, row: QueueRow, now: datetime, *, waiting: bool) -> None:
    candidate = row.proposal.candidate
    reason = WithholdReason.TOO_OLD.value
    close_candidate(
        tx,
        row.candidate_id,
        state="withheld",
        ledger=LedgerState.WITHHELD,
        reason=reason,
        waiting=waiting,
    )
    record_decision(
        tx,
        Decision(
            candidate_id=candidate.candidate_id,
            verb=Verb.LAPSE,
            editor=RULES,
            at=now,
            reason=reason,
        ),
        kind=EntryKind.DECISION,
        agency_id=candidate.agency_id,
        body={"incident": candidate.ref, "policy": candidate.policy},
    )
