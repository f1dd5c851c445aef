"""Fetches the rows of a Socrata data set that changed lately, page by page.

Times in Socrata are floating: local to the agency and without a zone, so the window is written in
the agency's own time. Each look reads again what the last one saw, back to the overlap: rows that
came late, and the hour that clocks repeat. The token travels in a header, never in the address.
"""

from __future__ import annotations

import re
from datetime import datetime

from pipeline.adapters.transports.fetched import Bodies, FetchFailed, Look, Steps
from pipeline.adapters.transports.login import credential_of
from pipeline.adapters.transports.pages import content_of, rows_of
from pipeline.adapters.transports.web import Browser, browser
from pipeline.adapters.transports.web_feed import fetch_pages
from pipeline.agencies.transport import SocrataTable
from pipeline.model import NoticeCode

__all__ = ["fetch", "floating"]

_MOST_PAGES = 200
_FLOATING = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?", re.ASCII)


async def fetch(look: Look, table: SocrataTable) -> Steps:
    """Yield each page that is new.

    Raises:
        FetchFailed: it could not be had, or the service answers with an error.
    """
    credential = credential_of(look, table.connection)
    headers = {"accept": "application/json"}
    if credential is not None:
        headers["x-app-token"] = credential.secret
    memory: dict[str, str] = {}
    url = f"{table.site}/resource/{table.dataset}.json"
    async with browser(look, headers, secret=credential is not None, url=url) as web:
        async for each in fetch_pages(look, _pages(look, web, table, url, memory), more=memory):
            yield each


async def _pages(
    look: Look, web: Browser, table: SocrataTable, url: str, memory: dict[str, str]
) -> Bodies:
    latest = look.memory.get("latest", "")
    condition = f"{table.time_field} >= '{_since(look, table)}'"
    if table.where:
        condition = f"({condition}) AND ({table.where})"
    what = {
        "$where": condition,
        "$order": f"{table.time_field},:id",
        "$limit": str(table.page_size),
    }
    for number in range(_MOST_PAGES):
        answer = await web.get(url, what={**what, "$offset": str(number * table.page_size)})
        rows = rows_of(content_of(look, answer.body))
        if rows is None and _is_error(content_of(look, answer.body)):
            raise FetchFailed(NoticeCode.SERVICE_ERROR)
        if rows or number == 0:
            yield answer.body
        if rows is None:
            return  # quarantined whole by the walk; the window stays where it is
        latest = max([latest, *_stamps(look, table, rows)])
        if len(rows) < table.page_size:
            memory["latest"] = latest
            return
    raise FetchFailed(NoticeCode.TOO_MANY_PAGES)


def _since(look: Look, table: SocrataTable) -> str:
    """Return the beginning of the window, floating; at the first look the whole window."""
    latest = look.memory.get("latest", "")
    if latest:
        return floating(datetime.fromisoformat(latest) - table.overlap)
    return floating(look.now.astimezone(look.agency.timezone) - table.window)


def _stamps(look: Look, table: SocrataTable, rows: list) -> list[str]:  # type: ignore[type-arg]
    """Return the rows' times that can be; one in the future would hide all that comes before it."""
    end = floating(look.now.astimezone(look.agency.timezone))
    texts = [row.get(table.time_field) for row in rows]
    return [
        text
        for text in texts
        if isinstance(text, str) and _FLOATING.fullmatch(text) and text <= end
    ]


def floating(moment: datetime) -> str:
    """Return a time as Socrata writes it: milliseconds, no zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _is_error(content: object) -> bool:
    return isinstance(content, dict) and bool({"error", "errorCode", "code"} & content.keys())
