"""Keeps payloads and feeds: what landed, what waits for the walk, where files come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, Table, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import (
    drops,
    feeds,
    notices,
    payloads,
)
from pipeline.audit import stamp
from pipeline.model import Notice, NoticeCode, PayloadId

__all__ = [
    "Landed",
    "add_notices",
    "ensure_feed",
    "feed_folder",
    "feed_folders",
    "feed_ids",
    "find_payloads",
    "forget_key",
    "has_feed",
    "insert_if_new",
    "insert_payload",
    "known_drops",
    "landed_of",
    "last_pulls",
    "living_payloads",
    "load_payload",
    "payload_exists",
    "payloads_of",
    "quarantine_payload",
    "record_drop",
    "redelivered",
    "reopen_payload",
    "set_folder",
    "shreddable",
    "stop_feed",
    "stopped_feeds",
    "touch_feed",
    "waiting",
    "waiting_agencies",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A payload as the database knows it. The body is in the vault."""

    payload_id: PayloadId
    seq: int
    agency_id: str
    run_id: str
    received_at: datetime
    vault_ref: str
    wrapped_key: bytes | None
    state: str
    records: int
    walked_to: int


def ensure_feed(tx: Tx, agency_id: str) -> None:
    """Make sure the agency has its row."""
    insert_if_new(tx, feeds, {"agency_id": agency_id})


def set_folder(tx: Tx, agency_id: str, folder: str) -> None:
    """Remember where the agency's files were when its payloads were last walked."""
    tx.execute(
        update(feeds)
        .where(feeds.c.agency_id == agency_id, feeds.c.folder != folder)
        .values(folder=folder)
    )


def feed_ids(tx: Tx) -> tuple[str, ...]:
    """Return every agency that was ever pulled or landed, sorted."""
    query = select(feeds.c.agency_id).order_by(feeds.c.agency_id)
    return tuple(tx.execute(query).scalars())


def has_feed(tx: Tx, agency_id: str) -> bool:
    """Return whether the agency was ever pulled or landed."""
    query = select(feeds.c.agency_id).where(feeds.c.agency_id == agency_id)
    return tx.execute(query).first() is not None


def feed_folder(tx: Tx, agency_id: str) -> str:
    """Return where the agency's files were last; empty when it was never walked."""
    query = select(feeds.c.folder).where(feeds.c.agency_id == agency_id)
    return tx.execute(query).scalar_one_or_none() or ""


def feed_folders(tx: Tx) -> dict[str, str]:
    """Return the same of every agency that was ever pulled or landed."""
    query = select(feeds.c.agency_id, feeds.c.folder)
    return {row.agency_id: row.folder for row in tx.execute(query)}


def touch_feed(tx: Tx, agency_id: str, *, at: datetime, landed: bool, failed: bool) -> None:
    """Count one pull of a feed."""
    values: dict[str, object] = {
        "pulls": feeds.c.pulls + 1,
        "last_pull_at": stamp(at),
        "failures": feeds.c.failures + 1 if failed else feeds.c.failures,
        "stopped": "",
    }
    if landed:
        values["last_landed_at"] = stamp(at)
    tx.execute(update(feeds).where(feeds.c.agency_id == agency_id).values(values))


def stop_feed(tx: Tx, agency_id: str, reason: str) -> bool:
    """Mark a feed stopped, without a reason not stopped any more; return whether that is news."""
    old = tx.execute(select(feeds.c.stopped).where(feeds.c.agency_id == agency_id)).scalar_one()
    tx.execute(update(feeds).where(feeds.c.agency_id == agency_id).values(stopped=reason))
    return bool(old != reason)


def stopped_feeds(tx: Tx) -> dict[str, str]:
    """Return why feeds are stopped, of those that are."""
    query = select(feeds.c.agency_id, feeds.c.stopped).where(feeds.c.stopped != "")
    return {row.agency_id: row.stopped for row in tx.execute(query)}


def last_pulls(tx: Tx) -> dict[str, datetime]:
    """Return when each feed was last looked at."""
    query = select(feeds.c.agency_id, feeds.c.last_pull_at).where(feeds.c.last_pull_at.is_not(None))
    return {row.agency_id: datetime.fromisoformat(row.last_pull_at) for row in tx.execute(query)}


def known_drops(tx: Tx, agency_id: str) -> set[tuple[str, str]]:
    """Return (name digest, stamp) of every file of this agency already landed."""
    query = select(drops.c.name_digest, drops.c.stamp).where(drops.c.agency_id == agency_id)
    return {(row.name_digest, row.stamp) for row in tx.execute(query)}


def record_drop(
    tx: Tx, agency_id: str, *, name_digest: str, stamp: str, payload_id: PayloadId
) -> None:
    """Remember that a dropped file was landed as this payload."""
    row = {"name_digest": name_digest, "stamp": stamp, "payload_id": payload_id}
    insert_if_new(tx, drops, {"agency_id": agency_id, **row})


def payload_exists(tx: Tx, payload_id: PayloadId) -> bool:
    """Return whether this body of this agency was landed before."""
    query = select(payloads.c.payload_id).where(payloads.c.payload_id == payload_id)
    return tx.execute(query).first() is not None


def insert_payload(
    tx: Tx,
    payload_id: PayloadId,
    *,
    seq: int,
    agency_id: str,
    run_id: str,
    received_at: datetime,
    size: int,
    vault_ref: str,
    wrapped_key: bytes,
) -> None:
    """Record a payload whose body is durable in the vault."""
    tx.execute(
        insert(payloads).values(
            payload_id=payload_id,
            seq=seq,
            agency_id=agency_id,
            run_id=run_id,
            received_at=stamp(received_at),
            size=size,
            vault_ref=vault_ref,
            wrapped_key=wrapped_key,
            state="landed",
        )
    )


def reopen_payload(
    tx: Tx, payload_id: PayloadId, *, sealed: tuple[str, bytes] | None = None
) -> bool:
    """Let a payload quarantined whole be walked again; return False when it is not quarantined.

    ``sealed`` is a new vault ref and wrapped key, for a body that was shredded meanwhile.
    """
    values: dict[str, object] = {"state": "landed", "code": "", "position": ""}
    if sealed is not None:
        values |= {"vault_ref": sealed[0], "wrapped_key": sealed[1]}
    where = (payloads.c.payload_id == payload_id) & (payloads.c.state == "quarantined")
    return bool(tx.execute(update(payloads).where(where).values(values)).rowcount == 1)


def redelivered(tx: Tx, payload_id: PayloadId) -> None:
    """Count that the same body arrived again."""
    tx.execute(
        update(payloads)
        .where(payloads.c.payload_id == payload_id)
        .values(redelivered=payloads.c.redelivered + 1)
    )


def waiting(tx: Tx, agency_ids: Sequence[str] | None = None) -> tuple[Landed, ...]:
    """Return payloads not wholly walked, oldest first."""
    query = select(payloads).where(payloads.c.state == "landed").order_by(payloads.c.seq)
    if agency_ids is not None:
        query = query.where(payloads.c.agency_id.in_(agency_ids))
    return tuple(landed_of(row) for row in tx.execute(query).mappings())


def waiting_agencies(tx: Tx) -> tuple[str, ...]:
    """Return the agencies of payloads that are not wholly walked, sorted."""
    query = select(payloads.c.agency_id).where(payloads.c.state == "landed").distinct()
    return tuple(sorted(tx.execute(query).scalars()))


def load_payload(tx: Tx, payload_id: PayloadId) -> Landed | None:
    """Return one payload, or None when it is unknown."""
    query = select(payloads).where(payloads.c.payload_id == payload_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else landed_of(row)


def quarantine_payload(
    tx: Tx,
    payload_id: PayloadId,
    *,
    code: NoticeCode,
    position: str,
    versions: str,
) -> bool:
    """Quarantine a landed payload whole; return False when it was no longer landed."""
    done = tx.execute(
        update(payloads)
        .where(payloads.c.payload_id == payload_id, payloads.c.state == "landed")
        .values(state="quarantined", code=code.value, position=position, versions=versions)
    )
    return bool(done.rowcount == 1)


def find_payloads(tx: Tx, prefix: str) -> tuple[Landed, ...]:
    """Return payloads whose id begins with ``prefix`` (at most 2)."""
    query = select(payloads).where(payloads.c.payload_id.startswith(prefix, autoescape=True))
    query = query.order_by(payloads.c.payload_id).limit(2)
    return tuple(landed_of(row) for row in tx.execute(query).mappings())


def add_notices(tx: Tx, payload_id: PayloadId, found: Iterable[Notice]) -> None:
    """Add up notices per payload, code and field."""
    counts: dict[tuple[str, str], int] = {}
    for notice in found:
        key = (notice.code.value, notice.field)
        counts[key] = counts.get(key, 0) + notice.count
    for (code, field), count in counts.items():
        where = (
            (notices.c.payload_id == payload_id)
            & (notices.c.code == code)
            & (notices.c.field == field)
        )
        changed = tx.execute(update(notices).where(where).values(count=notices.c.count + count))
        if changed.rowcount == 0:
            row: Mapping[str, object] = {"code": code, "field": field, "count": count}
            tx.execute(insert(notices).values(payload_id=payload_id, **row))


def shreddable(tx: Tx, before: datetime) -> tuple[Landed, ...]:
    """Return walked or quarantined payloads received before a time whose key still exists."""
    query = select(payloads).where(
        payloads.c.state != "landed",
        payloads.c.wrapped_key.is_not(None),
        payloads.c.received_at < stamp(before),
    )
    return tuple(landed_of(row) for row in tx.execute(query).mappings())


def payloads_of(tx: Tx, agency_id: str, *, after: int = -1) -> tuple[Landed, ...]:
    """Return every payload of an agency, or of all for an empty name, oldest first.

    Of those that landed ``after`` one with this sequence number; the first has the number 0.
    """
    query = select(payloads).where(payloads.c.seq > after).order_by(payloads.c.seq)
    if agency_id:
        query = query.where(payloads.c.agency_id == agency_id)
    return tuple(landed_of(row) for row in tx.execute(query).mappings())


def living_payloads(tx: Tx) -> tuple[Landed, ...]:
    """Return every payload whose key still exists, oldest first."""
    query = select(payloads).where(payloads.c.wrapped_key.is_not(None)).order_by(payloads.c.seq)
    return tuple(landed_of(row) for row in tx.execute(query).mappings())


def forget_key(tx: Tx, payload_id: PayloadId) -> None:
    """Drop the payload's wrapped key: from the commit on, nobody can read the body."""
    tx.execute(update(payloads).where(payloads.c.payload_id == payload_id).values(wrapped_key=None))


def landed_of(row: RowMapping) -> Landed:
    """Return a payload's row as a record."""
    return Landed(
        payload_id=PayloadId(row["payload_id"]),
        seq=row["seq"],
        agency_id=row["agency_id"],
        run_id=row["run_id"],
        received_at=datetime.fromisoformat(row["received_at"]),
        vault_ref=row["vault_ref"],
        wrapped_key=None if row["wrapped_key"] is None else bytes(row["wrapped_key"]),
        state=row["state"],
        records=row["records"],
        walked_to=row["walked_to"],
    )


def insert_if_new(tx: Tx, table: Table, row: Mapping[str, object]) -> None:
    """Insert a row unless its key is there; of two runs at once, neither fails."""
    kind = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    tx.execute(kind(table).values(row).on_conflict_do_nothing())
