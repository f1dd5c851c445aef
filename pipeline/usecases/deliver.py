"""Sends what is queued: webhooks, mail and pings, each until it arrives or is given up.

At least once, with constant ids: a try is written down before its first byte leaves and after its
last, so that a killed run's messages are sent again under the same id, by which receivers know
them. One run at a time. A receiver that is slow or gone keeps nobody else waiting. It must never
send what is not public any more: messages are made from the present state.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import SystemRandom

from pipeline.adapters.locked import alone
from pipeline.adapters.mail_sender import MailSender
from pipeline.adapters.outbound import Answer, Poster, post
from pipeline.adapters.store import Tx
from pipeline.adapters.store.endpoints import disable_endpoint
from pipeline.adapters.store.outbox import (
    Sending,
    begin,
    due_sendings,
    finish,
    stop_receiver,
    take_back,
)
from pipeline.adapters.telemetry import observed
from pipeline.adapters.webhook_signing import signed_headers
from pipeline.publish.pacing import retry_after
from pipeline.usecases.mailing import gather, mail_done, mail_failed, mail_of
from pipeline.usecases.pinging import ping_hubs
from pipeline.usecases.resources import Resources, open_resources, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard
from pipeline.usecases.webhooks import message_of

__all__ = ["DeliverReport", "Outside", "deliver_due"]

_AT_ONCE = {"webhook": 250, "mail": 32}
"""So many are talked to at the same time; even if all hang, a batch of webhooks ends in 30 s."""

_BATCH = 500

GONE = "http-410"
"""The answer with which a receiver asks never to be told again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The world a run talks to: who posts, who mails, the clock of tries, and chance."""

    poster: Poster = post
    mailer: MailSender | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = SystemRandom().random


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverReport:
    """What one run sent, by channel and end: ``done``, ``due`` again, ``dropped`` or ``dead``."""

    ended: Mapping[tuple[str, str], int] = field(default_factory=dict)
    interrupted: int = 0
    busy: bool = False


@observed("deliver")
def deliver_due(
    settings: Settings, *, now: datetime, outside: Outside | None = None
) -> DeliverReport:
    """Send everything that is due at ``now``, once each.

    Raises:
        StoreFailure: the database cannot be used; what was sent and written down before is kept.
    """
    outside = outside or Outside(mailer=MailSender.of(settings.mail))
    with alone(settings.home / "deliver.lock") as free:
        if not free:
            return DeliverReport(busy=True)
        with open_resources(settings, now=now) as resources:
            with resources.store.write() as tx:
                interrupted = take_back(tx, now)
                gather(tx, now)
            ended: Counter[tuple[str, str]] = Counter()
            while True:
                with resources.store.read() as tx:
                    batch = due_sendings(tx, now, limit=_BATCH, board=switchboard(tx))
                if not batch:
                    break
                ended += asyncio.run(_send(resources, settings, batch, now, outside))
    return DeliverReport(ended=dict(ended), interrupted=interrupted)


async def _send(
    resources: Resources,
    settings: Settings,
    batch: Sequence[Sending],
    now: datetime,
    outside: Outside,
) -> Counter[tuple[str, str]]:
    rooms = {channel: asyncio.Semaphore(most) for channel, most in _AT_ONCE.items()}
    ended: Counter[tuple[str, str]] = Counter()
    pings = [each for each in batch if each.channel == "websub"]

    async def one(sending: Sending) -> None:
        async with rooms[sending.channel]:
            state = await _one(resources, settings, sending, now, outside)
        ended[sending.channel, state] += 1

    with resources.store.write() as tx:
        begin(tx, [each.sending_id for each in batch])
    await asyncio.gather(*(one(each) for each in batch if each.channel != "websub"))
    if pings:
        answer = await ping_hubs(resources, settings, pings, outside.poster)
        for each in pings:
            state = _settle(resources, each, answer, now, outside.chance())
            ended[each.channel, state] += 1
    return ended


async def _one(
    resources: Resources, settings: Settings, sending: Sending, now: datetime, outside: Outside
) -> str:
    """Try one message, and write down how it ended; return the state it is left in."""
    if sending.channel == "webhook":
        with resources.store.read() as tx:
            message = message_of(tx, resources.vault, sending, site=site_of(settings), now=now)
        if message is None:
            return _drop(resources, sending, now)
        headers = signed_headers(
            message.secrets, message.message_id, outside.clock().astimezone(UTC), message.body
        )
        answer = await outside.poster(message.url, message.body, headers)
        return _settle(resources, sending, answer, now, outside.chance())
    with resources.store.read() as tx:
        mail = mail_of(tx, resources, settings, sending, now=now)
    if mail is None:
        return _drop(resources, sending, now)
    if outside.mailer is None:
        return _settle(resources, sending, Answer(outcome="no-server"), now, outside.chance())
    answer = await outside.mailer.send(mail)
    if answer.status in range(500, 600):
        mail_failed(resources, sending, answer, now)
        return "dead"
    return _settle(resources, sending, answer, now, outside.chance())


def _settle(
    resources: Resources, sending: Sending, answer: Answer, now: datetime, chance: float
) -> str:
    """Write a try's end down: done, to be tried again, or given up."""
    with resources.store.write() as tx:
        if answer.status in range(200, 300):
            _finish(tx, sending, answer, now, "done")
            mail_done(tx, sending)
            return "done"
        if sending.channel == "webhook" and answer.outcome == GONE:
            disable_endpoint(tx, sending.receiver, "answered 410: do not send again")
            _finish(tx, sending, answer, now, "dropped")
            stop_receiver(tx, "webhook", sending.receiver, outcome="disabled")
            return "dropped"
        again = retry_after(sending.attempts + 1, now, chance=chance, asked=answer.wait)
        if again is None:
            _finish(tx, sending, answer, now, "dead")
            return "dead"
        finish(
            tx,
            sending,
            state="due",
            outcome=answer.outcome,
            now=now,
            next_at=again,
            milliseconds=answer.milliseconds,
        )
    return "due"


def _finish(tx: Tx, sending: Sending, answer: Answer, now: datetime, state: str) -> None:
    finish(
        tx,
        sending,
        state=state,
        outcome=answer.outcome,
        now=now,
        milliseconds=answer.milliseconds,
    )


def _drop(resources: Resources, sending: Sending, now: datetime) -> str:
    """Leave out a message whose alert or receiver is not there any more."""
    with resources.store.write() as tx:
        finish(tx, sending, state="dropped", outcome="not-public-any-more", now=now)
    return "dropped"
