"""Headers every answer carries, and requests no answer is given to.

A pure ASGI layer, so that it costs streams nothing. It must never loosen a header for one page.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CSP", "Fence"]

CSP = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
_SAME = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=()",
    "x-frame-options": "DENY",
}
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_MOST_BYTES = 64_000


class Fence:
    """Adds the headers; refuses foreign host names and long bodies."""

    def __init__(self, app: ASGIApp, *, secure: bool, host: str) -> None:
        self._app, self._secure = app, secure
        self._hosts = {*_LOCAL, host} if host else set(_LOCAL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        static = scope["path"].startswith(("/static/", "/assets/"))

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), static=static)
            await send(message)

        refusal = self._refusal(headers)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        await self._app(scope, receive, dressed)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        if _name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("This desk has another name.", 421)
        if "transfer-encoding" in headers:
            return PlainTextResponse("Say how long the body is.", 411)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _MOST_BYTES:
            return PlainTextResponse("Too long.", 413)
        return None

    def _dress(self, headers: MutableHeaders, *, static: bool) -> None:
        for name, value in _SAME.items():
            headers[name] = value
        headers["cache-control"] = "public, max-age=3600" if static else "no-store"
        if self._secure:
            headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"


def _name(host: str) -> str:
    """Return a host header without its port."""
    return host.rsplit(":", 1)[0] if host[-1:] != "]" and ":" in host else host
