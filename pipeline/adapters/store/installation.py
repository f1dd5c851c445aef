"""Keeps which key seals what is in this database; another key is never taken for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.tables import (
    installation,
)
from pipeline.audit import stamp

__all__ = ["sealing_key", "set_sealing_key"]


def sealing_key(tx: Tx) -> str:
    """Return the id of the key that seals what is here; empty when nothing was sealed yet."""
    return tx.execute(select(installation.c.key_id)).scalar_one_or_none() or ""


def set_sealing_key(tx: Tx, key_id: str, at: datetime) -> None:
    """Remember the key that seals everything from now on."""
    tx.execute(insert(installation).values(key_id=key_id, since=stamp(at)))
