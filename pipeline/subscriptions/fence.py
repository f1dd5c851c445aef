"""What every answer of the service carries, and which requests get none.

A pure ASGI layer. There are no cookies, so that another site can use no reader's rights; forms that
come from another site are refused all the same. It must never keep an address a request came from.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CSP", "Fence", "Pace"]

CSP = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
    "strict-transport-security": "max-age=31536000",
}
_MOST_BYTES = 32_000
_REMEMBERED = 50_000


class Pace:
    """Counts requests that change something, by a digest of where they come from."""

    def __init__(self, *, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._key = secrets.token_bytes(32)  # forgotten with the process
        self._lock = threading.Lock()
        self._seen: dict[bytes, deque[datetime]] = {}

    def allows(self, origin: str, now: datetime) -> bool:
        """Count a request; return whether its origin made fewer than the most before it."""
        key = hashlib.blake2b(origin.encode(), key=self._key, digest_size=16).digest()
        with self._lock:
            times = self._seen.pop(key, deque(maxlen=self._most))
            while times and times[0] <= now - self._within:
                times.popleft()
            allowed = len(times) < self._most
            if allowed:
                times.append(now)
            self._seen[key] = times
            if len(self._seen) > _REMEMBERED:
                self._seen.pop(next(iter(self._seen)))
        return allowed


class Fence:
    """Adds the headers; refuses long bodies, forms of other sites, and too many of them."""

    def __init__(self, app: ASGIApp, *, pace: Pace, clock: Callable[[], datetime]) -> None:
        self._app, self._pace, self._clock = app, pace, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, dressed)
        else:
            await refusal(scope, receive, dressed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if scope["method"] not in ("POST", "PUT", "DELETE", "PATCH"):
            return None
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("Say how long the body is.", 411)
        if int(length) > _MOST_BYTES:
            return PlainTextResponse("Too long.", 413)
        one_click = scope["path"].startswith("/leave/")
        if not one_click and headers.get("sec-fetch-site", "same-origin") not in (
            "same-origin",
            "none",
        ):
            return PlainTextResponse("Use the form of this site.", 403)
        client = scope.get("client")
        if not one_click and not self._pace.allows(client[0] if client else "", self._clock()):
            return PlainTextResponse("Too many requests; try again in an hour.", 429)
        return None
