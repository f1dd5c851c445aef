"""Fetches an Atom or RSS feed, its GeoRSS as it stands, and pages it links to.

Entries and places are read by the agency file's paths like any XML; here only ``link rel=next``
(RFC 5005) is looked at, by the hardened parser. A feed that cannot be parsed is landed as it is and
quarantined whole.
"""

from __future__ import annotations

from urllib.parse import urljoin

from pipeline.adapters.transports.fetched import Bodies, FetchFailed, Look, Steps
from pipeline.adapters.transports.login import credential_of, login_headers
from pipeline.adapters.transports.web import Browser, browser, same_origin
from pipeline.adapters.transports.web_feed import fetch_one, fetch_pages
from pipeline.agencies.transport import AtomFeed
from pipeline.feeds.payload import decode
from pipeline.feeds.xml import parsed
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["fetch"]

_NEXT = "{http://www.w3.org/2005/Atom}link"
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"


async def fetch(look: Look, feed: AtomFeed) -> Steps:
    """Yield the feed when it is new, and each further page that is.

    Raises:
        FetchFailed: it could not be had, or a page leads elsewhere.
    """
    credential = credential_of(look, feed.connection)
    headers = {"accept": _ACCEPT, **login_headers(credential)}
    async with browser(look, headers, secret=credential is not None, url=feed.url) as web:
        if feed.pages == 1:
            yield await fetch_one(look, web, feed.url)
            return
        async for each in fetch_pages(look, _pages(look, web, feed)):
            yield each


async def _pages(look: Look, web: Browser, feed: AtomFeed) -> Bodies:
    url, visited = feed.url, set[str]()
    while url and url not in visited and len(visited) < feed.pages:
        visited.add(url)
        answer = await web.get(url)
        yield answer.body
        url = _next(look, answer.body, url)
        if url and not same_origin(feed.url, url):
            raise FetchFailed(NoticeCode.REDIRECT_REFUSED, "the next page is on another host")


def _next(look: Look, body: bytes, url: str) -> str:
    """Return the address of the next page; empty when the feed names none."""
    try:
        root = parsed(decode(body, look.agency.format))
    except PayloadRefused:
        return ""
    for link in root.iter(_NEXT):
        if link.get("rel") == "next" and link.get("href"):
            return urljoin(url, link.get("href") or "")
    return ""
