"""Fetches the newest rows of a CKAN datastore resource, page by page.

CKAN answers ``success: false`` with status 200 now and then; that is told and never landed.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.adapters.transports.fetched import Bodies, FetchFailed, Look, Steps
from pipeline.adapters.transports.login import credential_of, login_headers
from pipeline.adapters.transports.pages import content_of
from pipeline.adapters.transports.web import Browser, browser
from pipeline.adapters.transports.web_feed import fetch_pages
from pipeline.agencies.transport import CkanTable
from pipeline.model import NoticeCode

__all__ = ["fetch"]


async def fetch(look: Look, table: CkanTable) -> Steps:
    """Yield each page that is new.

    Raises:
        FetchFailed: it could not be had, or the service answers with an error.
    """
    credential = credential_of(look, table.connection)
    url = f"{table.site}/api/3/action/datastore_search"
    headers = login_headers(credential, "Authorization")
    async with browser(look, headers, secret=credential is not None, url=url) as web:
        async for each in fetch_pages(look, _pages(look, web, table, url)):
            yield each


async def _pages(look: Look, web: Browser, table: CkanTable, url: str) -> Bodies:
    for offset in range(0, table.most, table.page_size):
        what = {
            "resource_id": table.resource,
            "limit": str(min(table.page_size, table.most - offset)),
            "offset": str(offset),
            "sort": table.sort,
        }
        answer = await web.get(url, what=what)
        content = content_of(look, answer.body)
        if content is None:
            yield answer.body  # quarantined whole by the walk
            return
        records = _records(content)
        if records or offset == 0:
            yield answer.body
        if records < table.page_size:
            return


def _records(content: object) -> int:
    """Return how many records a page holds.

    Raises:
        FetchFailed: the service says that it failed, or there is no list.
    """
    result = content.get("result") if isinstance(content, Mapping) else None
    records = result.get("records") if isinstance(result, Mapping) else None
    if not isinstance(content, Mapping) or content.get("success") is not True:
        raise FetchFailed(NoticeCode.SERVICE_ERROR)
    if not isinstance(records, list):
        raise FetchFailed(NoticeCode.SERVICE_ERROR)
    return len(records)
