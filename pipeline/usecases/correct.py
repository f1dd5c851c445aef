"""Gives a live alert other words: a correction, for somebody else to approve.

Until then the public reads what it was told. A correction tells no other place or time (rule 17).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import incident_alert, load_alert
from pipeline.adapters.store.candidates import QueueRow, find_candidate, replace_candidate
from pipeline.adapters.store.codec import Proposal
from pipeline.audit import EntryKind
from pipeline.model import Conflict, Decision, Refused, Verb
from pipeline.propose import candidate_id as digest_candidate
from pipeline.publish import editor_words
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import editor_key, named_editor, record_decision
from pipeline.usecases.desk import Decided, check_leaks, check_words
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["correct", "told_before"]


def correct(
    settings: Settings,
    alert_id: str,
    *,
    editor: str,
    now: datetime,
    headline: str,
    text: str,
    expected: str = "",
) -> Decided:
    """Propose other words for a live alert; the correction waits for somebody else's approval.

    ``expected`` is the candidate whose words the editor saw told; empty asks for nothing.

    Raises:
        Refused: no such live alert, or words that may not go out.
        Conflict: other words are told by now, or something newer of its incident waits already.
    """
    editor = named_editor(editor)
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            found = load_alert(tx, alert_id)
            row = None if found is None else find_candidate(tx, found[2])
        if found is None or row is None:
            raise Refused("no such live alert")
        if expected not in ("", row.candidate_id):
            raise Conflict("somebody changed or decided this while you looked at it")
        if row.state != "approved":
            raise Conflict("something newer of this incident waits already; decide on that")
        old = row.proposal.candidate
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, old.agency_id)
        words = editor_words(headline or old.facts.headline, text or old.facts.text)
        check_leaks(resources, row, agency, *words)
        check_words(row, agency, *words)
        new = replace(old, facts=replace(old.facts, headline=words[0], text=words[1]))
        new = replace(new, candidate_id=digest_candidate(new, agency.version))
        if new.candidate_id == row.candidate_id:
            raise Refused("these are the words it has already")
        proposal = Proposal(candidate=new, findings=row.proposal.findings)
        with resources.store.write() as tx:
            key = editor_key(editor)
            replace_candidate(tx, row, proposal, editor=editor, key=key, at=now)
            record_decision(
                tx,
                Decision(candidate_id=old.candidate_id, verb=Verb.CORRECT, editor=editor, at=now),
                kind=EntryKind.EDIT,
                agency_id=old.agency_id,
                body={"becomes": new.candidate_id, "incident": old.ref, "alert": alert_id},
                alert_id=alert_id,
            )
    needed = new.approvals_needed
    return Decided(candidate_id=new.candidate_id, approvals=0, approvals_needed=needed)


def told_before(tx: Tx, row: QueueRow) -> str:
    """Return the candidate whose words a correction would change; empty for anything else."""
    alert = incident_alert(tx, row.proposal.candidate.ref)
    found = None if alert is None else load_alert(tx, alert.alert_id)
    told = None if found is None else find_candidate(tx, found[2])
    # An update came with a record of its own, and what was told before stays approved.
    return told.candidate_id if told is not None and told.state == "edited" else ""
