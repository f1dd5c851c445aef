"""Fetches a layer of an ArcGIS FeatureServer by its object ids.

First the ids that match, then features in chunks of them: unlike offsets, ids stay true while rows
come and go. A chunk that the server cuts (exceededTransferLimit) is asked for again in halves. The
service answers errors with status 200; they are told and never landed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from pipeline.adapters.transports.fetched import (
    Bodies,
    Credential,
    FetchFailed,
    Look,
    Steps,
)
from pipeline.adapters.transports.login import credential_of
from pipeline.adapters.transports.pages import content_of
from pipeline.adapters.transports.web import Browser, browser
from pipeline.adapters.transports.web_feed import fetch_pages
from pipeline.agencies.transport import ArcGisLayer
from pipeline.model import NoticeCode

__all__ = ["fetch"]

_MOST_IDS = 200_000
_ALL = {"outFields": "*", "returnGeometry": "true", "outSR": "4326", "f": "json"}


async def fetch(look: Look, layer: ArcGisLayer) -> Steps:
    """Yield each chunk of features that is new.

    Raises:
        FetchFailed: it could not be had, or the service answers with an error.
    """
    credential = credential_of(look, layer.connection)
    url = f"{layer.layer}/query"
    async with browser(look, _headers(credential), secret=credential is not None, url=url) as web:
        async for each in fetch_pages(look, _chunks(look, web, layer, url)):
            yield each


def _headers(credential: Credential | None) -> dict[str, str]:
    return {} if credential is None else {"x-esri-authorization": f"Bearer {credential.secret}"}


async def _chunks(look: Look, web: Browser, layer: ArcGisLayer, url: str) -> Bodies:
    where = _where(look, layer)
    ids = await _ids(look, web, url, where)
    if not ids:  # an empty answer is landed as such: it closes nothing, and is told
        answer = await web.post(url, {**_ALL, "where": where})
        if _content(look, answer.body) is not None:
            yield answer.body
        return
    waiting = [ids[at : at + layer.page_size] for at in range(0, len(ids), layer.page_size)]
    while waiting:
        chunk = waiting.pop(0)
        answer = await web.post(url, {**_ALL, "objectIds": ",".join(map(str, chunk))})
        content = _content(look, answer.body)
        if isinstance(content, dict) and content.get("exceededTransferLimit") and len(chunk) > 1:
            middle = len(chunk) // 2
            waiting[:0] = [chunk[:middle], chunk[middle:]]
            continue
        yield answer.body


async def _ids(look: Look, web: Browser, url: str, where: str) -> Sequence[int]:
    answer = await web.post(url, {"where": where, "returnIdsOnly": "true", "f": "json"})
    content = _content(look, answer.body)
    found = content.get("objectIds") if isinstance(content, dict) else ""
    if found is None:
        return ()
    if not isinstance(found, list) or not all(type(each) is int for each in found):
        raise FetchFailed(NoticeCode.SERVICE_ERROR, "no list of object ids")
    if len(found) > _MOST_IDS:
        raise FetchFailed(NoticeCode.TOO_MANY_PAGES)
    return sorted(found)


def _content(look: Look, body: bytes) -> object:
    """Return an answer's content, None when unreadable; an error inside 200 is raised."""
    content = content_of(look, body)
    if isinstance(content, dict) and "error" in content:
        raise FetchFailed(NoticeCode.SERVICE_ERROR)
    return content


def _where(look: Look, layer: ArcGisLayer) -> str:
    """Return the condition: dates in a query are UTC, dates in answers epoch milliseconds."""
    if not layer.time_field:
        return layer.where
    since = (look.now.astimezone(UTC) - layer.window).strftime("%Y-%m-%d %H:%M:%S")
    return f"({layer.where}) AND {layer.time_field} >= TIMESTAMP '{since}'"
