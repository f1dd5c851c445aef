"""Shows an agency what became of what it sent, what is public, and its agreement.

Read only, of one agency, without readers or other agencies. Small counts are hidden and others
rounded, of whole days alone: a count that grows tells of each new call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store import Store
from pipeline.adapters.store.feed_history import arrivals, reasons_between
from pipeline.adapters.store.feeds_state import Place, in_feed
from pipeline.agencies import Agency
from pipeline.model import Alert, ConfigError, Retraction
from pipeline.publish.counts import TOTAL, safe_counts
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.resources import current_policy
from pipeline.usecases.settings import Settings

__all__ = ["DAYS", "Portal", "portal"]

DAYS = 30
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One agency's side. ``states`` has a rounded count, or None where it is hidden, by state.

    ``reasons`` has the same by (state, reason). ``agency`` is None where its files are not here.
    """

    agency_id: str
    agency: Agency | None
    came_at: datetime | None
    total: int | None
    states: Mapping[str, int | None]
    reasons: Mapping[tuple[str, str], int | None]
    below: int
    to: int
    alerts: tuple[Alert, ...]
    withdrawn: tuple[Retraction, ...]


def portal(
    store: Store, settings: Settings, agency_id: str, *, now: datetime, clock: datetime
) -> Portal:
    """Return what one agency may see of the last :data:`DAYS` whole days, and what is public now.

    Arrivals are counted by ``clock``; a rehearsed ``now`` moves what is live, and not those.

    Raises:
        StoreFailure: the database cannot be used.
    """
    policy = current_policy(settings)
    until = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    since = until - timedelta(days=DAYS)
    with store.read() as tx:
        found = reasons_between(tx, agency_id, since=since, until=until)
        came = arrivals(tx, agency_id, limit=1)
        place = Place(agency_id=agency_id)
        live, gone = in_feed(
            tx, place, now=now, tombstones_since=now - timedelta(days=DAYS), limit=_MOST
        )
        try:
            agency = agency_of(settings, tx, agency_id)
        except ConfigError:
            agency = None
    # States are the columns and reasons the rows, so that neither gives the other away.
    table = Counter({(reason or state, state): n for (state, reason), n in found.items()})
    safe = safe_counts(table, below=policy.suppress_below, to=policy.round_to).cells
    return Portal(
        agency_id=agency_id,
        agency=agency,
        came_at=came[0] if came else None,
        total=safe.get((TOTAL, TOTAL)),
        states={state: safe[TOTAL, state] for state in sorted({state for _, state in table})},
        reasons={(state, reason): safe[reason, state] for reason, state in sorted(table)},
        below=policy.suppress_below,
        to=policy.round_to,
        alerts=tuple(live),
        withdrawn=tuple(gone),
    )
