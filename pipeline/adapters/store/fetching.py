"""Keeps what is remembered between two looks at a feed, and what was odd."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import insert_if_new
from pipeline.adapters.store.tables import drops, fetch_memories, fetch_notices
from pipeline.audit import stamp
from pipeline.model import NoticeCode, PayloadId

__all__ = [
    "add_fetch_notices",
    "dropped_as",
    "fetch_notice_counts",
    "load_memories",
    "save_memory",
]


def load_memories(tx: Tx) -> dict[str, dict[str, str]]:
    """Return what is remembered of each feed."""
    query = select(fetch_memories.c.agency_id, fetch_memories.c.memory)
    return {row.agency_id: json.loads(row.memory) for row in tx.execute(query)}


def save_memory(tx: Tx, agency_id: str, memory: Mapping[str, str], *, at: datetime) -> None:
    """Replace what is remembered of a feed."""
    row = {"memory": json.dumps(dict(memory), sort_keys=True), "at": stamp(at)}
    where = fetch_memories.c.agency_id == agency_id
    if tx.execute(update(fetch_memories).where(where).values(row)).rowcount == 0:
        insert_if_new(tx, fetch_memories, {"agency_id": agency_id, **row})


def add_fetch_notices(tx: Tx, agency_id: str, codes: Iterable[NoticeCode], *, at: datetime) -> None:
    """Count what was odd about fetching a feed."""
    for code in codes:
        where = (fetch_notices.c.agency_id == agency_id) & (fetch_notices.c.code == code.value)
        values = {"count": fetch_notices.c.count + 1, "last_at": stamp(at)}
        if tx.execute(update(fetch_notices).where(where).values(values)).rowcount == 0:
            row = {"count": 1, "first_at": stamp(at), "last_at": stamp(at)}
            tx.execute(insert(fetch_notices).values(agency_id=agency_id, code=code.value, **row))


def fetch_notice_counts(
    tx: Tx, agency_id: str | None = None
) -> tuple[tuple[str, str, int, datetime], ...]:
    """Return (agency, code, count, when last) of what was odd about fetching."""
    query = select(fetch_notices).order_by(fetch_notices.c.agency_id, fetch_notices.c.code)
    if agency_id is not None:
        query = query.where(fetch_notices.c.agency_id == agency_id)
    return tuple(
        (row.agency_id, row.code, int(row._mapping["count"]), datetime.fromisoformat(row.last_at))
        for row in tx.execute(query)
    )


def dropped_as(tx: Tx, agency_id: str, name_digest: str) -> PayloadId | None:
    """Return the payload that landed under this name first; None when there is none."""
    query = select(drops.c.payload_id).where(
        drops.c.agency_id == agency_id, drops.c.name_digest == name_digest
    )
    found = tx.execute(query).scalar()
    return None if found is None else PayloadId(found)
