"""Keys with which agencies push: made, listed, replaced with an overlap, revoked.

A key is 256 random bits, shown once. Kept is its SHA-256: a plain one, since there is nothing to
guess (a slow hash is for words people choose), and since the receiver must find a key by its digest
in one look. A signing secret must be known again to check signatures, so it is kept as ciphertext
that only the vault's key opens. Neither may ever be in a log, an entry or an error.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.adapters.store.api_keys import ApiKey, end_keys, insert_key, keys_of, revoke_key
from pipeline.adapters.store.audit_log import append
from pipeline.audit import Entry
from pipeline.audit.events import permission_change
from pipeline.model import Refused
from pipeline.usecases.catalog import one_agency
from pipeline.usecases.resources import open_database, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["NewKey", "list_keys", "new_key", "revoke", "signing_context", "token_digest"]

_TOKEN_BYTES, _ID_BYTES, _SECRET_BYTES = 32, 4, 32
_PREFIX = "blt_"
_NAME = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key just made: what the agency gets, to be shown once. ``ending`` older keys end then."""

    key_id: str
    token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    ending: int
    ends_at: datetime


def token_digest(token: str) -> str:
    """Return the digest a token is kept and found by."""
    return hashlib.sha256(b"blotter api key\0" + token.encode("utf-8", "replace")).hexdigest()


def signing_context(agency_id: str, key_id: str) -> str:
    """Return what the ciphertext of a signing secret is bound to."""
    return f"signing/{agency_id}/{key_id}"


def new_key(
    settings: Settings,
    agency_id: str,
    *,
    now: datetime,
    overlap: timedelta,
    signed: bool,
    by: str,
    randomness: Callable[[int], bytes],
) -> NewKey:
    """Make a key; the agency's older ones end after the overlap. With ``signed``, pushes must be.

    Raises:
        ConfigError: the agency is unknown. That it does not push yet is no hindrance: the
            receiver takes nothing until its file says so.
    """
    one_agency(settings, agency_id)
    token = _PREFIX + urlsafe_b64encode(randomness(_TOKEN_BYTES)).decode().rstrip("=")
    key_id = randomness(_ID_BYTES).hex()
    secret = randomness(_SECRET_BYTES) if signed else b""
    ends_at = now + overlap
    with open_resources(settings, now=now) as resources:
        context = signing_context(agency_id, key_id)
        sealed = resources.vault.seal_small(secret, context=context) if secret else None
        with resources.store.write() as tx:
            insert_key(
                tx,
                key_id=key_id,
                agency_id=agency_id,
                digest=token_digest(token),
                signing=sealed,
                now=now,
            )
            ending = end_keys(tx, agency_id, but=key_id, at=ends_at)
            append(tx, [_entry(now, agency_id, by, key_id, granted=True)])
    return NewKey(
        key_id=key_id,
        token=token,
        signing_secret=f"whsec_{b64encode(secret).decode()}" if secret else "",
        ending=ending,
        ends_at=ends_at,
    )


def list_keys(settings: Settings, agency_id: str | None = None) -> tuple[ApiKey, ...]:
    """Return what is known of keys: never the keys."""
    with open_database(settings) as store, store.read() as tx:
        return keys_of(tx, agency_id)


def revoke(settings: Settings, key_id: str, *, now: datetime, by: str) -> ApiKey:
    """Close a key at once; whoever sends with it is refused from the next request on.

    Raises:
        Refused: no such key, or closed already.
    """
    with open_database(settings) as store, store.write() as tx:
        found = [key for key in keys_of(tx) if _NAME.fullmatch(key_id) and key.key_id == key_id]
        if not found or not revoke_key(tx, key_id, at=now):
            raise Refused("no such key, or revoked already; `blotter agency key list` has them")
        append(tx, [_entry(now, found[0].agency_id, by, key_id, granted=False)])
        return found[0]


def _entry(at: datetime, agency_id: str, by: str, key_id: str, *, granted: bool) -> Entry:
    return permission_change(
        by=by or "command line",
        account=f"api-key {key_id}",
        role="push",
        granted=granted,
        at=at,
        agency_id=agency_id,
    )
