"""Signs webhooks as Standard Webhooks 1.0 says: HMAC (``v1``) and ed25519 (``v1a``).

In go a secret of 32 bytes, a message's id, moment and body; out come its three headers. Both kinds
of signature are made of one secret, so that a receiver chooses; during a rotation old and new sign
side by side. It must never show a secret in a ``repr`` or an error.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks import Webhook

__all__ = ["SECRET_BYTES", "public_key", "shared_secret", "signed_headers"]

SECRET_BYTES = 32


def shared_secret(secret: bytes) -> str:
    """Return what a receiver verifies ``v1`` with: ``whsec_`` and base64. Shown once."""
    return f"whsec_{base64.b64encode(_derived(secret, b'hmac')).decode()}"


def public_key(secret: bytes) -> str:
    """Return what a receiver verifies ``v1a`` with: ``whpk_`` and base64. No secret."""
    key = _ed25519(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"whpk_{base64.b64encode(key).decode()}"


def signed_headers(
    secrets: Sequence[bytes], message_id: str, at: datetime, body: bytes
) -> Mapping[str, str]:
    """Return the headers of one try: id, moment of this try, and every secret's signatures."""
    text = body.decode()
    stamped = int(at.timestamp())
    signatures = []
    for secret in secrets:
        signatures.append(Webhook(shared_secret(secret)).sign(message_id, at, text))
        content = f"{message_id}.{stamped}.{text}".encode()
        signatures.append(f"v1a,{base64.b64encode(_ed25519(secret).sign(content)).decode()}")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamped),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
        "user-agent": "Blotter-Webhooks/1",
    }


def _ed25519(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(secret, b"ed25519"))


def _derived(secret: bytes, purpose: bytes) -> bytes:
    """Return a key for one purpose: the HMAC key is known to a receiver, the other never is."""
    info = b"blotter webhook " + purpose
    return HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=info).derive(secret)
