"""Sealing what an incident must remember, and opening it for the next revision.

The values are private: they pass from the walk to the vault's ciphertext and back, nowhere else.
"""

from __future__ import annotations

import orjson

from pipeline.adapters.store.memories import SealedMemory
from pipeline.adapters.vault import Vault
from pipeline.model import Alert, IncidentRef, Memory, Sensitive, Told

__all__ = ["open_memory", "seal_values"]


def _context(ref: IncidentRef) -> str:
    return f"memory/{ref}"


def seal_values(vault: Vault, ref: IncidentRef, memory: Memory) -> bytes:
    """Return the memory's values as ciphertext bound to the incident."""
    plain = orjson.dumps([value.expose() for value in memory.values])
    return vault.seal_small(plain, context=_context(ref))


def open_memory(
    vault: Vault, ref: IncidentRef, sealed: SealedMemory, alert: Alert | None = None
) -> Memory:
    """Return the memory, with what ``alert`` tells of it; its values are empty once shredded.

    Raises:
        VaultFailure: the ciphertext cannot be opened with the keys at hand.
    """
    values: list[str] = []
    if sealed.sealed_values is not None:
        values = orjson.loads(vault.open_small(sealed.sealed_values, context=_context(ref)))
    return Memory(
        revision=sealed.revision,
        revised_at=sealed.revised_at,
        rules=sealed.rules,
        values=tuple(Sensitive(value) for value in values),
        sensitive=sealed.sensitive,
        told=None if alert is None else _told(alert),
    )


def _told(alert: Alert) -> Told:
    facts = alert.facts
    return Told(area=facts.area, earliest=facts.earliest, latest=facts.latest)
