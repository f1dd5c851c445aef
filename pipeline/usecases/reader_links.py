"""Makes and checks the links by which a reader, and nobody else, changes things.

A link carries the reader's random id and a keyed digest of id and purpose: nothing is kept, nothing
can be guessed, and a link for one purpose opens no other. It must never hold an address.
"""

from __future__ import annotations

import hmac

from pipeline.model import Seal
from pipeline.usecases.settings import Settings

__all__ = ["Links"]

_PARTS = 2


class Links:
    """Links of one installation."""

    def __init__(self, settings: Settings, seal: Seal) -> None:
        self._base = settings.subscriptions_url
        self._seal = seal

    def confirm(self, subscriber_id: str) -> str:
        """Return the link that confirms an address."""
        return self._link("confirm", subscriber_id)

    def leave(self, subscriber_id: str) -> str:
        """Return the link that ends a subscription, for one click and for people."""
        return self._link("leave", subscriber_id)

    def manage(self, subscriber_id: str) -> str:
        """Return the link under which a reader sees, changes, exports and erases."""
        return self._link("manage", subscriber_id)

    def reader(self, purpose: str, token: str) -> str | None:
        """Return whose token this is, for this purpose; None when it is nobody's."""
        parts = token.split(".")
        if len(parts) != _PARTS or not parts[0].isascii() or not parts[1].isascii():
            return None
        wanted = self._digest(purpose, parts[0])
        return parts[0] if hmac.compare_digest(wanted, parts[1]) else None

    def token(self, purpose: str, subscriber_id: str) -> str:
        """Return the part of a link that says whose it is and what for."""
        return f"{subscriber_id}.{self._digest(purpose, subscriber_id)}"

    def _link(self, purpose: str, subscriber_id: str) -> str:
        return f"{self._base}/{purpose}/{self.token(purpose, subscriber_id)}"

    def _digest(self, purpose: str, subscriber_id: str) -> str:
        return self._seal.digest(f"reader link {purpose}", subscriber_id.encode())[:43]
