"""Checks an editor's words while they are typed, and keeps drafts that pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store.candidates import QueueRow
from pipeline.adapters.store.desk_notes import Draft, drafts_of, drop_draft, save_draft
from pipeline.adapters.store.engine import Store
from pipeline.agencies import Agency
from pipeline.classify import sensitive_signals
from pipeline.model import Refused
from pipeline.publish import editor_words
from pipeline.publish.lint import Advice, lint
from pipeline.redact import unexplained_words
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.desk import check_leaks, resolve_candidate
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.trials import find_trial, stored_row

__all__ = ["Checked", "check_draft", "forget_draft", "keep_draft", "my_drafts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found in words; ``problems`` are sentences, any of them stops the text."""

    problems: tuple[str, ...]
    unexplained: tuple[str, ...]
    advices: tuple[Advice, ...]

    @property
    def passes(self) -> bool:
        """Whether the text may be proposed."""
        stops = any(advice.stops for advice in self.advices)
        return not (self.problems or self.unexplained or stops)


def check_draft(
    settings: Settings, candidate_id: str, *, headline: str, text: str, now: datetime
) -> Checked:
    """Return what is wrong with words for a candidate, leak check included."""
    with open_resources(settings, now=now) as resources:
        trial = find_trial(resources.store, candidate_id)
        row = stored_row(trial) if trial else resolve_candidate(resources, candidate_id)
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, row.proposal.candidate.agency_id)
        problems = []
        try:
            headline, text = editor_words(headline, text)
            check_leaks(resources, row, agency, headline, text)
        except Refused as error:
            problems.append(str(error))
    problems += [f"this is never told: {each}" for each in sensitive_signals((headline, text))]
    return Checked(
        problems=tuple(problems),
        unexplained=unexplained_words(f"{headline}\n{text}", public=_facts(row, agency))[:12],
        advices=lint(headline, text),
    )


def keep_draft(
    settings: Settings,
    candidate_id: str,
    *,
    editor: str,
    headline: str,
    text: str,
    now: datetime,
) -> Checked:
    """Keep words for later if they pass; words that do not stay where they were typed."""
    checked = check_draft(settings, candidate_id, headline=headline, text=text, now=now)
    if checked.passes:
        draft = Draft(candidate_id=candidate_id, headline=headline, text=text, at=now)
        with open_resources(settings, now=now) as resources, resources.store.write() as tx:
            save_draft(tx, draft, editor)
    return checked


def forget_draft(store: Store, candidate_id: str, *, editor: str) -> None:
    """Throw an editor's draft away."""
    with store.write() as tx:
        drop_draft(tx, candidate_id, editor)


def my_drafts(store: Store, editor: str) -> tuple[Draft, ...]:
    """Return an editor's own drafts, newest first."""
    with store.read() as tx:
        return drafts_of(tx, editor)


def _facts(row: QueueRow, agency: Agency) -> tuple[str, ...]:
    facts = row.proposal.candidate.facts
    return (facts.area.name, agency.name, facts.headline, facts.text)
