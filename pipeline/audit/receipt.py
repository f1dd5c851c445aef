"""Receipts: all that the log says of one alert, with a proof of each entry, in one file.

In go entries with their paths to one root and the checkpoint that signs it; out come bytes in the
form of a C2SP tlog-proof: the last entry's proof stands in the open, all entries with their proofs
in its ``extra`` line. It must never judge: ``verify``, which shares no code with it, does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ProvenEntry", "receipt_bytes"]

RECEIPT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenEntry:
    """One entry: its index, its canonical line, and its path to the root, leaf's sibling first."""

    index: int
    line: bytes
    proof: tuple[bytes, ...]


def receipt_bytes(alert_id: str, entries: Sequence[ProvenEntry], note: bytes) -> bytes:
    """Return the receipt of an alert.

    Raises:
        ValueError: for no entries.
    """
    if not entries:
        raise ValueError("a receipt proves something")
    told = sorted(entries, key=lambda each: each.index)
    extra = {
        "receipt": RECEIPT_VERSION,
        "alert": alert_id,
        "entries": [
            {"index": each.index, "line": each.line.decode(), "proof": _paths(each)}
            for each in told
        ],
    }
    packed = base64.b64encode(json.dumps(extra, separators=(",", ":")).encode()).decode()
    lines = ["c2sp.org/tlog-proof@v1", f"extra {packed}", f"index {told[-1].index}"]
    return "\n".join([*lines, *_paths(told[-1])]).encode() + b"\n\n" + note


def _paths(entry: ProvenEntry) -> list[str]:
    return [base64.b64encode(each).decode() for each in entry.proof]
