"""Reveals a payload's body in a role, for a reason and a while; another reviews it.

The entry is committed before the first byte is returned: a reveal that leaves no trace cannot be.
While its time runs the same person may look again; that is an entry too. Whoever revealed never
reviews it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, find_payloads, load_payload
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import Entry, EntryKind
from pipeline.audit.events import AccessKind, access, reveal, reveal_review
from pipeline.audit.reveals import LONGEST, Reveal, RevealCode, RevealRole, Verdict, reveals_of
from pipeline.model import PayloadId, Refused, VaultFailure
from pipeline.usecases.decisions import named_editor, plain_reason, same_editor
from pipeline.usecases.land import body_of
from pipeline.usecases.resources import open_database, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["all_reveals", "reveal_again", "reveal_payload", "reveals", "review_reveal"]

_KINDS = (EntryKind.REVEAL, EntryKind.REVEAL_REVIEW)


def reveal_payload(
    settings: Settings,
    prefix: str,
    *,
    person: str,
    role: RevealRole,
    code: RevealCode,
    reason: str,
    now: datetime,
    open_for: timedelta = timedelta(minutes=15),
) -> bytes:
    """Return the body of the one payload whose id begins with ``prefix``.

    Raises:
        Refused: no person or reason, too long a time, or no or several payloads match.
        VaultFailure: the body is shredded or cannot be read.
    """
    person, reason = named_editor(person), plain_reason(reason)
    if not timedelta(0) < open_for <= LONGEST:
        raise Refused("an original is open for 1 to 60 minutes")
    with open_resources(settings, now=now) as resources:
        try:
            payload = _readable(resources.store, prefix)
        except (Refused, VaultFailure):
            _note_refusal(resources.store, person, reason, now)
            raise
        with resources.store.write() as tx:
            said = reveal(
                payload.payload_id,
                by=person,
                role=role.value,
                code=code.value,
                reason=reason,
                until=now + open_for,
                at=now,
                agency_id=payload.agency_id,
            )
            append(tx, [said])
        return body_of(resources, payload)


def reveal_again(settings: Settings, index: int, *, person: str, now: datetime) -> bytes:
    """Return the body of the payload that entry ``index`` revealed to this person, in its time.

    Raises:
        Refused: it was revealed to somebody else, or its time is over.
        VaultFailure: the body is shredded or cannot be read.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources:
        with resources.store.write() as tx:
            found = _find(tx, index)
            if not same_editor(found.by, person):
                raise Refused("this was revealed to somebody else; reveal it with your own reason")
            if found.until is None or now > found.until:
                raise Refused("its time is over; reveal it again, which is counted")
            payload = load_payload(tx, PayloadId(found.payload_id))
            if payload is None or payload.wrapped_key is None:
                raise VaultFailure("this payload was shredded; nobody can read it any more")
            append(tx, [_looked(payload, found, person, now)])
        return body_of(resources, payload)


def reveals(settings: Settings, *, now: datetime, overdue: bool = False) -> tuple[Reveal, ...]:
    """Return every reveal, oldest first; or only those nobody reviewed in time.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        found = all_reveals(tx)
    return tuple(each for each in found if each.overdue(now) or not overdue)


def review_reveal(
    settings: Settings, index: int, *, person: str, verdict: Verdict, reason: str, now: datetime
) -> Reveal:
    """Write down what a second person finds of the reveal at entry ``index``, once and for good.

    Raises:
        Refused: this person revealed it, it was reviewed before, or there is no such reveal.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_database(settings) as store, store.write() as tx:
        found = _find(tx, index)
        if same_editor(found.by, person):
            raise Refused("you revealed this yourself; a second person reviews it")
        if found.review is not None:
            raise Refused(f"{found.review.by} reviewed this already")
        append(
            tx,
            [
                reveal_review(
                    index,
                    by=person,
                    verdict=verdict.value,
                    reason=reason,
                    at=now,
                    agency_id=found.agency_id,
                )
            ],
        )
        return _find(tx, index)


def all_reveals(tx: Tx) -> tuple[Reveal, ...]:
    """Return every reveal with its review, from the log, oldest first."""
    return reveals_of(entries_of(tx, _KINDS))


def _find(tx: Tx, index: int) -> Reveal:
    for each in all_reveals(tx):
        if each.index == index:
            return each
    raise Refused(f"entry {index} is no reveal; `blotter reveal list` shows them")


def _readable(store: Store, prefix: str) -> Landed:
    with store.read() as tx:
        found = find_payloads(tx, prefix) if len(prefix) >= 4 else ()
    if len(found) != 1:
        raise Refused(
            f"{len(found)} payloads begin with {prefix[:40]!r}; `blotter quarantine` lists ids"
        )
    if found[0].wrapped_key is None:
        raise VaultFailure("this payload was shredded; nobody can read it any more")
    return found[0]


def _looked(payload: Landed, found: Reveal, person: str, now: datetime) -> Entry:
    return access(
        by=person,
        what=AccessKind.PAYLOAD,
        name=payload.payload_id,
        granted=True,
        reason=f"again under entry {found.index}",
        at=now,
        agency_id=payload.agency_id,
    )


def _note_refusal(store: Store, person: str, reason: str, now: datetime) -> None:
    """Log an attempt that came to nothing; what was typed as an id may be anything."""
    tried = access(
        by=person, what=AccessKind.PAYLOAD, name="", granted=False, reason=reason, at=now
    )
    with store.write() as tx:
        append(tx, [tried])
