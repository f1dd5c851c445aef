"""Claims an agency for one walker at a time, by a lock that ends with its connection.

A worker that dies loses its claim at once: there is no lease to wait for. A claim spares work and
guards nothing; what is saved is guarded by the agency's turn (``memories``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from pipeline.adapters.store.claim_tables import claims
from pipeline.adapters.store.engine import Store
from pipeline.adapters.store.feeding import insert_if_new

__all__ = ["claimed"]


@contextmanager
def claimed(store: Store, agency_ids: Sequence[str]) -> Iterator[str | None]:
    """Hold one of these agencies that nobody holds until the block ends; None when there is none.

    For PostgreSQL; SQLite has no row locks.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with store.read() as tx:
        known = set(tx.execute(select(claims.c.agency_id)).scalars())
    new = [agency_id for agency_id in agency_ids if agency_id not in known]
    if new:
        with store.write() as tx:
            for agency_id in sorted(new):
                insert_if_new(tx, claims, {"agency_id": agency_id})
    free = (
        select(claims.c.agency_id)
        .where(claims.c.agency_id.in_(agency_ids))
        .order_by(claims.c.agency_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with store.write() as tx:
        yield tx.execute(free).scalar_one_or_none()
