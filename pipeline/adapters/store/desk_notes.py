"""What editors leave at a candidate: holds, drafts, and who looks at it.

Each function is one step inside the caller's transaction. None of these decides anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from pipeline.adapters.store.desk_tables import drafts, holds, soft_locks
from pipeline.adapters.store.engine import Tx
from pipeline.audit import stamp

__all__ = [
    "Draft",
    "Hold",
    "add_hold",
    "all_holds",
    "drafts_of",
    "drop_draft",
    "drop_hold",
    "find_draft",
    "find_hold",
    "look_at",
    "lookers",
    "save_draft",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Who put a candidate aside, and why."""

    editor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An editor's words that are not proposed yet; the leak check passed them."""

    candidate_id: str
    headline: str
    text: str
    at: datetime


def add_hold(tx: Tx, candidate_id: str, hold: Hold) -> None:
    """Put a candidate aside."""
    tx.execute(delete(holds).where(holds.c.candidate_id == candidate_id))
    tx.execute(
        insert(holds).values(
            candidate_id=candidate_id, editor=hold.editor, reason=hold.reason, at=stamp(hold.at)
        )
    )


def drop_hold(tx: Tx, candidate_id: str) -> bool:
    """Take a candidate back; False when it was not aside."""
    return tx.execute(delete(holds).where(holds.c.candidate_id == candidate_id)).rowcount > 0


def find_hold(tx: Tx, candidate_id: str) -> Hold | None:
    """Return who put a candidate aside, if somebody did."""
    return all_holds(tx, [candidate_id]).get(candidate_id)


def all_holds(tx: Tx, only: Collection[str] | None = None) -> Mapping[str, Hold]:
    """Return holds by candidate."""
    query = select(holds)
    if only is not None:
        query = query.where(holds.c.candidate_id.in_(only))
    return {
        row.candidate_id: Hold(
            editor=row.editor, reason=row.reason, at=datetime.fromisoformat(row.at)
        )
        for row in tx.execute(query)
    }


def look_at(tx: Tx, candidate_id: str, editor: str, *, now: datetime, length: timedelta) -> None:
    """Say that somebody looks at a candidate; nobody else's lock is taken while it lasts."""
    mine = (soft_locks.c.candidate_id == candidate_id) & (
        (soft_locks.c.editor == editor) | (soft_locks.c.until <= stamp(now))
    )
    tx.execute(delete(soft_locks).where(mine))
    free = select(soft_locks.c.editor).where(soft_locks.c.candidate_id == candidate_id)
    if tx.execute(free).first() is None:
        values = {"candidate_id": candidate_id, "editor": editor, "until": stamp(now + length)}
        tx.execute(insert(soft_locks).values(**values))


def lookers(tx: Tx, now: datetime) -> Mapping[str, str]:
    """Return who looks at which candidate."""
    query = select(soft_locks).where(soft_locks.c.until > stamp(now))
    return {row.candidate_id: row.editor for row in tx.execute(query)}


def save_draft(tx: Tx, draft: Draft, editor: str) -> None:
    """Keep an editor's words for a candidate."""
    drop_draft(tx, draft.candidate_id, editor)
    tx.execute(
        insert(drafts).values(
            candidate_id=draft.candidate_id,
            editor=editor,
            headline=draft.headline,
            text=draft.text,
            at=stamp(draft.at),
        )
    )


def drop_draft(tx: Tx, candidate_id: str, editor: str) -> None:
    """Forget an editor's draft."""
    mine = (drafts.c.candidate_id == candidate_id) & (drafts.c.editor == editor)
    tx.execute(delete(drafts).where(mine))


def find_draft(tx: Tx, candidate_id: str, editor: str) -> Draft | None:
    """Return an editor's draft for a candidate."""
    found = [each for each in drafts_of(tx, editor) if each.candidate_id == candidate_id]
    return found[0] if found else None


def drafts_of(tx: Tx, editor: str) -> tuple[Draft, ...]:
    """Return an editor's drafts, newest first."""
    query = select(drafts).where(drafts.c.editor == editor).order_by(drafts.c.at.desc())
    return tuple(
        Draft(
            candidate_id=row.candidate_id,
            headline=row.headline,
            text=row.text,
            at=datetime.fromisoformat(row.at),
        )
        for row in tx.execute(query)
    )
