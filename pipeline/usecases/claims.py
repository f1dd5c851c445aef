"""Lets many walk at once, each agency by one: by file locks, on a server by rows.

Both kinds of lock end with the process that holds them. A claim must never be needed for what is
saved to be right: it keeps walkers from doing the same work twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from pipeline.adapters.locked import alone
from pipeline.adapters.store import Store
from pipeline.adapters.store.claims import claimed
from pipeline.usecases.settings import Settings

__all__ = ["claim_one"]


@contextmanager
def claim_one(settings: Settings, store: Store, agency_ids: Sequence[str]) -> Iterator[str | None]:
    """Hold one of these agencies until the block ends; None when others hold them all.

    Raises:
        StoreFailure: the database, or the folder of locks, cannot be used.
    """
    if store.kind == "postgresql":
        with claimed(store, agency_ids) as one:
            yield one
        return
    with ExitStack() as locks:
        for agency_id in agency_ids:
            if locks.enter_context(alone(settings.home / "walks" / agency_id)):
                yield agency_id
                return
        yield None
