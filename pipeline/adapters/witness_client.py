"""Asks witnesses to cosign the log's checkpoint (C2SP tlog-witness, ``add-checkpoint``).

In: a witness's address and key, a checkpoint, and who can prove consistency. Out: its cosignature.
Raises ``StoreFailure`` in words for people; a witness that cannot be reached never stops the log.
It must never follow a redirect, or take a signature that does not verify.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from pipeline.audit.note import BadNote, Note, NoteKey, NoteSignature, parse_note, verified
from pipeline.audit.witness import add_request
from pipeline.model import StoreFailure

__all__ = ["WitnessAddress", "ask_witness"]

_SECONDS = 10.0
_MOST_BYTES = 10_000

Prove = Callable[[int], tuple[bytes, ...]]
"""Returns the proof from a smaller size to the checkpoint's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAddress:
    """Where a witness is asked, and the key its cosignatures are checked with."""

    url: str
    key: NoteKey


def ask_witness(witness: WitnessAddress, note: Note, size: int, prove: Prove) -> NoteSignature:
    """Return the witness's cosignature of a checkpoint of ``size`` entries.

    Raises:
        StoreFailure: it cannot be reached, refuses, or remembers a larger log: a rollback.
    """
    plain = bytes(Note(text=note.text, signatures=note.signatures))
    name = witness.key.name
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            address = f"{witness.url.rstrip('/')}/add-checkpoint"
            answer = client.post(address, content=add_request(0, (), plain))
            if answer.status_code == httpx.codes.CONFLICT:
                known = _size(answer, name)
                if known > size:
                    raise StoreFailure(
                        f"the witness {name} saw {known} entries of this log, but it has {size}: "
                        "the log was set back"
                    )
                request = add_request(known, prove(known), plain)
                answer = client.post(address, content=request)
    except httpx.HTTPError as error:
        raise StoreFailure(
            f"the witness {name} cannot be reached ({type(error).__name__})"
        ) from None
    if answer.status_code != httpx.codes.OK:
        raise StoreFailure(f"the witness {name} refuses with status {answer.status_code}")
    return _signature(answer, note, witness.key)


def _size(answer: httpx.Response, name: str) -> int:
    text = answer.text.strip()[:20]
    if not text.isdecimal():
        raise StoreFailure(f"the witness {name} answers what is no size")
    return int(text)


def _signature(answer: httpx.Response, note: Note, key: NoteKey) -> NoteSignature:
    body = answer.content[:_MOST_BYTES]
    try:
        cosigned = parse_note(note.text.encode() + b"\n" + body)
        (signature, *_) = verified(cosigned, [key])
    except (BadNote, ValueError):
        raise StoreFailure(f"the witness {key.name} answers with no signature of its own") from None
    return signature
