"""Keeps accounts, sessions and one-time links; of tokens and passwords, digests only.

Each function is one step inside the caller's transaction. Whether a password is right, and what
the log hears of it, is ``usecases.accounts``'s part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update

from pipeline.adapters.store.desk_tables import accounts, invitations, sessions
from pipeline.adapters.store.engine import Tx
from pipeline.audit import stamp
from pipeline.model import Account, Refused, Role

__all__ = [
    "AccountRow",
    "Invitation",
    "SessionRow",
    "add_account",
    "add_invitation",
    "add_session",
    "all_accounts",
    "change_account",
    "demo_accounts",
    "drop_sessions",
    "end_session",
    "find_account",
    "find_session",
    "find_subject",
    "get_account",
    "mark_seen",
    "open_invitation",
    "use_invitation",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account with what log-on needs; ``password`` is an argon2id digest, or empty."""

    account: Account
    password: str
    failures: int
    locked_until: datetime | None
    preferences: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One open session; ``csrf`` goes into each form of it."""

    row: AccountRow
    csrf: str
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a one-time link makes of whoever opens it."""

    name: str
    role: Role
    agency_id: str
    invited_by: str


def add_account(
    tx: Tx, account: Account, *, key: str, password: str, subject: str | None, at: datetime
) -> None:
    """Add an account.

    Raises:
        Refused: somebody has that name, or one that reads the same.
    """
    taken = select(accounts.c.account_id).where(accounts.c.name_key == key)
    if tx.execute(taken).first() is not None:
        raise Refused("somebody here has that name already; add a second name or an initial")
    tx.execute(
        insert(accounts).values(
            account_id=account.account_id,
            name=account.name,
            name_key=key,
            role=account.role.value,
            agency_id=account.agency_id,
            password=password,
            subject=subject,
            demo=int(account.demo),
            created_at=stamp(at),
        )
    )


def all_accounts(tx: Tx) -> tuple[AccountRow, ...]:
    """Return every account, by name."""
    rows = tx.execute(select(accounts).order_by(accounts.c.name_key)).mappings()
    return tuple(map(_row, rows))


def demo_accounts(tx: Tx) -> int:
    """Return how many accounts in use have a password that was printed."""
    query = select(func.count()).where(accounts.c.demo == 1, accounts.c.state == "active")
    return int(tx.execute(query).scalar_one())


def find_account(tx: Tx, key: str) -> AccountRow | None:
    """Return the account of a folded name."""
    row = tx.execute(select(accounts).where(accounts.c.name_key == key)).mappings().first()
    return None if row is None else _row(row)


def find_subject(tx: Tx, subject: str) -> AccountRow | None:
    """Return the account of a person as the identity provider names them."""
    row = tx.execute(select(accounts).where(accounts.c.subject == subject)).mappings().first()
    return None if row is None else _row(row)


def get_account(tx: Tx, account_id: str) -> AccountRow | None:
    """Return an account by its id."""
    row = tx.execute(select(accounts).where(accounts.c.account_id == account_id)).mappings().first()
    return None if row is None else _row(row)


def change_account(tx: Tx, account_id: str, **values: Any) -> None:
    """Set columns of an account."""
    tx.execute(update(accounts).where(accounts.c.account_id == account_id).values(**values))


def add_session(
    tx: Tx, *, digest: str, account_id: str, csrf: str, at: datetime, expires_at: datetime
) -> None:
    """Open a session; those that are over go."""
    tx.execute(delete(sessions).where(sessions.c.expires_at < stamp(at)))
    tx.execute(
        insert(sessions).values(
            token_digest=digest,
            account_id=account_id,
            csrf=csrf,
            seen_at=stamp(at),
            expires_at=stamp(expires_at),
        )
    )


def find_session(tx: Tx, digest: str) -> SessionRow | None:
    """Return a session with its account, over or not."""
    query = (
        select(accounts, sessions.c.csrf, sessions.c.seen_at, sessions.c.expires_at)
        .join(sessions, sessions.c.account_id == accounts.c.account_id)
        .where(sessions.c.token_digest == digest)
    )
    row = tx.execute(query).mappings().first()
    if row is None:
        return None
    return SessionRow(
        row=_row(row),
        csrf=row["csrf"],
        seen_at=datetime.fromisoformat(row["seen_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
    )


def mark_seen(tx: Tx, digest: str, at: datetime) -> None:
    """Note that a session is in use."""
    where = sessions.c.token_digest == digest
    tx.execute(update(sessions).where(where).values(seen_at=stamp(at)))


def end_session(tx: Tx, digest: str) -> None:
    """End one session."""
    tx.execute(delete(sessions).where(sessions.c.token_digest == digest))


def drop_sessions(tx: Tx, account_id: str) -> None:
    """End every session of an account."""
    tx.execute(delete(sessions).where(sessions.c.account_id == account_id))


def add_invitation(tx: Tx, invitation: Invitation, *, digest: str, expires_at: datetime) -> None:
    """Keep a one-time link's digest."""
    tx.execute(
        insert(invitations).values(
            token_digest=digest,
            name=invitation.name,
            role=invitation.role.value,
            agency_id=invitation.agency_id,
            invited_by=invitation.invited_by,
            expires_at=stamp(expires_at),
        )
    )


def open_invitation(tx: Tx, digest: str, at: datetime) -> Invitation | None:
    """Return what a link invites to, if nobody used it and it is not over."""
    row = tx.execute(
        select(invitations).where(
            invitations.c.token_digest == digest,
            invitations.c.account_id.is_(None),
            invitations.c.expires_at > stamp(at),
        )
    ).first()
    if row is None:
        return None
    return Invitation(
        name=row.name, role=Role(row.role), agency_id=row.agency_id, invited_by=row.invited_by
    )


def use_invitation(tx: Tx, digest: str, account_id: str) -> bool:
    """Use a link up; False when somebody was faster."""
    unused = (invitations.c.token_digest == digest) & invitations.c.account_id.is_(None)
    return tx.execute(update(invitations).where(unused).values(account_id=account_id)).rowcount == 1


def _row(row: RowMapping) -> AccountRow:
    locked = row["locked_until"]
    return AccountRow(
        account=Account(
            account_id=row["account_id"],
            name=row["name"],
            role=Role(row["role"]),
            agency_id=row["agency_id"],
            active=row["state"] == "active",
            demo=bool(row["demo"]),
        ),
        password=row["password"],
        failures=row["failures"],
        locked_until=None if locked is None else datetime.fromisoformat(locked),
        preferences=row["preferences"],
    )
