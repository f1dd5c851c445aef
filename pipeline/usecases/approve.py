"""Approving a candidate: once enough editors did, it is an alert due for every channel.

An approval binds to the candidate's id, which digests everything the editor saw; a candidate that
moved on raises ``Conflict``. Whoever last changed a text cannot approve it, and two approvals come
from two people. Nothing is published here: the outbox rows say what is due.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import incident_alert, save_alert
from pipeline.adapters.store.candidates import (
    QueueRow,
    approve_once,
    close_candidate,
)
from pipeline.agencies import Agency, check_agreement
from pipeline.audit import EntryKind
from pipeline.model import (
    Alert,
    AlertId,
    Conflict,
    Decision,
    LedgerState,
    Policy,
    Refused,
    Verb,
)
from pipeline.propose import candidate_id as digest_candidate
from pipeline.publish import CHANNELS, Site
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import editor_key, named_editor, record_decision, same_editor
from pipeline.usecases.desk import Decided, check_leaks, resolve_candidate
from pipeline.usecases.resources import current_policy, open_resources, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import next_sent

__all__ = ["approve", "mint_alert_id"]


def mint_alert_id() -> AlertId:
    """Return a random public id: 80 bits, in letters and digits that survive any channel."""
    return AlertId(secrets.token_hex(10))


def approve(
    settings: Settings,
    prefix: str,
    *,
    editor: str,
    now: datetime,
    mint: Callable[[], AlertId] = mint_alert_id,
) -> Decided:
    """Approve a candidate; when enough editors did, it becomes an alert due for every channel.

    Raises:
        Conflict: the candidate is not pending any more, or made under another policy.
        Refused: the editor may not approve it, or its text fails the leak check.
        AgreementStopped: the agency's agreement does not cover today.
    """
    editor = named_editor(editor)
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, row.proposal.candidate.agency_id)
        check_agreement(agency, now.astimezone(agency.timezone).date())
        _check_approvable(row, editor, policy, agency)
        facts = row.proposal.candidate.facts
        check_leaks(resources, row, agency, facts.headline, facts.text)
        with resources.store.write() as tx:
            return _approve(
                tx,
                row,
                agency,
                editor=editor,
                now=now,
                policy=policy,
                site=site_of(settings),
                mint=mint,
            )


def _check_approvable(row: QueueRow, editor: str, policy: Policy, agency: Agency) -> None:
    candidate = row.proposal.candidate
    if row.state != "pending":
        raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
    if same_editor(row.edited_by, editor):
        raise Refused("you changed this text last; somebody else has to approve it")
    if candidate.policy != policy.version:
        raise Conflict(f"made under policy {candidate.policy}, now {policy.version} is in force")
    if digest_candidate(candidate, agency.version) != candidate.candidate_id:
        raise Conflict(
            "the agency's files changed since this was proposed; `blotter walk` proposes it again"
        )
    if candidate.facts.category not in agency.agreement.categories:
        raise Refused("the agency's agreement does not cover this category any more")


def _approve(
    tx: Tx,
    row: QueueRow,
    agency: Agency,
    *,
    editor: str,
    now: datetime,
    policy: Policy,
    site: Site,
    mint: Callable[[], AlertId],
) -> Decided:
    candidate = row.proposal.candidate
    count, is_news = approve_once(tx, row.candidate_id, editor_key(editor), now)
    decided = Decided(
        candidate_id=row.candidate_id, approvals=count, approvals_needed=candidate.approvals_needed
    )
    if not is_news:
        return decided
    alert = None
    if count >= candidate.approvals_needed:
        alert = _next_alert(tx, row, agency, now=now, policy=policy, mint=mint)
        _check_renders(alert, site, now)
    decision = Decision(
        candidate_id=candidate.candidate_id, verb=Verb.APPROVE, editor=editor, at=now
    )
    body = _body(row, count, alert)
    index = record_decision(
        tx,
        decision,
        kind=EntryKind.DECISION,
        agency_id=agency.agency_id,
        body=body,
        alert_id=None if alert is None else alert.alert_id,
    )
    if alert is not None:
        close_candidate(tx, row.candidate_id, state="approved", ledger=LedgerState.PUBLISHED)
        save_alert(
            tx,
            alert,
            incident_ref=candidate.ref,
            candidate_id=row.candidate_id,
            audit_index=index,
            channels=tuple(CHANNELS),
        )
    return replace(decided, alert=alert)


def _body(row: QueueRow, count: int, alert: Alert | None) -> dict[str, object]:
    candidate = row.proposal.candidate
    return {
        "incident": candidate.ref,
        "approvals": count,
        "needed": candidate.approvals_needed,
        "policy": candidate.policy,
        "alert": "" if alert is None else alert.alert_id,
        "version": 0 if alert is None else alert.version,
    }


def _check_renders(alert: Alert, site: Site, now: datetime) -> None:
    """Refuse an alert that some channel could not carry, before it stands in the way of others."""
    for channel in CHANNELS.values():
        channel.render([alert], [], site=site, at=now)


def _next_alert(
    tx: Tx,
    row: QueueRow,
    agency: Agency,
    *,
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
            expires=now + policy.alert_lifetime,
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
