"""Approving a candidate: once enough editors did, it is an alert, or waits to be one.

An approval binds to the candidate's id, which digests everything the editor saw; a candidate that
moved on raises ``Conflict``. Whoever last changed a text cannot approve it, and two approvals come
from two people. An approval may hold an embargo; of several the latest binds, and none reaches past
the time after which the news is too old. Nothing is published here: the outbox says what is due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import incident_alert
from pipeline.adapters.store.candidates import (
    QueueRow,
    approve_once,
    close_candidate,
    find_candidate,
)
from pipeline.adapters.store.desk_work import settle_until
from pipeline.adapters.telemetry import observed
from pipeline.agencies import Agency, check_agreement
from pipeline.audit import EntryKind, stamp
from pipeline.model import Alert, AlertId, Conflict, Decision, LedgerState, Policy, Refused, Verb
from pipeline.policies import Standing
from pipeline.publish import Site
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.catalog import agency_of, policy_of
from pipeline.usecases.decisions import editor_key, named_editor, record_decision, same_editor
from pipeline.usecases.desk import Decided, check_leaks, check_version, resolve_candidate
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
from pipeline.usecases.switches import switchboard

__all__ = ["approve", "mint_alert_id"]


@observed("approve")
def approve(
    settings: Settings,
    prefix: str,
    *,
    editor: str,
    now: datetime,
    mint: Callable[[], AlertId] = mint_alert_id,
    expected: str = "",
    settles: datetime | None = None,
    not_before: datetime | None = None,
) -> Decided:
    """Approve a candidate; when enough editors did, it becomes an alert due for every channel.

    Before its time it waits, and :func:`~pipeline.usecases.release.release_due` lets it out. With
    ``settles`` it waits until then in any case, and the editor may take the approval back.
    ``expected`` is the version the editor saw. ``not_before`` is an embargo; without a time zone it
    is the agency's local time.

    Raises:
        Conflict: the candidate is not pending any more, or made under another policy.
        Refused: the editor may not approve it, it is too old, its text fails the leak
            check, its agency is paused, or the embargo cannot be kept.
        AgreementStopped: the agency's agreement does not cover today.
    """
    editor = named_editor(editor)
    base = current_policy(settings)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, row.proposal.candidate.agency_id)
        policy = policy_of(agency, base)
        check_agreement(agency, now.astimezone(agency.timezone).date())
        _check_approvable(row, editor, policy, agency)
        facts = row.proposal.candidate.facts
        check_leaks(resources, row, agency, facts.headline, facts.text)
        with resources.store.write() as tx:
            _check_budget(tx, agency)
            _check_switches(tx, row)
            return _approve(
                tx,
                row,
                agency,
                editor=editor,
                now=now,
                policy=policy,
                site=site_of(settings),
                mint=mint,
                expected=expected,
                settles=settles,
                not_before=_moment(not_before, agency),
            )


def _moment(not_before: datetime | None, agency: Agency) -> datetime | None:
    """Return an embargo in UTC; a local time that clocks show twice, or skip, is the later one."""
    if not_before is None or not_before.tzinfo is not None:
        return None if not_before is None else not_before.astimezone(UTC)
    local = not_before.replace(tzinfo=agency.timezone)
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _check_embargo(
    tx: Tx, row: QueueRow, not_before: datetime | None, agency: Agency, now: datetime
) -> None:
    if not_before is None:
        return
    if incident_alert(tx, row.proposal.candidate.ref) is not None:
        raise Refused("its alert is out already: a change of it is never kept back")
    if not_before <= now:
        raise Refused("the time before which it is not to go out is over already")
    closes = row.timing.closes
    if closes is None or not_before > closes:
        last = "" if closes is None else f" after {closes.astimezone(agency.timezone):%F %H:%M %Z}"
        raise Refused(f"it is not to go out{last} in any case: choose an earlier time or reject it")


def _check_budget(tx: Tx, agency: Agency) -> None:
    pause = paused_agencies(tx).get(agency.agency_id)
    if pause is not None:
        raise Refused(str(pause))


def _check_switches(tx: Tx, row: QueueRow) -> None:
    candidate = row.proposal.candidate
    stop = switchboard(tx).stops_telling(candidate.agency_id, candidate.tier)
    if stop is not None:
        raise Refused(str(stop))


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
    expected: str,
    settles: datetime | None,
    not_before: datetime | None,
) -> Decided:
    candidate = row.proposal.candidate
    check_version(tx, row, expected)
    where = standing_of(tx, row, now)
    if where is Standing.TOO_OLD and row.timing.closes is not None:
        until = row.timing.closes.astimezone(agency.timezone)
        raise Refused(f"too old to be told as news: it was not to go out after {until:%F %H:%M %Z}")
    _check_embargo(tx, row, not_before, agency, now)
    key = editor_key(editor)
    count, is_news = approve_once(tx, row.candidate_id, key, now, not_before=not_before)
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
        body=_body(row, count, not_before),
    )
    if settles is not None:
        settle_until(tx, row.candidate_id, settles)
        decided = replace(decided, settles=settles)
    if count < candidate.approvals_needed:
        return decided
    check_renders(next_alert(tx, row, agency, now, policy, mint), site)
    close_candidate(tx, row.candidate_id, state="waiting", ledger=LedgerState.PENDING)
    row = find_candidate(tx, row.candidate_id) or row
    where = standing_of(tx, row, now)
    if where is not Standing.DUE or settles is not None:
        return replace(decided, waits=row.timing)
    out = decide_release(tx, row, agency, policy=policy, site=site, now=now, mint=mint)
    if isinstance(out, Alert):
        return replace(decided, alert=out)
    return replace(decided, merged_into=out)


def _body(row: QueueRow, count: int, not_before: datetime | None) -> dict[str, object]:
    candidate = row.proposal.candidate
    embargo = {} if not_before is None else {"not_before": stamp(not_before)}
    return embargo | {
        "incident": candidate.ref,
        "approvals": count,
        "needed": candidate.approvals_needed,
        "policy": candidate.policy,
    }
