"""Keys for notes that everybody may know: for tests only."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.audit.note import ED25519, NoteKey


class Ed25519Key:
    """Implements :class:`pipeline.audit.note.Signer` with a key made of one number."""

    def __init__(self, name: str, number: int, *, kind: int = ED25519) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = NoteKey(name=name, kind=kind, public=public)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)
