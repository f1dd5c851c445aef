"""Fetches one address over HTTP(S) within limits: the part that all web transports share.

In: an address, headers, a :class:`~pipeline.adapters.transports.fetched.Look`. Out: an answer's
plain bytes and the headers that matter. Every connection goes to an address that ``guard`` checked,
redirects are checked anew, bodies are cut at the agency's limit while they arrive and while they
are unpacked. Must never follow a redirect from https to http or carry a secret to another host.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from pipeline.adapters.addresses import Resolver, resolve
from pipeline.adapters.inflate import decoder_for
from pipeline.adapters.transports.fetched import FetchFailed, Look, Memory
from pipeline.adapters.transports.guard import pinned, refused
from pipeline.adapters.transports.trust import trusted
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["Answer", "Browser", "browser", "same_origin"]

_AGENT = "Blotter/1 (dispatch feed reader)"
_MOST_REDIRECTS = 5
_LONGEST_PAUSE = timedelta(hours=6)
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came: 200 with plain bytes, or 304 with none."""

    status: int
    body: bytes = field(repr=False)
    etag: str
    modified: str
    next_url: str
    url: str = field(repr=False)


class _TryAgain(Exception):
    """An attempt failed in a way that may pass; ``wait`` is what the server asked for, seconds."""

    def __init__(self, code: NoticeCode, detail: str, wait: float | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.wait = code, detail, wait


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to the address that was checked, in the host's name.

    One pool per host: a connection that was verified for one name must not serve another name
    that happens to live at the same address.
    """

    def __init__(self, look: Look, resolver: Resolver) -> None:
        self._look, self._resolver = look, resolver
        self._pools: dict[str, httpx.AsyncHTTPTransport] = {}
        self._context = trusted()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        network, host = self._look.network, request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await pinned(host, port, network.allowed, resolver=self._resolver)
        pool = self._pools.get(host)
        if pool is None:
            limits = httpx.Limits(max_connections=network.per_host)
            pool = httpx.AsyncHTTPTransport(verify=self._context, limits=limits)
            self._pools[host] = pool
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


class Browser:
    """Asks one agency's server. With ``secret`` its headers may go to the first host only."""

    def __init__(
        self, look: Look, client: httpx.AsyncClient, headers: Mapping[str, str], *, secret: bool
    ) -> None:
        self._look, self._client, self._headers = look, client, dict(headers)
        self._secret = secret

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        what: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to a GET with the parameters ``what``, after retries.

        Raises:
            FetchFailed: it could not be had, is refused, or does not keep the limits.
        """
        sent = {**self._headers, **(headers or {})}
        return await self._tried("GET", url, sent, what or {})

    async def post(self, url: str, what: Mapping[str, str]) -> Answer:
        """Return the answer to a form: for queries too long for an address.

        Raises:
            FetchFailed: as ``get``.
        """
        return await self._tried("POST", url, self._headers, what)

    async def _tried(
        self, method: str, url: str, headers: Mapping[str, str], what: Mapping[str, str]
    ) -> Answer:
        network = self._look.network
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(_TryAgain),
            stop=stop_after_attempt(network.tries),
            wait=self._wait,
            reraise=True,
        )
        try:
            async with asyncio.timeout(network.total_seconds):
                return await attempts(self._once, method, url, headers, what)
        except TimeoutError:
            raise FetchFailed(NoticeCode.FETCH_FAILED, "no whole answer in time") from None
        except _TryAgain as failed:
            until = None if failed.wait is None else self._until(failed.wait)
            raise FetchFailed(failed.code, failed.detail, memory=until) from None

    def _wait(self, state: RetryCallState) -> float:
        """Return seconds: what the server asked for, else 1, 2, 4.. with full jitter."""
        error = state.outcome.exception() if state.outcome is not None else None
        asked = error.wait if isinstance(error, _TryAgain) else None
        longest = self._look.network.most_wait
        if asked is not None:
            return min(asked, longest) + self._look.chance()
        return float(min(2 ** (state.attempt_number - 1), longest) * self._look.chance())

    def _until(self, seconds: float) -> Memory:
        pause = min(timedelta(seconds=seconds), _LONGEST_PAUSE)
        return {**self._look.memory, "not_before": (self._look.now + pause).isoformat()}

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], what: Mapping[str, str]
    ) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            request = self._client.build_request(
                method,
                url,
                headers=headers,
                params=what if method == "GET" and what else None,
                data=what if method == "POST" else None,
            )
            async with self._sent(request) as response:
                if not response.has_redirect_location:
                    return await self._answer(response, url)
                target = urljoin(url, response.headers["location"])
            if method == "POST":
                raise FetchFailed(NoticeCode.REDIRECT_REFUSED)
            _check_redirect(urlsplit(url).scheme, urlsplit(target).scheme)
            if self._secret and not same_origin(url, target):
                raise FetchFailed(NoticeCode.REDIRECT_REFUSED)
            url, what = target, {}
        raise FetchFailed(NoticeCode.REDIRECT_REFUSED, "too many in a row")

    @asynccontextmanager
    async def _sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        try:
            response = await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise _TryAgain(NoticeCode.FETCH_FAILED, _kind(error)) from None
        try:
            yield response
        finally:
            await response.aclose()

    async def _answer(self, response: httpx.Response, url: str) -> Answer:
        status = response.status_code
        if status in _AGAIN:
            wait = _retry_after(response.headers.get("retry-after"), self._look.now)
            if wait is not None and wait > self._look.network.most_wait:
                raise FetchFailed(NoticeCode.LATER_ASKED, memory=self._until(wait))
            raise _TryAgain(NoticeCode.FETCH_FAILED, f"status {status}", wait)
        if status == httpx.codes.NOT_MODIFIED:
            body = b""
        elif status == httpx.codes.OK:
            body = await self._body(response)
        else:
            raise FetchFailed(NoticeCode.FETCH_REFUSED, f"status {status}")
        return Answer(
            status=status,
            body=body,
            etag=response.headers.get("etag", "")[:200],
            modified=response.headers.get("last-modified", "")[:100],
            next_url=_next(response, url),
            url=url,
        )

    async def _body(self, response: httpx.Response) -> bytes:
        limit = self._look.agency.format.max_bytes
        try:
            decoder = decoder_for(response.headers.get("content-encoding", ""), limit)
            parts = [decoder.feed(chunk) async for chunk in response.aiter_raw()]
            decoder.finish()
            return b"".join(parts)
        except PayloadRefused as refusal:
            if refusal.code is NoticeCode.TRUNCATED_ANSWER:
                raise _TryAgain(refusal.code, "") from None
            raise FetchFailed(refusal.code) from None
        except httpx.RemoteProtocolError:
            raise _TryAgain(NoticeCode.TRUNCATED_ANSWER, "") from None
        except httpx.HTTPError as error:
            raise _TryAgain(NoticeCode.FETCH_FAILED, _kind(error)) from None


@asynccontextmanager
async def browser(
    look: Look,
    headers: Mapping[str, str],
    *,
    secret: bool = False,
    url: str = "",
    resolver: Resolver = resolve,
) -> AsyncIterator[Browser]:
    """Open a browser for one look. With ``secret`` the address must be https, or allowed.

    Raises:
        FetchFailed: a secret would travel without TLS through a network not named as allowed.
    """
    if secret and urlsplit(url).scheme != "https":
        host = urlsplit(url).hostname or ""
        addresses = await resolver(host, 80)
        if not addresses or not all(_is_allowed(each, look.network.allowed) for each in addresses):
            raise FetchFailed(NoticeCode.CREDENTIAL_MISSING, "a secret needs https")
    network = look.network
    timeout = httpx.Timeout(network.idle_seconds, connect=network.connect_seconds)
    sent = {"accept": "*/*", **{name.lower(): value for name, value in headers.items()}}
    async with httpx.AsyncClient(
        transport=_Pinned(look, resolver),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": _AGENT, "accept-encoding": "gzip"},
    ) as client:
        yield Browser(look, client, sent, secret=secret)


def same_origin(one: str, other: str) -> bool:
    """Return whether two addresses have the same scheme, host and port."""
    first, second = urlsplit(one), urlsplit(other)
    ports = {"http": 80, "https": 443}
    return (first.scheme, first.hostname, first.port or ports.get(first.scheme)) == (
        second.scheme,
        second.hostname,
        second.port or ports.get(second.scheme),
    )


def _is_allowed(address: str, allowed: tuple[str, ...]) -> bool:
    return not refused(address, allowed) and refused(address, ())


def _check_redirect(old: str, new: str) -> None:
    if new not in {"http", "https"} or (old == "https" and new != "https"):
        raise FetchFailed(NoticeCode.REDIRECT_REFUSED)


def _next(response: httpx.Response, url: str) -> str:
    """Return the address in ``Link: rel=next``; empty when there is none."""
    target = response.links.get("next", {}).get("url", "")
    return urljoin(url, target) if target else ""


def _retry_after(text: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for; None when it does not say."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _kind(error: httpx.HTTPError) -> str:
    """Return what went wrong by the library's class: its text may name an address."""
    return type(error).__name__
