"""Reveals a payload's body to a named person for a stated reason, with an entry.

The entry is committed before the first byte is returned: a reveal that leaves no trace cannot be.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.adapters.store import Store
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, find_payloads
from pipeline.audit import Entry, EntryKind
from pipeline.audit.events import AccessKind, access
from pipeline.model import Refused, VaultFailure
from pipeline.redact import leaks
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.land import payload_context
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["reveal_payload"]


def reveal_payload(
    settings: Settings, prefix: str, *, person: str, reason: str, now: datetime
) -> bytes:
    """Return the body of the one payload whose id begins with ``prefix``.

    Raises:
        Refused: no person or reason is given, or no or several payloads match.
        VaultFailure: the body is shredded or cannot be read.
    """
    if not person.strip() or len(reason.strip()) < 8:
        raise Refused("a reveal needs a named person and a reason of at least eight characters")
    person = named_editor(person)
    if leaks(reason, ()):
        raise Refused("the reason itself holds private text; say it without names and numbers")
    with open_resources(settings, now=now) as resources:
        try:
            payload = _readable(resources.store, prefix)
        except (Refused, VaultFailure):
            _note_refusal(resources.store, person, reason, now)
            raise
        with resources.store.write() as tx:
            body = {"payload": payload.payload_id, "by": person, "reason": reason}
            entry = Entry(kind=EntryKind.REVEAL, at=now, agency_id=payload.agency_id, body=body)
            append(tx, [entry])
        context = payload_context(payload.agency_id, payload.payload_id)
        return resources.vault.get(payload.vault_ref, payload.wrapped_key or b"", context=context)


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


def _note_refusal(store: Store, person: str, reason: str, now: datetime) -> None:
    """Log an attempt that came to nothing; what was typed as an id may be anything."""
    tried = access(
        by=person, what=AccessKind.PAYLOAD, name="", granted=False, reason=reason, at=now
    )
    with store.write() as tx:
        append(tx, [tried])
