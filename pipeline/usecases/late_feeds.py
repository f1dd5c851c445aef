"""Says which feeds are late, by their own rhythm: one answer for alarms and desk.

In go landings of four weeks and the agencies' files, out comes what to think of each silence. What
an agency's people post by hand is no landing of its feed. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.figures import landings_by_hour
from pipeline.agencies import Agency
from pipeline.model.rhythm import Freshness, freshness, learn_rhythm

__all__ = ["late_feeds"]

_LEARNT_FROM = timedelta(weeks=4)


def late_feeds(tx: Tx, agencies: Iterable[Agency], now: datetime) -> Mapping[str, Freshness]:
    """Return the feeds whose silence is odd, by what each brought in the last four weeks."""
    since = now - _LEARNT_FROM
    past = landings_by_hour(tx, since=since)
    found = {}
    for agency in agencies:
        landed = past.get(agency.agency_id)
        if landed is None:
            continue  # it never brought anything: where its looks fail, `feeds-failing` tells
        rhythm = learn_rhythm(landed.by_hour, since=max(since, landed.first), until=now)
        judged = freshness(
            rhythm, last=landed.last, now=now, limit=agency.bounds.silence, every=agency.every
        )
        if judged is not Freshness.FRESH:
            found[str(agency.agency_id)] = judged
    return found
