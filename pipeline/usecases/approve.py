"""Approving a candidate: once enough editors did, it is an alert, or waits to be one.

An approval binds to the candidate's id, which digests everything the editor saw; a candidate that
moved on raises ``Conflict``. Whoever last changed a text cannot approve it, and two approvals come
from two people. Nothing is published here: the outbox rows say what is due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.candidates import QueueRow, approve_once, close_candidate
from pipeline.agencies import Agency, check_agreement
from pipeline.audit import EntryKind
from pipeline.model import Alert, AlertId, Conflict, Decision, LedgerState, Policy, Refused, Verb
from pipeline.policies import Standing
from pipeline.publish import Site
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import editor_key, named_editor, record_decision, same_editor
from pipeline.usecases.desk import Decided, check_leaks, resolve_candidate
from pipeline.usecases.release import (
    check_renders,
    check_rules,
    decide_release,
    mint_alert_id,
    next_alert,
    standing_of,
)
from pipeline.usecases.resources import current_policy, open_resources, site_of
from pipeline.usecases.settings import Settings

__all__ = ["approve", "mint_alert_id"]


def approve(
    settings: Settings,
    prefix: str,
    *,
    editor: str,
    now: datetime,
    mint: Callable[[], AlertId] = mint_alert_id,
) -> Decided:
    """Approve a candidate; when enough editors did, it becomes an alert due for every channel.

    Before its time it waits, and :func:`~pipeline.usecases.release.release_due` lets it out.

    Raises:
        Conflict: the candidate is not pending any more, or made under another policy.
        Refused: the editor may not approve it, it is too old, its text fails the leak
            check, or its agency is paused.
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
            _check_budget(tx, agency)
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


def _check_budget(tx: Tx, agency: Agency) -> None:
    pause = paused_agencies(tx).get(agency.agency_id)
    if pause is not None:
        raise Refused(str(pause))


def _check_approvable(row: QueueRow, editor: str, policy: Policy, agency: Agency) -> None:
    if row.state != "pending":
        raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
    if same_editor(row.edited_by, editor):
        raise Refused("you changed this text last; somebody else has to approve it")
    check_rules(row, policy, agency)


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
    where = standing_of(tx, row, now)
    if where is Standing.TOO_OLD and row.timing.closes is not None:
        until = row.timing.closes.astimezone(agency.timezone)
        raise Refused(f"too old to be told as news: it was not to go out after {until:%F %H:%M %Z}")
    count, is_news = approve_once(tx, row.candidate_id, editor_key(editor), now)
    decided = Decided(
        candidate_id=row.candidate_id, approvals=count, approvals_needed=candidate.approvals_needed
    )
    if not is_news:
        return decided
    record_decision(
        tx,
        Decision(candidate_id=candidate.candidate_id, verb=Verb.APPROVE, editor=editor, at=now),
        kind=EntryKind.DECISION,
        agency_id=agency.agency_id,
        body=_body(row, count),
    )
    if count < candidate.approvals_needed:
        return decided
    check_renders(next_alert(tx, row, agency, now, policy, mint), site, now)
    close_candidate(tx, row.candidate_id, state="waiting", ledger=LedgerState.PENDING)
    if where is not Standing.DUE:
        return replace(decided, waits=row.timing)
    out = decide_release(tx, row, agency, policy=policy, site=site, now=now, mint=mint)
    if isinstance(out, Alert):
        return replace(decided, alert=out)
    return replace(decided, merged_into=out)


def _body(row: QueueRow, count: int) -> dict[str, object]:
    candidate = row.proposal.candidate
    return {
        "incident": candidate.ref,
        "approvals": count,
        "needed": candidate.approvals_needed,
        "policy": candidate.policy,
    }
