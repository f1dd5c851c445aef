"""Finds what switches and pauses keep back: alerts not told yet, sendings that may not go.

Each function is one step inside the caller's transaction and changes nothing. What is a withdrawal
is never among what they find.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from pipeline.adapters.store.alerts import in_words
from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.outbox_tables import sendings
from pipeline.adapters.store.tables import alerts, candidates, deliveries
from pipeline.model import AlertId, Switchboard

__all__ = ["kept_back", "may_go", "untold"]


def kept_back(board: Switchboard, paused: Collection[str] = ()) -> Select[Any]:
    """Return the query for alerts whose words a channel was not told, and that something keeps.

    Something is a switch, or the pause of the agency.
    """
    kept = or_(_stopped(board), alerts.c.agency_id.in_(sorted(paused)))
    return (
        select(alerts.c.alert_id)
        .join(deliveries, deliveries.c.alert_id == alerts.c.alert_id)
        .where(in_words(), deliveries.c.done_at.is_(None), kept)
        .distinct()
    )


def untold(tx: Tx, board: Switchboard) -> frozenset[AlertId]:
    """Return the alerts whose words a channel was not told, and that switches keep back."""
    if not board.off:
        return frozenset()
    return frozenset(AlertId(each) for each in tx.execute(kept_back(board)).scalars())


def may_go(board: Switchboard) -> ColumnElement[bool]:
    """Return the condition on sendings that may go out: withdrawals always.

    A digest may hold something of anybody, so it waits while any telling is switched off. Mails to
    a reader about the reader alone wait only when everything is: an unanswered address is erased.
    """
    if not (board.everything or board.agencies or board.tiers):
        return true()
    withdrawal = sendings.c.kind == "retracted"
    to_a_reader = sendings.c.kind.in_(("confirm", "manage"))
    if board.everything:
        return withdrawal
    stopped = select(alerts.c.alert_id).where(_stopped(board))
    free = select(alerts.c.alert_id).where(alerts.c.alert_id.not_in(stopped))
    return or_(withdrawal, to_a_reader, sendings.c.alert_id.in_(free))


def _stopped(board: Switchboard) -> ColumnElement[bool]:
    if board.everything:
        return true()
    of_tier = select(candidates.c.candidate_id).where(candidates.c.tier.in_(sorted(board.tiers)))
    return or_(
        false(),
        alerts.c.agency_id.in_(sorted(board.agencies)),
        alerts.c.candidate_id.in_(of_tier),
    )
