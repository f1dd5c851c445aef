"""What a witness says to a log's new checkpoint (C2SP tlog-witness, ``add-checkpoint``).

In go the bytes of a request, the log's keys, and the latest checkpoint that was cosigned; out comes
the checkpoint to cosign, or a refusal with its HTTP status. It must never remember or sign: the
server does, in that order, so that no cosignature is given for what could be forgotten.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from pipeline.audit.merkle import EMPTY_ROOT, HASH_BYTES, consistent
from pipeline.audit.note import BadNote, Note, NoteKey, parse_note

__all__ = ["AddCheckpoint", "WitnessRefusal", "add_request", "judge", "parse_request"]

SIZE_TYPE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_MOST_LINES = 63


class WitnessRefusal(Exception):
    """A witness does not cosign; ``status`` and ``body`` are its answer over HTTP."""

    def __init__(self, status: int, body: str, *, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(body.strip())
        self.status, self.body, self.kind = status, body, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """A log's request: its checkpoint, and the proof that it continues that of ``old`` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    @property
    def origin(self) -> str:
        """Whose checkpoint it says it is; nothing is verified yet."""
        return parse_checkpoint(parse_note(self.note).text).origin


def add_request(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Return the body of a request."""
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof)]
    return "\n".join(lines).encode() + b"\n\n" + note


def parse_request(body: bytes) -> AddCheckpoint:
    """Read a request.

    Raises:
        WitnessRefusal: 400, it is none.
    """
    head, gap, note = body.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
        proof = tuple(base64.b64decode(each, validate=True) for each in rest)
        parse_checkpoint(parse_note(note).text)
    except (ValueError, binascii.Error):
        raise WitnessRefusal(400, "not a request\n") from None
    old = _OLD.fullmatch(first)
    if not gap or old is None or len(proof) > _MOST_LINES:
        raise WitnessRefusal(400, "not a request\n")
    if any(len(each) != HASH_BYTES for each in proof):
        raise WitnessRefusal(400, "a proof's hash has 32 bytes\n")
    return AddCheckpoint(old=int(old.group(1)), proof=proof, note=note)


def judge(
    asked: AddCheckpoint, logs: Mapping[str, Sequence[NoteKey]], latest: Checkpoint | None
) -> tuple[Checkpoint, Note]:
    """Return the checkpoint that may be cosigned, verified and continuing ``latest``.

    Raises:
        WitnessRefusal: 404 unknown log, 403 unsigned, 400 or 409 wrong old size, 422 no proof.
    """
    keys = logs.get(asked.origin)
    if keys is None:
        raise WitnessRefusal(404, "this witness does not know the log\n")
    try:
        new, note = open_checkpoint(asked.note, keys)
    except BadNote as problem:
        raise WitnessRefusal(403, f"{problem}\n") from None
    if asked.old > new.size:
        raise WitnessRefusal(400, "the old size is larger than the new one\n")
    known = 0 if latest is None else latest.size
    if asked.old != known:
        raise WitnessRefusal(409, f"{known}\n", kind=SIZE_TYPE)
    root = EMPTY_ROOT if latest is None else latest.root
    if new.size == 0 and new.root != EMPTY_ROOT:
        raise WitnessRefusal(422, "an empty tree has another root\n")
    sound = not asked.proof if known == 0 and new.size else False
    if not sound and not consistent(known, new.size, root, new.root, asked.proof):
        raise WitnessRefusal(422, "the proof does not hold\n")
    return new, note
