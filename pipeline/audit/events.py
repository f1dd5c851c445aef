"""Typed entries of what people and keys do: log-on, access, accounts, the log itself.

In go facts that hold nothing private, out come entries; the families are those of the CJIS Security
Policy's audit events (AU-2). Each maker names its actor: ``by`` is a person's name as the desk
checked it, never what somebody typed at a log-on that failed. It must never be handed text of a
feed. Entries on records and alerts are made where they happen, with ``entry``'s bodies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipeline.audit.entry import Entry, EntryKind, stamp

__all__ = [
    "AccessKind",
    "AccountVerb",
    "LogAttempt",
    "LogOnOutcome",
    "PrivilegedVerb",
    "access",
    "account_change",
    "log_attempt",
    "log_key",
    "log_on",
    "permission_change",
    "privileged_action",
    "question",
    "reveal",
    "reveal_review",
    "rule_name",
    "saved_mapping",
    "version_change",
]


class LogOnOutcome(StrEnum):
    """How an attempt to log on, or a session, ended."""

    GRANTED = "granted"
    WRONG = "wrong-credentials"
    LOCKED = "locked"
    UNKNOWN = "unknown-account"
    LOGGED_OFF = "logged-off"
    TIMED_OUT = "timed-out"


class AccessKind(StrEnum):
    """What somebody tried to read or use that not everybody may."""

    PAYLOAD = "payload"
    MEMORY = "memory"
    DESK = "desk"
    RECEIPT = "receipt"
    FILE = "file"


class AccountVerb(StrEnum):
    """What was done to an account."""

    CREATED = "created"
    CHANGED = "changed"
    PASSWORD = "password-changed"  # noqa: S105 - a kind of event, not a password
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    DISABLED = "disabled"
    DELETED = "deleted"


class PrivilegedVerb(StrEnum):
    """What only somebody with the machine in hand can do."""

    MIGRATED = "migrated"
    KEY_ROTATED = "key-rotated"
    KEY_DESTROYED = "key-destroyed"
    PUBLISHED_ANEW = "published-anew"
    RESTORED = "restored"
    BACKUP_MADE = "backup-made"
    BACKUP_REMOVED = "backup-removed"
    SETTINGS = "settings-changed"


class LogAttempt(StrEnum):
    """What somebody tried with the log itself."""

    READ = "read"
    EXPORTED = "exported"
    PRUNED = "pruned"
    CHECKED = "checked"
    MISMATCH = "mismatch-found"


def log_on(*, by: str, outcome: LogOnOutcome, method: str, at: datetime) -> Entry:
    """Return the entry of a log-on or log-off. ``by`` is empty where the account is unknown."""
    body = {"by": by, "outcome": outcome.value, "method": method}
    return _entry(EntryKind.LOG_ON, at, body)


def access(
    *,
    by: str,
    what: AccessKind,
    name: str,
    granted: bool,
    reason: str,
    at: datetime,
    agency_id: str = "",
) -> Entry:
    """Return the entry of an attempt to read something private; ``name`` is an id or a digest."""
    said = {"granted": "yes" if granted else "no", "reason": reason}
    body = {"by": by, "what": what.value, "name": name, **said}
    return _entry(EntryKind.ACCESS, at, body, agency_id)


def account_change(*, by: str, account: str, verb: AccountVerb, at: datetime) -> Entry:
    """Return the entry of something done to an account by a person."""
    return _entry(EntryKind.ACCOUNT_CHANGE, at, {"by": by, "account": account, "verb": verb.value})


def permission_change(
    *, by: str, account: str, role: str, granted: bool, at: datetime, agency_id: str = ""
) -> Entry:
    """Return the entry of a role given to an account or taken from it; for one agency or all."""
    body = {"by": by, "account": account, "role": role, "granted": "yes" if granted else "no"}
    return _entry(EntryKind.PERMISSION_CHANGE, at, body, agency_id)


def privileged_action(*, by: str, verb: PrivilegedVerb, detail: str, at: datetime) -> Entry:
    """Return the entry of an action with the machine; ``detail`` is a version, id or count."""
    return _entry(EntryKind.PRIVILEGED_ACTION, at, {"by": by, "verb": verb.value, "detail": detail})


def log_attempt(
    *, by: str, verb: LogAttempt, detail: str, at: datetime, granted: bool = True
) -> Entry:
    """Return the entry of something tried with the log; ``detail`` is a size, index or id.

    Somebody who may not read or change the log and tried is ``granted=False``.
    """
    body = {"by": by, "verb": verb.value, "detail": detail, "granted": "yes" if granted else "no"}
    return _entry(EntryKind.LOG_ATTEMPT, at, body)


def log_key(key: str, *, beside: Mapping[str, datetime], at: datetime) -> Entry:
    """Return the entry of a key that signs from now on, ``beside`` older ones until their end."""
    body = {"key": key, "beside": {old: stamp(until) for old, until in beside.items()}}
    return _entry(EntryKind.LOG_KEY, at, body)


def question(
    *, by: str, about: str, reason: str, answer: str, at: datetime, request: str = ""
) -> Entry:
    """Return the entry of a question after a removed value; it holds neither value nor digest."""
    body = {"by": by, "about": about, "reason": reason, "answer": answer}
    body |= {"request": request} if request else {}
    return _entry(EntryKind.QUESTION, at, body)


def reveal(
    payload: str,
    *,
    by: str,
    role: str,
    code: str,
    reason: str,
    until: datetime,
    at: datetime,
    agency_id: str,
) -> Entry:
    """Return the entry of an original shown to a person in a role, for a coded reason, until."""
    why = {"role": role, "code": code, "reason": reason, "until": stamp(until)}
    return _entry(EntryKind.REVEAL, at, {"payload": payload, "by": by, **why}, agency_id)


def reveal_review(
    index: int, *, by: str, verdict: str, reason: str, at: datetime, agency_id: str
) -> Entry:
    """Return the entry of a second person's word on the reveal at entry ``index``."""
    body = {"reveal": index, "by": by, "verdict": verdict, "reason": reason}
    return _entry(EntryKind.REVEAL_REVIEW, at, body, agency_id)


def version_change(
    kind: EntryKind, *, old: str, new: str, at: datetime, agency_id: str = ""
) -> Entry:
    """Return the entry of another policy, agency file or model that came into force."""
    body = {"rule": rule_name(kind, agency_id), "from": old, "to": new}
    return _entry(kind, at, body, agency_id)


def saved_mapping(
    *, old: str, new: str, at: datetime, agency_id: str, by: str, preview: str, codes: int
) -> Entry:
    """Return the entry of a mapping a person saved: the agency file's versions, what was previewed.

    It stands where the first walk under the new file would leave one, so that walk leaves none.
    """
    kind = EntryKind.MAPPING_CHANGE
    body = {"rule": rule_name(kind, agency_id), "from": old, "to": new}
    return _entry(kind, at, {**body, "by": by, "preview": preview, "codes": codes}, agency_id)


def rule_name(kind: EntryKind, agency_id: str = "") -> str:
    """Return the name under which changes of one rule are found again."""
    return f"{kind.value}:{agency_id}" if agency_id else kind.value


def _entry(kind: EntryKind, at: datetime, body: Mapping[str, Any], agency_id: str = "") -> Entry:
    return Entry(kind=kind, at=at, agency_id=agency_id, body=body)
