"""Fetches JSON, XML or CSV from an address, page by page where there are pages.

One page: a conditional request, and the content decides whether it is news. Several pages: each
one that differs from those of the last looks is landed. Further pages must lie at the same origin.
"""

from __future__ import annotations

from urllib.parse import urljoin

import jmespath

from pipeline.adapters.transports.fetched import Bodies, Fetched, FetchFailed, Look, Steps
from pipeline.adapters.transports.login import credential_of, login_headers
from pipeline.adapters.transports.pages import content_of, is_news
from pipeline.adapters.transports.sameness import conditions, judged, unchanged
from pipeline.adapters.transports.web import Answer, Browser, browser, same_origin
from pipeline.agencies.transport import PagedBy, Paging, WebFeed
from pipeline.model import NoticeCode

__all__ = ["fetch", "fetch_one", "fetch_pages"]


async def fetch(look: Look, transport: WebFeed) -> Steps:
    """Yield what is new at the agency's address.

    Raises:
        FetchFailed: it could not be had, or a page leads elsewhere.
    """
    credential = credential_of(look, transport.connection)
    headers = {"accept": transport.accept, **login_headers(credential, transport.header)}
    secret = credential is not None
    async with browser(look, headers, secret=secret, url=transport.url) as web:
        if transport.paging is None:
            yield await fetch_one(look, web, transport.url)
            return
        async for each in _pages(look, web, transport.url, transport.paging):
            yield each


async def fetch_one(look: Look, web: Browser, url: str) -> Fetched:
    """Return what one address answers, compared with before.

    Raises:
        FetchFailed: it could not be had.
    """
    asked = conditions(look)
    answer = await web.get(url, headers=asked)
    if answer.status != 304:
        return judged(look, answer)
    if not asked:
        raise FetchFailed(NoticeCode.SERVICE_ERROR, "304 to an unconditional request")
    return unchanged(look)


async def fetch_pages(look: Look, pages: Bodies, *, more: dict[str, str] | None = None) -> Steps:
    """Yield each page that was not seen at the last looks, then what to remember.

    ``more`` is remembered with it; it may still be filled while the pages are read.
    """
    seen = [each for each in look.memory.get("pages", "").split(",") if each]
    news = False
    async for body in pages:
        # Where absence counts, each look must tell its whole list; landing knows what came before.
        if is_news(seen, body) or look.agency.vanish_after is not None:
            news = True
            yield Fetched(body=body)
    memory = {"pages": ",".join(seen), **(more or {})}
    yield Fetched(memory=memory, notices=() if news else (NoticeCode.SAME_AS_BEFORE,))


async def _pages(look: Look, web: Browser, url: str, paging: Paging) -> Steps:
    cut = False

    async def bodies() -> Bodies:
        nonlocal cut
        following, number = url, 0
        while following:
            if number == paging.most:
                cut = True
                return
            counted = paging.by in {PagedBy.NUMBER, PagedBy.OFFSET}
            value = str(paging.first + number * paging.step)
            answer = await web.get(following, what={paging.name: value} if counted else {})
            last = counted and _empty(look, answer.body)
            if not last or number == 0:
                yield answer.body
            following = "" if last else _following(look, answer, paging, url)
            number += 1

    async for each in fetch_pages(look, bodies()):
        yield each
    if cut:
        yield Fetched(notices=(NoticeCode.TOO_MANY_PAGES,))


def _following(look: Look, answer: Answer, paging: Paging, url: str) -> str:
    """Return the next page's address; empty after the last page."""
    if paging.by in {PagedBy.NUMBER, PagedBy.OFFSET}:
        return url
    if paging.by is PagedBy.HEADER:
        target = answer.next_url
    else:
        found = jmespath.search(paging.name, content_of(look, answer.body))
        target = urljoin(answer.url, found) if isinstance(found, str) and found else ""
    if target and not same_origin(url, target):
        raise FetchFailed(NoticeCode.REDIRECT_REFUSED, "the next page is on another host")
    return target


def _empty(look: Look, body: bytes) -> bool:
    """Return whether a page holds no record; an unreadable one counts as the last, too."""
    content = content_of(look, body)
    if content is None:
        return True
    found = jmespath.search(look.agency.format.records, content)
    return not found
