"""Receiving: an agency's push becomes durable, then is acknowledged.

In: who sends, a body, an idempotency key. Out: what the acknowledgement says. The order is that of
every landing: body encrypted and on disk, row committed, answer. Killed before the commit, nothing
was acknowledged and the agency sends again; killed after it, the line walks what was landed. Must
never parse a body: that is the walk's part, which quarantines what it cannot read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store.api_keys import ApiKey, find_key, use_key
from pipeline.adapters.store.feeding import ensure_feed, touch_feed, waiting
from pipeline.adapters.store.fetching import add_fetch_notices, dropped_as
from pipeline.adapters.store.figures import payloads_waiting
from pipeline.adapters.store.listing import add_poll
from pipeline.adapters.telemetry import observed
from pipeline.agencies import Agency
from pipeline.model import Conflict, NoticeCode, PayloadId, Refused
from pipeline.usecases.api_keys import signing_context, token_digest
from pipeline.usecases.land import Drop, land
from pipeline.usecases.pressure import full
from pipeline.usecases.resources import Resources
from pipeline.usecases.switches import switchboard

__all__ = [
    "PUSHED",
    "Received",
    "agencies_waiting",
    "known_key",
    "note_refusal",
    "receive",
    "signing_secret",
]

PUSHED = "pushed"
"""The run that pushed payloads belong to."""

_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An acknowledgement. ``sha256`` is of the body as unpacked; ``again``: it was here before."""

    payload_id: PayloadId
    sha256: bytes
    size: int
    again: bool


def known_key(resources: Resources, agency_id: str, token: str, *, now: datetime) -> ApiKey | None:
    """Return the key of a token, when it counts now and is this agency's; else None."""
    with resources.store.read() as tx:
        key = find_key(tx, token_digest(token))
    return key if key is not None and key.agency_id == agency_id and key.counts(now) else None


def signing_secret(resources: Resources, key: ApiKey) -> bytes | None:
    """Return the secret that pushes with this key are signed with; None when they need not be.

    Raises:
        VaultFailure: it cannot be opened.
    """
    if key.signing is None:
        return None
    context = signing_context(key.agency_id, key.key_id)
    return resources.vault.open_small(key.signing, context)


@observed("receive")
def receive(
    resources: Resources,
    agency: Agency,
    key: ApiKey,
    body: bytes,
    *,
    idempotency_key: str,
    now: datetime,
) -> Received:
    """Land a pushed body; what is returned may be acknowledged.

    Raises:
        Conflict: the idempotency key was used for another body.
        Refused: the agency's feed is off, or too much waits; it must send again later.
        VaultFailure, StoreFailure: nothing was recorded; the agency must send again.
    """
    agency_id = agency.agency_id
    drop = None
    with resources.store.read() as tx:
        off, waiting = switchboard(tx).stops_feed(agency_id), payloads_waiting(tx, agency_id)
    if off is not None or full(waiting):
        raise Refused("this feed is switched off, or too much waits; send again later")
    if idempotency_key:
        parts = (agency_id.encode(), idempotency_key.encode())
        drop = Drop(name_digest=resources.seal.digest("push", *parts), stamp=PUSHED)
        expected = PayloadId(resources.seal.digest("payload", agency_id.encode(), body))
        with resources.store.read() as tx:
            earlier = dropped_as(tx, agency_id, drop.name_digest)
        if earlier not in (None, expected):
            raise Conflict("this idempotency key was used for another body")
    payload_id, is_new = land(resources, agency_id, body, run_id=PUSHED, received_at=now, drop=drop)
    with resources.store.write() as tx:
        ensure_feed(tx, agency_id)
        touch_feed(tx, agency_id, at=now, landed=is_new, failed=False)
        if agency.vanish_after is not None:
            add_poll(tx, agency_id, [payload_id], now)
        if key.used_at is None or now - key.used_at > _USED_EVERY:
            use_key(tx, key.key_id, at=now)
    return Received(
        payload_id=payload_id,
        sha256=hashlib.sha256(body).digest(),
        size=len(body),
        again=not is_new,
    )


def note_refusal(
    resources: Resources, agency_id: str, codes: Iterable[NoticeCode], *, now: datetime
) -> None:
    """Count why a known agency's push was refused."""
    with resources.store.write() as tx:
        add_fetch_notices(tx, agency_id, codes, at=now)


def agencies_waiting(resources: Resources) -> tuple[str, ...]:
    """Return the agencies that have payloads landed and not wholly walked, sorted."""
    with resources.store.read() as tx:
        return tuple(sorted({payload.agency_id for payload in waiting(tx)}))
