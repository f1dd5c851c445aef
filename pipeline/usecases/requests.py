"""Requests of victims and subjects: taken in, searched, closed; in time, or called late.

What a person gives is sealed by the vault under the request's random id, opened to search and to
write the letter, and destroyed some time after the request is closed. Every step is an entry that
names the request and nothing of the person. A search is the question of ``removed``: few an hour,
each with an entry of its own. ``request_answer`` suppresses and writes the letter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Any

import orjson

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.requests import (
    RequestRow,
    add_request,
    all_requests,
    change_request,
    load_request,
    unreminded,
)
from pipeline.audit import Entry, EntryKind, stamp
from pipeline.model import (
    Refused,
    Sensitive,
    VaultFailure,
)
from pipeline.usecases.decisions import RULES, named_editor, plain_reason
from pipeline.usecases.removed import Asked, RemovedAt, ask_removed, check_form
from pipeline.usecases.resources import Resources, open_database, open_resources
from pipeline.usecases.settings import Settings

__all__ = [
    "ANSWER_WITHIN",
    "Given",
    "RequestKind",
    "close_request",
    "given_of",
    "open_request",
    "remind_overdue",
    "requests_list",
    "search_request",
    "step_entry",
]

ANSWER_WITHIN = timedelta(days=30)
"""A request is answered within this unless a shorter time is set."""


class RequestKind(StrEnum):
    """Who asks."""

    VICTIM = "victim"
    SUBJECT = "subject"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person gave: values to search for, and where the answer goes. All of it private."""

    values: tuple[tuple[Asked, Sensitive], ...]
    name: Sensitive = field(default_factory=lambda: Sensitive(""))
    address: Sensitive = field(default_factory=lambda: Sensitive(""))


def open_request(
    settings: Settings,
    kind: RequestKind,
    given: Given,
    *,
    person: str,
    now: datetime,
    within: timedelta = ANSWER_WITHIN,
    mint: Callable[[], str] = lambda: f"r-{token_hex(5)}",
) -> RequestRow:
    """Take a request in, under a random id.

    Raises:
        Refused: nobody is named, nothing can be searched for, or the time is none.
        VaultFailure: what was given cannot be sealed.
    """
    person = named_editor(person)
    if not given.values:
        raise Refused("a request names at least one value to search for")
    if not timedelta(0) < within <= timedelta(days=90):
        raise Refused("a request is answered within 1 to 90 days")
    for about, value in given.values:
        check_form(value, about)
    with open_resources(settings, now=now) as resources:
        request_id = mint()
        row = RequestRow(
            request_id=request_id,
            kind=kind.value,
            state="open",
            opened_at=now,
            due_at=now + within,
            sealed=_sealed(resources, request_id, given),
        )
        kinds = sorted({each.value for each, _ in given.values})
        said = {"kind": kind.value, "about": kinds, "due": stamp(row.due_at)}
        with resources.store.write() as tx:
            add_request(tx, row)
            append(tx, [step_entry(request_id, "opened", person, now, said)])
    return row


def search_request(
    settings: Settings, request_id: str, *, person: str, reason: str, now: datetime
) -> tuple[RemovedAt, ...]:
    """Return where the person's values were removed; each value is a question with its entry.

    Raises:
        Refused: no such open request, no person or reason, or too many questions this hour.
        VaultFailure: what the person gave was destroyed, or cannot be read.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_resources(settings, now=now) as resources:
        given = given_of(resources, request_id)
    places: list[RemovedAt] = []
    searched = 0
    for about, value in given.values:
        report = ask_removed(
            settings, value, about, person=person, reason=reason, now=now, request=request_id
        )
        places += report.places
        searched = report.searched
    found = {each.incident for each in places if each.whole}
    said = {"questions": len(given.values), "calls": len(found), "entries": searched}
    with open_database(settings) as store, store.write() as tx:
        row = load_request(tx, request_id)
        change_request(
            tx,
            request_id,
            was=("open", "answered"),
            searched_at=now,
            incidents={*row.incidents, *found},
        )
        append(tx, [step_entry(request_id, "searched", person, now, said)])
    return tuple(places)


def close_request(
    settings: Settings, request_id: str, *, person: str, reason: str, now: datetime
) -> RequestRow:
    """Close a request; what the person gave is destroyed when its time is over.

    Raises:
        Refused: no such request, or it is closed; nobody is named, or the reason will not do.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_database(settings) as store, store.write() as tx:
        load_request(tx, request_id)
        change_request(tx, request_id, was=("open", "answered"), state="closed", closed_at=now)
        append(tx, [step_entry(request_id, "closed", person, now, {"reason": reason})])
        return load_request(tx, request_id)


def requests_list(
    settings: Settings, *, now: datetime, overdue: bool = False
) -> tuple[RequestRow, ...]:
    """Return requests, the one that is due first before the others; or only those overdue.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        found = all_requests(tx)
    return tuple(each for each in found if each.overdue(now) or not overdue)


def remind_overdue(tx: Tx, now: datetime) -> int:
    """Let the log say once of each request that it is overdue; return how many are news."""
    late = unreminded(tx, now)
    if late:
        append(tx, [step_entry(each.request_id, "overdue", RULES, now, {}) for each in late])
    return len(late)


def _context(request_id: str) -> str:
    return f"request/{request_id}"


def _sealed(resources: Resources, request_id: str, given: Given) -> bytes:
    plain = {
        "values": [[about.value, value.expose()] for about, value in given.values],
        "name": given.name.expose(),
        "address": given.address.expose(),
    }
    return resources.vault.seal_small(orjson.dumps(plain), context=_context(request_id))


def given_of(resources: Resources, request_id: str) -> Given:
    """Return what the person gave.

    Raises:
        Refused: no such request, or it is closed.
        VaultFailure: it was destroyed, or cannot be read.
    """
    with resources.store.read() as tx:
        row = load_request(tx, request_id)
    if row.state == "closed":
        raise Refused("this request is closed; open a new one")
    if row.sealed is None:
        raise VaultFailure("what this person gave was destroyed; nobody can read it any more")
    plain = orjson.loads(resources.vault.open_small(row.sealed, _context(request_id)))
    return Given(
        values=tuple((Asked(about), Sensitive(value)) for about, value in plain["values"]),
        name=Sensitive(plain["name"]),
        address=Sensitive(plain["address"]),
    )


def step_entry(
    request_id: str,
    step: str,
    person: str,
    now: datetime,
    said: dict[str, Any],
    agency_id: str = "",
) -> Entry:
    """Return the entry of one step of a request; ``said`` holds counts, codes and digests."""
    body = {"request": request_id, "step": step, "by": person, **said}
    return Entry(kind=EntryKind.REQUEST, at=now, agency_id=agency_id, body=body)
