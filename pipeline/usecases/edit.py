"""Gives a candidate new words: another candidate, for somebody else to approve."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store.candidates import (
    replace_candidate,
)
from pipeline.adapters.store.codec import Proposal
from pipeline.adapters.store.desk_notes import drop_draft
from pipeline.audit import EntryKind
from pipeline.model import (
    Conflict,
    Decision,
    Refused,
    Verb,
)
from pipeline.propose import candidate_id as digest_candidate
from pipeline.publish import editor_words
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import editor_key, named_editor, record_decision
from pipeline.usecases.desk import (
    Decided,
    check_leaks,
    check_version,
    check_words,
    resolve_candidate,
)
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["edit"]


def edit(
    settings: Settings,
    prefix: str,
    *,
    editor: str,
    now: datetime,
    headline: str,
    text: str,
    expected: str = "",
) -> Decided:
    """Give a candidate new words; it becomes another candidate, still to be approved.

    An empty headline or text keeps the present one. ``expected`` is the version the editor saw.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: the words fail the leak check, hold some that nothing explains, or are too long.
    """
    editor = named_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        if row.state != "pending":
            raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
        old = row.proposal.candidate
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, old.agency_id)
        words = editor_words(headline or old.facts.headline, text or old.facts.text)
        check_leaks(resources, row, agency, *words)
        check_words(row, agency, *words)
        facts = replace(old.facts, headline=words[0], text=words[1])
        new = replace(old, facts=facts)
        new = replace(new, candidate_id=digest_candidate(new, agency.version))
        if new.candidate_id == row.candidate_id:
            raise Refused("these are the words it has already")
        with resources.store.write() as tx:
            check_version(tx, row, expected)
            proposal = Proposal(candidate=new, findings=row.proposal.findings)
            replace_candidate(tx, row, proposal, editor=editor, key=editor_key(editor), at=now)
            drop_draft(tx, row.candidate_id, editor)
            record_decision(
                tx,
                Decision(candidate_id=old.candidate_id, verb=Verb.EDIT, editor=editor, at=now),
                kind=EntryKind.EDIT,
                agency_id=old.agency_id,
                body={"becomes": new.candidate_id, "incident": old.ref},
            )
    return Decided(
        candidate_id=new.candidate_id, approvals=0, approvals_needed=new.approvals_needed
    )
