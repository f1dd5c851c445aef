"""Who has an account here: one-time links, roles, demo people; each with its entry.

A password or token is never kept, logged or returned, except the token of a link to the one who
asked for it. Logging on is ``log_on``'s part.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from pipeline.adapters import passwords
from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.accounts import (
    AccountRow,
    Invitation,
    add_account,
    add_invitation,
    all_accounts,
    change_account,
    demo_accounts,
    drop_sessions,
    find_account,
    open_invitation,
)
from pipeline.adapters.store.audit_log import append
from pipeline.audit.events import AccountVerb, account_change, permission_change
from pipeline.model import Account, ConfigError, Refused, Role
from pipeline.usecases.decisions import editor_key, named_editor

__all__ = [
    "LINK_LIFE",
    "accounts_list",
    "add_demo",
    "create_account",
    "disable",
    "enable",
    "give_role",
    "invitation_for",
    "invite",
    "new_account",
    "refuse_demo",
    "save_preferences",
]

LINK_LIFE = timedelta(hours=48)


def invite(store: Store, *, name: str, role: Role, agency_id: str, by: str, now: datetime) -> str:
    """Return the token of a one-time link with which ``name`` gets an account.

    Without a name whoever opens it gives their own: for the first administrator.

    Raises:
        Refused: the name or the agency is missing, or somebody has the name.
    """
    name = named_editor(name) if name else ""
    _check_scope(role, agency_id)
    token = passwords.new_token()
    with store.write() as tx:
        if name and find_account(tx, editor_key(name)) is not None:
            raise Refused("somebody here has that name already; add a second name or an initial")
        invitation = Invitation(name=name, role=role, agency_id=agency_id, invited_by=by)
        digest = passwords.digest_token(token)
        add_invitation(tx, invitation, digest=digest, expires_at=now + LINK_LIFE)
    return token


def invitation_for(store: Store, token: str, *, now: datetime) -> Invitation | None:
    """Return what a link invites to, or None when it is used or over."""
    with store.read() as tx:
        return open_invitation(tx, passwords.digest_token(token), now)


def accounts_list(store: Store) -> tuple[Account, ...]:
    """Return every account, by name."""
    with store.read() as tx:
        return tuple(row.account for row in all_accounts(tx))


def disable(store: Store, *, name: str, by: str, now: datetime, last: bool = False) -> Account:
    """Shut an account and end its sessions; what its owner decided stays theirs.

    The last administrator goes only with ``last``.
    """
    with store.write() as tx:
        row = _named(tx, name)
        if not last:
            _keep_an_admin(tx, row.account)
        change_account(tx, row.account.account_id, state="disabled")
        drop_sessions(tx, row.account.account_id)
        entry = account_change(by=by, account=row.account.name, verb=AccountVerb.DISABLED, at=now)
        append(tx, [entry])
        return row.account


def enable(store: Store, *, name: str, by: str, now: datetime) -> Account:
    """Open a disabled or locked account again."""
    with store.write() as tx:
        row = _named(tx, name)
        values = {"state": "active", "failures": 0, "locked_until": None}
        change_account(tx, row.account.account_id, **values)
        entry = account_change(by=by, account=row.account.name, verb=AccountVerb.UNLOCKED, at=now)
        append(tx, [entry])
        return row.account


def give_role(
    store: Store, *, name: str, role: Role, agency_id: str, by: str, now: datetime
) -> Account:
    """Give an account another role; its sessions end, so that no page outlives a right."""
    _check_scope(role, agency_id)
    with store.write() as tx:
        row = _named(tx, name)
        old = row.account
        if role is not Role.ADMIN:
            _keep_an_admin(tx, old)
        values = {"role": role.value, "agency_id": agency_id}
        change_account(tx, old.account_id, **values)
        drop_sessions(tx, old.account_id)
        changes = [(old.role, old.agency_id, False), (role, agency_id, True)]
        append(
            tx,
            [
                permission_change(
                    by=by, account=old.name, role=r.value, granted=g, at=now, agency_id=a
                )
                for r, a, g in changes
            ],
        )
        return old


def save_preferences(store: Store, account_id: str, text: str) -> None:
    """Keep how somebody likes the desk: keys, language, views."""
    with store.write() as tx:
        change_account(tx, account_id, preferences=text)


def add_demo(
    store: Store, people: tuple[tuple[str, Role, str], ...], *, now: datetime
) -> tuple[tuple[str, str, str], ...]:
    """Make the demo's people with random passwords; return (name, role, password) to print once.

    Who is there from an earlier demo gets a new password.
    """
    told = []
    with store.write() as tx:
        for name, role, agency_id in people:
            password = secrets.token_urlsafe(9)
            hashed = passwords.hash_password(password)
            row = find_account(tx, editor_key(name))
            if row is None:
                account = new_account(name, role, agency_id, demo=True)
                create_account(tx, account, hashed, None, "demo", now)
            elif row.account.demo:
                change_account(tx, row.account.account_id, password=hashed, state="active")
                entry = account_change(by="demo", account=name, verb=AccountVerb.PASSWORD, at=now)
                append(tx, [entry])
            else:
                continue
            told.append((name, role.value, password))
    return tuple(told)


def refuse_demo(store: Store) -> None:
    """Refuse to serve a desk whose demo accounts are still in use.

    Raises:
        ConfigError: with the command that shuts them.
    """
    with store.read() as tx:
        if demo_accounts(tx):
            raise ConfigError(
                "accounts of the demo are open, and their passwords were printed",
                remedy="Shut them: blotter user disable --demo",
            )


def new_account(name: str, role: Role, agency_id: str, *, demo: bool = False) -> Account:
    """Return an account with an id of its own; it is nowhere yet."""
    return Account(
        account_id=secrets.token_hex(8), name=name, role=role, agency_id=agency_id, demo=demo
    )


def create_account(
    tx: Tx, account: Account, hashed: str, subject: str | None, by: str, now: datetime
) -> None:
    """Add an account and say so in the log."""
    key = editor_key(account.name)
    add_account(tx, account, key=key, password=hashed, subject=subject, at=now)
    role = account.role.value
    append(
        tx,
        [
            account_change(by=by, account=account.name, verb=AccountVerb.CREATED, at=now),
            permission_change(
                by=by,
                account=account.name,
                role=role,
                granted=True,
                at=now,
                agency_id=account.agency_id,
            ),
        ],
    )


def _check_scope(role: Role, agency_id: str) -> None:
    if role is Role.AGENCY and not agency_id:
        raise Refused("an agency's account needs --agency")


def _named(tx: Tx, name: str) -> AccountRow:
    row = find_account(tx, editor_key(named_editor(name)))
    if row is None:
        raise Refused("nobody here has that name; `blotter user list` shows who does")
    return row


def _keep_an_admin(tx: Tx, account: Account) -> None:
    """Never let the last administrator go: nobody could let anybody in again."""
    admins = [r.account for r in all_accounts(tx) if r.account.active]
    others = [a for a in admins if a.role is Role.ADMIN and a.account_id != account.account_id]
    if account.role is Role.ADMIN and account.active and not others:
        raise Refused("this is the last administrator; make another one first")
