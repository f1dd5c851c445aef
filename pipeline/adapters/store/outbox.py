"""Keeps who is still to be told what: one row per receiver and message, and every try.

Each function is one step inside the caller's transaction. A row's id is made of channel, receiver,
alert and version, so that queueing twice is queueing once, and is the same in every try. No row
holds a word of an alert: a message is made from the present state when it is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, Table, and_, func, insert, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.outbox_tables import attempts, sendings
from pipeline.adapters.store.stops import may_go
from pipeline.audit import stamp
from pipeline.model import Switchboard

__all__ = [
    "Attempt",
    "Sending",
    "add_sendings",
    "attempts_of",
    "begin",
    "channel_totals",
    "close_members",
    "drop_waiting",
    "due_sendings",
    "find_sendings",
    "finish",
    "gather_digests",
    "list_sendings",
    "members_of",
    "receivers_told",
    "retry",
    "sending_id",
    "stop_receiver",
    "take_back",
]

NOTHING_OFF = Switchboard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message to one receiver; ``attempts`` counts tries begun."""

    sending_id: str
    channel: str
    receiver: str
    alert_id: str
    version: int
    kind: str
    audit_index: int
    state: str = "due"
    digest_id: str = ""
    attempts: int = 0
    created_at: str
    next_at: str
    done_at: str | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: a fixed word such as ``http-503`` or ``timeout``, never a text of the receiver."""

    number: int
    at: str
    outcome: str
    milliseconds: int


def sending_id(channel: str, receiver: str, alert_id: str, version: int) -> str:
    """Return the constant id of a message to a receiver."""
    text = "\n".join((channel, receiver, alert_id, str(version)))
    return f"msg_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def add_sendings(tx: Tx, rows: Sequence[Sending]) -> int:
    """Queue messages, those that are queued already aside; return how many are new."""
    added = 0
    for row in rows:
        values = {name: getattr(row, name) for name in Sending.__slots__}
        done = tx.execute(_insert(tx, sendings).values(values).on_conflict_do_nothing())
        added += done.rowcount
    return added


def drop_waiting(
    tx: Tx, alert_id: str, *, below: int, outcome: str, channels: Sequence[str] = ()
) -> None:
    """Drop what was queued of an alert's earlier versions and not begun: it is not news any more.

    A message that was tried and may have arrived is dropped too: ``receivers_told`` names it.
    """
    where = [
        sendings.c.alert_id == alert_id,
        sendings.c.version < below,
        sendings.c.state.in_(("due", "gathered", "dead")),
    ]
    if channels:
        where.append(sendings.c.channel.in_(channels))
    tx.execute(update(sendings).where(*where).values(state="dropped", outcome=outcome))


def receivers_told(tx: Tx, alert_id: str, channel: str) -> tuple[str, ...]:
    """Return who was told of an alert, or may have been: a try that failed may have arrived."""
    # A person's retry counts tries anew: the log of tries remembers those before it.
    began = or_(sendings.c.attempts > 0, sendings.c.sending_id.in_(select(attempts.c.sending_id)))
    tried = select(sendings.c.sending_id).where(began)
    query = select(sendings.c.receiver).where(
        sendings.c.alert_id == alert_id,
        sendings.c.channel == channel,
        or_(
            sendings.c.state.in_(("done", "sending")),
            began,
            sendings.c.digest_id.in_(tried),
        ),
    )
    return tuple(tx.execute(query.distinct().order_by(sendings.c.receiver)).scalars())


def due_sendings(
    tx: Tx, now: datetime, *, limit: int, board: Switchboard = NOTHING_OFF
) -> tuple[Sending, ...]:
    """Return what is to be sent now: withdrawals first, then what waits longest.

    What the switches of ``board`` stop is left where it is.
    """
    query = (
        select(sendings)
        .where(sendings.c.state == "due", sendings.c.next_at <= stamp(now), may_go(board))
        .order_by((sendings.c.kind != "retracted"), sendings.c.next_at, sendings.c.sending_id)
        .limit(limit)
    )
    return tuple(_sending(row) for row in tx.execute(query).mappings())


def begin(tx: Tx, ids: Sequence[str]) -> None:
    """Write down that a try begins, before the first byte leaves."""
    tx.execute(
        update(sendings)
        .where(sendings.c.sending_id.in_(ids), sendings.c.state == "due")
        .values(state="sending", attempts=sendings.c.attempts + 1)
    )


def finish(
    tx: Tx,
    sending: Sending,
    *,
    state: str,
    outcome: str,
    now: datetime,
    next_at: datetime | None = None,
    milliseconds: int = 0,
) -> None:
    """Write down how a try ended; a message that was dropped meanwhile stays dropped."""
    before = select(func.count()).where(attempts.c.sending_id == sending.sending_id)
    tx.execute(
        insert(attempts).values(
            sending_id=sending.sending_id,
            number=tx.execute(before).scalar_one() + 1,
            at=stamp(now),
            outcome=outcome,
            milliseconds=milliseconds,
        )
    )
    values: dict[str, object] = {"state": state, "outcome": outcome}
    if next_at is not None:
        values["next_at"] = stamp(next_at)
    if state == "done":
        values["done_at"] = stamp(now)
    where = (sendings.c.sending_id == sending.sending_id, sendings.c.state == "sending")
    tx.execute(update(sendings).where(*where).values(values))


def take_back(tx: Tx, now: datetime) -> int:
    """Make due again what a killed run had begun; return how many. Call it alone, under the lock.

    Such a message may have arrived: it is sent again with the same id, by which receivers know it.
    """
    done = tx.execute(
        update(sendings)
        .where(sendings.c.state == "sending")
        .values(state="due", outcome="interrupted", next_at=stamp(now))
    )
    return int(done.rowcount)


def gather_digests(tx: Tx, now: datetime) -> dict[str, tuple[Sending, ...]]:
    """Return, per receiver, what waits for a digest whose time has come."""
    ready = (
        select(sendings.c.receiver)
        .where(sendings.c.state == "gathered", sendings.c.next_at <= stamp(now))
        .distinct()
    )
    query = (
        select(sendings)
        .where(
            sendings.c.state == "gathered",
            sendings.c.digest_id == "",
            sendings.c.next_at <= stamp(now),
            sendings.c.receiver.in_(ready),
        )
        .order_by(sendings.c.receiver, sendings.c.next_at, sendings.c.sending_id)
    )
    found: dict[str, tuple[Sending, ...]] = {}
    for row in tx.execute(query).mappings():
        found[row["receiver"]] = (*found.get(row["receiver"], ()), _sending(row))
    return found


def close_members(tx: Tx, ids: Sequence[str], *, digest_id: str, state: str = "gathered") -> None:
    """Tie messages to the digest that takes them along."""
    tx.execute(
        update(sendings)
        .where(sendings.c.sending_id.in_(ids), sendings.c.state == "gathered")
        .values(digest_id=digest_id, state=state)
    )


def members_of(tx: Tx, digest_id: str) -> tuple[Sending, ...]:
    """Return the messages of one digest that were not dropped meanwhile."""
    query = select(sendings).where(
        sendings.c.digest_id == digest_id, sendings.c.state == "gathered"
    )
    rows = tx.execute(query.order_by(sendings.c.sending_id)).mappings()
    return tuple(_sending(row) for row in rows)


def stop_receiver(
    tx: Tx, channel: str, receiver: str, *, outcome: str, keep: Sequence[str] = ()
) -> int:
    """Drop all that still waits for one receiver, but the kinds to ``keep``; return how many."""
    done = tx.execute(
        update(sendings)
        .where(
            sendings.c.channel == channel,
            sendings.c.receiver == receiver,
            sendings.c.kind.not_in(keep),
            sendings.c.state.in_(("due", "gathered", "sending")),
        )
        .values(state="dropped", outcome=outcome)
    )
    return int(done.rowcount)


def retry(tx: Tx, sending: Sending, now: datetime) -> bool:
    """Make a dead or waiting message due now, with all its tries before it; False if it is over."""
    done = tx.execute(
        update(sendings)
        .where(sendings.c.sending_id == sending.sending_id, sendings.c.state.in_(("dead", "due")))
        .values(state="due", next_at=stamp(now), attempts=0)
    )
    return bool(done.rowcount)


def find_sendings(tx: Tx, prefix: str) -> tuple[Sending, ...]:
    """Return messages whose id begins with ``prefix`` (at most 2)."""
    query = select(sendings).where(sendings.c.sending_id.startswith(prefix, autoescape=True))
    rows = tx.execute(query.order_by(sendings.c.sending_id).limit(2)).mappings()
    return tuple(_sending(row) for row in rows)


def list_sendings(
    tx: Tx, *, state: str = "", channel: str = "", receiver: str = "", limit: int
) -> tuple[Sending, ...]:
    """Return messages, newest first."""
    asked = ((sendings.c.state, state), (sendings.c.channel, channel))
    where = [column == value for column, value in asked if value]
    if receiver:
        where.append(sendings.c.receiver == receiver)
    query = select(sendings).where(and_(true(), *where))
    query = query.order_by(sendings.c.created_at.desc(), sendings.c.sending_id).limit(limit)
    return tuple(_sending(row) for row in tx.execute(query).mappings())


def attempts_of(tx: Tx, sending_id: str) -> tuple[Attempt, ...]:
    """Return every try of a message, oldest first."""
    columns = (attempts.c.number, attempts.c.at, attempts.c.outcome, attempts.c.milliseconds)
    query = select(*columns).where(attempts.c.sending_id == sending_id).order_by(attempts.c.number)
    return tuple(Attempt(**row) for row in tx.execute(query).mappings())


def channel_totals(tx: Tx) -> dict[tuple[str, str], int]:
    """Return how many messages of each channel are in each state. Mail is counted by its caller."""
    query = select(sendings.c.channel, sendings.c.state, func.count()).group_by(
        sendings.c.channel, sendings.c.state
    )
    return {(channel, state): int(n) for channel, state, n in tx.execute(query)}


def _insert(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    if tx.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def _sending(row: RowMapping) -> Sending:
    return Sending(**row)
