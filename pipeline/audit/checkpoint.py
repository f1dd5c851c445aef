"""Checkpoints (C2SP tlog-checkpoint): a log's name, size and root as a note's text.

In go origin, size and root; out comes text for a note, and back. It must never verify a signature
(``note`` does) or a root (``merkle`` does).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.audit.merkle import HASH_BYTES
from pipeline.audit.note import ED25519, BadNote, Note, NoteKey, parse_note, verified

__all__ = ["Checkpoint", "open_checkpoint", "parse_checkpoint"]

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A tree head: ``size`` leaves have the root hash ``root`` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text as a checkpoint; further lines are ignored.

    Raises:
        BadNote: it is none.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise BadNote("not a checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != HASH_BYTES:
        raise BadNote("a checkpoint's root is not 32 bytes")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def open_checkpoint(body: bytes, keys: Sequence[NoteKey]) -> tuple[Checkpoint, Note]:
    """Return a checkpoint that one of the log's keys signed, and its note.

    Raises:
        BadNote: no known key of the log signed it, or one is named that did not.
    """
    note = parse_note(body)
    checkpoint = parse_checkpoint(note.text)
    own = [key for key in keys if key.kind == ED25519 and key.name == checkpoint.origin]
    if not verified(note, own):
        raise BadNote("no known key of this log signed the checkpoint")
    return checkpoint, note
