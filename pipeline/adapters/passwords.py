"""Digests of passwords (argon2id) and of random tokens. Nothing here keeps either."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["NO_PASSWORD", "digest_token", "hash_password", "is_password", "new_token", "same"]

# RFC 9106's second choice: 64 MiB, three passes, four lanes; above the floor of 19 MiB and two.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)

NO_PASSWORD = _HASHER.hash(secrets.token_urlsafe(32))
"""The digest of a password nobody has: checked where no account is, so that both take as long."""


def hash_password(password: str) -> str:
    """Return the digest to keep."""
    return _HASHER.hash(password)


def is_password(digest: str, password: str) -> bool:
    """Return whether the password is the one; an empty or foreign digest has none."""
    try:
        return _HASHER.verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """Return 256 random bits for a URL or cookie."""
    return secrets.token_urlsafe(32)


def digest_token(token: str) -> str:
    """Return SHA-256 of a token: enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets without telling by time where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
