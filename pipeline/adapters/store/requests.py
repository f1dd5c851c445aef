"""Keeps requests of victims and subjects: state, deadline, calls; the rest is sealed.

Each function is one step inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from pipeline.adapters.store.engine import Tx
from pipeline.adapters.store.request_tables import requests
from pipeline.audit import stamp
from pipeline.model import Refused

__all__ = [
    "RequestRow",
    "add_request",
    "all_requests",
    "change_request",
    "closed_requests",
    "forget_requests",
    "load_request",
    "unreminded",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request. ``sealed`` is the vault's ciphertext of what the person gave, or None."""

    request_id: str
    kind: str
    state: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    searched_at: datetime | None = None
    incidents: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    sealed: bytes | None = field(default=None, repr=False)

    def overdue(self, now: datetime) -> bool:
        """Return whether it should have been answered by now."""
        return self.state == "open" and now > self.due_at


def add_request(tx: Tx, row: RequestRow) -> None:
    """Store a new request."""
    tx.execute(
        insert(requests).values(
            request_id=row.request_id,
            kind=row.kind,
            state=row.state,
            opened_at=stamp(row.opened_at),
            due_at=stamp(row.due_at),
            sealed=row.sealed,
        )
    )


def load_request(tx: Tx, request_id: str) -> RequestRow:
    """Return one request.

    Raises:
        Refused: there is none of this id.
    """
    query = select(requests).where(requests.c.request_id == request_id)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise Refused(f"no request {request_id[:20]!r}; `blotter request list` shows them")
    return _row(row)


def all_requests(tx: Tx) -> tuple[RequestRow, ...]:
    """Return every request, the one that is due first before the others."""
    query = select(requests).order_by(requests.c.due_at, requests.c.request_id)
    return tuple(_row(row) for row in tx.execute(query).mappings())


def change_request(
    tx: Tx,
    request_id: str,
    *,
    was: Collection[str],
    state: str | None = None,
    closed_at: datetime | None = None,
    searched_at: datetime | None = None,
    incidents: Collection[str] | None = None,
    suppressed: Collection[str] | None = None,
) -> None:
    """Change a request that is in one of the states ``was``; what is None stays.

    Raises:
        Refused: it is in another state.
    """
    values: dict[str, object] = {
        "state": state,
        "closed_at": None if closed_at is None else stamp(closed_at),
        "searched_at": None if searched_at is None else stamp(searched_at),
        "incidents": None if incidents is None else " ".join(sorted(incidents)),
        "suppressed": None if suppressed is None else " ".join(sorted(suppressed)),
    }
    given = {name: value for name, value in values.items() if value is not None}
    where = (requests.c.request_id == request_id) & requests.c.state.in_(sorted(was))
    if tx.execute(update(requests).where(where).values(given)).rowcount != 1:
        raise Refused("this request is closed, or not there yet; `blotter request list` shows it")


def closed_requests(tx: Tx, before: datetime) -> tuple[RequestRow, ...]:
    """Return requests closed before a time whose private part still exists."""
    query = select(requests).where(
        requests.c.state == "closed",
        requests.c.closed_at < stamp(before),
        requests.c.sealed.is_not(None),
    )
    ordered = tx.execute(query.order_by(requests.c.request_id)).mappings()
    return tuple(_row(row) for row in ordered)


def forget_requests(tx: Tx, request_ids: Collection[str]) -> None:
    """Drop what these persons gave: nobody can read it any more."""
    where = requests.c.request_id.in_(sorted(request_ids))
    tx.execute(update(requests).where(where).values(sealed=None))


def unreminded(tx: Tx, now: datetime) -> tuple[RequestRow, ...]:
    """Return requests overdue that nobody was reminded of, and mark them as told."""
    where = (
        (requests.c.state == "open")
        & (requests.c.due_at < stamp(now))
        & requests.c.reminded_at.is_(None)
    )
    found = tuple(_row(row) for row in tx.execute(select(requests).where(where)).mappings())
    if found:
        tx.execute(update(requests).where(where).values(reminded_at=stamp(now)))
    return found


def _row(row: RowMapping) -> RequestRow:
    return RequestRow(
        request_id=row["request_id"],
        kind=row["kind"],
        state=row["state"],
        opened_at=datetime.fromisoformat(row["opened_at"]),
        due_at=datetime.fromisoformat(row["due_at"]),
        closed_at=_time(row["closed_at"]),
        searched_at=_time(row["searched_at"]),
        incidents=tuple(row["incidents"].split()),
        suppressed=tuple(row["suppressed"].split()),
        sealed=None if row["sealed"] is None else bytes(row["sealed"]),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
