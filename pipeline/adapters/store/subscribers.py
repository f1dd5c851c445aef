"""Keeps who reads by mail, so that nobody can ask who they are (rule 29).

Each function is one step inside the caller's transaction. An address is ciphertext, found only by
its keyed digest. There is no function that lists readers or counts them out: the fan-out gets
random ids and choices, the sender one sealed address for one id, and :func:`readers_of` a size that
is nothing below 20. Erasing a reader leaves no row of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, delete, func, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.outbox_tables import (
    attempts,
    sendings,
    subscriber_areas,
    subscribers,
)
from pipeline.audit import stamp
from pipeline.model import AudienceSize, Choices, audience_size

__all__ = [
    "Subscriber",
    "activate",
    "ask",
    "change_choices",
    "choosing",
    "count_bounce",
    "erase",
    "forget_unconfirmed",
    "mailed_enough",
    "readers_of",
    "subscriber_at",
    "subscriber_by",
]

_CHOICES = TypeAdapter(Choices)

BOUNCES = 3
"""So many mails that came back, and nothing more is sent to an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One reader, for that reader's own request or one message; the address is sealed."""

    subscriber_id: str
    state: str
    choices: Choices
    asked_at: datetime
    confirmed_at: datetime | None
    sealed_mail: bytes = field(repr=False)


def ask(
    tx: Tx,
    subscriber_id: str,
    *,
    mail_index: str,
    sealed_mail: bytes,
    choices: Choices,
    at: datetime,
) -> None:
    """Write down that an address asked; nothing is sent to it but one question."""
    tx.execute(
        insert(subscribers).values(
            subscriber_id=subscriber_id,
            mail_index=mail_index,
            sealed_mail=sealed_mail,
            state="asked",
            choices=_CHOICES.dump_json(choices).decode(),
            asked_at=stamp(at),
        )
    )
    _put_areas(tx, subscriber_id, choices)


def activate(tx: Tx, subscriber_id: str, at: datetime) -> bool:
    """Confirm an address that asked; return whether it was not confirmed before."""
    done = tx.execute(
        update(subscribers)
        .where(subscribers.c.subscriber_id == subscriber_id, subscribers.c.state != "active")
        .values(state="active", confirmed_at=stamp(at), bounces=0)
    )
    return bool(done.rowcount)


def change_choices(tx: Tx, subscriber_id: str, choices: Choices) -> None:
    """Replace what one reader asked for."""
    tx.execute(
        update(subscribers)
        .where(subscribers.c.subscriber_id == subscriber_id)
        .values(choices=_CHOICES.dump_json(choices).decode())
    )
    tx.execute(delete(subscriber_areas).where(subscriber_areas.c.subscriber_id == subscriber_id))
    _put_areas(tx, subscriber_id, choices)


def subscriber_by(tx: Tx, subscriber_id: str) -> Subscriber | None:
    """Return one reader by id, which is in every link the reader has and nowhere else."""
    row = tx.execute(select(subscribers).where(subscribers.c.subscriber_id == subscriber_id))
    found = row.mappings().first()
    return None if found is None else _subscriber(found)


def subscriber_at(tx: Tx, mail_index: str) -> Subscriber | None:
    """Return the reader of an address, by the address's keyed digest."""
    row = tx.execute(select(subscribers).where(subscribers.c.mail_index == mail_index))
    found = row.mappings().first()
    return None if found is None else _subscriber(found)


def choosing(tx: Tx, agency_id: str, area_id: str) -> Iterator[tuple[str, Choices]]:
    """Yield (random id, choices) of confirmed readers of an area: for the fan-out alone."""
    query = (
        select(subscribers.c.subscriber_id, subscribers.c.choices)
        .join(
            subscriber_areas,
            subscriber_areas.c.subscriber_id == subscribers.c.subscriber_id,
        )
        .where(
            subscriber_areas.c.agency_id == agency_id,
            subscriber_areas.c.area_id == area_id,
            subscribers.c.state == "active",
        )
        .order_by(subscribers.c.subscriber_id)
    )
    for row in tx.execute(query):
        yield row.subscriber_id, _CHOICES.validate_json(row.choices)


def readers_of(tx: Tx, agency_id: str, area_id: str = "", *, shift: int) -> AudienceSize:
    """Return how many confirmed readers an agency or one of its areas has, where it may be said.

    ``shift`` is as :func:`~pipeline.model.audience_size` takes it.
    """
    query = (
        select(func.count(subscriber_areas.c.subscriber_id.distinct()))
        .join(subscribers, subscribers.c.subscriber_id == subscriber_areas.c.subscriber_id)
        .where(subscriber_areas.c.agency_id == agency_id, subscribers.c.state == "active")
    )
    if area_id:
        query = query.where(subscriber_areas.c.area_id == area_id)
    return audience_size(int(tx.execute(query).scalar_one()), shift=shift)


def count_bounce(tx: Tx, subscriber_id: str, *, hard: bool) -> bool:
    """Count a mail that came back; return whether the address is given up now."""
    where = subscribers.c.subscriber_id == subscriber_id
    number = tx.execute(select(subscribers.c.bounces).where(where)).scalar_one_or_none()
    if number is None:
        return False
    over = hard or number + 1 >= BOUNCES
    values: dict[str, object] = {"bounces": number + 1}
    if over:
        values["state"] = "bounced"
    tx.execute(update(subscribers).where(where).values(values))
    return over


def mailed_enough(tx: Tx, reader: str, kinds: Sequence[str], *, since: datetime, most: int) -> bool:
    """Return whether ``most`` mails of these kinds were queued for one reader after a time."""
    query = select(func.count()).where(
        sendings.c.channel == "mail",
        sendings.c.receiver == reader,
        sendings.c.kind.in_(kinds),
        sendings.c.created_at > stamp(since),
    )
    return int(tx.execute(query).scalar_one()) >= most


def erase(tx: Tx, subscriber_id: str) -> bool:
    """Delete all there is of a reader, queue and log among it; return whether there was any."""
    mine = select(sendings.c.sending_id).where(
        sendings.c.channel == "mail", sendings.c.receiver == subscriber_id
    )
    tx.execute(delete(attempts).where(attempts.c.sending_id.in_(mine)))
    tx.execute(delete(sendings).where(sendings.c.sending_id.in_(mine)))
    tx.execute(delete(subscriber_areas).where(subscriber_areas.c.subscriber_id == subscriber_id))
    done = tx.execute(delete(subscribers).where(subscribers.c.subscriber_id == subscriber_id))
    return bool(done.rowcount)


def forget_unconfirmed(tx: Tx, before: datetime) -> int:
    """Erase addresses that asked before a time and never answered; return how many."""
    query = select(subscribers.c.subscriber_id).where(
        subscribers.c.state == "asked", subscribers.c.asked_at < stamp(before)
    )
    found = list(tx.execute(query).scalars())
    return sum(erase(tx, each) for each in found)


def _put_areas(tx: Tx, subscriber_id: str, choices: Choices) -> None:
    rows = [
        {"subscriber_id": subscriber_id, "agency_id": each.agency_id, "area_id": each.area_id}
        for each in dict.fromkeys(choices.areas)
    ]
    if rows:
        tx.execute(insert(subscriber_areas), rows)


def _subscriber(row: RowMapping) -> Subscriber:
    confirmed = row["confirmed_at"]
    return Subscriber(
        subscriber_id=row["subscriber_id"],
        state=row["state"],
        choices=_CHOICES.validate_json(row["choices"]),
        asked_at=datetime.fromisoformat(row["asked_at"]),
        confirmed_at=None if confirmed is None else datetime.fromisoformat(confirmed),
        sealed_mail=bytes(row["sealed_mail"]),
    )
