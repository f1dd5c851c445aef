"""Writes down what the machine's holder does with log, database and public files.

For commands that change nothing of a record and still belong in the log: a check that failed, a
migration, files written anew, partial tiles removed. Where the database itself cannot be used there
is nothing to write to, and the command's own answer matters more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pipeline.adapters.store import Store
from pipeline.adapters.store.audit_log import append, newest_entries
from pipeline.audit import Entry, EntryKind
from pipeline.audit.events import LogAttempt, PrivilegedVerb, log_attempt, privileged_action
from pipeline.model import Refused, StoreFailure
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings

__all__ = [
    "known_person",
    "note_attempt",
    "note_privileged",
    "note_refused_read",
    "refused_attempt",
]


def note_attempt(
    settings: Settings,
    verb: LogAttempt,
    *,
    by: str,
    detail: str,
    now: datetime,
    granted: bool = True,
) -> bool:
    """Append an entry of something tried with the log, unless the newest says the same.

    Returns False where the database cannot be used. ``by`` may be unknown; no person is made up.
    """
    entry = log_attempt(by=known_person(by), verb=verb, detail=detail, at=now, granted=granted)
    return _noted(settings, entry, once=verb is LogAttempt.MISMATCH)


def note_refused_read(store: Store, *, by: str, detail: str, now: datetime) -> None:
    """Append an entry of a log's page that somebody may not read, unless the newest says the same.

    Raises:
        StoreFailure: the database cannot be used.
    """
    verb = LogAttempt.READ
    entry = log_attempt(by=known_person(by), verb=verb, detail=detail, at=now, granted=False)
    _append(store, entry, once=True)


@contextmanager
def refused_attempt(
    settings: Settings, verb: LogAttempt, *, by: str, detail: str, now: datetime
) -> Iterator[None]:
    """Let the log know, as not granted, of what is refused within; the refusal goes on.

    Who was refused for want of a name is nobody in the entry: what was typed may be anything.
    """
    try:
        yield
    except Refused:
        note_attempt(settings, verb, by=by, detail=detail, now=now, granted=False)
        raise


def note_privileged(
    settings: Settings, verb: PrivilegedVerb, *, by: str, detail: str, now: datetime
) -> bool:
    """Append an entry of an action with the machine; False where the database cannot be used."""
    return _noted(
        settings, privileged_action(by=known_person(by), verb=verb, detail=detail, at=now)
    )


def known_person(by: str) -> str:
    """Return the name of a person as the log may hold it; empty where there is none."""
    try:
        return named_editor(by)
    except Refused:
        return ""


def _noted(settings: Settings, entry: Entry, *, once: bool = False) -> bool:
    try:
        with open_database(settings) as store:
            _append(store, entry, once=once)
    except StoreFailure:
        return False
    return True


def _append(store: Store, entry: Entry, *, once: bool) -> None:
    with store.write() as tx:
        newest = newest_entries(tx, EntryKind(entry.kind), limit=1) if once else ()
        if not any(json.loads(line)["body"] == entry.body for line in newest):
            append(tx, [entry])
