"""Merges a candidate into a live alert of its area, which is then told anew.

The candidate is withheld, and in the same transaction the alert's new words are proposed. They add
one neutral sentence and no place, time or person (rules 17, 22), and wait for somebody else's
approval like every correction; until then the public reads what it was told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import find_live, load_alert
from pipeline.adapters.store.candidates import (
    QueueRow,
    close_candidate,
    find_candidate,
    replace_candidate,
)
from pipeline.adapters.store.codec import Proposal
from pipeline.agencies import Agency
from pipeline.audit import EntryKind
from pipeline.model import (
    Alert,
    Decision,
    LedgerState,
    PublicFacts,
    Refused,
    Verb,
    WithholdReason,
)
from pipeline.policies import Standing
from pipeline.propose import candidate_id as digest_candidate
from pipeline.publish import editor_words
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.correct import told_before
from pipeline.usecases.decisions import editor_key, named_editor, record_decision
from pipeline.usecases.desk import Decided, check_version, pending_row, resolve_candidate
from pipeline.usecases.release import standing_of
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["merge"]


def merge(
    settings: Settings, prefix: str, alert: str, *, editor: str, now: datetime, expected: str = ""
) -> Decided:
    """Say that a live alert of the same agency tells this already, and propose its next version.

    No version is proposed where the alert says so already, stands for another area, has something
    newer waiting, or where the candidate itself might not go out yet.

    Raises:
        Refused: no such live alert, or of another agency.
        Conflict: it is not pending any more, or not as the editor saw it.
    """
    editor = named_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = pending_row(resolve_candidate(resources, prefix))
        candidate = row.proposal.candidate
        with resources.store.write() as tx:
            check_version(tx, row, expected)
            if told_before(tx, row):
                raise Refused("this corrects an alert; approve or reject it")
            ids = find_live(tx, alert) if len(alert) >= 4 else ()
            found = load_alert(tx, ids[0]) if len(ids) == 1 else None
            if found is None or found[0].agency_id != candidate.agency_id:
                raise Refused("no one live alert of this agency begins like that")
            target = found[0]
            due = standing_of(tx, row, now) is Standing.DUE
            close_candidate(
                tx,
                row.candidate_id,
                state="withheld",
                ledger=LedgerState.WITHHELD,
                reason=WithholdReason.MERGED.value,
            )
            record_decision(
                tx,
                Decision(
                    candidate_id=candidate.candidate_id, verb=Verb.MERGE, editor=editor, at=now
                ),
                kind=EntryKind.DECISION,
                agency_id=candidate.agency_id,
                body={"incident": candidate.ref, "merged_into": target.alert_id},
            )
            told = find_candidate(tx, found[2])
            update = ""
            if due and told is not None and _tells_the_same(target, row):
                agency = agency_of(settings, tx, candidate.agency_id)
                update = _propose(tx, target, told, row, agency, editor=editor, now=now)
    return Decided(
        candidate_id=row.candidate_id,
        approvals=0,
        approvals_needed=candidate.approvals_needed,
        merged_into=target.alert_id,
        update=update,
    )


def _tells_the_same(target: Alert, row: QueueRow) -> bool:
    """Whether both are of one area: of another one an update would tell a place more."""
    return target.facts.area.area_id == row.proposal.candidate.facts.area.area_id


def _propose(
    tx: Tx,
    target: Alert,
    told: QueueRow,
    merged: QueueRow,
    agency: Agency,
    *,
    editor: str,
    now: datetime,
) -> str:
    """Propose the alert's next words; return the proposal's id, or nothing where none is needed."""
    more = _sentence(target.facts, merged.proposal.candidate.facts)
    if told.state != "approved" or more in target.facts.text:
        return ""
    old = told.proposal.candidate
    try:
        headline, text = editor_words(old.facts.headline, f"{old.facts.text} {more}")
    except Refused:
        return ""  # no room for another sentence
    needed = max(old.approvals_needed, merged.proposal.candidate.approvals_needed)
    facts = replace(old.facts, headline=headline, text=text)
    new = replace(old, facts=facts, approvals_needed=needed)
    new = replace(new, candidate_id=digest_candidate(new, agency.version))
    if find_candidate(tx, new.candidate_id) is not None:
        return ""  # proposed before, and turned down
    proposal = Proposal(candidate=new, findings=told.proposal.findings)
    replace_candidate(tx, told, proposal, editor=editor, key=editor_key(editor), at=now)
    record_decision(
        tx,
        Decision(candidate_id=old.candidate_id, verb=Verb.CORRECT, editor=editor, at=now),
        kind=EntryKind.EDIT,
        agency_id=old.agency_id,
        body={"becomes": new.candidate_id, "incident": old.ref, "alert": target.alert_id},
        alert_id=target.alert_id,
    )
    return str(new.candidate_id)


def _sentence(told: PublicFacts, merged: PublicFacts) -> str:
    if told.category is merged.category:
        return "Further reports of it came in."
    return f"Also reported there: {merged.label}."
