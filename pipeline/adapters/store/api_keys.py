"""Keeps the keys with which agencies push: digests, never the keys themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import api_keys
from pipeline.audit import stamp

__all__ = ["ApiKey", "end_keys", "find_key", "insert_key", "keys_of", "revoke_key", "use_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key. ``ends_at`` is when an older key gives way to a newer one; None while it stays."""

    key_id: str
    agency_id: str
    signing: bytes | None = field(repr=False)
    made_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None

    def counts(self, now: datetime) -> bool:
        """Return whether the key opens the door now."""
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


def insert_key(
    tx: Tx, *, key_id: str, agency_id: str, digest: str, signing: bytes | None, now: datetime
) -> None:
    """Record a new key by its digest."""
    tx.execute(
        insert(api_keys).values(
            key_id=key_id,
            agency_id=agency_id,
            digest=digest,
            signing=signing,
            made_at=stamp(now),
        )
    )


def find_key(tx: Tx, digest: str) -> ApiKey | None:
    """Return the key with this digest, whether it still counts or not."""
    row = tx.execute(select(api_keys).where(api_keys.c.digest == digest)).mappings().first()
    return None if row is None else _key(row)


def keys_of(tx: Tx, agency_id: str | None = None) -> tuple[ApiKey, ...]:
    """Return all keys, or one agency's, oldest first."""
    query = select(api_keys).order_by(api_keys.c.agency_id, api_keys.c.made_at, api_keys.c.key_id)
    if agency_id is not None:
        query = query.where(api_keys.c.agency_id == agency_id)
    return tuple(_key(row) for row in tx.execute(query).mappings())


def end_keys(tx: Tx, agency_id: str, *, but: str, at: datetime) -> int:
    """Let an agency's other keys end at a moment, unless they end sooner; return how many do."""
    done = tx.execute(
        update(api_keys)
        .where(
            api_keys.c.agency_id == agency_id,
            api_keys.c.key_id != but,
            api_keys.c.revoked_at.is_(None),
            api_keys.c.ends_at.is_(None) | (api_keys.c.ends_at > stamp(at)),
        )
        .values(ends_at=stamp(at))
    )
    return int(done.rowcount)


def revoke_key(tx: Tx, key_id: str, *, at: datetime) -> bool:
    """Close a key for good; return False when it is unknown or closed already."""
    where = (api_keys.c.key_id == key_id) & api_keys.c.revoked_at.is_(None)
    done = tx.execute(update(api_keys).where(where).values(revoked_at=stamp(at), signing=None))
    return bool(done.rowcount == 1)


def use_key(tx: Tx, key_id: str, *, at: datetime) -> None:
    """Note when a key was last used."""
    tx.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(used_at=stamp(at)))


def _key(row: RowMapping) -> ApiKey:
    def moment(name: str) -> datetime | None:
        return None if row[name] is None else datetime.fromisoformat(row[name])

    return ApiKey(
        key_id=row["key_id"],
        agency_id=row["agency_id"],
        signing=None if row["signing"] is None else bytes(row["signing"]),
        made_at=datetime.fromisoformat(row["made_at"]),
        ends_at=moment("ends_at"),
        revoked_at=moment("revoked_at"),
        used_at=moment("used_at"),
    )
