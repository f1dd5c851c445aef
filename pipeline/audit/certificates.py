"""Certificates of destruction: which keys were destroyed, how many, by which rule, when.

In: what was destroyed. Out: entries of the log, and certificates read back from them. A key's id is
a digest of the key in its wrapping, which is random: it tells two keys apart and nothing else. It
must never hold what the keys opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.audit.entry import Entry, EntryKind, stamp

__all__ = ["Certificate", "certificate_entries", "certificates_of", "key_name"]

_PER_ENTRY = 2000
"""So many key ids of 16 hex digits fit an entry of 65,535 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One destruction; ``index`` is its entry. ``held`` counts what a legal hold kept from it."""

    index: int
    at: datetime
    agency_id: str
    kind: str
    rule: str
    policy: str
    before: datetime
    keys: tuple[str, ...]
    held: int


def key_name(wrapped: bytes) -> str:
    """Return a key's id: 16 hex digits of the SHA-256 of the wrapped key."""
    return hashlib.sha256(wrapped).hexdigest()[:16]


def certificate_entries(
    keys: Sequence[str],
    *,
    kind: str,
    rule: str,
    policy: str,
    before: datetime,
    held: int,
    at: datetime,
    agency_id: str = "",
) -> Iterator[Entry]:
    """Yield the entries that certify that ``keys`` are destroyed; none for no keys."""
    for start in range(0, len(keys), _PER_ENTRY):
        part = keys[start : start + _PER_ENTRY]
        body = {
            "class": kind,
            "count": len(part),
            "keys": list(part),
            "rule": rule,
            "policy": policy,
            "before": stamp(before),
            "held": held,
        }
        yield Entry(kind=EntryKind.CERTIFICATE, at=at, agency_id=agency_id, body=body)


def certificates_of(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[Certificate, ...]:
    """Return certificates, oldest first, from (index, entry) of CERTIFICATE entries."""
    return tuple(
        Certificate(
            index=index,
            at=datetime.fromisoformat(entry["at"]),
            agency_id=entry["agency"],
            kind=entry["body"]["class"],
            rule=entry["body"]["rule"],
            policy=entry["body"]["policy"],
            before=datetime.fromisoformat(entry["body"]["before"]),
            keys=tuple(entry["body"]["keys"]),
            held=entry["body"]["held"],
        )
        for index, entry in entries
    )
