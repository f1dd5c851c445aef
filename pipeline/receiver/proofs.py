"""Checks what proves a sender beside the key: signature, certificate, digest.

Pure: bytes, headers and the time go in, yes or no comes out. Every comparison of secrets takes the
same time whatever differs. Signatures are those of Standard Webhooks, over the bytes on the wire;
certificates come as RFC 9440 writes them, and only a trusted proxy's word counts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

__all__ = ["TOLERANCE", "Signing", "certificate_shown", "digest_agrees", "is_trusted"]

TOLERANCE = timedelta(minutes=5)
"""How far a signature's time may be off, before or after."""

_ID = re.compile(r"[\x21-\x7e]{1,200}")
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")


class Signing:
    """The signature of one request, computed while its body arrives."""

    def __init__(self, headers: Mapping[str, str], secret: bytes) -> None:
        self.message_id = headers.get("webhook-id", "")
        self._time = headers.get("webhook-timestamp", "")
        self._given = headers.get("webhook-signature", "")
        head = f"{self.message_id}.{self._time}.".encode("utf-8", "replace")
        self._mac = hmac.new(secret, head, hashlib.sha256)

    def feed(self, chunk: bytes) -> None:
        """Take a piece of the body as it is on the wire."""
        self._mac.update(chunk)

    def holds(self, now: datetime) -> bool:
        """Return whether one of the signatures is right and fresh."""
        if not _ID.fullmatch(self.message_id) or not re.fullmatch(r"[0-9]{1,12}", self._time):
            return False
        if abs(now.timestamp() - int(self._time)) > TOLERANCE.total_seconds():
            return False
        right = self._mac.digest()
        found = False
        for each in self._given.split(" ")[:8]:
            version, _, text = each.partition(",")
            found |= version == "v1" and hmac.compare_digest(_decoded(text), right)
        return found


def certificate_shown(
    headers: Mapping[str, str], peer: str, *, accepted: Collection[str], proxies: Sequence[str]
) -> bool:
    """Return whether a trusted proxy vouches for a certificate with an accepted fingerprint."""
    if not is_trusted(peer, proxies):
        return False
    text = headers.get("client-cert", "").strip()
    if not (text.startswith(":") and text.endswith(":") and len(text) > 2):
        return False
    fingerprint = hashlib.sha256(_decoded(text[1:-1])).hexdigest()
    return any(hmac.compare_digest(fingerprint, each) for each in accepted)


def is_trusted(peer: str, proxies: Sequence[str]) -> bool:
    """Return whether an address is a trusted proxy's."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    nets = (ip_network(each) for each in proxies)
    return any(net.version == address.version and address in net for net in nets)


def digest_agrees(header: str, sha256: bytes) -> bool:
    """Return whether a Content-Digest (RFC 9530) names this SHA-256 of the bytes on the wire."""
    found = _DIGEST.search(header)
    return found is not None and _decoded(found[1]) == sha256


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
