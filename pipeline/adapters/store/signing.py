"""Keeps which agencies are on trial, and who signed which version of their files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.feeding import insert_if_new
from pipeline.adapters.store.onboarding_tables import shadows, sign_offs
from pipeline.audit import stamp

__all__ = ["add_signature", "ever_in_shadow", "in_shadow", "put_into_shadow", "signatures"]


def put_into_shadow(tx: Tx, agency_id: str, at: datetime) -> None:
    """Remember for good that the agency needs signatures."""
    insert_if_new(tx, shadows, {"agency_id": agency_id, "since": stamp(at)})


def in_shadow(tx: Tx, agency_id: str) -> bool:
    """Return whether the agency ever was put into shadow."""
    query = select(shadows.c.agency_id).where(shadows.c.agency_id == agency_id)
    return tx.execute(query).first() is not None


def ever_in_shadow(tx: Tx) -> frozenset[str]:
    """Return every agency that ever was put into shadow."""
    return frozenset(tx.execute(select(shadows.c.agency_id)).scalars())


def signatures(tx: Tx, agency_id: str, version: str) -> dict[str, str]:
    """Return who signed this version, by role."""
    query = select(sign_offs.c.role, sign_offs.c.name).where(
        sign_offs.c.agency_id == agency_id, sign_offs.c.version == version
    )
    return {row.role: row.name for row in tx.execute(query)}


def add_signature(
    tx: Tx, agency_id: str, *, version: str, role: str, name: str, at: datetime
) -> None:
    """Write a signature down; one role signs one version once."""
    row = {"agency_id": agency_id, "version": version, "role": role, "name": name}
    tx.execute(insert(sign_offs).values({**row, "at": stamp(at)}))
