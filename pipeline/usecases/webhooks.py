"""Adds, tests, rotates and disables webhooks, and sends them what they are due.

A secret is shown once, to whoever adds or rotates it, and is sealed from then on. What is sent is
thin: id, version and address of an alert. It must never send an address's own answer anywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.adapters.outbound import Poster, check_url
from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import public_version
from pipeline.adapters.store.endpoints import (
    Endpoint,
    add_endpoint,
    disable_endpoint,
    find_endpoints,
    list_endpoints,
    replace_secret,
)
from pipeline.adapters.store.outbox import (
    Attempt,
    Sending,
    attempts_of,
    list_sendings,
    stop_receiver,
)
from pipeline.adapters.vault import Vault
from pipeline.adapters.webhook_signing import (
    SECRET_BYTES,
    public_key,
    shared_secret,
    signed_headers,
)
from pipeline.audit import stamp
from pipeline.model import Alert, AlertId, Category, Refused
from pipeline.publish import CHANNELS, PublicFile, Site
from pipeline.publish.webhook import TEST, told
from pipeline.usecases.resources import open_resources, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.subscribing import areas_to_choose

__all__ = [
    "Message",
    "ShownSecret",
    "add_webhook",
    "disable_webhook",
    "listed_webhooks",
    "message_of",
    "rotate_webhook",
    "test_webhook",
    "webhook_log",
]

_OVERLAP = timedelta(hours=24)
"""How long the old secret signs beside a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSecret:
    """What a receiver needs to verify; the shared secret is shown this once."""

    endpoint_id: str
    shared: str = field(repr=False)
    public: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One signed-to-be message: where to, which id, which bytes; ``secrets`` sign it."""

    url: str
    message_id: str
    body: bytes
    secrets: tuple[bytes, ...] = field(repr=False)


def add_webhook(
    settings: Settings,
    url: str,
    *,
    now: datetime,
    areas: Sequence[str] = (),
    categories: Sequence[str] = (),
    insecure: Sequence[str] = (),
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> ShownSecret:
    """Add a receiver; empty ``areas`` (``agency/area``) or ``categories`` ask for all.

    Raises:
        Refused: the address may not be a receiver's, or a category or an area is unknown.
    """
    check_url(url, insecure=insecure)
    unknown = sorted(set(categories) - {each.value for each in Category})
    if unknown:
        raise Refused(f"unknown category: {', '.join(unknown)[:80]}")
    if any(each.count("/") != 1 or each.split() != [each] for each in areas):
        raise Refused("an area is written agency/area, such as elm-bluff/north-side")
    known = {f"{e.choice.agency_id}/{e.choice.area_id}" for e in areas_to_choose(settings)}
    strange = sorted(set(areas) - known)
    if strange:
        raise Refused(f"unknown area: {', '.join(strange)[:80]}")
    endpoint_id = f"wh_{randomness(8).hex()}"
    secret = randomness(SECRET_BYTES)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        add_endpoint(
            tx,
            Endpoint(
                endpoint_id=endpoint_id,
                url=url,
                areas=tuple(areas),
                categories=tuple(categories),
                state="enabled",
                reason="",
                since=stamp(now),
                sealed_secret=resources.vault.seal_small(secret, context=_context(endpoint_id)),
                old_secret=None,
                old_until=None,
            ),
        )
    return _shown(endpoint_id, secret)


def rotate_webhook(
    settings: Settings,
    prefix: str,
    *,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> ShownSecret:
    """Give a receiver a new secret; for a day messages carry the signatures of both.

    Raises:
        Refused: no such webhook.
    """
    secret = randomness(SECRET_BYTES)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        endpoint = _one(tx, prefix)
        sealed = resources.vault.seal_small(secret, context=_context(endpoint.endpoint_id))
        replace_secret(tx, endpoint, sealed, old_until=now + _OVERLAP)
    return _shown(endpoint.endpoint_id, secret)


def disable_webhook(settings: Settings, prefix: str, *, now: datetime) -> str:
    """Stop telling a receiver, and drop what waits for it; return its id.

    Raises:
        Refused: no such webhook.
    """
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        endpoint = _one(tx, prefix)
        disable_endpoint(tx, endpoint.endpoint_id, "by hand")
        stop_receiver(tx, "webhook", endpoint.endpoint_id, outcome="disabled")
    return endpoint.endpoint_id


def listed_webhooks(settings: Settings, *, now: datetime) -> tuple[Endpoint, ...]:
    """Return all receivers; their secrets stay sealed."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        return list_endpoints(tx)


def webhook_log(
    settings: Settings, prefix: str, *, now: datetime, limit: int = 50
) -> tuple[tuple[Sending, tuple[Attempt, ...]], ...]:
    """Return a receiver's newest messages with every try.

    Raises:
        Refused: no such webhook.
    """
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        endpoint = _one(tx, prefix)
        found = list_sendings(tx, channel="webhook", receiver=endpoint.endpoint_id, limit=limit)
        return tuple((each, attempts_of(tx, each.sending_id)) for each in found)


async def test_webhook(settings: Settings, prefix: str, *, now: datetime, poster: Poster) -> str:
    """Send a receiver one message of type ``test``; return what became of it.

    Raises:
        Refused: no such webhook.
    """
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            endpoint = _one(tx, prefix)
        part = told(TEST, AlertId("test"), 1, now, site_of(settings))
        message = _message(endpoint, f"msg_{secrets.token_hex(16)}", part, resources.vault, now)
    headers = signed_headers(message.secrets, message.message_id, now, message.body)
    answer = await poster(message.url, message.body, headers)
    return answer.outcome


test_webhook.__test__ = False  # type: ignore[attr-defined] # no test, whatever its name


def message_of(
    tx: Tx, vault: Vault, sending: Sending, *, site: Site, now: datetime
) -> Message | None:
    """Return the message a sending stands for by now; None when there is nothing to tell any more.

    It is made from the alert's present state: what was withdrawn meanwhile is not announced.
    """
    found = find_endpoints(tx, sending.receiver)
    if len(found) != 1 or found[0].state != "enabled":
        return None
    public = public_version(tx, sending.alert_id, sending.version)
    if public is None:
        return None
    channel = CHANNELS["webhook"]
    parts = (
        channel.render(public, site=site)
        if isinstance(public, Alert)
        else channel.retract(public, site=site)
    )
    return _message(found[0], sending.sending_id, parts[0], vault, now)


def _message(
    endpoint: Endpoint, message_id: str, part: PublicFile, vault: Vault, now: datetime
) -> Message:
    context = _context(endpoint.endpoint_id)
    sealed = [endpoint.sealed_secret]
    if endpoint.old_secret is not None and (endpoint.old_until or "") > stamp(now):
        sealed.append(endpoint.old_secret)
    return Message(
        url=endpoint.url,
        message_id=message_id,
        body=part.body,
        secrets=tuple(vault.open_small(each, context) for each in sealed),
    )


def _one(tx: Tx, prefix: str) -> Endpoint:
    found = find_endpoints(tx, prefix) if len(prefix) >= 4 else ()
    if len(found) != 1:
        raise Refused("no webhook, or more than one, begins so; `blotter webhooks list` names them")
    return found[0]


def _shown(endpoint_id: str, secret: bytes) -> ShownSecret:
    return ShownSecret(
        endpoint_id=endpoint_id, shared=shared_secret(secret), public=public_key(secret)
    )


def _context(endpoint_id: str) -> str:
    return f"webhook/{endpoint_id}"
