"""Silent test items: decided candidates shown again, unmarked: do people agree?

In: what compliance says is the right answer. Out: an item in an editor's queue that looks like any
other, and later how often people agreed. Of an item nothing is ever published, by triggers of the
database; its answers are no decisions and no entries. None is made of words an editor wrote, and
none is shown once its incident turned out to be nobody's business.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.candidates import QueueRow, find_candidate
from pipeline.adapters.store.memories import sealed_memories
from pipeline.adapters.store.trialing import (
    Trial,
    add_answer,
    add_trial,
    answer_of,
    answers_since,
    drop_answer,
    last_answer_at,
    trial_with,
    unanswered,
)
from pipeline.agencies import Agency
from pipeline.model import Candidate, CandidateId, Conflict, IncidentRef, Refused, Timing, Verb
from pipeline.publish.wording import proposed, window_words
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import editor_key, named_editor
from pipeline.usecases.desk import Decided
from pipeline.usecases.settings import Settings

__all__ = [
    "Agreed",
    "agreement_on_trials",
    "answer_trial",
    "find_trial",
    "make_trial",
    "next_trial",
    "stored_row",
    "take_back_answer",
    "trial_row",
]

_SHOWN_FOR = timedelta(days=30)
_APART = timedelta(minutes=30)
"""At least so long lies between two items for one person."""

_BLOCK = timedelta(hours=1)
"""An item's time of call stands still for so long, as a real one's does."""

_LOOKED_AT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How many answers were right; ``own`` are those of whoever looks."""

    answers: int
    right: int
    own: int
    own_right: int


def make_trial(
    settings: Settings,
    store: Store,
    candidate_id: str,
    *,
    expected: str,
    reason: str,
    by: str,
    now: datetime,
    mint: Callable[[], str] = lambda: secrets.token_hex(16),
) -> str:
    """Keep a decided candidate as a test item; return its id.

    Raises:
        Refused: it is not decided, an editor changed its words, or no right answer is named.
    """
    if expected not in (Verb.APPROVE.value, Verb.REJECT.value):
        raise Refused("choose `approve` or `reject`")
    by = named_editor(by)
    with store.write() as tx:
        row = find_candidate(tx, candidate_id)
        if row is None or row.state not in ("approved", "rejected"):
            raise Refused("a test item is made of what was approved or rejected")
        item = row.proposal.candidate
        agency = agency_of(settings, tx, item.agency_id)
        if row.edited_by or (item.facts.headline, item.facts.text) != _words(item, agency):
            raise Refused("a test item is made of words that no editor changed")
        if not _may_be_shown(tx, item.ref):
            raise Refused("this call is never told; no test item is made of it")
        trial = Trial(
            item_id=mint(),
            agency_id=item.agency_id,
            proposal=row.proposal,
            expected=expected,
            reason=reason,
            made_by=editor_key(by),
            at=now,
        )
        add_trial(tx, trial)
    return trial.item_id


def find_trial(store: Store, item_id: str) -> Trial | None:
    """Return a test item by the id that its page has."""
    with store.read() as tx:
        return trial_with(tx, item_id)


def next_trial(
    settings: Settings, store: Store, *, editor: str, agency_id: str, now: datetime
) -> QueueRow | None:
    """Return the item to mix into somebody's queue now, if any: one at a time, far apart."""
    key = editor_key(editor)
    with store.read() as tx:
        last = last_answer_at(tx, key)
        if last is not None and now - last < _APART:
            return None
        since = now - _SHOWN_FOR
        for trial in unanswered(tx, key, agency_id=agency_id, since=since, most=_LOOKED_AT):
            if _may_be_shown(tx, trial.proposal.candidate.ref):
                agency = agency_of(settings, tx, trial.agency_id)
                return _as_row(trial, agency, "pending", now)
    return None


def trial_row(tx: Tx, agency: Agency, trial: Trial, *, editor: str, now: datetime) -> QueueRow:
    """Return an item as its page shows it to somebody."""
    answered = answer_of(tx, trial.item_id, editor_key(editor))
    states = {Verb.APPROVE.value: "waiting", Verb.REJECT.value: "rejected"}
    state = "pending" if answered is None else states.get(answered[0], "withheld")
    return _as_row(trial, agency, state, now)


def answer_trial(
    store: Store,
    trial: Trial,
    *,
    editor: str,
    verb: Verb,
    reason: str,
    expected: str,
    now: datetime,
    settles: datetime,
) -> Decided:
    """Keep what somebody decided on an item, and tell what a decision would be told.

    Raises:
        Conflict: they answered already, or saw something else.
    """
    item = trial.proposal.candidate
    key = editor_key(named_editor(editor))
    with store.write() as tx:
        if answer_of(tx, trial.item_id, key) or expected != stored_row(trial).version:
            raise Conflict("somebody changed or decided this while you looked at it")
        add_answer(tx, trial.item_id, key, verb.value, reason, now)
    final = verb in (Verb.APPROVE, Verb.REJECT)
    return Decided(
        candidate_id=CandidateId(trial.item_id),
        approvals=item.approvals_needed if verb is Verb.APPROVE else 0,
        approvals_needed=item.approvals_needed,
        settles=settles if final else None,
    )


def take_back_answer(store: Store, trial: Trial, *, editor: str, since: datetime) -> Decided:
    """Forget an answer given after ``since``.

    Raises:
        Conflict: it is too old, or there is none.
    """
    key = editor_key(editor)
    with store.write() as tx:
        answered = answer_of(tx, trial.item_id, key)
        if answered is None or answered[1] < since:
            raise Conflict("it is too late to take this back; correct or retract it")
        drop_answer(tx, trial.item_id, key)
    needed = trial.proposal.candidate.approvals_needed
    return Decided(candidate_id=CandidateId(trial.item_id), approvals=0, approvals_needed=needed)


def agreement_on_trials(store: Store, *, editor: str, since: datetime) -> Agreed:
    """Return how far people agreed with the right answers."""
    with store.read() as tx:
        found = answers_since(tx, since)
    own = [each for each in found if each.editor == editor_key(editor)]
    return Agreed(
        answers=len(found),
        right=sum(each.right for each in found),
        own=len(own),
        own_right=sum(each.right for each in own),
    )


def _may_be_shown(tx: Tx, ref: IncidentRef) -> bool:
    known = sealed_memories(tx, [ref]).get(ref)
    return known is not None and not known.sensitive


def _words(item: Candidate, agency: Agency) -> tuple[str, str]:
    facts = item.facts
    when = window_words(facts.earliest, facts.latest, agency.timezone)
    return proposed(facts.label, facts.area.name, when)


def stored_row(trial: Trial) -> QueueRow:
    """Return an item as it was kept: its call's own reference, its old times."""
    return _row(trial, trial.proposal.candidate, "pending", trial.at)


def _as_row(trial: Trial, agency: Agency, state: str, now: datetime) -> QueueRow:
    """Return an item as if its call had come lately: all its times are moved by one length.

    The length is a whole number of the windows its time is shown in, so that none looks odd.
    """
    old = trial.proposal.candidate
    at = datetime.fromtimestamp(now.timestamp() // _BLOCK.total_seconds() * 3600, tz=now.tzinfo)
    width = max(old.facts.latest - old.facts.earliest, timedelta(minutes=30))
    length = (at - old.facts.latest) // width * width
    facts = replace(
        old.facts, earliest=old.facts.earliest + length, latest=old.facts.latest + length
    )
    item = replace(
        old,
        candidate_id=CandidateId(trial.item_id),
        ref=IncidentRef(trial.item_id),
        facts=facts,
        remarks=tuple(replace(each, at=each.at and each.at + length) for each in old.remarks),
        timing=_moved(old.timing, length),
    )
    headline, text = _words(item, agency)
    item = replace(item, facts=replace(facts, headline=headline, text=text))
    return _row(trial, item, state, facts.latest)


def _row(trial: Trial, item: Candidate, state: str, created_at: datetime) -> QueueRow:
    return QueueRow(
        proposal=replace(trial.proposal, candidate=item),
        candidate_id=trial.item_id,
        state=state,
        edited_by="",
        created_at=created_at,
        approved_by=(),
        timing=item.timing,
    )


def _moved(timing: Timing, length: timedelta) -> Timing:
    return replace(
        timing,
        opens=timing.opens and timing.opens + length,
        closes=timing.closes and timing.closes + length,
    )
