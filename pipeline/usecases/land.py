"""Landing: a payload's body becomes durable in the vault, then known to the database.

The body is sealed and on disk before the row that names it; a crash in between leaves an object
that nothing refers to, which ``expire`` sweeps. The same body of the same agency lands once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pipeline.adapters.folder_drop import MAX_BODY_BYTES
from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import (
    Landed,
    add_notices,
    ensure_feed,
    insert_payload,
    load_payload,
    payload_exists,
    quarantine_payload,
    record_drop,
    redelivered,
    reopen_payload,
)
from pipeline.adapters.telemetry import note
from pipeline.audit import Entry, EntryKind
from pipeline.model import AgencyId, Notice, PayloadId, PayloadRefused
from pipeline.usecases.resources import Resources

__all__ = ["MAX_BODY_BYTES", "Drop", "body_of", "land", "land_unread", "payload_context"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Where a body came from: keyed digest of the file name, and the file's size and time."""

    name_digest: str
    stamp: str


def payload_context(agency_id: str, payload_id: str) -> str:
    """Return what a payload's ciphertext is bound to."""
    return f"payload/{agency_id}/{payload_id}"


def body_of(resources: Resources, payload: Landed) -> bytes:
    """Return a payload's body from the vault.

    Raises:
        VaultFailure: it is shredded, or cannot be read.
    """
    context = payload_context(payload.agency_id, payload.payload_id)
    return resources.vault.get(payload.vault_ref, payload.wrapped_key or b"", context=context)


def land(
    resources: Resources,
    agency_id: AgencyId,
    body: bytes,
    *,
    run_id: str,
    received_at: datetime,
    drop: Drop | None = None,
    by: str = "",
) -> tuple[PayloadId, bool]:
    """Land one body; return its id and whether there is something to walk.

    ``by`` is the account that wrote it by hand, for the log.

    A body that was quarantined whole and comes again is walked again: its agency's files may have
    been mended meanwhile.

    Raises:
        VaultFailure: the body could not be made durable; nothing was recorded.
        StoreFailure: the database could not record it; it will be landed again.
    """
    digest = resources.seal.digest("payload", agency_id.encode(), body)
    payload_id = cast("PayloadId", digest)
    with resources.store.read() as tx:
        known = load_payload(tx, payload_id)
    if known is not None:
        return payload_id, _land_again(resources, known, body, received_at, drop)
    sealed = resources.vault.put(body, context=payload_context(agency_id, payload_id))
    with resources.store.write() as tx:
        ensure_feed(tx, agency_id)
        if payload_exists(tx, payload_id):
            # Somebody landed it meanwhile; nothing refers to our object, which is swept later.
            _again(tx, agency_id, payload_id, drop)
            return payload_id, False
        entry = Entry(
            kind=EntryKind.PAYLOAD_LANDED,
            at=received_at,
            agency_id=agency_id,
            body={"payload": payload_id, "size": len(body), "run": run_id}
            | ({"by": by} if by else {}),
        )
        insert_payload(
            tx,
            payload_id,
            seq=append(tx, [entry]),
            agency_id=agency_id,
            run_id=run_id,
            received_at=received_at,
            size=len(body),
            vault_ref=sealed.ref,
            wrapped_key=sealed.wrapped_key,
        )
        _note_drop(tx, agency_id, payload_id, drop)
    note("payload-landed", agency=agency_id, payload=payload_id, size=len(body))
    return payload_id, True


def land_unread(
    resources: Resources,
    agency_id: AgencyId,
    *,
    drop: Drop,
    refusal: PayloadRefused,
    run_id: str,
    received_at: datetime,
) -> PayloadId:
    """Quarantine a file too large to be read; its body stays where the agency put it.

    Raises:
        VaultFailure, StoreFailure: nothing was recorded; the file will be looked at again.
    """
    parts = (agency_id.encode(), drop.name_digest.encode(), drop.stamp.encode())
    payload_id = cast("PayloadId", resources.seal.digest("unread", *parts))
    sealed = resources.vault.put(b"", context=payload_context(agency_id, payload_id))
    with resources.store.write() as tx:
        ensure_feed(tx, agency_id)
        entry = Entry(
            kind=EntryKind.PAYLOAD_QUARANTINED,
            at=received_at,
            agency_id=agency_id,
            body={"payload": payload_id, "code": refusal.code.value, "position": "", "run": run_id},
        )
        insert_payload(
            tx,
            payload_id,
            seq=append(tx, [entry]),
            agency_id=agency_id,
            run_id=run_id,
            received_at=received_at,
            size=0,
            vault_ref=sealed.ref,
            wrapped_key=sealed.wrapped_key,
        )
        quarantine_payload(tx, payload_id, code=refusal.code, position="", versions="")
        add_notices(tx, payload_id, [Notice(code=refusal.code)])
        _note_drop(tx, agency_id, payload_id, drop)
    return payload_id


def _land_again(
    resources: Resources, known: Landed, body: bytes, received_at: datetime, drop: Drop | None
) -> bool:
    agency_id, payload_id = AgencyId(known.agency_id), known.payload_id
    sealed = None
    if known.state == "quarantined" and known.wrapped_key is None:
        context = payload_context(agency_id, payload_id)
        stored = resources.vault.put(body, context=context)
        sealed = (stored.ref, stored.wrapped_key)
    with resources.store.write() as tx:
        _again(tx, agency_id, payload_id, drop)
        reopened = reopen_payload(tx, payload_id, sealed=sealed)
        if reopened:
            kind = EntryKind.PAYLOAD_LANDED
            said = {"payload": payload_id, "size": len(body), "again": True}
            append(tx, [Entry(kind=kind, at=received_at, agency_id=agency_id, body=said)])
    return reopened


def _again(tx: Tx, agency_id: AgencyId, payload_id: PayloadId, drop: Drop | None) -> None:
    redelivered(tx, payload_id)
    _note_drop(tx, agency_id, payload_id, drop)


def _note_drop(tx: Tx, agency_id: str, payload_id: PayloadId, drop: Drop | None) -> None:
    if drop is not None:
        record_drop(
            tx,
            agency_id,
            name_digest=drop.name_digest,
            stamp=drop.stamp,
            payload_id=payload_id,
        )
