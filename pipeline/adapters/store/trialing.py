"""The rows of test items: what is shown again, and what people answered.

Each function is one step inside the caller's transaction. A trigger of the database keeps a test
item's id out of candidates, approvals and alerts for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from pipeline.adapters.store.codec import Proposal, proposal_from, proposal_text
from pipeline.adapters.store.desk_tables import trial_answers, trial_items
from pipeline.adapters.store.engine import Tx
from pipeline.audit import stamp

__all__ = [
    "Answer",
    "Trial",
    "add_answer",
    "add_trial",
    "answer_of",
    "answers_since",
    "drop_answer",
    "last_answer_at",
    "trial_with",
    "unanswered",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One test item: what it shows, and what whoever made it says is right."""

    item_id: str
    agency_id: str
    proposal: Proposal
    expected: str
    reason: str
    made_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person decided on one item, and whether that was right."""

    item_id: str
    editor: str
    verb: str
    expected: str
    at: datetime

    @property
    def right(self) -> bool:
        """Whether it is what was expected."""
        return self.verb == self.expected


def add_trial(tx: Tx, trial: Trial) -> None:
    """Keep a test item."""
    tx.execute(
        insert(trial_items).values(
            item_id=trial.item_id,
            agency_id=trial.agency_id,
            content=proposal_text(trial.proposal),
            expected=trial.expected,
            expected_reason=trial.reason,
            made_by=trial.made_by,
            at=stamp(trial.at),
        )
    )


def trial_with(tx: Tx, item_id: str) -> Trial | None:
    """Return one test item."""
    row = tx.execute(select(trial_items).where(trial_items.c.item_id == item_id)).first()
    return None if row is None else _trial(row)


def unanswered(
    tx: Tx, editor: str, *, agency_id: str, since: datetime, most: int
) -> Sequence[Trial]:
    """Return items somebody did not answer and did not make, oldest first."""
    mine = select(trial_answers.c.item_id).where(trial_answers.c.editor == editor)
    query = select(trial_items).where(
        trial_items.c.item_id.not_in(mine),
        trial_items.c.made_by != editor,
        trial_items.c.at >= stamp(since),
    )
    if agency_id:
        query = query.where(trial_items.c.agency_id == agency_id)
    rows = tx.execute(query.order_by(trial_items.c.at, trial_items.c.item_id).limit(most))
    return [_trial(row) for row in rows]


def last_answer_at(tx: Tx, editor: str) -> datetime | None:
    """Return when somebody last answered an item."""
    query = select(func.max(trial_answers.c.at)).where(trial_answers.c.editor == editor)
    found = tx.execute(query).scalar_one()
    return None if found is None else datetime.fromisoformat(found)


def add_answer(tx: Tx, item_id: str, editor: str, verb: str, reason: str, at: datetime) -> None:
    """Keep an answer; the first one counts."""
    tx.execute(
        insert(trial_answers).values(
            item_id=item_id, editor=editor, verb=verb, reason=reason, at=stamp(at)
        )
    )


def answer_of(tx: Tx, item_id: str, editor: str) -> tuple[str, datetime] | None:
    """Return (verb, when) of somebody's answer."""
    where = (trial_answers.c.item_id == item_id) & (trial_answers.c.editor == editor)
    row = tx.execute(select(trial_answers.c.verb, trial_answers.c.at).where(where)).first()
    return None if row is None else (row.verb, datetime.fromisoformat(row.at))


def drop_answer(tx: Tx, item_id: str, editor: str) -> None:
    """Forget an answer that was taken back in time."""
    where = (trial_answers.c.item_id == item_id) & (trial_answers.c.editor == editor)
    tx.execute(delete(trial_answers).where(where))


def answers_since(tx: Tx, since: datetime) -> tuple[Answer, ...]:
    """Return answers since a moment, oldest first."""
    query = (
        select(trial_answers, trial_items.c.expected)
        .join(trial_items, trial_items.c.item_id == trial_answers.c.item_id)
        .where(trial_answers.c.at >= stamp(since))
        .order_by(trial_answers.c.at)
    )
    return tuple(
        Answer(
            item_id=row.item_id,
            editor=row.editor,
            verb=row.verb,
            expected=row.expected,
            at=datetime.fromisoformat(row.at),
        )
        for row in tx.execute(query)
    )


def _trial(row: object) -> Trial:
    values = row._mapping  # type: ignore[attr-defined]
    return Trial(
        item_id=values["item_id"],
        agency_id=values["agency_id"],
        proposal=proposal_from(values["content"]),
        expected=values["expected"],
        reason=values["expected_reason"],
        made_by=values["made_by"],
        at=datetime.fromisoformat(values["at"]),
    )
