"""Signed notes (C2SP signed-note): text that keys have signed, one line a signature.

In go text, keys and bytes of a note; out come notes and verdicts. Ed25519 only: signatures of a log
(type 1) and timestamped cosignatures of witnesses (type 4, C2SP tlog-cosignature). It must never
hold a private key: a ``Signer`` signs, in a file's key or in a machine that never shows it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "BadNote",
    "Note",
    "NoteKey",
    "NoteSignature",
    "Signer",
    "cosign",
    "parse_key",
    "parse_note",
    "sign",
    "signature_time",
    "verified",
]

ED25519, COSIGNATURE = 1, 4
"""Signature types assigned by C2SP signed-note and tlog-cosignature."""

MAX_NOTE_BYTES = 1_000_000
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES, _KEY_BYTES = 4, 8, 64, 32
_MAX_SIGNATURES = 64


class BadNote(ValueError):
    """A note, key or checkpoint is not what its format says, or a known key did not sign it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """A verifier key: its name, its type, and 32 bytes of Ed25519 public key."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line. ``blob`` is what follows the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note's text, with its last line end, and its signatures; none of them is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    def __bytes__(self) -> bytes:
        return str(self).encode()


class Signer(Protocol):
    """Who can sign: a private key in a file, or a key service that never shows it."""

    @property
    def key(self) -> NoteKey:
        """The public side."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message``, 64 bytes."""
        ...


def parse_key(text: str) -> NoteKey:
    """Read a verifier key (``name+id+key``).

    Raises:
        BadNote: it is none, or its id does not belong to its name and key.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, material = rest.partition("+")
    raw = _base64(material)
    if not _NAME.fullmatch(name) or len(raw) != 1 + _KEY_BYTES:
        raise BadNote("not a verifier key")
    key = NoteKey(name=name, kind=raw[0], public=raw[1:])
    if raw[0] not in (ED25519, COSIGNATURE) or key.key_id.hex() != key_id:
        raise BadNote("a verifier key's id does not belong to its name and key")
    return key


def parse_note(body: bytes) -> Note:
    """Read a note without verifying anything.

    Raises:
        BadNote: it is not a signed note.
    """
    if len(body) > MAX_NOTE_BYTES:
        raise BadNote("a note is too large")
    try:
        whole = body.decode()
    except UnicodeDecodeError:
        raise BadNote("a note is not UTF-8") from None
    if any(sign < " " and sign != "\n" for sign in whole) or not whole.endswith("\n"):
        raise BadNote("a note holds control characters, or ends without a line end")
    text, gap, lines = whole.rpartition("\n\n")
    signatures = [_signature(line) for line in lines.split("\n")[:-1]]
    if not gap or not text or not 0 < len(signatures) <= _MAX_SIGNATURES:
        raise BadNote("a note has no text or no signatures")
    return Note(text=text + "\n", signatures=tuple(signatures))


def sign(text: str, signers: Iterable[Signer]) -> Note:
    """Return the text signed by each of ``signers``."""
    made = [_made(signer.key, signer.sign(text.encode())) for signer in signers]
    return Note(text=text, signatures=tuple(made))


def cosign(text: str, signer: Signer, at: int) -> NoteSignature:
    """Return a witness's cosignature of a checkpoint's text, at a time in seconds since 1970."""
    signed = signer.sign(_cosigned(text, at))
    return _made(signer.key, at.to_bytes(_TIME_BYTES, "big") + signed)


def signature_time(signature: NoteSignature) -> int:
    """Return when a cosignature says that it was made, in seconds since 1970."""
    return int.from_bytes(signature.blob[:_TIME_BYTES], "big")


def verified(note: Note, keys: Sequence[NoteKey]) -> tuple[NoteSignature, ...]:
    """Return the signatures that known keys made; signatures of unknown keys do not count.

    Raises:
        BadNote: a line names a known key, and that key did not make it.
    """
    known = {(key.name, key.key_id): key for key in keys}
    good: list[NoteSignature] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not _holds(key, signature, note.text):
            raise BadNote(f"the signature of {key.name} does not verify")
        good.append(signature)
    return tuple(good)


def _holds(key: NoteKey, signature: NoteSignature, text: str) -> bool:
    blob, message = signature.blob, text.encode()
    if key.kind == COSIGNATURE:
        message, blob = _cosigned(text, signature_time(signature)), blob[_TIME_BYTES:]
    if len(blob) != _SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(blob, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _made(key: NoteKey, blob: bytes) -> NoteSignature:
    return NoteSignature(name=key.name, key_id=key.key_id, blob=blob)


def _signature(line: str) -> NoteSignature:
    found = _LINE.fullmatch(line)
    raw = _base64(found.group(2)) if found else b""
    if found is None or len(raw) <= _ID_BYTES:
        raise BadNote("a line of a note's signatures is not one")
    return NoteSignature(name=found.group(1), key_id=raw[:_ID_BYTES], blob=raw[_ID_BYTES:])


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
