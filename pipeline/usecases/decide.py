"""An editor's decision on a candidate: approve, edit or reject, each one transaction.

An approval binds to the candidate's id, which digests everything the editor saw; a candidate that
moved on raises ``Conflict``. Whoever last changed a text cannot approve it, and two approvals come
from two people. Nothing is published here: the outbox rows say what is due.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.codec import Proposal
from pipeline.adapters.store.editorial import (
    QueueRow,
    add_decision,
    approve_once,
    close_candidate,
    find_candidate,
    find_candidates,
    incident_alert,
    replace_candidate,
    save_alert,
)
from pipeline.adapters.store.walking import sealed_memories
from pipeline.agencies import Agency, check_agreement
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    Alert,
    AlertId,
    Conflict,
    Decision,
    LedgerState,
    Policy,
    Refused,
    RejectReason,
    Sensitive,
    Verb,
)
from pipeline.publish import CHANNELS, Site, editor_words
from pipeline.redact import leaks
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.memory import open_memory
from pipeline.usecases.resources import Resources, current_policy, open_resources, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import RULES
from pipeline.walk import candidate_id as digest_candidate

__all__ = ["Decided", "approve", "edit", "mint_alert_id", "reject", "resolve_candidate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision led to. ``alert`` is there once enough editors approved."""

    candidate_id: str
    approvals: int
    approvals_needed: int
    alert: Alert | None = None


def mint_alert_id() -> AlertId:
    """Return a random public id: 80 bits, in letters and digits that survive any channel."""
    return AlertId(secrets.token_hex(10))


def resolve_candidate(resources: Resources, prefix: str) -> QueueRow:
    """Return the one candidate whose id begins with ``prefix``.

    Raises:
        Refused: none does, or several do.
    """
    with resources.store.read() as tx:
        ids = find_candidates(tx, prefix) if len(prefix) >= 4 else ()
        if prefix in ids or len(ids) == 1:
            row = find_candidate(tx, prefix if prefix in ids else ids[0])
            if row is not None:
                return row
    if not ids:
        raise Refused(f"no candidate begins with {prefix[:40]!r}; `blotter queue` lists them")
    raise Refused(f"more than one candidate begins with {prefix[:40]!r}; give more characters")


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
    _check_editor(editor)
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, row.proposal.candidate.agency_id)
        check_agreement(agency, now.astimezone(agency.timezone).date())
        _check_approvable(row, editor, policy, agency)
        facts = row.proposal.candidate.facts
        _check_leaks(resources, row, agency, facts.headline, facts.text)
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


def _check_editor(editor: str) -> None:
    if not editor.strip() or editor.strip().lower() == RULES:
        raise Refused("a decision needs a named editor; set BLOTTER_EDITOR or give --editor")


def _check_approvable(row: QueueRow, editor: str, policy: Policy, agency: Agency) -> None:
    candidate = row.proposal.candidate
    if row.state != "pending":
        raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
    if row.edited_by == editor:
        raise Refused("you changed this text last; somebody else has to approve it")
    if candidate.policy != policy.version:
        raise Conflict(f"made under policy {candidate.policy}, now {policy.version} is in force")
    if candidate.facts.category not in agency.agreement.categories:
        raise Refused("the agency's agreement does not cover this category any more")


def _check_leaks(
    resources: Resources, row: QueueRow, agency: Agency, headline: str, text: str
) -> None:
    """Look once more at the words that would go out, knowing what this incident's people said."""
    known = _known_values(resources, row)
    public = (row.proposal.candidate.facts.area.name, agency.name)
    found = leaks(f"{headline}\n{text}", known, public=public)
    if found:
        raise Refused(f"the leak check found: {', '.join(found)}; change the text")


def _known_values(resources: Resources, row: QueueRow) -> tuple[Sensitive, ...]:
    ref = row.proposal.candidate.ref
    with resources.store.read() as tx:
        sealed = sealed_memories(tx, [ref]).get(ref)
    return () if sealed is None else open_memory(resources.vault, ref, sealed).values


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
    current = find_candidate(tx, row.candidate_id)
    if current is None or current.state != "pending":
        raise Conflict("this candidate changed while you looked at it; look at the queue again")
    candidate = row.proposal.candidate
    count = approve_once(tx, row.candidate_id, editor, now)
    done = count >= candidate.approvals_needed
    alert = _next_alert(tx, row, agency, now=now, policy=policy, mint=mint) if done else None
    if alert is not None:
        _check_renders(alert, site, now)
    body = {
        "candidate": row.candidate_id,
        "incident": candidate.ref,
        "verb": Verb.APPROVE.value,
        "by": editor,
        "approvals": count,
        "needed": candidate.approvals_needed,
        "policy": candidate.policy,
        "alert": "" if alert is None else alert.alert_id,
        "version": 0 if alert is None else alert.version,
    }
    index = append(
        tx, [Entry(kind=EntryKind.DECISION, at=now, agency_id=agency.agency_id, body=body)]
    )
    decision = Decision(
        candidate_id=candidate.candidate_id, verb=Verb.APPROVE, editor=editor, at=now
    )
    add_decision(
        tx, decision, audit_index=index, alert_id=None if alert is None else alert.alert_id
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
    return Decided(
        candidate_id=row.candidate_id,
        approvals=count,
        approvals_needed=candidate.approvals_needed,
        alert=alert,
    )


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
        sent=now,
        previous=(*live.previous, live.sent),
    )


def edit(
    settings: Settings, prefix: str, *, editor: str, now: datetime, headline: str, text: str
) -> Decided:
    """Give a candidate new words; it becomes another candidate, still to be approved.

    An empty headline or text keeps the present one.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: the words fail the leak check, are too long, or hold forbidden characters.
    """
    _check_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        if row.state != "pending":
            raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
        old = row.proposal.candidate
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, old.agency_id)
        words = editor_words(headline or old.facts.headline, text or old.facts.text)
        _check_leaks(resources, row, agency, *words)
        facts = replace(old.facts, headline=words[0], text=words[1])
        new = replace(old, facts=facts)
        new = replace(new, candidate_id=digest_candidate(new, agency.version))
        if new.candidate_id == row.candidate_id:
            raise Refused("these are the words it has already")
        with resources.store.write() as tx:
            proposal = Proposal(candidate=new, findings=row.proposal.findings)
            replace_candidate(tx, row, proposal, editor=editor, at=now)
            body = {
                "candidate": row.candidate_id,
                "becomes": new.candidate_id,
                "incident": old.ref,
                "by": editor,
            }
            entry = Entry(kind=EntryKind.EDIT, at=now, agency_id=old.agency_id, body=body)
            index = append(tx, [entry])
            decision = Decision(
                candidate_id=old.candidate_id, verb=Verb.EDIT, editor=editor, at=now
            )
            add_decision(tx, decision, audit_index=index)
    return Decided(
        candidate_id=new.candidate_id, approvals=0, approvals_needed=new.approvals_needed
    )


def reject(
    settings: Settings, prefix: str, *, editor: str, now: datetime, reason: RejectReason
) -> Decided:
    """Turn a candidate down.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: no such candidate, or no named editor.
    """
    _check_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        candidate = row.proposal.candidate
        with resources.store.write() as tx:
            close_candidate(
                tx,
                row.candidate_id,
                state="rejected",
                ledger=LedgerState.REJECTED,
                reason=reason.value,
            )
            body = {
                "candidate": row.candidate_id,
                "incident": candidate.ref,
                "verb": Verb.REJECT.value,
                "by": editor,
                "reason": reason.value,
            }
            entry = Entry(kind=EntryKind.DECISION, at=now, agency_id=candidate.agency_id, body=body)
            index = append(tx, [entry])
            decision = Decision(
                candidate_id=candidate.candidate_id,
                verb=Verb.REJECT,
                editor=editor,
                at=now,
                reason=reason.value,
            )
            add_decision(tx, decision, audit_index=index)
    return Decided(
        candidate_id=row.candidate_id, approvals=0, approvals_needed=candidate.approvals_needed
    )
