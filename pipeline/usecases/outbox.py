"""Shows what is queued and how it ended, and makes what was given up due again.

Messages to readers are never listed: of mail there are totals, and none below 20 (rule 29). It must
never show a secret, a receiver's answer or an address of a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.outbox import (
    Attempt,
    Sending,
    attempts_of,
    channel_totals,
    find_sendings,
    list_sendings,
)
from pipeline.adapters.store.outbox import retry as make_due
from pipeline.model import AudienceSize, Refused, audience_size
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["OutboxReport", "outbox_list", "outbox_retry", "outbox_show"]

_LISTED = ("webhook", "websub")
_STATES = frozenset({"", "due", "sending", "gathered", "done", "dropped", "dead"})
_MANY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxReport:
    """Messages to machines, totals by (channel, state), and mail by state, as far as it may be."""

    messages: tuple[Sending, ...]
    totals: Mapping[tuple[str, str], int]
    mail: Mapping[str, AudienceSize]


def outbox_list(
    settings: Settings, *, now: datetime, state: str = "", limit: int = 50
) -> OutboxReport:
    """Return the newest messages to webhooks and hubs, and totals.

    Raises:
        Refused: there is no such state.
    """
    if state not in _STATES:
        raise Refused(f"no such state; there are {', '.join(sorted(_STATES - {''}))}")
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        found = [
            each
            for channel in _LISTED
            for each in list_sendings(tx, state=state, channel=channel, limit=limit)
        ]
        totals = channel_totals(tx)
    newest = sorted(found, key=lambda each: (each.created_at, each.sending_id), reverse=True)
    return OutboxReport(
        messages=tuple(newest[:limit]),
        totals={key: n for key, n in totals.items() if key[0] in _LISTED},
        mail={name: audience_size(n) for (channel, name), n in totals.items() if channel == "mail"},
    )


def outbox_show(
    settings: Settings, prefix: str, *, now: datetime
) -> tuple[Sending, tuple[Attempt, ...]]:
    """Return one message to a webhook or hub, with every try.

    Raises:
        Refused: no such message, or one to a reader.
    """
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        found = _one(tx, prefix)
        return found, attempts_of(tx, found.sending_id)


def outbox_retry(settings: Settings, prefix: str, *, now: datetime, all_dead: bool = False) -> int:
    """Make a message, or all that were given up, due now; return how many.

    What is not public any more is still not sent.

    Raises:
        Refused: no such message, one to a reader, or one that ended well.
    """
    if bool(prefix) is all_dead:
        raise Refused("name one message, or say --dead for all that were given up")
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        if all_dead:
            dead = list_sendings(tx, state="dead", limit=_MANY)
            return sum(make_due(tx, each, now) for each in dead)
        if not make_due(tx, _one(tx, prefix), now):
            raise Refused("this message arrived, or was dropped: it is not news any more")
    return 1


def _one(tx: Tx, prefix: str) -> Sending:
    found = find_sendings(tx, prefix) if len(prefix) >= 8 else ()
    if len(found) != 1 or found[0].channel not in _LISTED:
        raise Refused("no message, or more than one, begins so; give 8 characters or more")
    return found[0]
