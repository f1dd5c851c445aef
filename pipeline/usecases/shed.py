"""Lets the oldest of the least worth go when the queue outruns the editors.

Only ordinary property and traffic calls (tier S1) nobody has touched; what may hurt somebody waits
for a person. The number is shown on the desk.
"""

from __future__ import annotations

import json
from datetime import datetime

from pipeline.adapters.store import Store
from pipeline.adapters.store.audit_log import newest_entries
from pipeline.adapters.store.candidates import close_candidate
from pipeline.adapters.store.desk_work import lock_row
from pipeline.audit import EntryKind
from pipeline.model import Conflict, Decision, LedgerState, Tier, Verb, WithholdReason
from pipeline.usecases.board import Board
from pipeline.usecases.cards import Card, Wanted
from pipeline.usecases.decisions import RULES, record_decision

__all__ = ["shed", "shed_on"]

_AT_ONCE = 50


def shed(store: Store, board: Board, *, most: int, now: datetime) -> int:
    """Withhold what is beyond ``most`` pending, oldest and least first; return how many."""
    ranked = [card for card, _ in board.ranked(Wanted())]
    over = len(ranked) - most
    if over <= 0:
        return 0
    idle = [card for card in reversed(ranked) if _may_go(card)]
    done = 0
    for card in idle[: min(over, _AT_ONCE)]:
        try:
            _let_go(store, card, now)
        except Conflict:
            continue
        done += 1
    return done


def shed_on(store: Store, day: datetime) -> int:
    """Return how many were let go on a day (UTC), of the newest thousand decisions."""
    with store.read() as tx:
        lines = newest_entries(tx, EntryKind.DECISION, limit=1_000)
    wanted, today = WithholdReason.LOAD_SHED.value, f"{day:%Y-%m-%d}"
    entries = [json.loads(line) for line in lines if wanted.encode() in line]
    return sum(
        each["body"].get("reason") == wanted and each["at"].startswith(today) for each in entries
    )


def _may_go(card: Card) -> bool:
    untouched = not (card.approvals or card.edited_by or card.on_hold or card.updates)
    return card.tier is Tier.S1 and untouched


def _let_go(store: Store, card: Card, now: datetime) -> None:
    reason = WithholdReason.LOAD_SHED.value
    with store.write() as tx:
        row = lock_row(tx, card.candidate_id)
        if row is None or row.approved_by:
            raise Conflict("somebody decides on this now")
        close_candidate(
            tx,
            card.candidate_id,
            state="withheld",
            ledger=LedgerState.WITHHELD,
            reason=reason,
        )
        candidate = row.proposal.candidate
        record_decision(
            tx,
            Decision(
                candidate_id=candidate.candidate_id,
                verb=Verb.LAPSE,
                editor=RULES,
                at=now,
                reason=reason,
            ),
            kind=EntryKind.DECISION,
            agency_id=candidate.agency_id,
            body={"incident": candidate.ref, "policy": candidate.policy},
        )
