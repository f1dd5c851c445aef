"""Closes calls that vanish from a list of open calls for so many polls of it.

A poll counts when the whole list was fetched and every record of it read; a failed look, a page
too few, or a body in quarantine is none. A call closed by its absence is walked again as one that
the agency closed when it was first missing, and once more as an open one when it is listed again.
What was decided about it stays. Nothing here may close a call because a feed stands still.
"""

from __future__ import annotations

from collections import Counter

from pipeline.adapters.store.feeding import Landed, load_payload
from pipeline.adapters.store.listing import (
    changed_refs,
    mark_rewalked,
    open_records,
    save_listing,
    settle_poll,
    waiting_polls,
)
from pipeline.feeds import Reading
from pipeline.model import Incident
from pipeline.usecases.recall import Walking
from pipeline.usecases.rewalk import rewalk_records
from pipeline.usecases.walk_batch import steps_of

__all__ = ["note_listing", "settle_polls"]


def note_listing(walking: Walking, payload: Landed, reading: Reading) -> None:
    """Remember which incidents a payload lists, where its agency's absences count."""
    if walking.rules.agency.vanish_after is None:
        return
    steps = steps_of(walking, payload, reading.records)
    refs = {step.content.ref for step in steps if isinstance(step.content, Incident)}
    whole = all(isinstance(step.content, Incident) for step in steps)
    with walking.resources.store.write() as tx:
        save_listing(tx, payload.payload_id, payload.agency_id, refs, whole=whole)


def settle_polls(walking: Walking) -> Counter[str]:
    """Count who is missing from the polls walked so far; return records that moved, by state.

    Raises:
        VaultFailure: a body cannot be read.
        StoreFailure: the database cannot be used.
        Conflict: the agency was walked by somebody else meanwhile; the next walk comes back to it.
    """
    agency = walking.rules.agency
    if agency.vanish_after is None:
        return Counter()
    store = walking.resources.store
    with store.read() as tx:
        waiting = waiting_polls(tx, agency.agency_id)
    for poll in waiting:
        if not poll.ready:
            break
        with store.write() as tx:
            settle_poll(tx, agency.agency_id, poll, after=agency.vanish_after)
    with store.read() as tx:
        changed = changed_refs(tx, agency.agency_id)
        places = open_records(tx, changed)
        found = [(load_payload(tx, each), at) for each, at in places.items()]
    moved: Counter[str] = Counter()
    for payload, positions in found:
        if payload is not None and payload.wrapped_key is not None:
            moved += rewalk_records(walking, payload, positions)
    if changed:
        with store.write() as tx:
            mark_rewalked(tx, agency.agency_id, changed)
    return moved
