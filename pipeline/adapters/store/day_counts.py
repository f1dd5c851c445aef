"""Counts the calls each agency told of within a day, to be compared with its bounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import outcomes, payloads
from pipeline.audit import stamp

__all__ = ["calls_since"]


def calls_since(tx: Tx, since: datetime, *, leave_out: Collection[str]) -> Mapping[str, int]:
    """Return calls told of since a moment, by agency, 0 for none; a revised call counts once.

    Only agencies whose feed goes back further than that are in it. Payloads of runs in
    ``leave_out`` are none of a feed's.
    """
    fed = payloads.c.run_id.not_in(list(leave_out))
    begun = (
        select(payloads.c.agency_id).where(fed, payloads.c.received_at <= stamp(since)).distinct()
    )
    known = dict.fromkeys(tx.execute(begun).scalars(), 0)
    counted = (
        select(outcomes.c.agency_id, func.count(outcomes.c.incident_ref.distinct()))
        .join(payloads, payloads.c.payload_id == outcomes.c.payload_id)
        .where(fed, payloads.c.received_at > stamp(since), outcomes.c.incident_ref != "")
        .group_by(outcomes.c.agency_id)
    )
    found = {str(agency_id): int(count) for agency_id, count in tx.execute(counted)}
    return {agency_id: found.get(agency_id, 0) for agency_id in known}
