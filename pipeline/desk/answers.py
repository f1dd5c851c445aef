"""What every decision's route shares: its version, its answer, a conflict's page.

The version an editor saw comes back with each decision (``If-Match``); a decision on anything else
is answered by 409 with the difference, and what was typed is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.adapters.store.candidates import QueueRow, find_candidate
from pipeline.adapters.store.desk_lists import latest_of_origin
from pipeline.adapters.store.trialing import trial_with
from pipeline.desk.guard import DeskOf, Somebody, Visitor, desk_of
from pipeline.desk.page import page
from pipeline.desk.state import Desk, NotHere
from pipeline.model import Conflict, Verb
from pipeline.usecases.desk import Decided
from pipeline.usecases.desk_view import CandidateView, candidate_view, changed_words
from pipeline.usecases.trials import answer_trial, find_trial

__all__ = [
    "Case",
    "CaseOf",
    "NoVersion",
    "answer_conflict",
    "answer_decided",
    "seen_version",
    "viewed",
]


class NoVersion(Exception):
    """A decision does not name the version it is on; answered by 428."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One decision: who decides on what, as they saw it."""

    request: Request
    desk: Desk
    who: Visitor
    candidate_id: str
    expected: str

    @property
    def editor(self) -> str:
        """Who decides."""
        return self.who.account.name

    @property
    def now(self) -> datetime:
        """The present, or the moment that is rehearsed."""
        return self.desk.present()

    @property
    def settles(self) -> datetime:
        """When the decision cannot be undone any more."""
        return self.desk.clock() + self.desk.undo

    def decide(
        self,
        told: str,
        verb: Verb,
        decision: Callable[[], Decided],
        *,
        reason: str = "",
        typed: tuple[str, str] = ("", ""),
    ) -> Response:
        """Decide, and say what it led to. On a test item the answer is kept, and nothing else."""
        trial = find_trial(self.desk.store, self.candidate_id)
        try:
            if trial is None:
                done = decision()
            else:
                done = answer_trial(
                    self.desk.store,
                    trial,
                    editor=self.editor,
                    verb=verb,
                    reason=reason,
                    expected=self.expected,
                    now=self.desk.clock(),
                    settles=self.settles,
                )
        except Conflict as error:
            return self._conflict(str(error), typed)
        undo_s = 0 if done.settles is None else int(self.desk.undo.total_seconds())
        return answer_decided(self.request, told, self.candidate_id, done, undo_s=undo_s)

    def _conflict(self, message: str, typed: tuple[str, str]) -> HTMLResponse:
        """Show what is there now beside what the editor saw, and what they typed."""
        seen = viewed(self.desk, self.who, self.candidate_id).row
        return answer_conflict(self.request, self.desk, seen, message, typed)


def seen_version(if_match: str, version: str) -> str:
    """Return the version a decision is on, as its header or its form says.

    Raises:
        NoVersion: neither does.
    """
    expected = (if_match or version).strip().strip('"')
    if not expected:
        raise NoVersion
    return expected


def _case(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    candidate_id: str,
    if_match: Annotated[str, Header()] = "",
    version: Annotated[str, Form()] = "",
) -> Case:
    desk.require_seen(who.account, candidate_id)
    expected = seen_version(if_match, version)
    return Case(request=request, desk=desk, who=who, candidate_id=candidate_id, expected=expected)


CaseOf = Annotated[Case, Depends(_case)]


def answer_conflict(
    request: Request, desk: Desk, seen: QueueRow, message: str, typed: tuple[str, str]
) -> HTMLResponse:
    """Answer 409: what is there now beside what the editor saw, and what they typed."""
    with desk.store.read() as tx:
        newest = latest_of_origin(tx, seen.candidate_id) or seen
    old, new = seen.proposal.candidate.facts, newest.proposal.candidate.facts
    return page(
        request,
        "conflict.html",
        status=409,
        message=message,
        newest=newest,
        approvers=desk.names(newest.approved_by),
        differs=changed_words(f"{old.headline}\n{old.text}", f"{new.headline}\n{new.text}"),
        typed=typed,
        headers={"hx-retarget": "#detail", "hx-reswap": "innerHTML"},
    )


def answer_decided(
    request: Request, told: str, candidate_id: str, done: Decided, *, undo_s: int
) -> Response:
    """Tell what a decision led to: as a note for the page, or by going back to the queue."""
    if request.headers.get("hx-request") != "true":
        return RedirectResponse("/queue", 303)
    with desk_of(request).store.read() as tx:
        row = find_candidate(tx, candidate_id)
        trial = trial_with(tx, candidate_id) if row is None else None
    proposal = row.proposal if row else trial.proposal if trial else None
    news = {"decided": {"ids": [candidate_id], "verb": told, "becomes": done.candidate_id}}
    return page(
        request,
        "toast.html",
        verb=told,
        number=1,
        moved=0,
        candidate_id=candidate_id,
        undo=undo_s,
        what=proposal.candidate.facts.headline if proposal else "",
        decided=done,
        headers={"hx-trigger": json.dumps(news)},
    )


def viewed(desk: Desk, who: Visitor, candidate_id: str) -> CandidateView:
    """Return what is shown of a candidate.

    Raises:
        NotHere: there is none, or it is another agency's.
    """
    view = candidate_view(
        desk.store,
        desk.settings,
        desk.board,
        candidate_id,
        editor=who.account.name,
        now=desk.clock(),
    )
    if view is None or not who.account.sees(view.item.agency_id):
        raise NotHere
    return view
