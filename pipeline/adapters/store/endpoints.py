"""Keeps webhooks: their addresses, what they ask for, and their sealed secrets.

Each function is one step inside the caller's transaction. Secrets come and go as the vault's
ciphertext. A disabled endpoint keeps its row, so that its log can still be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.outbox_tables import endpoints
from pipeline.audit import stamp

__all__ = [
    "Endpoint",
    "add_endpoint",
    "disable_endpoint",
    "enabled_endpoints",
    "find_endpoints",
    "list_endpoints",
    "replace_secret",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One webhook. Empty ``areas`` (``agency/area``) or ``categories`` ask for all."""

    endpoint_id: str
    url: str
    areas: tuple[str, ...]
    categories: tuple[str, ...]
    state: str
    reason: str
    since: str
    sealed_secret: bytes = field(repr=False)
    old_secret: bytes | None = field(repr=False)
    old_until: str | None

    def asks_for(self, area: str, category: str) -> bool:
        """Return whether it wants what happens in an area, of a category."""
        return (not self.areas or area in self.areas) and (
            not self.categories or category in self.categories
        )


def add_endpoint(tx: Tx, endpoint: Endpoint) -> None:
    """Write a new endpoint down."""
    values = {name: getattr(endpoint, name) for name in Endpoint.__slots__}
    values |= {"areas": " ".join(endpoint.areas), "categories": " ".join(endpoint.categories)}
    tx.execute(insert(endpoints).values(values))


def enabled_endpoints(tx: Tx) -> tuple[Endpoint, ...]:
    """Return the endpoints that are told."""
    return _select(tx, endpoints.c.state == "enabled")


def list_endpoints(tx: Tx) -> tuple[Endpoint, ...]:
    """Return all endpoints, oldest first."""
    return _select(tx)


def find_endpoints(tx: Tx, prefix: str) -> tuple[Endpoint, ...]:
    """Return endpoints whose id begins with ``prefix``."""
    return _select(tx, endpoints.c.endpoint_id.startswith(prefix, autoescape=True))


def disable_endpoint(tx: Tx, endpoint_id: str, reason: str) -> bool:
    """Stop telling an endpoint; return whether it was told before."""
    done = tx.execute(
        update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id, endpoints.c.state == "enabled")
        .values(state="disabled", reason=reason)
    )
    return bool(done.rowcount)


def replace_secret(tx: Tx, endpoint: Endpoint, sealed: bytes, *, old_until: datetime) -> None:
    """Give an endpoint a new secret; the present one signs beside it until a time."""
    tx.execute(
        update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint.endpoint_id)
        .values(sealed_secret=sealed, old_secret=endpoint.sealed_secret, old_until=stamp(old_until))
    )


def _select(tx: Tx, *where: ColumnElement[bool]) -> tuple[Endpoint, ...]:
    query = select(endpoints).where(*where)
    query = query.order_by(endpoints.c.since, endpoints.c.endpoint_id)
    return tuple(_endpoint(row) for row in tx.execute(query).mappings())


def _endpoint(row: RowMapping) -> Endpoint:
    values = dict(row)
    values |= {name: tuple(values[name].split()) for name in ("areas", "categories")}
    values["sealed_secret"] = bytes(values["sealed_secret"])
    values["old_secret"] = None if values["old_secret"] is None else bytes(values["old_secret"])
    return Endpoint(**values)
