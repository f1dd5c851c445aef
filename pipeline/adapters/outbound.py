"""Posts to addresses that strangers gave: resolved, judged, pinned, never redirected.

In goes a URL, a body and headers; out comes a fixed word of what happened and, when asked for by
the receiver, how long to wait. Every try resolves anew, refuses any address that is not public
(``addresses`` says which), and connects to the very address it judged. It must never follow a
redirect, read more of an answer than a few bytes, or pass on what a receiver wrote.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from pipeline.adapters.addresses import Resolver, is_public, resolve
from pipeline.model import Refused

__all__ = ["Answer", "Poster", "check_url", "post"]

TIMEOUT = timedelta(seconds=15)
"""For the whole try: Standard Webhooks advises 15 to 30 s."""

_PORTS = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a try: a fixed word, the status if there was one, and a wish to wait."""

    outcome: str
    status: int = 0
    wait: timedelta | None = None
    milliseconds: int = 0


Poster = Callable[[str, bytes, Mapping[str, str]], Awaitable[Answer]]


def check_url(url: str, *, insecure: Sequence[str] = ()) -> str:
    """Return a URL that may be given as a receiver's, or refuse it; nothing is resolved here.

    ``insecure`` names hosts that may be reached without TLS and on any port: for tests.

    Raises:
        Refused: not https, with user, fragment or odd port, or without a host name.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        httpx.URL(url)  # what posts must be able to read it, too
    except (ValueError, httpx.InvalidURL):
        raise Refused("this is no web address") from None
    host = parts.hostname or ""
    if host in insecure and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https" or not host:
        raise Refused("a receiver's address begins with https://")
    if parts.username or parts.password or parts.fragment:
        raise Refused("a receiver's address holds no user, password or fragment")
    if port is not None and port not in _PORTS:
        raise Refused("a receiver listens on port 443, 8443, 80 or 8080")
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise Refused("this is no web address")
    return url


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolver: Resolver = resolve,
    allowed: Sequence[str] = (),
    trusted: ssl.SSLContext | None = None,
    timeout: timedelta = TIMEOUT,
) -> Answer:
    """Post once; never raises for what a receiver or the network does.

    ``allowed`` names hosts whose addresses are not judged (an installation's own network).
    Outcomes: ``http-NNN``, ``timeout``, ``unknown-host``, ``address-refused``, ``tls``,
    ``connection``.
    """
    began = time.monotonic()
    try:
        async with asyncio.timeout(timeout.total_seconds()):
            answer = await _post(url, body, headers, resolver, allowed, trusted)
    except (TimeoutError, httpx.TimeoutException):
        answer = Answer(outcome="timeout")
    except httpx.ConnectError as error:
        tls = "ssl" in str(error).lower() or "certificate" in str(error).lower()
        answer = Answer(outcome="tls" if tls else "connection")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError):
        answer = Answer(outcome="connection")
    spent = round((time.monotonic() - began) * 1000)
    return Answer(
        outcome=answer.outcome, status=answer.status, wait=answer.wait, milliseconds=spent
    )


async def _post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    resolver: Resolver,
    allowed: Sequence[str],
    trusted: ssl.SSLContext | None,
) -> Answer:
    asked = httpx.URL(url)
    host, port = asked.host, asked.port or (443 if asked.scheme == "https" else 80)
    try:
        addresses = await resolver(host, port)
    except (OSError, UnicodeError):
        return Answer(outcome="unknown-host")
    # One forbidden address refuses the name: which one is reached would be a matter of luck.
    if not addresses:
        return Answer(outcome="unknown-host")
    if host not in allowed and not all(is_public(each) for each in addresses):
        return Answer(outcome="address-refused")
    pinned = asked.copy_with(host=addresses[0])
    transport = httpx.AsyncHTTPTransport(verify=trusted or True, retries=0)
    async with (
        httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(TIMEOUT.total_seconds()),
        ) as client,
        client.stream(
            "POST",
            pinned,
            content=body,
            headers={**headers, "host": _authority(asked)},
            extensions={"sni_hostname": host},
        ) as answer,
    ):
        return Answer(
            outcome=f"http-{answer.status_code}",
            status=answer.status_code,
            wait=_wait(answer.headers.get("retry-after", "")),
        )


def _authority(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")


def _wait(text: str) -> timedelta | None:
    """Read Retry-After: seconds, or a date; what is neither says nothing."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text), 10**7))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(timedelta(0), until - datetime.now(UTC))
