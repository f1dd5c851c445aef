"""When a call counts as closed, from what its revisions said so far (rule 13).

In go the newest revision's status and times and what was known before it, out comes the close that
delays count from. A feed that only says "closed" names no moment: the first time it was seen so
stands in, and later revisions must never move it. No clock is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.model import Incident, IncidentStatus, Memory

__all__ = ["Close", "close_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """When a call was closed, None while it is open, and when it was last opened again.

    ``reopened_at`` is no earlier than any close of before; a close up to it is none of today's.
    """

    at: datetime | None = None
    reopened_at: datetime | None = None


def close_of(incident: Incident, before: Memory | None) -> Close:
    """Return the close of a call as of its newest revision.

    What the agency states counts, unless the call was opened again since. Where it states nothing,
    the close known before stays, and one not known before is by when this revision was closed.
    """
    known = (
        Close() if before is None else Close(at=before.closed_at, reopened_at=before.reopened_at)
    )
    if incident.status is IncidentStatus.OPEN:
        return _opened(incident, known)
    stated = incident.closed_at
    if stated is not None and known.reopened_at is not None and stated <= known.reopened_at:
        stated = None
    at = stated or known.at
    if at is None and incident.status is IncidentStatus.CLOSED:
        at = _seen_closed(incident, before)
    return Close(at=at, reopened_at=known.reopened_at)


def _opened(incident: Incident, known: Close) -> Close:
    if known.at is None:
        return known
    # A dated revision says until when it was open at least.
    times = (known.at, known.reopened_at, incident.revised_at)
    return Close(reopened_at=max(each for each in times if each is not None))


def _seen_closed(incident: Incident, before: Memory | None) -> datetime | None:
    """Return by when the call was closed: its revision, or its arrival where that says nothing.

    A revision no newer than the last one, which was open, was not dated anew when it was closed.
    """
    revised, last = incident.revised_at, None if before is None else before.revised_at
    if revised is not None and (last is None or revised > last):
        return revised
    times = [each for each in (revised, incident.received_at) if each is not None]
    return max(times, default=None)
