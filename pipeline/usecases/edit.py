"""Giving a candidate new words: it becomes another candidate, to be approved by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import (
    add_decision,
    replace_candidate,
)
from pipeline.adapters.store.codec import Proposal
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    Conflict,
    Decision,
    Refused,
    Verb,
)
from pipeline.propose import candidate_id as digest_candidate
from pipeline.publish import editor_words
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.desk import Decided, check_editor, check_leaks, resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["edit"]


def edit(
    settings: Settings, prefix: str, *, editor: str, now: datetime, headline: str, text: str
) -> Decided:
    """Give a candidate new words; it becomes another candidate, still to be approved.

    An empty headline or text keeps the present one.

    Raises:
        Conflict: the candidate is not pending any more.
        Refused: the words fail the leak check, are too long, or hold forbidden characters.
    """
    check_editor(editor)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        if row.state != "pending":
            raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
        old = row.proposal.candidate
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, old.agency_id)
        words = editor_words(headline or old.facts.headline, text or old.facts.text)
        check_leaks(resources, row, agency, *words)
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
