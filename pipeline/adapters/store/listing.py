"""Keeps what feeds of open calls list, poll by poll, and which calls have gone from them.

Nothing here decides: how often a call must be missing is said by the agency's file, and what a
closed call means by the walk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import delete, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import insert_if_new
from pipeline.adapters.store.listing_tables import listed, listings, polls
from pipeline.adapters.store.tables import outcomes, payloads
from pipeline.audit import stamp
from pipeline.model import IncidentRef, LedgerState, PayloadId

__all__ = [
    "ListedPoll",
    "add_poll",
    "changed_refs",
    "closures",
    "mark_rewalked",
    "open_records",
    "repeat_poll",
    "save_listing",
    "settle_poll",
    "unsettled_agencies",
    "waiting_polls",
]

_OPEN = (LedgerState.PENDING.value, LedgerState.HELD.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPoll:
    """One poll that waits to be settled.

    ``ready`` is False while a payload of it is not walked. ``refs`` are the incidents listed; None
    where that is not known, because a payload or a record of it could not be read.
    """

    number: int
    at: datetime
    ready: bool
    refs: frozenset[IncidentRef] | None


def add_poll(tx: Tx, agency_id: str, payload_ids: Sequence[PayloadId], at: datetime) -> None:
    """Note a whole look at a feed: its list is what these payloads hold together."""
    text = orjson.dumps(list(payload_ids)).decode()
    tx.execute(insert(polls).values(agency_id=agency_id, payloads=text, at=stamp(at)))


def repeat_poll(tx: Tx, agency_id: str, at: datetime) -> None:
    """Note a look that found the list of the look before; nothing where there was none."""
    query = select(polls.c.payloads).where(polls.c.agency_id == agency_id)
    last = tx.execute(query.order_by(polls.c.number.desc()).limit(1)).scalar()
    if last is not None:
        tx.execute(insert(polls).values(agency_id=agency_id, payloads=last, at=stamp(at)))


def save_listing(
    tx: Tx, payload_id: PayloadId, agency_id: str, refs: Collection[IncidentRef], *, whole: bool
) -> None:
    """Remember which incidents a payload lists."""
    row = {"refs": orjson.dumps(sorted(refs)).decode(), "whole": int(whole)}
    insert_if_new(tx, listings, {"payload_id": payload_id, "agency_id": agency_id, **row})


def waiting_polls(tx: Tx, agency_id: str) -> tuple[ListedPoll, ...]:
    """Return polls not settled, in order."""
    query = select(polls).where(polls.c.agency_id == agency_id, polls.c.settled == 0)
    rows = tx.execute(query.order_by(polls.c.number)).all()
    return tuple(_poll(tx, row.number, row.at, orjson.loads(row.payloads)) for row in rows)


def unsettled_agencies(tx: Tx) -> frozenset[str]:
    """Return agencies with a poll to be settled, or a call whose record is to be walked again."""
    waiting = select(polls.c.agency_id).where(polls.c.settled == 0)
    changed = select(listed.c.agency_id).where(listed.c.changed == 1)
    return frozenset(tx.execute(waiting.union(changed)).scalars())


def _poll(tx: Tx, number: int, at: str, names: list[str]) -> ListedPoll:
    states = select(payloads.c.state).where(payloads.c.payload_id.in_(names))
    found = tx.execute(select(listings).where(listings.c.payload_id.in_(names))).all()
    known = len(found) == len(set(names)) and all(row.whole for row in found)
    walked = tx.execute(states).scalars().all()
    if "quarantined" in walked:
        known = False
    refs = frozenset(IncidentRef(ref) for row in found for ref in orjson.loads(row.refs))
    return ListedPoll(
        number=number,
        at=datetime.fromisoformat(at),
        ready="landed" not in walked,
        refs=refs if known else None,
    )


def settle_poll(tx: Tx, agency_id: str, poll: ListedPoll, *, after: int) -> None:
    """Count who is missing from a poll; one missing ``after`` times in a row counts as closed.

    It was closed when it was first missing. One that is listed again is open again.
    """
    tx.execute(
        delete(polls).where(
            polls.c.agency_id == agency_id, polls.c.settled == 1, polls.c.number < poll.number
        )
    )
    tx.execute(update(polls).where(polls.c.number == poll.number).values(settled=1))
    if poll.refs is None:
        return
    mine = listed.c.agency_id == agency_id
    known = {row.incident_ref: row for row in tx.execute(select(listed).where(mine))}
    new = [{"agency_id": agency_id, "incident_ref": ref} for ref in poll.refs if ref not in known]
    if new:
        tx.execute(insert(listed), new)
    for ref, row in known.items():
        values: dict[str, object]
        if ref in poll.refs:
            if not row.missed:
                continue
            values = {"missed": 0, "missing_since": None, "closed_at": None}
            values["changed"] = 1 if row.closed_at else row.changed
        elif row.closed_at is None:
            since = row.missing_since or stamp(poll.at)
            values = {"missed": row.missed + 1, "missing_since": since}
            if row.missed + 1 >= after:
                values |= {"closed_at": since, "changed": 1}
        else:
            continue
        tx.execute(update(listed).where(mine, listed.c.incident_ref == ref).values(values))


def closures(
    tx: Tx, agency_id: str, refs: Collection[IncidentRef]
) -> Mapping[IncidentRef, datetime]:
    """Return when each of these incidents was closed by its absence, where it was."""
    query = select(listed.c.incident_ref, listed.c.closed_at).where(
        listed.c.agency_id == agency_id,
        listed.c.incident_ref.in_(refs),
        listed.c.closed_at.is_not(None),
    )
    rows = tx.execute(query)
    return {IncidentRef(row.incident_ref): datetime.fromisoformat(row.closed_at) for row in rows}


def changed_refs(tx: Tx, agency_id: str) -> frozenset[IncidentRef]:
    """Return incidents closed by absence, or opened again, whose record was not walked since."""
    query = select(listed.c.incident_ref).where(
        listed.c.agency_id == agency_id, listed.c.changed == 1
    )
    return frozenset(IncidentRef(ref) for ref in tx.execute(query).scalars())


def mark_rewalked(tx: Tx, agency_id: str, refs: Collection[IncidentRef]) -> None:
    """Note that the open records of these incidents were walked again."""
    where = (listed.c.agency_id == agency_id) & listed.c.incident_ref.in_(refs)
    tx.execute(update(listed).where(where).values(changed=0))


def open_records(tx: Tx, refs: Collection[IncidentRef]) -> Mapping[PayloadId, frozenset[int]]:
    """Return where the pending and held records of these incidents stand."""
    query = select(outcomes.c.payload_id, outcomes.c.position).where(
        outcomes.c.incident_ref.in_(refs), outcomes.c.state.in_(_OPEN)
    )
    found: dict[PayloadId, set[int]] = {}
    for row in tx.execute(query):
        found.setdefault(PayloadId(row.payload_id), set()).add(row.position)
    return {payload: frozenset(positions) for payload, positions in found.items()}
