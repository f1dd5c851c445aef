"""Logging on and off, by password, link or identity provider; each leaves an entry.

What somebody typed as a name at a log-on that failed is not written down, and no password is. Who
has an account is ``accounts``'s part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters import passwords
from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.accounts import (
    AccountRow,
    SessionRow,
    add_session,
    change_account,
    end_session,
    find_account,
    find_session,
    find_subject,
    get_account,
    mark_seen,
    open_invitation,
    use_invitation,
)
from pipeline.adapters.store.audit_log import append
from pipeline.audit import stamp
from pipeline.audit.events import AccountVerb, LogOnOutcome, account_change, log_on
from pipeline.model import Account, Refused, Role
from pipeline.usecases.accounts import create_account, new_account
from pipeline.usecases.decisions import editor_key, named_editor

__all__ = [
    "IDLE",
    "LoggedOn",
    "accept",
    "log_off",
    "log_on_password",
    "log_on_subject",
    "session_of",
]

IDLE = timedelta(minutes=45)
"""A session nobody used for so long is over; news that come by themselves are no use."""

_SHIFT = timedelta(hours=12)
_TRIES, _LOCK = 5, timedelta(minutes=10)
_SHORTEST, _LONGEST = 12, 200
_COMMON = ("password", "passw0rd", "123456", "qwerty", "letmein", "blotter")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOn:
    """A new session: ``token`` is for the cookie and nothing else."""

    account: Account
    token: str


def accept(store: Store, token: str, *, password: str, now: datetime, name: str = "") -> LoggedOn:
    """Make the account a link invites to and log it on; the link is used up.

    Raises:
        Refused: the link is used or over, or the password is weak.
    """
    digest = passwords.digest_token(token)
    with store.read() as tx:
        invitation = open_invitation(tx, digest, now)
    if invitation is None:
        raise Refused("this link was used or is over; ask an administrator for another")
    name = named_editor(invitation.name or name)
    _check_password(password, name)
    hashed = passwords.hash_password(password)
    account = new_account(name, invitation.role, invitation.agency_id)
    with store.write() as tx:
        if not use_invitation(tx, digest, account.account_id):
            raise Refused("this link was used or is over; ask an administrator for another")
        create_account(tx, account, hashed, None, invitation.invited_by, now)
        return _open(tx, account, "one-time-link", now)


def log_on_password(store: Store, *, name: str, password: str, now: datetime) -> LoggedOn:
    """Open a session for the right name and password.

    After five wrong tries an account is locked for ten minutes, whoever tries.

    Raises:
        Refused: they are wrong, or the account is locked or disabled; all read the same.
    """
    with store.read() as tx:
        row = find_account(tx, editor_key(" ".join(name[:_LONGEST].split())))
    digest = passwords.NO_PASSWORD if row is None or not row.password else row.password
    right = passwords.is_password(digest, password[:_LONGEST])
    with store.write() as tx:
        row = None if row is None else get_account(tx, row.account.account_id)
        if row is not None and right and row.account.active and not _locked(row, now):
            change_account(tx, row.account.account_id, failures=0, locked_until=None)
            return _open(tx, row.account, "password", now)
        _note_failure(tx, row, right=right, now=now)
    raise Refused("name or password is wrong, or the account is locked for ten minutes")


def log_on_subject(
    store: Store, *, subject: str, name: str, role: Role | None, now: datetime
) -> LoggedOn:
    """Open a session for a person the identity provider vouches for.

    An unknown one gets an account where the provider names a role; nobody gets a role by default.

    Raises:
        Refused: no role, the account is disabled, or the name is taken.
    """
    with store.write() as tx:
        row = find_subject(tx, subject)
        if row is None:
            if role is None or role is Role.AGENCY:
                append(tx, [log_on(by="", outcome=LogOnOutcome.UNKNOWN, method="oidc", at=now)])
                account = None
            else:
                account = new_account(named_editor(name), role, "")
                create_account(tx, account, "", subject, "identity provider", now)
        elif not row.account.active:
            outcome = LogOnOutcome.LOCKED
            append(tx, [log_on(by=row.account.name, outcome=outcome, method="oidc", at=now)])
            account = None
        else:
            account = row.account
        if account is not None:
            return _open(tx, account, "oidc", now)
    raise Refused("your organization gave you no role here; ask an administrator")


def session_of(store: Store, token: str, *, now: datetime, touch: bool = True) -> SessionRow | None:
    """Return the open session of a cookie, or None when there is none any more.

    With ``touch`` somebody is there, and the session stays open for another while.
    """
    digest = passwords.digest_token(token)
    with store.read() as tx:
        found = find_session(tx, digest)
    if found is None or not found.row.account.active or found.expires_at <= now:
        return None
    if found.seen_at + IDLE <= now:
        with store.write() as tx:
            end_session(tx, digest)
            by = found.row.account.name
            append(tx, [log_on(by=by, outcome=LogOnOutcome.TIMED_OUT, method="session", at=now)])
        return None
    if touch and found.seen_at + timedelta(minutes=2) <= now:
        with store.write() as tx:
            mark_seen(tx, digest, now)
    return found


def log_off(store: Store, token: str, *, by: str, now: datetime) -> None:
    """End a session."""
    with store.write() as tx:
        end_session(tx, passwords.digest_token(token))
        append(tx, [log_on(by=by, outcome=LogOnOutcome.LOGGED_OFF, method="session", at=now)])


def _check_password(password: str, name: str) -> None:
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise Refused(f"a password has {_SHORTEST} to {_LONGEST} characters; a sentence is good")
    plain = editor_key(password)
    weak = (*_COMMON, *editor_key(name).split())
    if len(set(plain)) < 6 or any(word in plain for word in weak if len(word) > 3):
        raise Refused("this password is easily guessed; take one without your name or common words")


def _locked(row: AccountRow, now: datetime) -> bool:
    return row.locked_until is not None and row.locked_until > now


def _note_failure(tx: Tx, row: AccountRow | None, *, right: bool, now: datetime) -> None:
    if row is None:
        append(tx, [log_on(by="", outcome=LogOnOutcome.UNKNOWN, method="password", at=now)])
        return
    by = row.account.name
    if _locked(row, now) or right:
        append(tx, [log_on(by=by, outcome=LogOnOutcome.LOCKED, method="password", at=now)])
        return
    failures = row.failures + 1
    entries = [log_on(by=by, outcome=LogOnOutcome.WRONG, method="password", at=now)]
    until = None
    if failures >= _TRIES:
        until, failures = stamp(now + _LOCK), 0
        entries.append(account_change(by="rules", account=by, verb=AccountVerb.LOCKED, at=now))
    change_account(tx, row.account.account_id, failures=failures, locked_until=until)
    append(tx, entries)


def _open(tx: Tx, account: Account, method: str, now: datetime) -> LoggedOn:
    token = passwords.new_token()
    add_session(
        tx,
        digest=passwords.digest_token(token),
        account_id=account.account_id,
        csrf=passwords.new_token(),
        at=now,
        expires_at=now + _SHIFT,
    )
    append(tx, [log_on(by=account.name, outcome=LogOnOutcome.GRANTED, method=method, at=now)])
    return LoggedOn(account=account, token=token)
