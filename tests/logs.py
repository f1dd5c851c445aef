"""Sealed logs for tests, with keys that everybody may know; ``python logs.py`` writes frozen ones.

A frozen log must verify forever: it is written once, and never again when code changes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from keys import Ed25519Key

from pipeline.audit import Entry, EntryKind, encode
from pipeline.audit.checkpoint import Checkpoint
from pipeline.audit.note import sign
from pipeline.audit.tiles import Edge, grown

ORIGIN = "alerts.example/log"
KEY = Ed25519Key(ORIGIN, 7)
VKEY = str(KEY.key)
FROZEN = Path(__file__).parent / "testdata" / "log"
FROZEN_SIZES = (0, 1, 2, 255, 256, 257)


def line(number: int) -> bytes:
    """Return an invented entry."""
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=number)
    body = {"payload": f"{number:064x}", "rule": "payload-retention"}
    return encode(Entry(kind=EntryKind.SHRED, at=at, agency_id="elm-bluff", body=body))


def lines(size: int) -> list[bytes]:
    return [line(number) for number in range(size)]


def write_log(
    folder: Path, entries: Sequence[bytes], *, key: Ed25519Key = KEY, edge: Edge | None = None
) -> Edge:
    """Write the files of a log, or of more entries of one; return its edge."""
    edge, files = grown(edge or Edge(), entries)
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.body)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_bytes(checkpoint(edge, key))
    return edge


def checkpoint(edge: Edge, key: Ed25519Key = KEY) -> bytes:
    """Return a signed checkpoint over a tree."""
    head = Checkpoint(origin=key.key.name, size=edge.size, root=edge.root)
    return bytes(sign(head.text, [key]))


if __name__ == "__main__":
    for number in FROZEN_SIZES:
        if not (FROZEN / str(number)).exists():
            write_log(FROZEN / str(number), lines(number))
