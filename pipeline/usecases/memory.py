"""Sealing what an incident must remember, and opening it for the next revision.

The values are private, and so is the minute a call ended: they pass from the walk to the vault's
ciphertext and back, nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from pipeline.adapters.store.memories import SealedMemory
from pipeline.adapters.vault import Vault
from pipeline.audit import stamp
from pipeline.model import Alert, IncidentRef, Memory, Sensitive, Told

__all__ = ["open_memory", "seal_values"]


def _context(ref: IncidentRef) -> str:
    return f"memory/{ref}"


def seal_values(vault: Vault, ref: IncidentRef, memory: Memory) -> bytes:
    """Return the memory's values and its close as ciphertext bound to the incident."""
    plain: dict[str, list[str] | str] = {"values": [each.expose() for each in memory.values]}
    for name in ("closed_at", "reopened_at"):
        moment = getattr(memory, name)
        if moment is not None:
            plain[name] = stamp(moment)
    return vault.seal_small(orjson.dumps(plain), context=_context(ref))


def open_memory(
    vault: Vault, ref: IncidentRef, sealed: SealedMemory, alert: Alert | None = None
) -> Memory:
    """Return the memory, with what ``alert`` tells of it; its values are empty once shredded.

    Raises:
        VaultFailure: the ciphertext cannot be opened with the keys at hand.
    """
    kept: dict[str, Any] = {}
    if sealed.sealed_values is not None:
        plain = orjson.loads(vault.open_small(sealed.sealed_values, context=_context(ref)))
        # What was sealed before closes were remembered is the values alone.
        kept = {"values": plain} if isinstance(plain, list) else plain
    return Memory(
        revision=sealed.revision,
        revised_at=sealed.revised_at,
        rules=sealed.rules,
        values=tuple(Sensitive(value) for value in kept.get("values", ())),
        sensitive=sealed.sensitive,
        told=None if alert is None else _told(alert),
        closed_at=_moment(kept.get("closed_at")),
        reopened_at=_moment(kept.get("reopened_at")),
    )


def _moment(stamped: str | None) -> datetime | None:
    return None if stamped is None else datetime.fromisoformat(stamped)


def _told(alert: Alert) -> Told:
    facts = alert.facts
    return Told(area=facts.area, earliest=facts.earliest, latest=facts.latest)
